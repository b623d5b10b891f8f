import { countryName } from '../../core/countries.ts';
import { noteOf, type Address, type Customer, type SalesOrder } from '../contract/index.ts';

/** One postal block in the parts that OrderWise knows; nothing longer than its fields. Empty parts are left out. */
export interface PostalBlock {
  name: string;
  contact?: string;
  address1?: string;
  address2?: string;
  town?: string;
  county?: string;
  country?: string;
  countryCode?: string;
  postcode?: string;
  telephone?: string;
  email?: string;
}

const cut = (text: string, most = 200): string => [...text.trim()].slice(0, most).join('');

export function postalBlock(address: Address | null, customer: Pick<Customer, 'name' | 'email' | 'phone'> | null): PostalBlock {
  const person = address?.name || customer?.name || '';
  const parts: Record<keyof PostalBlock, string | null | undefined> = {
    name: address?.company || person || customer?.email || '—',
    contact: address?.company ? person : null,
    address1: address?.address1 || address?.address2,
    address2: address?.address1 ? address.address2 : null,
    town: address?.city,
    county: address?.province,
    country: address && countryName(address.countryCode),
    countryCode: address?.countryCode,
    postcode: address?.zip,
    telephone: address?.phone || customer?.phone,
    email: customer?.email,
  };
  const given = Object.entries(parts).flatMap(([name, value]) => (value ? [[name, cut(value)]] : []));
  return Object.fromEntries(given) as unknown as PostalBlock;
}

/** Where the goods go: where nothing is shipped, the buyer's own address. */
export const deliveryBlock = ({ shipTo, billing, customer }: SalesOrder): PostalBlock => postalBlock(shipTo ?? billing, customer);

/** Who buys. */
export const statementBlock = ({ shipTo, billing, customer }: SalesOrder): PostalBlock =>
  postalBlock(billing ?? shipTo, customer);

/** What stands in the special instructions. */
export const instructionsOf = (order: SalesOrder): string | null => cut(noteOf(order), 2000) || null;
