import type { State } from '../../kit/state.ts';
import type { Change } from '../core/change.ts';
import { gid } from '../core/gid.ts';
import { Refused } from '../core/user-error.ts';
import { commitStock, levelOf, releaseStock } from './inventory.ts';
import { locationById, serviceOfLocation } from './locations.ts';
import { foLines } from './order-status.ts';
import { addToFulfillmentOrder, takeFrom } from './fulfillment-order-lines.ts';
import {
  dataOf,
  type FoLineRow,
  type FulfillmentOrderData,
  type FulfillmentOrderRow,
  type HoldRow,
  type LineRow,
  type OrderRow,
} from './rows.ts';

/** A fulfilment order's line and how many of its units are meant. */
export interface Portion {
  foLineId: number;
  quantity: number;
}

const MAX_HOLDS_PER_APP = 10;
const AWAITING_SERVICE = ['SUBMITTED', 'ACCEPTED', 'CANCELLATION_REQUESTED', 'CANCELLATION_REJECTED'];

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
const isDone = (fo: FulfillmentOrderRow): boolean => fo.status === 'CLOSED' || fo.status === 'CANCELLED';

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

/** fulfillmentOrderSplit: the portions stay behind, the rest becomes a new fulfilment order. */
export function split(change: Change, fo: FulfillmentOrderRow, portions: Portion[]): { foId: number; remainingId: number } {
  if (isDone(fo) || AWAITING_SERVICE.includes(fo.request_status))
    throw new Refused('The fulfillment order cannot be split in its current state.', { field: null, code: null });
  if (portions.length === 0) throw new Refused('No line items provided to split.', { code: 'NO_LINE_ITEMS_PROVIDED_TO_SPLIT' });
  const rest = foLines(change.state, fo.id).flatMap((line) => {
    const kept = portions.find((portion) => portion.foLineId === line.id)?.quantity ?? 0;
    return line.remaining - kept > 0 ? [{ foLineId: line.id, quantity: line.remaining - kept }] : [];
  });
  if (rest.length === 0)
    throw new Refused('Cannot split all line items of a fulfillment order.', { code: 'INVALID_LINE_ITEM_QUANTITY' });
  const remainingId = splitOff(change, fo, rest, fo.location_id);
  const payload = {
    fulfillment_order: { id: gid('FulfillmentOrder', fo.id) },
    remaining_fulfillment_order: { id: gid('FulfillmentOrder', remainingId) },
  };
  change.tell('fulfillment_orders/split', () => payload);
  return { foId: fo.id, remainingId };
}

/** fulfillmentOrderMove (rules: the schema's description of the mutation). Returns the fulfilment order now at the new location. */
export function move(change: Change, fo: FulfillmentOrderRow, locationId: number, portions: Portion[]): number {
  const { state } = change;
  const location = locationById(state, change.shop.id, locationId);
  if (!location || location.active === 0)
    throw new Refused('The destination location is not active.', { field: ['newLocationId'] });
  if (isDone(fo)) throw new Refused(`Cannot move a fulfillment order that is ${fo.status.toLowerCase()}.`, { field: ['id'] });
  if (fo.progress === 1) {
    throw new Refused('Cannot move a fulfillment order with reported progress.', {
      field: ['id'],
      code: 'CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS',
    });
  }
  if (AWAITING_SERVICE.includes(fo.request_status))
    throw new Refused('The fulfillment order is awaiting its fulfillment service and cannot be moved.', { field: ['id'] });
  if (locationId === fo.location_id)
    throw new Refused('The fulfillment order is already assigned to this location.', { field: ['newLocationId'] });
  for (const portion of portions) {
    const line = lineOf(state, portion.foLineId);
    if (line?.item_id && levelOf(state, line.item_id, locationId)?.active !== 1) {
      throw new Refused('The destination location does not stock the requested inventory item.', { field: ['newLocationId'] });
    }
  }
  for (const portion of portions) {
    const line = lineOf(state, portion.foLineId);
    releaseStock(change, line?.item_id ?? null, fo.location_id, portion.quantity);
    commitStock(change, line?.item_id ?? null, locationId, portion.quantity);
  }
  const lines = foLines(state, fo.id);
  const whole = lines.every(
    (line) =>
      line.total === line.remaining &&
      portions.some((portion) => portion.foLineId === line.id && portion.quantity === line.remaining),
  );
  const source = fo.location_id;
  let movedId: number;
  if (whole) {
    movedId = fo.id;
    updateFulfillmentOrder(change, fo.id, {
      location_id: locationId,
      request_status: 'UNSUBMITTED',
      data: JSON.stringify({ ...dataOf<FulfillmentOrderData>(fo), locationName: location.name }),
    });
  } else {
    movedId = splitOff(change, fo, portions, locationId);
    if (remainingOf(state, fo.id) === 0) updateFulfillmentOrder(change, fo.id, { status: 'CLOSED' });
  }
  change.tell('fulfillment_orders/moved', () => ({
    original_fulfillment_order: { id: gid('FulfillmentOrder', fo.id), assigned_location_id: gid('Location', source) },
    moved_fulfillment_order: { id: gid('FulfillmentOrder', movedId), assigned_location_id: gid('Location', locationId) },
    source_location: { id: gid('Location', source) },
    destination_location_id: gid('Location', locationId),
  }));
  return movedId;
}

/** Puts a hold on a fulfilment order; on a part of it, the rest becomes a fulfilment order of its own. */
export function hold(
  change: Change,
  fo: FulfillmentOrderRow,
  {
    handle,
    reason,
    notes,
    externalId,
    portions,
    byApp,
  }: {
    handle: string;
    reason: string;
    notes: string | null;
    externalId: string | null;
    portions: Portion[] | undefined;
    byApp: boolean;
  },
): { holdId: number; remainingId: number | null } {
  const { state } = change;
  if (isDone(fo) || fo.status === 'SCHEDULED' || AWAITING_SERVICE.includes(fo.request_status)) {
    throw new Refused(`The fulfillment order cannot be put on hold while it is ${fo.status.toLowerCase()}.`, { field: ['id'] });
  }
  const own = state.all<HoldRow>('SELECT * FROM holds WHERE fo_id = ? AND by_app = ?', fo.id, byApp ? 1 : 0);
  if (byApp && own.length >= MAX_HOLDS_PER_APP) {
    throw new Refused('The maximum number of fulfillment holds for this fulfillment order has been reached for this app.', {
      field: ['id'],
      code: 'FULFILLMENT_ORDER_HOLD_LIMIT_REACHED',
    });
  }
  if (own.some((other) => other.handle === handle)) {
    throw new Refused(
      'The handle provided for the fulfillment hold is already in use by this app for another hold on this fulfillment order.',
      {
        field: ['fulfillmentHold', 'handle'],
        code: 'DUPLICATE_FULFILLMENT_HOLD_HANDLE',
      },
    );
  }
  let remainingId: number | null = null;
  if (portions) {
    if (fo.status === 'ON_HOLD')
      throw new Refused('The fulfillment order is not splittable.', { field: ['id'], code: 'FULFILLMENT_ORDER_NOT_SPLITTABLE' });
    const rest = foLines(state, fo.id).flatMap((line) => {
      const held = portions.find((portion) => portion.foLineId === line.id)?.quantity ?? 0;
      return line.remaining - held > 0 ? [{ foLineId: line.id, quantity: line.remaining - held }] : [];
    });
    if (rest.length > 0) remainingId = splitOff(change, fo, rest, fo.location_id);
  }
  const { lastId } = state.run(
    'INSERT INTO holds (fo_id, handle, reason, notes, external_id, by_app) VALUES (?,?,?,?,?,?)',
    fo.id,
    handle,
    reason,
    notes,
    externalId,
    byApp ? 1 : 0,
  );
  const first = fo.status !== 'ON_HOLD';
  updateFulfillmentOrder(change, fo.id, { status: 'ON_HOLD' });
  const topic = {
    fulfillment_order: { id: gid('FulfillmentOrder', fo.id), status: 'on_hold' },
    created_fulfillment_hold: { id: gid('FulfillmentHold', lastId), reason: reason.toLowerCase() },
  };
  if (first) change.tell('fulfillment_orders/placed_on_hold', () => topic);
  return { holdId: lastId, remainingId };
}

/** As a merchant does in the admin; a fulfilment order that can't be held (already shipped) is left alone. */
export function holdByMerchant(change: Change, foId: number, reason: string, notes: string | null): void {
  const fo = fulfillmentOrder(change, foId);
  if (isDone(fo) || fo.status === 'SCHEDULED') return;
  hold(change, fo, {
    handle: `merchant-${change.state.get<{ n: number }>('SELECT count(*) AS n FROM holds')?.n ?? 0}`,
    reason,
    notes,
    externalId: null,
    portions: undefined,
    byApp: false,
  });
}

/** Releases the given holds, or all of them; the fulfilment order opens when none is left. */
export function releaseHolds(change: Change, fo: FulfillmentOrderRow, holdIds: readonly number[] | undefined): void {
  const { state } = change;
  const holds = state.all<HoldRow>('SELECT * FROM holds WHERE fo_id = ?', fo.id);
  if (holds.length === 0) throw new Refused('The fulfillment order is not on hold.', { field: ['id'] });
  const unknown = holdIds?.find((id) => !holds.some((other) => other.id === id));
  if (unknown !== undefined)
    throw new Refused('The fulfillment hold does not exist on this fulfillment order.', {
      field: ['holdIds'],
      code: 'INVALID_ACCESS',
    });
  for (const { id } of holds)
    if (!holdIds || holdIds.length === 0 || holdIds.includes(id)) state.run('DELETE FROM holds WHERE id = ?', id);
  const left = state.get<{ n: number }>('SELECT count(*) AS n FROM holds WHERE fo_id = ?', fo.id)?.n ?? 0;
  updateFulfillmentOrder(change, fo.id, left === 0 ? { status: anyShipped(state, fo.id) ? 'IN_PROGRESS' : 'OPEN' } : {});
  if (left === 0)
    change.tell('fulfillment_orders/hold_released', () => ({
      fulfillment_order: { id: gid('FulfillmentOrder', fo.id), status: 'open' },
    }));
}

const anyShipped = (state: State, foId: number): boolean => foLines(state, foId).some((line) => line.remaining < line.total);

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

const lineOf = (state: State, foLineId: number): LineRow | undefined =>
  state.get<LineRow>('SELECT o.* FROM order_lines o JOIN fo_lines f ON f.line_id = o.id WHERE f.id = ?', foLineId);
