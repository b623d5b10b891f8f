import type { Change } from '../core/world.ts';
import { Refused } from '../core/user-error.ts';
import { orderPayload } from '../webhooks/order-payload.ts';
import { gid } from '../core/gid.ts';
import { removeUnits, updateFulfillmentOrder } from './fulfillment-orders.ts';
import { releaseStock, shipStock } from './inventory.ts';
import { suggestRefund, createRefund } from './refunds.ts';
import { transactionSums } from './order-money.ts';
import { unfulfilledOf } from './order-status.ts';
import { addTransaction } from './payments.ts';
import { dataOf, type FulfillmentOrderRow, type LineRow, type OrderData, type OrderRow, type TransactionRow } from './rows.ts';

export interface CancelRequest {
  reason: string;
  restock: boolean;
  refund: boolean;
  staffNote: string | null;
}

/** Why an order can't be cancelled now; undefined when it can (rules: the schema's description of orderCancel). */
export function cancelObstacle(change: Change, order: OrderRow): string | undefined {
  const { state } = change;
  if (order.cancelled_at !== null) return 'Order has already been cancelled';
  if (state.get("SELECT 1 FROM fulfillments WHERE order_id = ? AND status = 'SUCCESS'", order.id))
    return 'Cannot cancel an order with fulfillments that can’t be cancelled';
  if (state.get("SELECT 1 FROM returns WHERE order_id = ? AND status IN ('OPEN', 'REQUESTED')", order.id))
    return 'Cannot cancel an order with returns in progress';
  const asked =
    "SELECT 1 FROM fulfillment_orders WHERE order_id = ? AND request_status IN ('ACCEPTED', 'CANCELLATION_REQUESTED', 'CANCELLATION_REJECTED') AND status NOT IN ('CLOSED', 'CANCELLED')";
  if (state.get(asked, order.id)) return 'Cannot cancel an order that a fulfillment service has accepted';
  return undefined;
}

/** Cancels an order: units off their fulfilment orders, authorizations voided, money back if asked. The job of orderCancel calls it. */
export function cancelOrder(change: Change, order: OrderRow, request: CancelRequest): void {
  const { state, at } = change;
  const obstacle = cancelObstacle(change, order);
  if (obstacle) throw new Refused(obstacle, { field: ['orderId'], code: 'INVALID' });
  const lines = state.all<LineRow>('SELECT * FROM order_lines WHERE order_id = ? AND current > 0', order.id);
  const money = transactionSums(state, order.id);
  const open = state.all<FulfillmentOrderRow>(
    "SELECT * FROM fulfillment_orders WHERE order_id = ? AND status NOT IN ('CLOSED', 'CANCELLED')",
    order.id,
  );

  for (const line of lines) {
    for (const part of removeUnits(change, order, line, unfulfilledOf(state, line.id))) {
      if (request.restock) releaseStock(change, line.item_id, part.locationId, part.quantity);
      else shipStock(change, line.item_id, part.locationId, part.quantity);
    }
  }
  for (const fo of open) {
    state.run('DELETE FROM holds WHERE fo_id = ?', fo.id);
    updateFulfillmentOrder(change, fo.id, { status: 'CLOSED' });
    change.tell('fulfillment_orders/cancelled', () => ({
      fulfillment_order: { id: gid('FulfillmentOrder', fo.id), status: 'closed' },
    }));
  }
  if (request.refund && money.received[0] > 0) {
    const suggestion = suggestRefund(
      state,
      order,
      lines.map((line) => ({ lineId: line.id, quantity: line.current })),
      'full',
    );
    createRefund(change, order, {
      lines: lines.map((line) => ({ lineId: line.id, quantity: line.current, restockType: 'NO_RESTOCK', locationId: undefined })),
      shipping: suggestion.maximumShipping[1] > 0 ? 'full' : undefined,
      transactions: suggestion.transactions.map(({ parent, amount }) => ({
        parentId: parent.id,
        gateway: parent.gateway,
        amount: amount[1],
      })),
      note: request.staffNote,
      allowOver: false,
      discrepancyReason: null,
      returnId: null,
    });
  } else {
    state.run('UPDATE order_lines SET current = 0 WHERE order_id = ?', order.id);
  }
  const authorization = state.get<TransactionRow>(
    "SELECT * FROM transactions WHERE order_id = ? AND kind = 'AUTHORIZATION' AND status = 'SUCCESS'",
    order.id,
  );
  const captured = money.captured[0] > 0;
  if (authorization && !captured)
    addTransaction(change, order, {
      kind: 'VOID',
      amount: [authorization.shop_amount, authorization.amount],
      gateway: authorization.gateway,
      parentId: authorization.id,
    });
  const fresh = state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', order.id) as OrderRow;
  const data = dataOf<OrderData>(fresh);
  if (!captured) data.voided = true;
  if (request.staffNote) data.staffNote = request.staffNote;
  state.run(
    'UPDATE orders SET cancelled_at = ?, closed_at = coalesce(closed_at, ?), cancel_reason = ?, routed = 1, data = ? WHERE id = ?',
    at,
    at,
    request.reason,
    JSON.stringify(data),
    order.id,
  );
  change.orderTouched(order.id);
  change.tell('orders/cancelled', (wanted) => orderPayload(change.world, order.id, wanted));
}
