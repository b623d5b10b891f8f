import type { Change } from '../core/world.ts';
import { Refused } from '../core/user-error.ts';
import type { OrderRow } from './rows.ts';

/** Deletes an order as a merchant may: only test orders, cancelled ones, and orders that were archived. orders/delete is told. */
export function deleteOrder(change: Change, order: OrderRow): void {
  const { state } = change;
  if (order.test === 0 && order.cancelled_at === null && order.closed_at === null)
    throw new Refused(`${order.name} can be deleted only when it is a test, cancelled or archived.`);
  const ofOrder = (table: string, column = 'order_id') => state.run(`DELETE FROM ${table} WHERE ${column} = ?`, order.id);
  state.run('DELETE FROM fo_lines WHERE fo_id IN (SELECT id FROM fulfillment_orders WHERE order_id = ?)', order.id);
  state.run('DELETE FROM fulfillment_lines WHERE fulfillment_id IN (SELECT id FROM fulfillments WHERE order_id = ?)', order.id);
  state.run('DELETE FROM refund_lines WHERE refund_id IN (SELECT id FROM refunds WHERE order_id = ?)', order.id);
  for (const table of ['fulfillment_orders', 'fulfillments', 'refunds', 'returns', 'transactions', 'order_lines']) ofOrder(table);
  ofOrder('orders', 'id');
  state.run(
    "INSERT INTO events (shop_id, subject_type, subject_id, action, message, created_at) VALUES (?, 'ORDER', ?, 'destroy', ?, ?)",
    change.shop.id,
    order.id,
    `${order.name} was deleted.`,
    change.at,
  );
  change.tell('orders/delete', () => ({ id: order.id }));
}
