import type { Change } from '../core/world.ts';
import type { State } from '../../kit/state.ts';
import { newId } from '../core/tables.ts';
import { minus, plus, share, ZERO, type Bag } from '../core/money.ts';
import { Refused } from '../core/user-error.ts';
import { refundPayload } from '../webhooks/order-payload.ts';
import { removeUnits } from './fulfillment-orders.ts';
import { releaseStock, restock, shipStock } from './inventory.ts';
import { lineNet, lineTax, orderTotals, shippingNet, shippingTax, transactionSums } from './order-money.ts';
import { unfulfilledOf } from './order-status.ts';
import { addTransaction } from './payments.ts';
import {
  dataOf,
  type LineData,
  type LineRow,
  type OrderData,
  type OrderRow,
  type RefundData,
  type RefundLineData,
  type TransactionRow,
} from './rows.ts';

export interface RefundLineRequest {
  lineId: number | undefined;
  quantity: number;
  restockType: 'NO_RESTOCK' | 'CANCEL' | 'RETURN';
  locationId: number | undefined;
}

export interface RefundRequest {
  lines: RefundLineRequest[];
  /** Shipping to give back, in the buyer's currency; 'full' = all that is left. */
  shipping: number | 'full' | undefined;
  /** Money to move; undefined: none. In the buyer's currency. */
  transactions: { parentId: number | null; gateway: string; amount: number }[];
  note: string | null;
  allowOver: boolean;
  discrepancyReason: string | null;
  returnId: number | null;
}

/** What giving back some lines and shipping would come to. */
export interface Suggestion {
  lines: { line: LineRow; quantity: number; subtotal: Bag; tax: Bag }[];
  subtotal: Bag;
  tax: Bag;
  shipping: Bag;
  maximumShipping: Bag;
  total: Bag;
  maximum: Bag;
  transactions: { parent: TransactionRow; amount: Bag }[];
}

/** Value of units and shipping as Order.suggestedRefund works it out: after discounts, with tax, never more than was received. */
export function suggestRefund(
  state: State,
  order: OrderRow,
  lines: { lineId: number | undefined; quantity: number }[],
  shipping: number | 'full' | undefined,
): Suggestion {
  const data = dataOf<OrderData>(order);
  const totals = orderTotals(state, order);
  const priced = lines.map(({ lineId, quantity }, index) => {
    const line = state.get<LineRow>('SELECT * FROM order_lines WHERE id = ? AND order_id = ?', lineId ?? 0, order.id);
    const field = ['refundLineItems', String(index)];
    if (!line) throw new Refused('Line item does not exist on this order.', { field });
    if (quantity < 0 || quantity > line.current)
      throw new Refused('Quantity cannot refund more items than were purchased', { field: [...field, 'quantity'] });
    const lineData = dataOf<LineData>(line);
    return { line, quantity, subtotal: lineNet(line, lineData, quantity), tax: lineTax(line, lineData, quantity) };
  });
  const subtotal = plus(ZERO, ...priced.map((line) => line.subtotal));
  const tax = plus(ZERO, ...priced.map((line) => line.tax));
  const paidShipping = plus(ZERO, ...data.shippingLines.map(shippingNet));
  const maximumShipping = minus(paidShipping, data.refundedShipping);
  const wanted: Bag = shipping === 'full' ? maximumShipping : shipping === undefined ? ZERO : inBoth(data, shipping);
  if (wanted[1] > maximumShipping[1])
    throw new Refused('Shipping refund amount is more than what is left to refund.', { field: ['shipping', 'amount'] });
  const shippingTaxAll = plus(ZERO, ...data.shippingLines.map(shippingTax));
  const shippingTaxPart: Bag = paidShipping[1] === 0 ? ZERO : share(shippingTaxAll, wanted[1], paidShipping[1]);
  const due = plus(subtotal, wanted, data.taxesIncluded ? ZERO : plus(tax, shippingTaxPart));
  const maximum = totals.received;
  const total: Bag = [Math.min(due[0], Math.max(0, maximum[0])), Math.min(due[1], Math.max(0, maximum[1]))];
  return {
    lines: priced,
    subtotal,
    tax: plus(tax, shippingTaxPart),
    shipping: wanted,
    maximumShipping,
    total,
    maximum,
    transactions: spread(state, order, total),
  };
}

/** Which payments the money goes back to, oldest first. */
function spread(state: State, order: OrderRow, total: Bag): { parent: TransactionRow; amount: Bag }[] {
  const payments = state.all<TransactionRow>(
    "SELECT * FROM transactions WHERE order_id = ? AND kind IN ('SALE', 'CAPTURE') AND status = 'SUCCESS' ORDER BY id",
    order.id,
  );
  const result: { parent: TransactionRow; amount: Bag }[] = [];
  let left = total;
  for (const parent of payments) {
    const given = state.get<{ s: number; p: number }>(
      "SELECT coalesce(sum(shop_amount), 0) AS s, coalesce(sum(amount), 0) AS p FROM transactions WHERE parent_id = ? AND kind = 'REFUND' AND status = 'SUCCESS'",
      parent.id,
    ) ?? { s: 0, p: 0 };
    const free: Bag = [parent.shop_amount - given.s, parent.amount - given.p];
    const amount: Bag = [Math.min(left[0], free[0]), Math.min(left[1], free[1])];
    if (amount[1] > 0) result.push({ parent, amount });
    left = minus(left, amount);
  }
  return result;
}

const inBoth = (data: OrderData, presentment: number): Bag => [Math.round(presentment * data.rate), presentment];

/** refundCreate: gives units and money back, and puts the units where the restock type says. */
export function createRefund(change: Change, order: OrderRow, request: RefundRequest): number {
  const { state, at } = change;
  const suggestion = suggestRefund(state, order, request.lines, request.shipping);
  const money: Bag = plus(
    ZERO,
    ...request.transactions.map((transaction) => inBoth(dataOf<OrderData>(order), transaction.amount)),
  );
  const received = transactionSums(state, order.id).received;
  if (money[1] > received[1] && !request.allowOver)
    throw new Refused('Refund amount cannot be more than the amount received', { field: ['transactions'] });
  if (suggestion.lines.length === 0 && suggestion.shipping[1] === 0 && money[1] === 0)
    throw new Refused('Nothing to refund', { field: ['input'] });

  const refundId = state.run(
    'INSERT INTO refunds (shop_id, order_id, return_id, note, data, created_at) VALUES (?,?,?,?,?,?)',
    order.shop_id,
    order.id,
    request.returnId,
    request.note,
    '{}',
    at,
  ).lastId;
  request.lines.forEach((asked, index) => {
    const priced = suggestion.lines[index];
    if (!priced) return;
    const location = moveUnits(change, order, priced.line, asked);
    const data: RefundLineData = { subtotal: priced.subtotal, tax: priced.tax, price: dataOf<LineData>(priced.line).unit };
    state.run(
      'INSERT INTO refund_lines (refund_id, line_id, quantity, restock_type, restocked, location_id, data) VALUES (?,?,?,?,?,?,?)',
      refundId,
      priced.line.id,
      asked.quantity,
      asked.restockType,
      asked.restockType === 'NO_RESTOCK' ? 0 : 1,
      location ?? null,
      JSON.stringify(data),
    );
    state.run('UPDATE order_lines SET current = current - ? WHERE id = ?', asked.quantity, priced.line.id);
  });

  const data: RefundData = { shipping: [], adjustments: [] };
  const orderData = dataOf<OrderData>(order);
  if (suggestion.shipping[1] > 0) {
    const [first] = orderData.shippingLines;
    data.shipping.push({
      lineId: first?.id ?? 0,
      amount: suggestion.shipping,
      tax: minus(suggestion.tax, plus(ZERO, ...suggestion.lines.map((line) => line.tax))),
    });
    orderData.refundedShipping = plus(orderData.refundedShipping, suggestion.shipping);
    state.run('UPDATE orders SET data = ? WHERE id = ?', JSON.stringify(orderData), order.id);
  }
  const difference = minus(suggestion.total, money);
  if (request.transactions.length > 0 && difference[1] !== 0) {
    data.adjustments.push({
      id: newId(state, 'plain_ids'),
      reason: request.discrepancyReason ?? 'REFUND_DISCREPANCY',
      amount: difference,
      tax: ZERO,
    });
  }
  state.run('UPDATE refunds SET data = ? WHERE id = ?', JSON.stringify(data), refundId);

  for (const transaction of request.transactions) {
    const parent = state.get<TransactionRow>(
      'SELECT * FROM transactions WHERE id = ? AND order_id = ?',
      transaction.parentId ?? 0,
      order.id,
    );
    const whole = parent !== undefined && transaction.amount === parent.amount;
    const amount: Bag = whole ? [parent.shop_amount, parent.amount] : inBoth(orderData, transaction.amount);
    addTransaction(change, order, {
      kind: 'REFUND',
      amount,
      gateway: transaction.gateway,
      parentId: transaction.parentId,
      refundId,
    });
  }
  change.orderTouched(order.id);
  change.tell('refunds/create', () => refundPayload(change.world, refundId));
  return refundId;
}

/** CANCEL takes unshipped units off their fulfilment orders and back to stock, RETURN puts shipped ones back, NO_RESTOCK writes unshipped ones off. */
function moveUnits(change: Change, order: OrderRow, line: LineRow, asked: RefundLineRequest): number | undefined {
  const open = unfulfilledOf(change.state, line.id);
  const shipped = line.current - open;
  if (asked.restockType === 'RETURN') {
    if (order.routed === 1 && asked.quantity > shipped)
      throw new Refused('More units than were fulfilled cannot be returned.', { field: ['refundLineItems'] });
    const location = asked.locationId ?? firstLocation(change, order);
    if (location !== undefined) restock(change, line.item_id, location, asked.quantity);
    return location;
  }
  const unshipped =
    asked.restockType === 'CANCEL' ? asked.quantity : Math.max(0, Math.min(open, asked.quantity - Math.max(0, shipped)));
  if (asked.restockType === 'CANCEL' && unshipped > open)
    throw new Refused('Cannot cancel units that are already fulfilled.', { field: ['refundLineItems'] });
  const taken = removeUnits(change, order, line, unshipped);
  for (const part of taken) {
    if (asked.restockType === 'CANCEL') {
      releaseStock(change, line.item_id, part.locationId, part.quantity);
    } else shipStock(change, line.item_id, part.locationId, part.quantity);
  }
  return asked.locationId ?? taken[0]?.locationId;
}

const firstLocation = (change: Change, order: OrderRow): number | undefined =>
  change.state.get<{ location_id: number }>(
    'SELECT location_id FROM fulfillments WHERE order_id = ? ORDER BY id LIMIT 1',
    order.id,
  )?.location_id ??
  change.state.get<{ id: number }>(
    'SELECT id AS id FROM locations WHERE shop_id = ? AND active = 1 ORDER BY priority',
    order.shop_id,
  )?.id;
