import { holdByMerchant } from './holds.ts';
import type { State } from '../../kit/state.ts';
import type { Change } from '../core/world.ts';
import { gid } from '../core/gid.ts';
import { addToFulfillmentOrder } from './fulfillment-order-lines.ts';
import { commitStock, levelOf } from './inventory.ts';
import { createFulfillment } from './fulfilments.ts';
import { routePaidGiftCards } from './gift-cards.ts';
import {
  dataOf,
  type DeliveryType,
  type FulfillmentOrderData,
  type LineData,
  type LineRow,
  type LocationRow,
  type OrderData,
  type OrderRow,
} from './rows.ts';

interface Need {
  line: LineRow;
  quantity: number;
  delivery: DeliveryType;
  forced: number | undefined;
}

/**
 * Gives a new order's lines to locations and makes its fulfilment orders, as order routing does a moment after the order came:
 * the first location in the merchant's order of priority that holds everything, else as few as the stock allows, else the first
 * one that stocks the item at all (overselling). Stock is committed there. Then fulfillment_orders/order_routing_complete goes out.
 */
export function routeOrder(change: Change, orderId: number): void {
  const { state } = change;
  const order = state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', orderId);
  if (!order || order.routed === 1 || order.cancelled_at !== null) return;
  const data = dataOf<OrderData>(order);
  state.run('UPDATE orders SET routed = 1 WHERE id = ?', orderId);
  const made = placeNeeds(change, order, needsOf(state, order, data));
  change.orderTouched(orderId);
  for (const foId of made) {
    change.tell('fulfillment_orders/order_routing_complete', () => ({
      fulfillment_order: { id: gid('FulfillmentOrder', foId), status: statusOf(state, foId) },
    }));
  }
  if (data.hold) for (const foId of made) holdByMerchant(change, foId, data.hold.reason, data.hold.notes);
  if (data.delivery.type === 'RETAIL') fulfilAtOnce(change, made);
  else routePaidGiftCards(change, orderId);
}

/** Units added by an edit: they go to an open fulfilment order at their location, or to a new one. */
export function routeAddition(change: Change, order: OrderRow, line: LineRow, quantity: number): void {
  const data = dataOf<OrderData>(order);
  const made = placeNeeds(
    change,
    order,
    [{ line, quantity, delivery: deliveryOf(line, data), forced: data.forced[line.id] }],
    true,
  );
  for (const foId of made) {
    change.tell('fulfillment_orders/order_routing_complete', () => ({
      fulfillment_order: { id: gid('FulfillmentOrder', foId), status: statusOf(change.state, foId) },
    }));
  }
}

function needsOf(state: State, order: OrderRow, data: OrderData): Need[] {
  const lines = state.all<LineRow>('SELECT * FROM order_lines WHERE order_id = ? AND current > 0 ORDER BY id', order.id);
  return lines
    .filter((line) => !dataOf<LineData>(line).tip)
    .map((line) => ({
      line,
      quantity: line.current,
      delivery: deliveryOf(line, data),
      forced: data.forced[line.id] ?? data.delivery.location ?? data.retailLocation ?? undefined,
    }));
}

const deliveryOf = (line: LineRow, data: OrderData): DeliveryType =>
  data.delivery.type === 'RETAIL' ? 'RETAIL' : line.requires_shipping === 1 ? data.delivery.type : 'NONE';

function placeNeeds(change: Change, order: OrderRow, needs: Need[], reuse = false): number[] {
  const { state, shop } = change;
  const locations = state.all<LocationRow>(
    'SELECT * FROM locations WHERE shop_id = ? AND active = 1 AND online = 1 ORDER BY priority',
    shop.id,
  );
  const anywhere = state.get<LocationRow>('SELECT * FROM locations WHERE shop_id = ? AND active = 1 ORDER BY priority', shop.id);
  const assigned = new Map<
    string,
    { delivery: DeliveryType; locationId: number; lines: { line: LineRow; quantity: number }[] }
  >();
  const assign = (need: Need, locationId: number, quantity: number) => {
    const key = `${need.delivery} ${locationId} ${dataOf<LineData>(need.line).giftCard ? 'gift cards' : 'goods'}`;
    const group = assigned.get(key) ?? { delivery: need.delivery, locationId, lines: [] };
    group.lines.push({ line: need.line, quantity });
    assigned.set(key, group);
  };

  const free = needs.filter((need) => need.forced === undefined);
  const one = locations.find((location) => holdsAll(state, location.id, free));
  for (const need of needs) {
    if (need.forced !== undefined) assign(need, need.forced, need.quantity);
    else if (one) assign(need, one.id, need.quantity);
    else assignByStock(state, need, locations, anywhere?.id, assign);
  }

  return [...assigned.values()].flatMap((group) => {
    const foId =
      (reuse ? openOrderAt(state, order.id, group.locationId) : undefined) ??
      makeFulfillmentOrder(change, order, group.locationId, group.delivery);
    for (const { line, quantity } of group.lines) {
      addToFulfillmentOrder(state, foId, line.id, quantity);
      commitStock(change, line.item_id, group.locationId, quantity);
    }
    change.fulfillmentOrderTouched(foId);
    return [foId];
  });
}

function holdsAll(state: State, locationId: number, needs: Need[]): boolean {
  const wanted = new Map<number, number>();
  for (const need of needs) {
    if (need.line.item_id === null) continue;
    wanted.set(need.line.item_id, (wanted.get(need.line.item_id) ?? 0) + need.quantity);
  }
  return [...wanted].every(([itemId, quantity]) => {
    const level = levelOf(state, itemId, locationId);
    const tracked = state.get<{ tracked: number }>('SELECT tracked FROM variants WHERE item_id = ?', itemId)?.tracked === 1;
    return level?.active === 1 && (!tracked || level.available >= quantity);
  });
}

function assignByStock(
  state: State,
  need: Need,
  locations: LocationRow[],
  fallback: number | undefined,
  assign: (need: Need, locationId: number, quantity: number) => void,
): void {
  const { item_id: itemId } = need.line;
  const stocked = itemId === null ? [] : locations.filter((location) => levelOf(state, itemId, location.id)?.active === 1);
  const available = (location: LocationRow) => (itemId === null ? 0 : (levelOf(state, itemId, location.id)?.available ?? 0));
  const whole = stocked.find((location) => available(location) >= need.quantity);
  if (whole) return assign(need, whole.id, need.quantity);
  let left = need.quantity;
  for (const location of stocked) {
    const here = Math.min(left, Math.max(0, available(location)));
    if (here > 0) assign(need, location.id, here);
    left -= here;
  }
  if (left === 0) return undefined;
  const last = stocked[0]?.id ?? locations[0]?.id ?? fallback;
  if (last === undefined) throw new Error('The shop has no active location that could fulfil an order.');
  return assign(need, last, left);
}

const openOrderAt = (state: State, orderId: number, locationId: number): number | undefined =>
  state.get<{ id: number }>(
    "SELECT id FROM fulfillment_orders WHERE order_id = ? AND location_id = ? AND status = 'OPEN' AND request_status = 'UNSUBMITTED' ORDER BY id",
    orderId,
    locationId,
  )?.id;

function makeFulfillmentOrder(change: Change, order: OrderRow, locationId: number, delivery: DeliveryType): number {
  const { state, at } = change;
  const data = dataOf<OrderData>(order);
  const method = data.shippingLines[0];
  const shipped = delivery === 'SHIPPING' || delivery === 'LOCAL' || delivery === 'PICKUP_POINT' || delivery === 'PICK_UP';
  const location = state.get<LocationRow>('SELECT * FROM locations WHERE id = ?', locationId);
  const foData: FulfillmentOrderData = {
    delivery: { type: delivery, name: shipped ? (method?.title ?? null) : null, code: shipped ? (method?.code ?? null) : null },
    locationName: location?.name ?? '',
  };
  const scheduled = data.fulfillAt !== null && data.fulfillAt > change.now;
  const { lastId } = state.run(
    'INSERT INTO fulfillment_orders (shop_id, order_id, location_id, status, request_status, fulfill_at, data, created_at, updated_at) VALUES (?,?,?,?,?,?,?,?,?)',
    order.shop_id,
    order.id,
    locationId,
    scheduled ? 'SCHEDULED' : 'OPEN',
    'UNSUBMITTED',
    data.fulfillAt ?? order.created_at,
    JSON.stringify(foData),
    at,
    at,
  );
  if (scheduled && data.fulfillAt !== null)
    change.world.after(change.shop, [data.fulfillAt - change.now, data.fulfillAt - change.now], 'open-scheduled', {
      foId: lastId,
    });
  return lastId;
}

const statusOf = (state: State, foId: number): string =>
  (state.get<{ status: string }>('SELECT status FROM fulfillment_orders WHERE id = ?', foId)?.status ?? 'OPEN').toLowerCase();

function fulfilAtOnce(change: Change, foIds: number[]): void {
  for (const foId of foIds) {
    if (statusOf(change.state, foId) !== 'open') continue;
    createFulfillment(change, { groups: [{ foId, lines: undefined }], tracking: [], notify: false, message: null, byApp: false });
  }
}
