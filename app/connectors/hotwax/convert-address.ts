import type { Address } from '../contract/index.ts';
import { provinceGeo } from './assumptions.ts';
import { threeLetterCountry } from '../../core/countries.ts';

/** A postal address without the name on it. What Shopify doesn't know is left out. */
export function postalBody(address: Partial<Address>): Record<string, string> {
  const { address1, address2, city, zip, provinceCode, countryCode } = address;
  const parts: Record<string, string | null | undefined> = {
    address1: address1 || address2,
    address2: address1 ? address2 : null,
    city,
    postalCode: zip,
    stateProvinceGeoId: provinceCode && countryCode ? provinceGeo(countryCode, provinceCode) : null,
    countryGeoId: countryCode ? threeLetterCountry(countryCode) : null,
  };
  return Object.fromEntries(Object.entries(parts).filter((part): part is [string, string] => Boolean(part[1])));
}

/** The same for HotWax that doesn't know the province: it stands behind the city then. */
export function withoutProvince(body: Record<string, string>, address: Partial<Address>): Record<string, string> {
  const { stateProvinceGeoId: _, ...rest } = body;
  const province = address.provinceCode ?? address.province;
  return { ...rest, ...(province ? { city: `${address.city ?? ''} (${province})`.trim() } : {}) };
}
