import { RejectedError } from '../../core/errors.ts';
import type { Address } from '../contract/index.ts';
import { statesNeeded, whereNone } from './assumptions.ts';
import { threeLetterCountry } from '../../core/countries.ts';
import type { Settings } from './settings.ts';

/** First name and last name of one name: the last word is the last name. */
function namesOf(name: string): { first_name?: string; last_name?: string } {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const last = words.length > 1 ? words.at(-1) : undefined;
  const first = (last === undefined ? words : words.slice(0, -1)).join(' ');
  return { ...(first ? { first_name: first } : {}), ...(last ? { last_name: last } : {}) };
}

/** An address with IM's names of its parts, each with this prefix: `ship_` or `cust_`. */
export function addressFields(prefix: 'ship_' | 'cust_', address: Address, email: string | null): Record<string, string> {
  const { address1, address2, city, zip, countryCode: country } = address;
  const parts: Record<string, string | null | undefined> = {
    company: address.company,
    ...namesOf(address.name),
    address_1: address1 || address2,
    address_2: address1 ? address2 : null,
    city,
    state: address.provinceCode ?? address.province ?? whereNone.state,
    zip: zip ?? whereNone.zip,
    // "USA style 3-letter seen" (extensiv.md §2.3)
    country: threeLetterCountry(country),
    phone: address.phone,
    e_mail: email,
  };
  return Object.fromEntries(Object.entries(parts).flatMap(([name, value]) => (value ? [[prefix + name, value]] : [])));
}

const incomplete = (field: string, reference: string) =>
  new RejectedError('extensiv-address-incomplete', `The order has no ${field} to ship to`, { field, params: { reference } });

/** The address that the parcel goes to. Throws RejectedError naming the part that a parcel can't do without. */
export function shippingAddress(shipTo: Address | null, email: string | null, reference: string): Record<string, string> {
  if (!shipTo) throw incomplete('address', reference);
  const needed = { address: shipTo.address1 || shipTo.address2, city: shipTo.city, country: shipTo.countryCode };
  for (const [field, value] of Object.entries(needed)) if (!value) throw incomplete(field, reference);
  if (statesNeeded.includes(shipTo.countryCode) && !(shipTo.provinceCode ?? shipTo.province))
    throw incomplete('state', reference);
  return addressFields('ship_', shipTo, email);
}

/** Residential or commercial, by the rule in the settings. */
export function addressType(rule: Settings['addressType'], company: string | null): { ship_address_type?: 'R' | 'C' } {
  if (rule === 'none') return {};
  return { ship_address_type: rule === 'commercial' || (rule === 'by-company' && company) ? 'C' : 'R' };
}
