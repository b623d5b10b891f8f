import type { Address } from './orders.ts';

/** A stock-holding place in the back office. */
export interface Facility {
  id: string;
  name: string;
  kind: 'warehouse' | 'store' | 'queue';
  active: boolean;
  address: Partial<Address> | null;
  /** Its page in the back office, where it has one. */
  url: string | null;
}

export interface FacilitiesPort {
  list(): Promise<Facility[]>;
  /** Makes a facility from a Shopify location. Present only where the back office lets us. */
  create?(input: { name: string; address: Partial<Address> | null; storeId: string | null }): Promise<Facility>;
}

/** A choice the back office offers for a mapping or a setting. */
export interface ReferenceValue {
  id: string;
  label: string;
  /** Carrier of a shipping method, parent of a type. */
  group: string | null;
}

export type ReferenceKind = 'shipping-method' | 'payment-method' | 'channel' | 'product-type' | 'order-status' | 'customer-class';

export interface ReferenceDataPort {
  /** The kinds this back office has lists for; for others the merchant types values. */
  kinds: ReferenceKind[];
  list(kind: ReferenceKind): Promise<ReferenceValue[]>;
  /** Lists of these that we may add to. */
  creates?: readonly ReferenceKind[];
  /** Makes a value of that name; one that is there already is answered. Present where `creates` names something. */
  create?(kind: ReferenceKind, label: string): Promise<ReferenceValue>;
}
