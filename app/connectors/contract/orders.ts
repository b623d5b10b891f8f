import type { Money } from '../../core/money.ts';

/** A postal address as Shopify holds it. Personal data: passed on, never stored or logged by the engine. */
export interface Address {
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

export interface Customer {
  /** Shopify's customer id (gid); `gid://shopify/Customer/0` for the one that the merchant named for orders without a customer. */
  id: string;
  name: string;
  email: string | null;
  phone: string | null;
  tags: string[];
  /** The back office's class of customers that one of the tags is mapped to. */
  class?: string;
  /** The back office's own id of this customer, where the merchant named it or Shopify's customer carries it: nobody is looked for or made. */
  remoteId?: string;
}

export interface Tax {
  title: string;
  /** 0.19 for 19 %. */
  rate: number;
  /** Minor units of the order's currency. */
  amount: number;
}

/**
 * One line of a part. Amounts are minor units of the order's currency for the whole quantity, so that
 * `total = unitPrice × quantity − discount` holds exactly (tax is inside it where the order's prices include tax).
 */
export interface SalesOrderLine {
  /** Shopify's line item id (gid): ties shipments and returns back to the line. */
  lineId: string;
  variantId: string | null;
  sku: string;
  /** The back office's id of the product, where the products sync linked one. */
  remoteProductId: string | null;
  title: string;
  quantity: number;
  /** Where it ships from; differs between lines only where a whole order is handed over at once. */
  facilityId: string;
  unitPrice: number;
  /** Line discounts and this line's share of order discounts. */
  discount: number;
  taxes: Tax[];
  total: number;
  requiresShipping: boolean;
  attributes: { key: string; value: string }[];
  /** ISO 8601 day that the buyer was promised these goods for, where the order or the product says one. */
  promisedOn?: string;
}

/** Something beside the lines that changes the total: shipping, tip, gift card paid, cash rounding, duty. */
export interface Charge {
  kind: 'shipping' | 'tip' | 'duty' | 'rounding' | 'fee';
  title: string;
  amount: number;
  discount: number;
  taxes: Tax[];
}

/** A mapped value: what the merchant answered for a Shopify value, or null where the setting lets unmapped ones pass. */
export interface MappedShipping {
  title: string;
  code: string;
  carrier: string | null;
  method: string | null;
}

export interface MappedPayment {
  gateway: string;
  method: string | null;
  amount: number;
  paid: boolean;
}

/** The neutral order a connector is handed: one part of a Shopify order. */
export interface SalesOrder {
  /** Our own reference and idempotency key: `#1001`, `#1001_2`. */
  reference: string;
  partNumber: number;
  shopifyOrderId: string;
  shopifyOrderName: string;
  /** ISO 8601, when the buyer placed it. */
  placedAt: string;
  currency: string;
  taxesIncluded: boolean;
  storeId: string | null;
  facilityId: string;
  /** As mapped, else Shopify's handle. */
  channel: string | null;
  customer: Customer | null;
  billing: Address | null;
  /** Null for what nobody ships (local pick-up at the counter, POS). */
  shipTo: Address | null;
  deliveryMethod: 'shipping' | 'local' | 'pickup-point';
  /**
   * The buyer has the goods already: a sale at the till. It is recorded as completed at its facility, takes its units off the stock there, and
   * nothing of it is picked, shipped or reported as a shipment. True only for a connector with `recordsHandedOver`.
   */
  handedOver: boolean;
  /**
   * History: placed before the merchant went to work with the back office. It is kept there to be looked up and returned to; it takes no stock,
   * nothing of it is picked, shipped or reported. True only for a connector with `parksHistory`.
   */
  parked?: boolean;
  shipping: MappedShipping | null;
  payments: MappedPayment[];
  lines: SalesOrderLine[];
  charges: Charge[];
  /** What the lines, charges and (where prices exclude tax) taxes add up to; checked to the minor unit. */
  total: Money;
  note: string | null;
  attributes: { key: string; value: string }[];
  tags: string[];
}

/**
 * Where an order stands in the back office, in our words. `offered`: laid out by us, not fetched yet; it doesn't count as sent until `find`
 * says otherwise. `held`: it is there, and somebody there must act.
 */
export type RemoteOrderState = 'offered' | 'open' | 'picking' | 'packed' | 'partly-shipped' | 'shipped' | 'cancelled' | 'held';

export interface RemoteOrder {
  remoteId: string;
  /** The number people there use, when it differs from ours. */
  remoteNumber: string | null;
  reference: string;
  state: RemoteOrderState;
  /** What it means to ship, by our line ids where it keeps them; empty where it doesn't tell. The daily statement compares it with what it should be. */
  lines: { lineId: string | null; sku: string; quantity: number }[];
  /** Minor units, where the back office keeps totals. */
  total: number | null;
  facilityId: string | null;
  /** The order's page there, to link to. */
  url: string | null;
  /** Its own word for the state, where merchants may say what it means (`order-status` among the connector's mapping kinds). */
  vendorStatus?: string;
  /**
   * ISO 8601, by our clock: since when the back office has had it, where it told us at that moment. From then on its stock lacks the units.
   * Absent: since we were answered.
   */
  acceptedAt?: string;
  /** What the back office says is wrong with an order that it took but can't work on; a named problem while it lasts. */
  trouble?: string | null;
}

/** Answer to an amendment or a cancellation. `too-late` is not an error: it becomes a named problem. */
export type ChangeVerdict =
  { verdict: 'accepted'; order: RemoteOrder } | { verdict: 'too-late'; state: RemoteOrderState; text: string };

/** One call of those that would hand an order over, as the other side would get it. */
export interface PreviewedCall {
  /** Method and path, or what the other side fetches. */
  call: string;
  body: unknown;
}

export interface OrdersPort {
  /** What `create` would send, for people to look at. May look things up; makes and changes nothing. Ids that are made on the way are null. */
  preview(order: SalesOrder): Promise<PreviewedCall[]>;
  /**
   * Creates the order. Throws TransientError with `mayHaveLanded` when it can't tell; a reference that exists
   * already is answered with that order, never with a second one.
   */
  create(order: SalesOrder): Promise<RemoteOrder>;
  /** The order with our reference, or null. Must see every order created before the call when `findOrder` is 'exact'. */
  find(reference: string): Promise<RemoteOrder | null>;
  /** Replaces lines, address, facility and charges. Present only when `capabilities.amend`. */
  amend?(remoteId: string, order: SalesOrder): Promise<ChangeVerdict>;
  /**
   * Our references of orders whose state changed there (fetched, refused after all, cancelled), oldest change first, as ShipmentsPort.pull has
   * it; each is then read by `find`. Absent where nobody can ask.
   */
  changes?(request: { since: string | null }): AsyncIterable<{ references: string[]; cursor: string }>;
  /**
   * Present only when `capabilities.cancel`. Cancelling a cancelled order is accepted. An order of which a parcel has left is amended to what left instead, where
   * it can be amended and the whole order wasn't cancelled in Shopify.
   */
  cancel?(remoteId: string, reason: string): Promise<ChangeVerdict>;
}
