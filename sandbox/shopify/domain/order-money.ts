import type { State } from '../../kit/state.ts';
import { atLeastZero, minus, plus, share, times, ZERO, type Bag } from '../core/money.ts';
import {
  dataOf,
  type LineData,
  type LineRow,
  type OrderData,
  type OrderRow,
  type ShippingLineData,
  type Tax,
  type TransactionRow,
} from './rows.ts';

export interface OrderTotals {
  /** Lines after discounts, without tips; before tax unless prices include it. */
  subtotal: Bag;
  discounts: Bag;
  shipping: Bag;
  tax: Bag;
  tip: Bag;
  /** Additional fees, as they are now. */
  fees: Bag;
  total: Bag;
  currentSubtotal: Bag;
  currentTax: Bag;
  currentTotal: Bag;
  /** Captured less refunded. */
  received: Bag;
  refunded: Bag;
  authorized: Bag;
  /** Negative when the buyer is owed money. */
  outstanding: Bag;
  taxLines: Tax[];
}

const sumOf = (items: readonly { amount: Bag }[]): Bag => plus(ZERO, ...items.map((item) => item.amount));

/** What `quantity` of a line's units cost after discounts. */
export function lineNet(line: LineRow, data: LineData, quantity: number = line.quantity): Bag {
  return minus(times(data.unit, quantity), share(sumOf(data.discounts), quantity, line.quantity));
}

/** Tax on `quantity` of a line's units. */
export const lineTax = (line: LineRow, data: LineData, quantity: number = line.quantity): Bag =>
  share(sumOf(data.taxes), quantity, line.quantity);

export const shippingNet = (line: ShippingLineData): Bag => minus(line.price, sumOf(line.discounts));
export const shippingTax = (line: ShippingLineData): Bag => sumOf(line.taxes);

/** Tax contained in (`included`) or added to an amount. */
export function taxOn(net: Bag, rate: number, included: boolean): Bag {
  const part = included ? rate / (1 + rate) : rate;
  return [Math.round(net[0] * part), Math.round(net[1] * part)];
}

/** Every sum of an order, in both currencies. */
export function orderTotals(state: State, order: OrderRow): OrderTotals {
  const data = dataOf<OrderData>(order);
  const lines = state
    .all<LineRow>('SELECT * FROM order_lines WHERE order_id = ? ORDER BY id', order.id)
    .map((row) => ({ row, data: dataOf<LineData>(row) }));
  const goods = lines.filter((line) => !line.data.tip);
  const tip = plus(ZERO, ...lines.filter((line) => line.data.tip).map((line) => lineNet(line.row, line.data)));
  const subtotal = plus(ZERO, ...goods.map((line) => lineNet(line.row, line.data)));
  const shipping = plus(ZERO, ...data.shippingLines.map(shippingNet));
  const tax = plus(ZERO, ...lines.map((line) => sumOf(line.data.taxes)), ...data.shippingLines.map(shippingTax));
  const discounts = plus(
    ZERO,
    ...lines.map((line) => sumOf(line.data.discounts)),
    ...data.shippingLines.map((line) => sumOf(line.discounts)),
  );
  const fees = plus(ZERO, ...(data.fees ?? []).map(({ price }) => price));
  const total = plus(subtotal, shipping, tip, fees, data.taxesIncluded ? ZERO : tax);

  const currentSubtotal = plus(ZERO, ...goods.map((line) => lineNet(line.row, line.data, line.row.current)));
  const shippingLeft = order.cancelled_at === null ? atLeastZero(minus(shipping, data.refundedShipping)) : ZERO;
  const shippingTaxAll = plus(ZERO, ...data.shippingLines.map(shippingTax));
  const shippingTaxLeft: Bag = [
    shipping[0] === 0 ? 0 : Math.round((shippingTaxAll[0] * shippingLeft[0]) / shipping[0]),
    shipping[1] === 0 ? 0 : Math.round((shippingTaxAll[1] * shippingLeft[1]) / shipping[1]),
  ];
  const currentTip = plus(
    ZERO,
    ...lines.filter((line) => line.data.tip).map((line) => lineNet(line.row, line.data, line.row.current)),
  );
  const currentTax = plus(shippingTaxLeft, ...lines.map((line) => lineTax(line.row, line.data, line.row.current)));
  const feesLeft = order.cancelled_at === null ? fees : ZERO;
  const currentTotal = plus(currentSubtotal, shippingLeft, currentTip, feesLeft, data.taxesIncluded ? ZERO : currentTax);

  const money = transactionSums(state, order.id);
  const outstanding = minus(currentTotal, money.received);
  return {
    subtotal,
    discounts,
    shipping,
    tax,
    tip,
    fees: feesLeft,
    total,
    currentSubtotal,
    currentTax,
    currentTotal,
    ...money,
    outstanding,
    taxLines: taxLines(
      lines.map((l) => l.data),
      data.shippingLines,
    ),
  };
}

/** What was taken, given back and reserved for an order. */
export function transactionSums(state: State, orderId: number): { received: Bag; refunded: Bag; authorized: Bag; captured: Bag } {
  const rows = state.all<TransactionRow>("SELECT * FROM transactions WHERE order_id = ? AND status = 'SUCCESS'", orderId);
  const of = (...kinds: string[]): Bag =>
    plus(ZERO, ...rows.filter((row) => kinds.includes(row.kind)).map((row): Bag => [row.shop_amount, row.amount]));
  const captured = of('SALE', 'CAPTURE');
  const refunded = of('REFUND');
  return { captured, refunded, received: minus(captured, refunded), authorized: of('AUTHORIZATION') };
}

function taxLines(lines: LineData[], shippingLines: ShippingLineData[]): Tax[] {
  const byTitle = new Map<string, Tax>();
  for (const tax of [...lines.flatMap((line) => line.taxes), ...shippingLines.flatMap((line) => line.taxes)]) {
    const key = `${tax.title} ${tax.rate}`;
    const sum = byTitle.get(key);
    byTitle.set(key, { ...tax, amount: sum ? plus(sum.amount, tax.amount) : tax.amount });
  }
  return [...byTitle.values()];
}
