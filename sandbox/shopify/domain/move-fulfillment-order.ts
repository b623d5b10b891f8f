import type { State } from '../../kit/state.ts';
import type { Change } from '../core/world.ts';
import { gid } from '../core/gid.ts';
import { Refused } from '../core/user-error.ts';
import { commitStock, levelOf, releaseStock } from './inventory.ts';
import { locationById } from './locations.ts';
import { foLines } from './order-status.ts';
import { dataOf, type FulfillmentOrderData, type FulfillmentOrderRow, type LineRow } from './rows.ts';
import { AWAITING_SERVICE, isDone, remainingOf, splitOff, updateFulfillmentOrder, type Portion } from './fulfillment-orders.ts';

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

const lineOf = (state: State, foLineId: number): LineRow | undefined =>
  state.get<LineRow>('SELECT o.* FROM order_lines o JOIN fo_lines f ON f.line_id = o.id WHERE f.id = ?', foLineId);
