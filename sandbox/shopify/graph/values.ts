import { decimal, type Bag } from '../core/money.ts';
import type { Address } from '../core/world.ts';
import { gid } from '../core/gid.ts';
import type { OrderRow, Tax } from '../domain/rows.ts';

/** MoneyV2 */
export const moneyV2 = (minor: number, currency: string) => ({ amount: decimal(minor, currency), currencyCode: currency });

type Currencies = Pick<OrderRow, 'currency' | 'presentment'>;

/** MoneyBag in an order's two currencies. */
export const moneyBag = (bag: Bag, { currency, presentment }: Currencies) => ({
  shopMoney: moneyV2(bag[0], currency),
  presentmentMoney: moneyV2(bag[1], presentment),
});

export const taxLine = (tax: Tax, order: Currencies) => ({
  title: tax.title,
  rate: tax.rate,
  ratePercentage: Math.round(tax.rate * 1e6) / 1e4,
  source: 'Shopify',
  channelLiable: false,
  priceSet: moneyBag(tax.amount, order),
});

/** MailingAddress */
export function mailingAddress(address: (Address & { id: number }) | null) {
  if (!address) return null;
  return {
    id: `${gid('MailingAddress', address.id)}?model_name=Address`,
    firstName: address.firstName ?? null,
    lastName: address.lastName ?? null,
    name: [address.firstName, address.lastName].filter(Boolean).join(' ') || null,
    company: address.company ?? null,
    address1: address.address1 ?? null,
    address2: address.address2 ?? null,
    city: address.city ?? null,
    province: address.province ?? null,
    provinceCode: address.provinceCode ?? null,
    zip: address.zip ?? null,
    country: address.country ?? null,
    countryCode: address.countryCode ?? null,
    countryCodeV2: address.countryCode ?? null,
    phone: address.phone ?? null,
    formatted: [
      address.address1,
      address.address2,
      [address.zip, address.city].filter(Boolean).join(' '),
      address.country,
    ].filter(Boolean),
    validationResultSummary: null,
  };
}

/** The last path part of a global id as UnsignedInt64. */
export const legacyId = (row: { id: number }): string => String(row.id);

/** Count */
export const exactCount = (count: number) => ({ count, precision: 'EXACT' });
