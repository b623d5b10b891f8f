import type { State } from '../../kit/state.ts';
import type { Change } from '../core/world.ts';
import { Refused } from '../core/user-error.ts';
import { locationById, serviceOfLocation } from './locations.ts';
import { foLines } from './order-status.ts';
import { addToFulfillmentOrder, takeFrom } from './fulfillment-order-lines.ts';
import {
  dataOf,
  type FoLineRow,
  type FulfillmentOrderData,
  type FulfillmentOrderRow,
  type LineRow,
  type OrderRow,
} from './rows.ts';

/** A fulfilment order's line and how many of its units are meant. */
export interface Portion {
  foLineId: number;
  quantity: number;
}

export const AWAITING_SERVICE = ['SUBMITTED', 'ACCEPTED', 'CANCELLATION_REQUESTED', 'CANCELLATION_REJECTED'];

export function fulfillmentOrder(change: Change, id: number, code: string | null = null): FulfillmentOrderRow {
  const row = change.state.get<FulfillmentOrderRow>(
    'SELECT * FROM fulfillment_orders WHERE id = ? AND shop_id = ?',
    id,
    change.shop.id,
  );
  if (!row) throw new Refused('Fulfillment order does not exist.', { field: ['id'], code });
  return row;
}

/** Sets fields of a fulfilment order and marks it and its order as changed. */
export function updateFulfillmentOrder(
  change: Change,
  id: number,
  set: Partial<Pick<FulfillmentOrderRow, 'status' | 'request_status' | 'progress' | 'location_id' | 'fulfill_at' | 'data'>>,
): void {
  for (const [column, value] of Object.entries(set))
    change.state.run(`UPDATE fulfillment_orders SET ${column} = ? WHERE id = ?`, value, id);
  change.fulfillmentOrderTouched(id);
  const orderId = change.state.get<{ order_id: number }>('SELECT order_id FROM fulfillment_orders WHERE id = ?', id)?.order_id;
  if (orderId !== undefined) change.orderTouched(orderId);
}

export const remainingOf = (state: State, foId: number): number =>
  foLines(state, foId).reduce((sum, line) => sum + line.remaining, 0);

export const isDone = (fo: FulfillmentOrderRow): boolean => fo.status === 'CLOSED' || fo.status === 'CANCELLED';

/** What can be done with it now; REPORT_PROGRESS, HOLD … as the real field lists them. */
export function supportedActions(state: State, fo: FulfillmentOrderRow): string[] {
  const service = serviceOfLocation(state, fo.location_id);
  const units = remainingOf(state, fo.id);
  const split = units > 1 ? ['SPLIT'] : [];
  switch (fo.status) {
    case 'OPEN':
      if (service) {
        if (fo.request_status === 'SUBMITTED') return ['REQUEST_CANCELLATION'];
        return ['CREATE_FULFILLMENT', 'REQUEST_FULFILLMENT', 'MOVE', 'HOLD', ...split];
      }
      return ['CREATE_FULFILLMENT', 'REPORT_PROGRESS', 'MOVE', 'HOLD', ...split];
    case 'IN_PROGRESS':
      if (service)
        return fo.request_status === 'CANCELLATION_REQUESTED'
          ? ['CREATE_FULFILLMENT']
          : ['CREATE_FULFILLMENT', 'REQUEST_CANCELLATION'];
      return fo.progress === 1
        ? ['CREATE_FULFILLMENT', 'REPORT_PROGRESS', 'HOLD', 'MARK_AS_OPEN']
        : ['CREATE_FULFILLMENT', 'REPORT_PROGRESS', 'MOVE', 'HOLD', ...split];
    case 'ON_HOLD':
      return ['RELEASE_HOLD', 'HOLD', 'MOVE'];
    case 'SCHEDULED':
      return ['MARK_AS_OPEN', 'MOVE'];
    default:
      return [];
  }
}

/** The portions meant by an input, checked; everything that remains when none are given. */
export function portionsOf(
  state: State,
  fo: FulfillmentOrderRow,
  given: readonly { id: number | undefined; quantity: number }[] | undefined,
  code: string | null,
): Portion[] {
  const lines = foLines(state, fo.id);
  if (!given || given.length === 0)
    return lines.filter((line) => line.remaining > 0).map((line) => ({ foLineId: line.id, quantity: line.remaining }));
  const seen = new Set<number>();
  return given.map(({ id, quantity }, index) => {
    const line = lines.find((candidate) => candidate.id === id);
    const field = ['fulfillmentOrderLineItems', String(index)];
    if (!line) throw new Refused('Fulfillment order line item does not exist.', { field, code });
    if (seen.has(line.id)) throw new Refused('Duplicated fulfillment order line items.', { field, code });
    seen.add(line.id);
    if (quantity <= 0) throw new Refused('Quantity must be greater than 0.', { field, code });
    if (quantity > line.remaining) throw new Refused('Invalid fulfillment order line item quantity requested.', { field, code });
    return { foLineId: line.id, quantity };
  });
}

/** Takes portions out of a fulfilment order into a new one at `locationId` (its twin when that is the same). */
export function splitOff(change: Change, fo: FulfillmentOrderRow, portions: Portion[], locationId: number): number {
  const { state, at } = change;
  const data = dataOf<FulfillmentOrderData>(fo);
  const location = locationById(state, change.shop.id, locationId);
  const { lastId } = state.run(
    'INSERT INTO fulfillment_orders (shop_id, order_id, location_id, status, request_status, fulfill_at, fulfill_by, data, created_at, updated_at) VALUES (?,?,?,?,?,?,?,?,?,?)',
    fo.shop_id,
    fo.order_id,
    locationId,
    fo.status === 'SCHEDULED' ? 'SCHEDULED' : 'OPEN',
    'UNSUBMITTED',
    fo.fulfill_at,
    fo.fulfill_by,
    JSON.stringify({ ...data, locationName: location?.name ?? data.locationName }),
    at,
    at,
  );
  for (const { foLineId, quantity } of portions) {
    const line = state.get<FoLineRow>('SELECT * FROM fo_lines WHERE id = ?', foLineId);
    if (!line) continue;
    takeFrom(state, line, quantity);
    addToFulfillmentOrder(state, lastId, line.line_id, quantity);
  }
  change.fulfillmentOrderTouched(lastId);
  change.fulfillmentOrderTouched(fo.id);
  change.orderTouched(fo.order_id);
  return lastId;
}

export const anyShipped = (state: State, foId: number): boolean =>
  foLines(state, foId).some((line) => line.remaining < line.total);

/** Marks a scheduled one, or one with reported progress, as open. */
export function markOpen(change: Change, fo: FulfillmentOrderRow): void {
  if (fo.status === 'SCHEDULED') updateFulfillmentOrder(change, fo.id, { status: 'OPEN', fulfill_at: change.at });
  else if (fo.status === 'IN_PROGRESS' && fo.progress === 1)
    updateFulfillmentOrder(change, fo.id, { status: anyShipped(change.state, fo.id) ? 'IN_PROGRESS' : 'OPEN', progress: 0 });
  else
    throw new Refused(`The fulfillment order cannot be marked as open while it is ${fo.status.toLowerCase()}.`, {
      field: ['id'],
    });
}

export function reportProgress(change: Change, fo: FulfillmentOrderRow): void {
  if (serviceOfLocation(change.state, fo.location_id)) {
    throw new Refused('The fulfillment order belongs to a fulfillment service.', {
      field: ['id'],
      code: 'FULFILLMENT_ORDER_INVALID_FULFILLMENT_SERVICE_OWNERSHIP',
    });
  }
  if (fo.status !== 'OPEN' && fo.status !== 'IN_PROGRESS') {
    throw new Refused(`Progress cannot be reported while the fulfillment order is ${fo.status.toLowerCase()}.`, {
      field: ['id'],
      code: 'FULFILLMENT_ORDER_STATUS_INVALID',
    });
  }
  updateFulfillmentOrder(change, fo.id, { status: 'IN_PROGRESS', progress: 1 });
}

/** Takes units of an order line away from the fulfilment orders that still have to ship them; newest first. Returns where they were. */
export function removeUnits(
  change: Change,
  order: OrderRow,
  line: LineRow,
  quantity: number,
): { locationId: number; quantity: number }[] {
  const { state } = change;
  const rows = state.all<FoLineRow & { location_id: number }>(
    `SELECT l.*, f.location_id FROM fo_lines l JOIN fulfillment_orders f ON f.id = l.fo_id
     WHERE f.order_id = ? AND l.line_id = ? AND l.remaining > 0 AND f.status NOT IN ('CLOSED', 'CANCELLED') ORDER BY f.id DESC`,
    order.id,
    line.id,
  );
  const taken: { locationId: number; quantity: number }[] = [];
  let left = quantity;
  for (const row of rows) {
    if (left === 0) break;
    const part = Math.min(left, row.remaining);
    takeFrom(state, row, part);
    taken.push({ locationId: row.location_id, quantity: part });
    left -= part;
    if (remainingOf(state, row.fo_id) === 0) updateFulfillmentOrder(change, row.fo_id, { status: 'CLOSED' });
    else updateFulfillmentOrder(change, row.fo_id, {});
  }
  return taken;
}
