import type { Change } from '../core/world.ts';
import { ZERO, type Bag } from '../core/money.ts';
import { taxOn } from './order-money.ts';
import {
  dataOf,
  type LineData,
  type LineRow,
  type OrderData,
  type OrderRow,
  type ProductRow,
  type VariantData,
  type VariantRow,
} from './rows.ts';

/** An amount of shop currency in both currencies; `rate` is minor units of the shop's for one of the buyer's. */
export const inBothCurrencies = (shopMinor: number, rate: number): Bag => [
  shopMinor,
  rate === 1 ? shopMinor : Math.round(shopMinor / rate),
];

export interface LineRequest {
  variant: VariantRow | undefined;
  title: string;
  sku: string | null;
  quantity: number;
  unit: Bag;
  taxable: boolean;
  requiresShipping: boolean;
  giftCard: boolean;
  tip: boolean;
  attributes: { key: string; value: string }[];
  group: LineData['group'];
}

/** A line as the order keeps it: a copy of the product's words as they were when it was bought. */
export function lineData(change: Change, request: LineRequest): LineData {
  const product = request.variant
    ? change.state.get<ProductRow>('SELECT * FROM products WHERE id = ?', request.variant.product_id)
    : undefined;
  const variantTitle = request.variant && request.variant.title !== 'Default Title' ? request.variant.title : null;
  return {
    title: product?.title ?? request.title,
    variantTitle,
    vendor: product?.vendor ?? null,
    unit: request.unit,
    discounts: [],
    taxes: [],
    attributes: request.attributes,
    taxable: request.taxable,
    giftCard: request.giftCard,
    tip: request.tip,
    weight: request.variant ? dataOf<VariantData>(request.variant).weight : null,
    group: request.group,
  };
}

export function insertLine(change: Change, orderId: number, request: LineRequest, data: LineData): LineRow {
  const { lastId } = change.state.run(
    'INSERT INTO order_lines (order_id, variant_id, product_id, item_id, sku, quantity, current, requires_shipping, data) VALUES (?,?,?,?,?,?,?,?,?)',
    orderId,
    request.variant?.id ?? null,
    request.variant?.product_id ?? null,
    request.variant?.item_id ?? null,
    request.sku,
    request.quantity,
    request.quantity,
    request.requiresShipping ? 1 : 0,
    JSON.stringify(data),
  );
  return change.state.get<LineRow>('SELECT * FROM order_lines WHERE id = ?', lastId) as LineRow;
}

/** A variant added to an order by an edit: full price (or the one given), no discount, taxed as the shop taxes. */
export function addVariantLine(change: Change, order: OrderRow, variant: VariantRow, quantity: number, price?: number): LineRow {
  const orderData = dataOf<OrderData>(order);
  const product = change.state.get<ProductRow>('SELECT * FROM products WHERE id = ?', variant.product_id);
  const request: LineRequest = {
    variant,
    title: product?.title ?? '',
    sku: variant.sku,
    quantity,
    unit: inBothCurrencies(price ?? variant.price, orderData.rate),
    taxable: variant.taxable === 1,
    requiresShipping: variant.requires_shipping === 1,
    giftCard: product?.gift_card === 1,
    tip: false,
    attributes: [],
    group: null,
  };
  const data = lineData(change, request);
  const { taxRate, taxTitle } = change.shop.data;
  if (request.taxable && !orderData.taxExempt && taxRate > 0) {
    const net: Bag = [data.unit[0] * quantity, data.unit[1] * quantity];
    data.taxes = [{ title: taxTitle, rate: taxRate, amount: net[0] === 0 ? ZERO : taxOn(net, taxRate, orderData.taxesIncluded) }];
  }
  return insertLine(change, order.id, request, data);
}
