import type { Bag } from '../core/money.ts';
import type { Address } from '../core/world.ts';

/** Rows as SQLite gives them; `data` columns are JSON of the interface named beside them. */
export interface ProductRow {
  id: number;
  shop_id: number;
  handle: string;
  title: string;
  vendor: string;
  product_type: string;
  status: string;
  tags: string;
  gift_card: number;
  data: string;
  created_at: number;
  updated_at: number;
}
export interface ProductData {
  descriptionHtml: string;
  options: { id: number; name: string; values: string[] }[];
  category: { id: string; fullName: string } | null;
  image: { url: string; alt: string | null } | null;
  publishedAt: number | null;
}

export interface VariantRow {
  id: number;
  shop_id: number;
  product_id: number;
  item_id: number;
  position: number;
  title: string;
  sku: string | null;
  barcode: string | null;
  price: number;
  compare_at: number | null;
  taxable: number;
  policy: string;
  tracked: number;
  requires_shipping: number;
  requires_components: number;
  data: string;
  created_at: number;
  updated_at: number;
  item_updated_at: number;
}
export interface VariantData {
  selectedOptions: { name: string; value: string }[];
  cost: number | null;
  countryOfOrigin: string | null;
  provinceOfOrigin: string | null;
  hsCode: string | null;
  weight: { value: number; unit: string } | null;
  /** Of a bundle: what it is made of. */
  components?: { sku: string; quantity: number }[];
}

export const QUANTITY_NAMES = [
  'available',
  'committed',
  'incoming',
  'reserved',
  'damaged',
  'safety_stock',
  'quality_control',
] as const;
export type QuantityName = (typeof QUANTITY_NAMES)[number];
export interface LevelRow extends Record<QuantityName, number> {
  id: number;
  shop_id: number;
  item_id: number;
  location_id: number;
  active: number;
  created_at: number;
  updated_at: number;
}

export interface LocationRow {
  id: number;
  shop_id: number;
  name: string;
  active: number;
  online: number;
  priority: number;
  data: string;
  created_at: number;
  updated_at: number;
}
export interface LocationData {
  address: Address;
  pos: boolean;
  pickup: { pickupTime: string; instructions: string } | null;
  serviceId: number | null;
}

export interface ServiceRow {
  id: number;
  shop_id: number;
  location_id: number;
  handle: string;
  name: string;
  callback_url: string | null;
  inventory_management: number;
  tracking_support: number;
  requires_shipping_method: number;
  /** 1 when the app under test made it. */
  ours: number;
}

export interface CustomerRow {
  id: number;
  shop_id: number;
  email: string | null;
  data: string;
  created_at: number;
  updated_at: number;
}
export interface CustomerData {
  firstName: string | null;
  lastName: string | null;
  phone: string | null;
  taxExempt: boolean;
  tags: string[];
}

export interface Allocation {
  index: number;
  amount: Bag;
}
export interface Tax {
  title: string;
  rate: number;
  amount: Bag;
}
export interface DiscountData {
  kind: 'code' | 'automatic' | 'manual' | 'script';
  title: string;
  description: string | null;
  target: 'LINE_ITEM' | 'SHIPPING_LINE';
  selection: 'ALL' | 'ENTITLED' | 'EXPLICIT';
  method: 'ACROSS' | 'EACH' | 'ONE';
  /** Exactly one is set. */
  amount: Bag | null;
  percentage: number | null;
}
export interface ShippingLineData {
  id: number;
  title: string;
  code: string | null;
  source: string | null;
  carrier: string | null;
  price: Bag;
  discounts: Allocation[];
  taxes: Tax[];
  custom: boolean;
}
export type DeliveryType = 'SHIPPING' | 'PICK_UP' | 'LOCAL' | 'PICKUP_POINT' | 'NONE' | 'RETAIL';
export interface OrderData {
  shippingAddress: (Address & { id: number }) | null;
  billingAddress: (Address & { id: number }) | null;
  phone: string | null;
  locale: string | null;
  note: string | null;
  attributes: { key: string; value: string }[];
  gateways: string[];
  attribution: { handle: string; displayName: string } | null;
  app: { id: number; name: string } | null;
  poNumber: string | null;
  sourceIdentifier: string | null;
  discounts: DiscountData[];
  shippingLines: ShippingLineData[];
  /** Additional fees, without taxes; none in what was placed before there were any here. */
  fees?: { id: number; name: string; price: Bag }[];
  taxesIncluded: boolean;
  taxExempt: boolean;
  delivery: { type: DeliveryType; location: number | null };
  retailLocation: number | null;
  risk: 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH';
  company: { id: number; name: string; locationId: number; locationName: string } | null;
  fulfillAt: number | null;
  hold: { reason: string; notes: string | null } | null;
  /** Lines that a test sends to a certain location: line id → location id. */
  forced: Record<string, number>;
  /** Minor units of the shop's currency for one minor unit of the buyer's. */
  rate: number;
  /** Set when all money was given up before it was captured. */
  voided: boolean;
  staffNote: string | null;
  /** Refunded shipping so far. */
  refundedShipping: Bag;
}
export interface OrderRow {
  id: number;
  shop_id: number;
  number: number;
  name: string;
  customer_id: number | null;
  email: string | null;
  source_name: string;
  test: number;
  edited: number;
  routed: number;
  financial: string;
  fulfillment: string;
  currency: string;
  presentment: string;
  tags: string;
  data: string;
  cancel_reason: string | null;
  created_at: number;
  processed_at: number;
  updated_at: number;
  cancelled_at: number | null;
  closed_at: number | null;
}

export interface LineRow {
  id: number;
  order_id: number;
  variant_id: number | null;
  product_id: number | null;
  item_id: number | null;
  sku: string | null;
  /** Ordered, removed ones included. */
  quantity: number;
  /** Ordered less refunded and removed. */
  current: number;
  requires_shipping: number;
  data: string;
}
export interface LineData {
  title: string;
  variantTitle: string | null;
  vendor: string | null;
  unit: Bag;
  discounts: Allocation[];
  taxes: Tax[];
  attributes: { key: string; value: string }[];
  taxable: boolean;
  giftCard: boolean;
  tip: boolean;
  weight: { value: number; unit: string } | null;
  group: { id: number; title: string; quantity: number; variantId: number | null } | null;
}

export interface TransactionRow {
  id: number;
  shop_id: number;
  order_id: number;
  parent_id: number | null;
  refund_id: number | null;
  kind: string;
  status: string;
  gateway: string;
  shop_amount: number;
  amount: number;
  data: string;
  created_at: number;
}
export interface TransactionData {
  label: string;
  manual: boolean;
  test: boolean;
  paymentId: string | null;
  expiresAt: number | null;
}

export interface FulfillmentOrderRow {
  id: number;
  shop_id: number;
  order_id: number;
  location_id: number;
  status: string;
  request_status: string;
  /** 1 while progress was reported by hand. */
  progress: number;
  fulfill_at: number | null;
  fulfill_by: number | null;
  data: string;
  created_at: number;
  updated_at: number;
}
export interface FulfillmentOrderData {
  delivery: { type: DeliveryType; name: string | null; code: string | null };
  /** Name of the assigned location when it was assigned: it stays when the location is renamed. */
  locationName: string;
}
export interface FoLineRow {
  id: number;
  fo_id: number;
  line_id: number;
  total: number;
  remaining: number;
}
export interface HoldRow {
  id: number;
  fo_id: number;
  handle: string;
  reason: string;
  notes: string | null;
  external_id: string | null;
  by_app: number;
}

export interface Tracking {
  number: string | null;
  company: string | null;
  url: string | null;
}
export interface FulfillmentRow {
  id: number;
  shop_id: number;
  order_id: number;
  location_id: number;
  name: string;
  status: string;
  display: string;
  tracking: string;
  data: string;
  created_at: number;
  updated_at: number;
}
export interface FulfillmentData {
  notified: boolean;
  message: string | null;
}
export interface FulfillmentLineRow {
  id: number;
  fulfillment_id: number;
  fo_id: number | null;
  fo_line_id: number | null;
  line_id: number;
  quantity: number;
}

export interface RefundRow {
  id: number;
  shop_id: number;
  order_id: number;
  return_id: number | null;
  note: string | null;
  data: string;
  created_at: number;
}
export interface RefundData {
  shipping: { lineId: number; amount: Bag; tax: Bag }[];
  adjustments: { id: number; reason: string; amount: Bag; tax: Bag }[];
}
export interface RefundLineRow {
  id: number;
  refund_id: number;
  line_id: number;
  quantity: number;
  restock_type: string;
  restocked: number;
  location_id: number | null;
  data: string;
}
export interface RefundLineData {
  subtotal: Bag;
  tax: Bag;
  price: Bag;
}

export interface ReturnRow {
  id: number;
  shop_id: number;
  order_id: number;
  name: string;
  status: string;
  created_at: number;
  closed_at: number | null;
}
export interface ReturnLineRow {
  id: number;
  return_id: number;
  fulfillment_line_id: number;
  line_id: number;
  quantity: number;
  processed: number;
  refunded: number;
  reason_id: number | null;
  note: string | null;
}

/** The JSON of a `data` column. */
export const dataOf = <T>(row: { data: string }): T => JSON.parse(row.data) as T;
