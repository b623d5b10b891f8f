import { sha256 } from '../core/crypto.ts';
import { vault } from '../db/vault.ts';

export interface PostalAddress {
  name: string;
  company: string | null;
  address1: string;
  address2: string | null;
  city: string;
  zip: string | null;
  province: string | null;
  provinceCode: string | null;
  /** ISO 3166 alpha-2. */
  countryCode: string;
  phone: string | null;
}

export interface Attribute {
  key: string;
  value: string;
}

/** Everything about an order that says who the buyer is. Kept sealed, and only until it is purged. */
export interface PersonalData {
  shipTo: PostalAddress | null;
  billing: PostalAddress | null;
  customer: { id: string | null; name: string; email: string | null; phone: string | null; class?: string } | null;
  note: string | null;
  attributes: Attribute[];
  /** By position of the line. */
  lineAttributes: Record<number, Attribute[]>;
}

const contextOf = (shopId: number, orderId: string) => `stockroom_order:${shopId}:${orderId}`;

export function sealPersonal(shopId: number, orderId: string, data: PersonalData): Buffer<ArrayBuffer> {
  return vault().seal(JSON.stringify(data), contextOf(shopId, orderId));
}

/** Null once it was purged. */
export function openPersonal(shopId: number, orderId: string, sealed: Uint8Array | null): PersonalData | null {
  return sealed ? (JSON.parse(vault().open(sealed, contextOf(shopId, orderId))) as PersonalData) : null;
}

export function customerHash(shopId: number, customerId: string): string {
  return sha256(`${shopId}:${customerId}`);
}
