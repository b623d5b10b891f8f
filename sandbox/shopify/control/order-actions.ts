import { BadRequest } from '../../kit/http.ts';
import type { Change } from '../core/world.ts';
import { toMinor } from '../core/money.ts';
import { newId } from '../core/tables.ts';
import { idOf } from '../core/gid.ts';
import { cancelOrder } from '../domain/cancel-order.ts';
import { variantByName } from '../domain/catalogue.ts';
import { commitEdit, type StagedEdit } from '../domain/edit-order.ts';
import { createFulfillment, trackingOf } from '../domain/fulfilments.ts';
import { locationByName } from '../domain/locations.ts';
import { foLines, fulfilledByLine } from '../domain/order-status.ts';
import { addTransaction, payOrder } from '../domain/payments.ts';
import { createRefund, suggestRefund, type RefundLineRequest } from '../domain/refunds.ts';
import { createReturn, processReturn, returnable, returnById } from '../domain/returns.ts';
import type { FulfillmentLineRow, FulfillmentOrderRow, LineRow, OrderRow, ReturnLineRow } from '../domain/rows.ts';
import type { Body } from './action-bodies.ts';
import { nthFulfillmentOrder } from './fulfilment-order-actions.ts';
import { findLine, lineOf } from './line-ref.ts';

export function cancel(change: Change, order: OrderRow, body: Body<'cancel'>): void {
  cancelOrder(change, order, {
    reason: (body.reason ?? 'CUSTOMER').toUpperCase(),
    restock: body.restock,
    refund: body.refund,
    staffNote: body.note ?? null,
  });
}

export function edit(change: Change, order: OrderRow, body: Body<'edit'>): void {
  const money = (value: unknown) => toMinor(value, order.currency);
  const staged: StagedEdit = {
    ...{ quantities: {}, added: [] },
    discounts: body.discounts.map((ref) => ({ lineId: lineOf(change, order, ref).id, amount: money(ref.amount) })),
    shipping: body.shipping ? [{ title: body.shipping.title, price: money(body.shipping.price) }] : [],
  };
  for (const ref of body.lines) {
    const line = findLine(change, order, ref);
    if (line) staged.quantities[line.id] = { quantity: ref.quantity, restock: body.restock };
    else if (ref.sku)
      staged.added.push({
        variantId: variantByName(change, ref.sku).id,
        quantity: ref.quantity,
        price: ref.price === undefined ? undefined : money(ref.price),
      });
    else throw new BadRequest(`${order.name} has no line ${ref.lineId ?? ''}.`);
  }
  commitEdit(change, order, staged);
}

export function refund(change: Change, order: OrderRow, body: Body<'refund'>): void {
  const { state } = change;
  const everything = body.lines === undefined && body.shipping === undefined && body.amount === undefined;
  const location = body.location ? locationByName(state, change.shop, body.location).id : undefined;
  const asked = everything
    ? state
        .all<LineRow>('SELECT * FROM order_lines WHERE order_id = ? AND current > 0', order.id)
        .map((line) => ({ line, quantity: line.current }))
    : (body.lines ?? []).map((ref) => ({ line: lineOf(change, order, ref), quantity: ref.quantity }));
  const requests = asked.flatMap(({ line, quantity }) => restockRequests(change, order, line, quantity, body.restock, location));
  const shipping =
    everything || body.shipping === true
      ? ('full' as const)
      : body.shipping === undefined || body.shipping === false
        ? undefined
        : toMinor(body.shipping, order.presentment);
  const suggestion = suggestRefund(state, order, requests, shipping);
  let left = body.amount === undefined ? undefined : toMinor(body.amount, order.presentment);
  const transactions = body.money
    ? suggestion.transactions.flatMap(({ parent, amount: bag }) => {
        const part = left === undefined ? bag[1] : Math.min(left, bag[1]);
        if (left !== undefined) left -= part;
        return part > 0 ? [{ parentId: parent.id, gateway: parent.gateway, amount: part }] : [];
      })
    : [];
  if (left !== undefined && left > 0) {
    const payment = state.get<{ id: number; gateway: string }>(
      "SELECT id, gateway FROM transactions WHERE order_id = ? AND kind IN ('SALE', 'CAPTURE') AND status = 'SUCCESS' ORDER BY id",
      order.id,
    );
    if (!payment) throw new BadRequest(`${order.name} has no payment that could be given back.`);
    transactions.push({ parentId: payment.id, gateway: payment.gateway, amount: left });
  }
  createRefund(change, order, {
    lines: requests,
    shipping,
    transactions,
    note: body.note ?? null,
    allowOver: false,
    discrepancyReason: null,
    returnId: null,
  });
}

/** Unshipped units are cancelled, shipped ones returned, as far as restocking was asked for at all. */
function restockRequests(
  change: Change,
  order: OrderRow,
  line: LineRow,
  quantity: number,
  restock: Body<'refund'>['restock'],
  location: number | undefined,
): RefundLineRequest[] {
  const base = { lineId: line.id, locationId: location };
  if (restock === false || restock === 'no_restock') return [{ ...base, quantity, restockType: 'NO_RESTOCK' }];
  if (restock === 'cancel' || restock === 'return')
    return [{ ...base, quantity, restockType: restock === 'cancel' ? 'CANCEL' : 'RETURN' }];
  const open =
    change.state.get<{ n: number }>(
      "SELECT coalesce(sum(l.remaining), 0) AS n FROM fo_lines l JOIN fulfillment_orders f ON f.id = l.fo_id WHERE l.line_id = ? AND f.status NOT IN ('CLOSED', 'CANCELLED')",
      line.id,
    )?.n ?? 0;
  const unshipped = Math.min(open, quantity);
  const shipped = Math.min(quantity - unshipped, fulfilledByLine(change.state, order.id).get(line.id) ?? 0);
  const rest = quantity - unshipped - shipped;
  return [
    ...(unshipped > 0 ? [{ ...base, quantity: unshipped, restockType: 'CANCEL' as const }] : []),
    ...(shipped > 0 ? [{ ...base, quantity: shipped, restockType: 'RETURN' as const }] : []),
    ...(rest > 0 ? [{ ...base, quantity: rest, restockType: 'NO_RESTOCK' as const }] : []),
  ];
}

export function pay(change: Change, order: OrderRow, body: Body<'pay'>): void {
  if (body.amount === undefined) return payOrder(change, order, body.gateway);
  const minor = toMinor(body.amount, order.currency);
  const rate = (JSON.parse(order.data) as { rate: number }).rate;
  addTransaction(change, order, { kind: 'SALE', amount: [minor, Math.round(minor / rate)], gateway: body.gateway ?? 'manual' });
  return undefined;
}

export function fulfil(change: Change, order: OrderRow, body: Body<'fulfil'>): void {
  const open = change.state.all<FulfillmentOrderRow>(
    "SELECT * FROM fulfillment_orders WHERE order_id = ? AND status IN ('OPEN', 'IN_PROGRESS') ORDER BY id",
    order.id,
  );
  const chosen = body.fulfilmentOrder === undefined ? open : [nthFulfillmentOrder(change, order, body.fulfilmentOrder)];
  const tracking = trackingOf({ company: body.carrier, numbers: body.tracking ? [body.tracking] : [], urls: [] });
  if (chosen.length === 0) throw new BadRequest(`${order.name} has no open fulfilment order.`);
  const left = new Map(body.lines?.map((ref) => [lineOf(change, order, ref).id, ref.quantity]));
  for (const fo of chosen) {
    const portions = foLines(change.state, fo.id).flatMap((line) => {
      const quantity = body.lines ? Math.min(line.remaining, left.get(line.line_id) ?? 0) : line.remaining;
      if (quantity > 0) left.set(line.line_id, (left.get(line.line_id) ?? 0) - quantity);
      return quantity > 0 ? [{ id: line.id, quantity }] : [];
    });
    if (portions.length > 0)
      createFulfillment(change, {
        groups: [{ foId: fo.id, lines: portions }],
        tracking,
        notify: body.notify,
        message: null,
        byApp: false,
      });
  }
  if (body.lines && [...left.values()].some((quantity) => quantity > 0))
    throw new BadRequest(`${order.name} has not that many units left to ship.`);
}

export function openReturn(change: Change, order: OrderRow, body: Body<'return'>): void {
  const wanted = body.lines.flatMap((ref) => {
    const line = lineOf(change, order, ref);
    let left = ref.quantity;
    return change.state
      .all<FulfillmentLineRow>(
        "SELECT l.* FROM fulfillment_lines l JOIN fulfillments f ON f.id = l.fulfillment_id WHERE l.line_id = ? AND f.status = 'SUCCESS' ORDER BY l.id",
        line.id,
      )
      .flatMap((row) => {
        const quantity = Math.min(left, returnable(change.state, row));
        left -= quantity;
        return quantity > 0 ? [{ fulfillmentLineId: row.id, quantity, reasonId: null, note: body.note ?? null }] : [];
      });
  });
  createReturn(change, order, wanted, body.requested ? 'REQUESTED' : 'OPEN');
}

export function processWholeReturn(change: Change, order: OrderRow, name: string, body: Body<'processReturn'>): void {
  const found = change.state.get<{ id: number }>(
    'SELECT id FROM returns WHERE order_id = ? AND (name = ? OR name = ? OR id = ?)',
    order.id,
    name,
    `#${name}`,
    idOf('Return', name) ?? Number(name.replace(/\D/g, '')),
  );
  const row = returnById(change, found?.id, ['return']);
  const location = body.restock ? locationByName(change.state, change.shop, body.restock).id : undefined;
  const open = change.state.all<ReturnLineRow>('SELECT * FROM return_lines WHERE return_id = ? AND processed < quantity', row.id);
  const suggestion = suggestRefund(
    change.state,
    order,
    open.map((line) => ({ lineId: line.line_id, quantity: line.quantity - line.processed })),
    undefined,
  );
  processReturn(change, row, {
    note: null,
    lines: open.map((line) => ({
      returnLineId: line.id,
      quantity: line.quantity - line.processed,
      dispositions:
        location === undefined ? [] : [{ type: 'RESTOCKED', quantity: line.quantity - line.processed, locationId: location }],
    })),
    refund: body.refund
      ? {
          shipping: undefined,
          allowOver: false,
          transactions: suggestion.transactions.map(({ parent, amount: bag }) => ({
            parentId: parent.id,
            gateway: parent.gateway,
            amount: bag[1],
          })),
        }
      : undefined,
  });
}

export function update(change: Change, order: OrderRow, body: Body<'update'>): void {
  if (body.note !== undefined)
    change.state.run("UPDATE orders SET data = json_set(data, '$.note', ?) WHERE id = ?", body.note, order.id);
  if (body.address !== undefined)
    change.state.run(
      "UPDATE orders SET data = json_set(data, '$.shippingAddress', json(?)) WHERE id = ?",
      JSON.stringify(body.address && { ...body.address, id: newId(change.state, 'plain_ids') }),
      order.id,
    );
  if (body.tags) change.state.run('UPDATE orders SET tags = ? WHERE id = ?', JSON.stringify(body.tags), order.id);
  change.orderTouched(order.id);
}

export function archive(change: Change, order: OrderRow, body: Body<'archive'>): void {
  change.state.run('UPDATE orders SET closed_at = ? WHERE id = ?', body.reopen ? null : change.at, order.id);
  change.orderTouched(order.id);
}
