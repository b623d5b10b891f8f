import type { Change } from '../core/world.ts';
import { gid } from '../core/gid.ts';
import { fixed, type Bag } from '../core/money.ts';
import { Refused } from '../core/user-error.ts';
import { dateTime } from '../core/moment.ts';
import { orderTotals, transactionSums } from './order-money.ts';
import { routePaidGiftCards } from './gift-cards.ts';
import { dataOf, type OrderData, type OrderRow, type TransactionData, type TransactionRow } from './rows.ts';

const AUTHORIZATION_DAYS = 7;

export function orderById(
  change: Change,
  id: number | undefined,
  field: string[] = ['id'],
  code: string | null = null,
): OrderRow {
  const row =
    id === undefined
      ? undefined
      : change.state.get<OrderRow>('SELECT * FROM orders WHERE id = ? AND shop_id = ?', id, change.shop.id);
  if (!row) throw new Refused('Order does not exist', { field, code });
  return row;
}

/** Books a transaction; ORDER_TRANSACTIONS_CREATE goes out. */
export function addTransaction(
  change: Change,
  order: OrderRow,
  {
    kind,
    amount,
    gateway,
    parentId = null,
    refundId = null,
    status = 'SUCCESS',
  }: { kind: string; amount: Bag; gateway: string; parentId?: number | null; refundId?: number | null; status?: string },
): number {
  const known = change.shop.data.gateways.find((candidate) => candidate.id === gateway);
  const data: TransactionData = {
    label: known?.label ?? gateway,
    manual: known?.manual ?? false,
    test: order.test === 1,
    paymentId: known?.manual ? null : `c${order.id}.${kind === 'REFUND' ? 2 : 1}`,
    expiresAt: kind === 'AUTHORIZATION' ? change.at + AUTHORIZATION_DAYS * 86_400_000 : null,
  };
  const { lastId } = change.state.run(
    'INSERT INTO transactions (shop_id, order_id, parent_id, refund_id, kind, status, gateway, shop_amount, amount, data, created_at) VALUES (?,?,?,?,?,?,?,?,?,?,?)',
    order.shop_id,
    order.id,
    parentId,
    refundId,
    kind,
    status,
    gateway,
    amount[0],
    amount[1],
    JSON.stringify(data),
    change.at,
  );
  change.tell('order_transactions/create', () => ({
    id: lastId,
    admin_graphql_api_id: gid('OrderTransaction', lastId),
    order_id: order.id,
    kind: kind.toLowerCase(),
    status: status.toLowerCase(),
    gateway,
    amount: fixed(amount[1], order.presentment),
    currency: order.presentment,
    parent_id: parentId,
    created_at: dateTime(change.at),
    test: data.test,
  }));
  change.orderTouched(order.id);
  return lastId;
}

/** Takes the outstanding amount: captures what was authorized, else books a sale (orderMarkAsPaid: a manual payment). */
export function payOrder(change: Change, order: OrderRow, gateway?: string): void {
  const { state } = change;
  const due = orderTotals(state, order).outstanding;
  if (order.cancelled_at !== null) throw new Refused('The order is cancelled.', { field: ['id'] });
  if (due[0] <= 0) throw new Refused('Order cannot be marked as paid.', { field: ['id'] });
  const authorization = state.get<TransactionRow>(
    "SELECT * FROM transactions WHERE order_id = ? AND kind = 'AUTHORIZATION' AND status = 'SUCCESS'",
    order.id,
  );
  const pending = state.get<TransactionRow>("SELECT * FROM transactions WHERE order_id = ? AND status = 'PENDING'", order.id);
  if (authorization && transactionSums(state, order.id).captured[0] === 0) {
    addTransaction(change, order, { kind: 'CAPTURE', amount: due, gateway: authorization.gateway, parentId: authorization.id });
  } else if (pending && pending.shop_amount === due[0]) {
    state.run("UPDATE transactions SET status = 'SUCCESS' WHERE id = ?", pending.id);
  } else {
    addTransaction(change, order, {
      kind: 'SALE',
      amount: due,
      gateway: gateway ?? dataOf<OrderData>(order).gateways[0] ?? 'manual',
    });
  }
  change.orderTouched(order.id);
  routePaidGiftCards(change, order.id);
}

/** orderCapture: part or all of an authorization. `amount` is in the buyer's currency. */
export function captureOrder(change: Change, order: OrderRow, parentId: number | undefined, amount: number): number {
  const { state } = change;
  const parent = state.get<TransactionRow>(
    "SELECT * FROM transactions WHERE id = ? AND order_id = ? AND kind = 'AUTHORIZATION'",
    parentId ?? 0,
    order.id,
  );
  if (!parent) throw new Refused('Transaction does not exist', { field: ['parentTransactionId'] });
  const captured =
    state.get<{ n: number }>(
      "SELECT coalesce(sum(amount), 0) AS n FROM transactions WHERE parent_id = ? AND kind = 'CAPTURE' AND status = 'SUCCESS'",
      parent.id,
    )?.n ?? 0;
  if (amount <= 0 || captured + amount > parent.amount)
    throw new Refused('The amount is more than what is left of the authorization.', { field: ['amount'] });
  const shopAmount =
    captured + amount === parent.amount
      ? parent.shop_amount - shopCaptured(change, parent.id)
      : Math.round((parent.shop_amount * amount) / parent.amount);
  const id = addTransaction(change, order, {
    kind: 'CAPTURE',
    amount: [shopAmount, amount],
    gateway: parent.gateway,
    parentId: parent.id,
  });
  routePaidGiftCards(change, order.id);
  return id;
}

const shopCaptured = (change: Change, parentId: number): number =>
  change.state.get<{ n: number }>(
    "SELECT coalesce(sum(shop_amount), 0) AS n FROM transactions WHERE parent_id = ? AND kind = 'CAPTURE' AND status = 'SUCCESS'",
    parentId,
  )?.n ?? 0;
