import type { State } from '../../kit/state.ts';
import type { Change } from '../core/world.ts';
import { orderTotals } from './order-money.ts';
import { dataOf, type FoLineRow, type FulfillmentOrderRow, type LineRow, type OrderData, type OrderRow } from './rows.ts';

/** Works out an order's statuses again after a change; tells which webhooks the step from the old ones deserves. */
export function bringOrderUpToDate(change: Change, orderId: number): string[] {
  const { state } = change;
  const order = state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', orderId);
  if (!order) return [];
  const financial = financialStatus(state, order);
  const fulfillment = fulfillmentStatus(state, order);
  const topics: string[] = [];
  if (
    financial === 'PAID' &&
    order.financial !== 'PAID' &&
    ['PENDING', 'AUTHORIZED', 'PARTIALLY_PAID', 'NEW'].includes(order.financial)
  )
    topics.push('orders/paid');
  if (fulfillment === 'FULFILLED' && order.fulfillment !== 'FULFILLED') topics.push('orders/fulfilled');
  if (fulfillment === 'PARTIALLY_FULFILLED' && order.fulfillment !== 'PARTIALLY_FULFILLED')
    topics.push('orders/partially_fulfilled');
  state.run('UPDATE orders SET financial = ?, fulfillment = ? WHERE id = ?', financial, fulfillment, orderId);
  return topics;
}

function financialStatus(state: State, order: OrderRow): string {
  const totals = orderTotals(state, order);
  const captured = totals.received[0] + totals.refunded[0];
  if (totals.refunded[0] > 0) return totals.refunded[0] >= captured ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
  if (dataOf<OrderData>(order).voided) return 'VOIDED';
  if (captured > 0) return captured >= totals.currentTotal[0] ? 'PAID' : 'PARTIALLY_PAID';
  if (totals.authorized[0] > 0) {
    const expired = state.get(
      "SELECT 1 FROM transactions WHERE order_id = ? AND kind = 'AUTHORIZATION' AND json_extract(data, '$.expired') = 1",
      order.id,
    );
    return expired ? 'EXPIRED' : 'AUTHORIZED';
  }
  return totals.total[0] === 0 ? 'PAID' : 'PENDING';
}

function fulfillmentStatus(state: State, order: OrderRow): string {
  const lines = state.all<LineRow>('SELECT * FROM order_lines WHERE order_id = ?', order.id);
  const fulfillable = lines.filter((line) => !isTip(line));
  const fulfilled = fulfilledByLine(state, order.id);
  const shipped = [...fulfilled.values()].reduce((sum, quantity) => sum + quantity, 0);
  const orders = state.all<FulfillmentOrderRow>('SELECT * FROM fulfillment_orders WHERE order_id = ?', order.id);
  const remaining = state.get<{ n: number }>(
    "SELECT coalesce(sum(l.remaining), 0) AS n FROM fo_lines l JOIN fulfillment_orders f ON f.id = l.fo_id WHERE f.order_id = ? AND f.status NOT IN ('CLOSED', 'CANCELLED')",
    order.id,
  )?.n;
  if (!remaining && order.routed === 1) {
    if (shipped > 0) return 'FULFILLED';
    if (order.cancelled_at === null && fulfillable.every((line) => line.current === 0)) return 'FULFILLMENT_NOT_REQUIRED';
  }
  if (shipped > 0) return 'PARTIALLY_FULFILLED';
  const open = orders.filter((fo) => !['CLOSED', 'CANCELLED'].includes(fo.status));
  if (open.length > 0) {
    if (open.every((fo) => fo.status === 'SCHEDULED')) return 'SCHEDULED';
    if (open.every((fo) => fo.status === 'ON_HOLD')) return 'ON_HOLD';
    if (open.some((fo) => fo.request_status === 'REJECTED')) return 'REQUEST_DECLINED';
    if (open.every((fo) => fo.status === 'IN_PROGRESS' || fo.request_status === 'SUBMITTED' || fo.request_status === 'ACCEPTED'))
      return 'IN_PROGRESS';
  }
  return 'UNFULFILLED';
}

const isTip = (line: LineRow): boolean => line.data.includes('"tip":true');

/** Units of each line that left in fulfilments which still stand. */
export function fulfilledByLine(state: State, orderId: number): Map<number, number> {
  const rows = state.all<{ line_id: number; n: number }>(
    "SELECT l.line_id, sum(l.quantity) AS n FROM fulfillment_lines l JOIN fulfillments f ON f.id = l.fulfillment_id WHERE f.order_id = ? AND f.status = 'SUCCESS' GROUP BY l.line_id",
    orderId,
  );
  return new Map(rows.map((row) => [row.line_id, row.n]));
}

/** Units of a line that open fulfilment orders still have to fulfil. */
export function unfulfilledOf(state: State, lineId: number): number {
  return (
    state.get<{ n: number }>(
      "SELECT coalesce(sum(l.remaining), 0) AS n FROM fo_lines l JOIN fulfillment_orders f ON f.id = l.fo_id WHERE l.line_id = ? AND f.status NOT IN ('CLOSED', 'CANCELLED')",
      lineId,
    )?.n ?? 0
  );
}

/** Lines of a fulfilment order. */
export const foLines = (state: State, foId: number): FoLineRow[] =>
  state.all<FoLineRow>('SELECT * FROM fo_lines WHERE fo_id = ? ORDER BY id', foId);
