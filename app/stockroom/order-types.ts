import type { Attribute, PersonalData, PostalAddress } from './personal-data.ts';

export type OrderState = 'open' | 'picking' | 'packed' | 'partly-shipped' | 'shipped' | 'cancelled' | 'held';

export interface OrderTax {
  title: string;
  /** 0.19 for 19 %. */
  rate: number;
  amount: number;
}

export interface OrderCharge {
  kind: 'shipping' | 'tip' | 'duty' | 'rounding' | 'fee';
  title: string;
  amount: number;
  discount: number;
  taxes: OrderTax[];
}

export interface OrderShipping {
  title: string;
  code: string;
  carrier: string | null;
  method: string | null;
}

export interface OrderPayment {
  gateway: string;
  method: string | null;
  amount: number;
  paid: boolean;
}

/** One line as it is ordered. Amounts are minor units; total = unitPrice × quantity − discount. */
export interface OrderLineInput {
  externalId: string | null;
  productId?: string | null;
  sku: string;
  title: string;
  quantity: number;
  unitPrice: number;
  discount: number;
  total: number;
  taxes: OrderTax[];
  attributes?: Attribute[];
}

/** What an order asks of the warehouse. */
export interface OrderInput {
  /** Names the order for ever: given again it is the same order. */
  reference: string;
  externalId: string | null;
  externalName: string | null;
  /** Id, code or name. */
  facility: string;
  storeId: string | null;
  placedAt: Date;
  currency: string;
  taxesIncluded: boolean;
  total: number;
  channel: string | null;
  deliveryMethod: 'shipping' | 'local' | 'pickup-point';
  /** Sold at the till: the order is done and its units have left. */
  handedOver?: boolean;
  /** History, done elsewhere: kept to be looked up and returned to, without touching the stock. */
  parked?: boolean;
  shipping: OrderShipping | null;
  payments: OrderPayment[];
  charges: OrderCharge[];
  tags: string[];
  lines: OrderLineInput[];
  shipTo: PostalAddress | null;
  billing: PostalAddress | null;
  customer: PersonalData['customer'];
  note: string | null;
  attributes: Attribute[];
}

export interface TrackingInfo {
  number: string;
  carrier: string | null;
  url: string | null;
}

export interface OrderLine {
  id: string;
  externalId: string | null;
  productId: string;
  sku: string;
  title: string;
  quantity: number;
  /** In parcels that have not left. */
  packed: number;
  shipped: number;
  cancelled: number;
  returned: number;
  /** Still to be shipped, packed or not. */
  remaining: number;
  unitPrice: number;
  discount: number;
  total: number;
  taxes: OrderTax[];
}

export interface ShipmentLine {
  lineId: string;
  externalId: string | null;
  sku: string;
  title: string;
  quantity: number;
}

/** A parcel. `label` is how people name it: `#1001-2`. */
export interface StockroomShipment {
  id: string;
  orderId: string;
  reference: string;
  number: number;
  label: string;
  state: 'packed' | 'shipped' | 'cancelled';
  facilityId: string;
  tracking: TrackingInfo[];
  note: string;
  packedAt: Date;
  shippedAt: Date | null;
  cancelledAt: Date | null;
  changedAt: Date;
  change: bigint;
  lines: ShipmentLine[];
}

export interface StockroomReturn {
  id: string;
  orderId: string;
  reference: string;
  number: number;
  label: string;
  facilityId: string;
  receivedAt: Date;
  note: string;
  /** Money given back without goods, minor units; then there are no lines. */
  amount: number | null;
  changedAt: Date;
  change: bigint;
  lines: (ShipmentLine & { restocked: boolean })[];
}

/** An order as pages and the API show it. */
export interface StockroomOrder {
  id: string;
  reference: string;
  externalId: string | null;
  externalName: string | null;
  state: OrderState;
  facility: { id: string; code: string; name: string };
  store: { id: string; name: string; slipNote: string } | null;
  placedAt: Date;
  acceptedAt: Date;
  changedAt: Date;
  heldReason: string;
  /** What another system calls its state; empty: nothing. */
  statusText: string;
  cancelReason: string;
  currency: string;
  taxesIncluded: boolean;
  total: number;
  units: number;
  channel: string | null;
  deliveryMethod: string;
  shipping: OrderShipping | null;
  payments: OrderPayment[];
  charges: OrderCharge[];
  tags: string[];
  lines: OrderLine[];
  shipments: StockroomShipment[];
  returns: StockroomReturn[];
  /** Null once the retention period is over. */
  personal: PersonalData | null;
}
