import { holdReason } from './resolve-order.ts';
import { move, split } from '../domain/move-fulfillment-order.ts';
import { hold, releaseHolds } from '../domain/holds.ts';
import { BadRequest } from '../../kit/http.ts';
import type { Change } from '../core/world.ts';
import { portionsOf, fulfillmentOrder } from '../domain/fulfillment-orders.ts';
import { locationByName } from '../domain/locations.ts';
import { foLines } from '../domain/order-status.ts';
import type { FulfillmentOrderRow, OrderRow } from '../domain/rows.ts';
import { requestOfService } from '../domain/service-requests.ts';
import type { Body, LineRef } from './action-bodies.ts';
import { lineOf } from './line-ref.ts';

/** The n-th fulfilment order of an order, counted from 1 as the ledger lists them. */
export function nthFulfillmentOrder(change: Change, order: OrderRow, n: number): FulfillmentOrderRow {
  const rows = change.state.all<FulfillmentOrderRow>('SELECT * FROM fulfillment_orders WHERE order_id = ? ORDER BY id', order.id);
  const row = rows[n - 1];
  if (!row) throw new BadRequest(`${order.name} has ${rows.length} fulfilment orders, no number ${n}.`, 404);
  return fulfillmentOrder(change, row.id);
}

const portionsFor = (change: Change, order: OrderRow, fo: FulfillmentOrderRow, refs: LineRef[] | undefined) =>
  portionsOf(
    change.state,
    fo,
    refs?.map((ref) => ({
      id: foLines(change.state, fo.id).find((line) => line.line_id === lineOf(change, order, ref).id)?.id,
      quantity: ref.quantity,
    })),
    null,
  );

export const fulfillmentOrderActions = {
  move: (change: Change, order: OrderRow, fo: FulfillmentOrderRow, body: Body<'move'>) =>
    void move(
      change,
      fo,
      locationByName(change.state, change.shop, body.location).id,
      portionsFor(change, order, fo, body.lines),
    ),
  split: (change: Change, order: OrderRow, fo: FulfillmentOrderRow, body: Body<'split'>) =>
    void split(change, fo, portionsFor(change, order, fo, body.lines)),
  hold: (change: Change, order: OrderRow, fo: FulfillmentOrderRow, body: Body<'hold'>) =>
    void hold(change, fo, {
      handle: `merchant-${fo.id}-${change.now}`,
      reason: holdReason(body.reason),
      notes: body.notes ?? null,
      externalId: null,
      portions: body.lines ? portionsFor(change, order, fo, body.lines) : undefined,
      byApp: false,
    }),
  release: (change: Change, _order: OrderRow, fo: FulfillmentOrderRow) => releaseHolds(change, fo, undefined),
  request: (change: Change, _order: OrderRow, fo: FulfillmentOrderRow, body: Body<'request'>) =>
    requestOfService(change, fo, body.cancel ? 'CANCELLATION_REQUEST' : 'FULFILLMENT_REQUEST', body.message ?? null),
};
