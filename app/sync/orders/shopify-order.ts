import type { Address, Customer, Tax } from '../../connectors/contract/index.ts';

/** A Shopify order as the corridor needs it: read fresh, used, and not kept. Amounts are minor units of the shop's currency. */
export interface ShopifyOrder {
  id: string;
  name: string;
  placedAt: string;
  updatedAt: string;
  cancelledAt: string | null;
  closedAt: string | null;
  test: boolean;
  edited: boolean;
  financialStatus: string;
  fulfilmentStatus: string;
  currency: string;
  taxesIncluded: boolean;
  /** What Shopify says the order comes to now, after edits. */
  currentTotal: number;
  refundedTotal: number;
  tags: string[];
  note: string | null;
  attributes: { key: string; value: string }[];
  channel: string;
  channelLabel: string;
  gateways: string[];
  customer: Customer | null;
  billing: Address | null;
  shipTo: Address | null;
  lines: ShopifyOrderLine[];
  shippingLines: ShopifyShippingLine[];
  tips: number;
  duties: number;
  /** Additional fees of the order as a whole: import fees, handling and the like. That none is among the duties too is a guess: such an order would not add up. */
  fees: { title: string; amount: number; taxes: Tax[] }[];
  rounding: number;
  /** What Shopify says shipping and taxes come to, to tell by where a total differs. */
  sums: { shipping: number; tax: number } | null;
  /** Shopify's recommendation: ACCEPT, INVESTIGATE, CANCEL or NONE. */
  risk: string;
  /** Fields of the buyer that Shopify keeps back until it has approved the app for them: `shippingAddress`, `email` … */
  withheld: string[];
  /** A return of it was opened in Shopify, whatever became of it. */
  hasReturns: boolean;
  fulfilmentOrders: FulfilmentOrder[];
}

export interface ShopifyOrderLine {
  id: string;
  variantId: string | null;
  inventoryItemId: string | null;
  sku: string;
  title: string;
  /** As ordered; discounts and taxes are for it. */
  quantity: number;
  /** After edits and refunds. */
  currentQuantity: number;
  requiresShipping: boolean;
  isGiftCard: boolean;
  productType: string;
  productTags: string[];
  unitPrice: number;
  discount: number;
  /** What Shopify says a unit costs after all discounts, rounded. */
  unitNet: number | null;
  taxes: Tax[];
  attributes: { key: string; value: string }[];
}

export interface ShopifyShippingLine {
  title: string;
  code: string;
  amount: number;
  discount: number;
  taxes: Tax[];
}

/** Whether other goods of it are wanted than were ordered: it was edited, or some were refunded or taken off. */
export const isChanged = ({ edited, lines }: Pick<ShopifyOrder, 'edited' | 'lines'>): boolean =>
  edited || lines.some(({ quantity, currentQuantity }) => currentQuantity !== quantity);

/** Nothing of it is to be shipped any more. */
export const isOver = ({ status }: { status: string }): boolean => ['CLOSED', 'CANCELLED', 'INCOMPLETE'].includes(status);

/** Status, delivery and hold words are Shopify's own; a value that is new to us takes the "unknown" branch. */
export interface FulfilmentOrder {
  id: string;
  status: string;
  locationId: string | null;
  locationName: string;
  deliveryMethod: string;
  fulfillAt: string | null;
  holds: { reason: string; ours: boolean }[];
  lines: { id: string; lineId: string; inventoryItemId: string | null; sku: string; total: number; remaining: number }[];
}
