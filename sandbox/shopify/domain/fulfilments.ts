import type { State } from '../../kit/state.ts';
import type { Change } from '../core/world.ts';
import { gid } from '../core/gid.ts';
import { Refused } from '../core/user-error.ts';
import { fulfillmentPayload } from '../webhooks/order-payload.ts';
import { portionsOf, remainingOf, updateFulfillmentOrder } from './fulfillment-orders.ts';
import { shipStock, unshipStock } from './inventory.ts';
import { addToFulfillmentOrder } from './fulfillment-order-lines.ts';
import { serviceOfLocation } from './locations.ts';
import {
  dataOf,
  type FoLineRow,
  type FulfillmentLineRow,
  type FulfillmentOrderData,
  type FulfillmentOrderRow,
  type FulfillmentRow,
  type LineRow,
  type OrderRow,
  type Tracking,
} from './rows.ts';

const MAX_LINES = 512;

/** Carriers whose name alone gives the tracking address. */
const TRACKING_URLS: Record<string, string> = {
  UPS: 'https://www.ups.com/WebTracking?loc=en_US&requester=ST&trackNums=',
  FedEx: 'https://www.fedex.com/fedextrack/?trknbr=',
  USPS: 'https://tools.usps.com/go/TrackConfirmAction.action?tLabels=',
  'DHL Express': 'https://www.dhl.com/en/express/tracking.html?AWB=',
  'Deutsche Post (DE)': 'https://www.deutschepost.de/sendung/simpleQuery.html?form.sendungsnummer=',
  DPD: 'https://tracking.dpd.de/parcelstatus?query=',
  GLS: 'https://gls-group.eu/track/',
  'Royal Mail': 'https://www.royalmail.com/track-your-item#/tracking-results/',
  'Canada Post': 'https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor=',
  PostNL: 'https://postnl.nl/tracktrace/?B=',
  Hermes: 'https://www.myhermes.de/empfangen/sendungsverfolgung/?suche=',
};

/** Fills in the address of a known carrier where none was given. */
export function trackingOf(input: { company?: string | null; numbers: (string | null)[]; urls: (string | null)[] }): Tracking[] {
  const count = Math.max(input.numbers.length, input.urls.length, input.company ? 1 : 0);
  return Array.from({ length: count }, (_, index) => {
    const number = input.numbers[index] ?? null;
    const company = input.company ?? null;
    const known = company === null ? undefined : TRACKING_URLS[company];
    return { number, company, url: input.urls[index] ?? (known && number ? known + encodeURIComponent(number) : null) };
  });
}

export interface FulfillmentRequest {
  groups: { foId: number; lines: { id: number | undefined; quantity: number }[] | undefined }[];
  tracking: Tracking[];
  notify: boolean;
  message: string | null;
  /** Made by the app (then the fulfilment service rules hold), or by the merchant. */
  byApp: boolean;
}

/** fulfillmentCreate: one order and one location, at most 512 lines, no key against doing it twice (facts: shopify.md §4 Fulfilment). */
export function createFulfillment(change: Change, request: FulfillmentRequest): number {
  const { state, at } = change;
  const field = ['fulfillment'];
  if (request.groups.length === 0)
    throw new Refused('At least one fulfillment order is needed.', { field: ['fulfillment', 'lineItemsByFulfillmentOrder'] });
  const parts = request.groups.map((group) => {
    const fo = state.get<FulfillmentOrderRow>(
      'SELECT * FROM fulfillment_orders WHERE id = ? AND shop_id = ?',
      group.foId,
      change.shop.id,
    );
    if (!fo) throw new Refused('Fulfillment order does not exist.', { field });
    const service = serviceOfLocation(state, fo.location_id);
    const open = fo.status === 'OPEN' || fo.status === 'IN_PROGRESS';
    if (!open)
      throw new Refused(`Fulfillment order ${fo.id} has an unfulfillable status= ${fo.status.toLowerCase()}.`, { field });
    if (
      request.byApp &&
      service?.ours === 1 &&
      fo.request_status !== 'ACCEPTED' &&
      fo.request_status !== 'CANCELLATION_REJECTED' &&
      fo.request_status !== 'CANCELLATION_REQUESTED'
    ) {
      throw new Refused('The fulfillment request must be accepted before it is fulfilled.', { field });
    }
    return { fo, portions: portionsOf(state, fo, group.lines, null) };
  });
  const [first] = parts;
  if (!first) throw new Refused('At least one fulfillment order is needed.', { field });
  if (parts.some(({ fo }) => fo.order_id !== first.fo.order_id))
    throw new Refused('All fulfillment orders must belong to the same order.', { field });
  if (parts.some(({ fo }) => fo.location_id !== first.fo.location_id))
    throw new Refused('All fulfillment orders must be assigned to the same location.', { field });
  const portions = parts.flatMap((part) => part.portions.map((portion) => ({ ...portion, fo: part.fo })));
  if (portions.length === 0) throw new Refused('There is nothing left to fulfill in this fulfillment order.', { field });
  if (portions.length > MAX_LINES) throw new Refused(`A fulfillment can have at most ${MAX_LINES} line items.`, { field });

  const order = state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', first.fo.order_id) as OrderRow;
  const number = (state.get<{ n: number }>('SELECT count(*) AS n FROM fulfillments WHERE order_id = ?', order.id)?.n ?? 0) + 1;
  const { lastId } = state.run(
    'INSERT INTO fulfillments (shop_id, order_id, location_id, name, status, display, tracking, data, created_at, updated_at) VALUES (?,?,?,?,?,?,?,?,?,?)',
    order.shop_id,
    order.id,
    first.fo.location_id,
    `${order.name}.${number}`,
    'SUCCESS',
    'FULFILLED',
    JSON.stringify(request.tracking),
    JSON.stringify({ notified: request.notify, message: request.message }),
    at,
    at,
  );
  for (const { fo, foLineId, quantity } of portions) {
    const foLine = state.get<FoLineRow>('SELECT * FROM fo_lines WHERE id = ?', foLineId) as FoLineRow;
    const line = state.get<LineRow>('SELECT * FROM order_lines WHERE id = ?', foLine.line_id) as LineRow;
    state.run(
      'INSERT INTO fulfillment_lines (fulfillment_id, fo_id, fo_line_id, line_id, quantity) VALUES (?,?,?,?,?)',
      lastId,
      fo.id,
      foLineId,
      line.id,
      quantity,
    );
    state.run('UPDATE fo_lines SET remaining = remaining - ? WHERE id = ?', quantity, foLineId);
    shipStock(change, line.item_id, fo.location_id, quantity);
  }
  for (const { fo } of parts) {
    if (remainingOf(state, fo.id) === 0)
      updateFulfillmentOrder(change, fo.id, {
        status: 'CLOSED',
        request_status: fo.request_status === 'UNSUBMITTED' ? 'UNSUBMITTED' : 'CLOSED',
      });
    else updateFulfillmentOrder(change, fo.id, { status: 'IN_PROGRESS' });
  }
  change.orderTouched(order.id);
  change.tell('fulfillments/create', () => fulfillmentPayload(change.world, lastId));
  return lastId;
}

export function fulfillmentById(change: Change, id: number, field: string[]): FulfillmentRow {
  const row = change.state.get<FulfillmentRow>('SELECT * FROM fulfillments WHERE id = ? AND shop_id = ?', id, change.shop.id);
  if (!row) throw new Refused('Fulfillment does not exist.', { field });
  return row;
}

/** fulfillmentCancel: its units can be fulfilled again, in the fulfilment order that is still open or in a new one. */
export function cancelFulfillment(change: Change, fulfillment: FulfillmentRow): void {
  const { state, at } = change;
  if (fulfillment.status !== 'SUCCESS') throw new Refused('Fulfillment is already cancelled.', { field: ['id'] });
  const returned = state.get(
    "SELECT 1 FROM return_lines r JOIN fulfillment_lines f ON f.id = r.fulfillment_line_id JOIN returns t ON t.id = r.return_id WHERE f.fulfillment_id = ? AND t.status NOT IN ('CANCELED', 'DECLINED')",
    fulfillment.id,
  );
  if (returned) throw new Refused('A fulfillment with returns cannot be cancelled.', { field: ['id'] });
  const remade = new Map<number, number>();
  for (const line of state.all<FulfillmentLineRow>('SELECT * FROM fulfillment_lines WHERE fulfillment_id = ?', fulfillment.id)) {
    const fo = state.get<FulfillmentOrderRow>('SELECT * FROM fulfillment_orders WHERE id = ?', line.fo_id);
    const orderLine = state.get<LineRow>('SELECT * FROM order_lines WHERE id = ?', line.line_id) as LineRow;
    if (!fo) continue;
    unshipStock(change, orderLine.item_id, fo.location_id, line.quantity);
    if (fo.status !== 'CLOSED' && fo.status !== 'CANCELLED' && line.fo_line_id !== null) {
      state.run('UPDATE fo_lines SET remaining = remaining + ? WHERE id = ?', line.quantity, line.fo_line_id);
      updateFulfillmentOrder(change, fo.id, {});
      continue;
    }
    let newId = remade.get(fo.id);
    if (newId === undefined) {
      newId = state.run(
        'INSERT INTO fulfillment_orders (shop_id, order_id, location_id, status, request_status, fulfill_at, data, created_at, updated_at) VALUES (?,?,?,?,?,?,?,?,?)',
        fo.shop_id,
        fo.order_id,
        fo.location_id,
        'OPEN',
        'UNSUBMITTED',
        fo.fulfill_at,
        JSON.stringify(dataOf<FulfillmentOrderData>(fo)),
        at,
        at,
      ).lastId;
      remade.set(fo.id, newId);
      change.fulfillmentOrderTouched(newId);
    }
    addToFulfillmentOrder(state, newId, line.line_id, line.quantity);
  }
  state.run(
    "UPDATE fulfillments SET status = 'CANCELLED', display = 'CANCELED', updated_at = ? WHERE id = ?",
    at,
    fulfillment.id,
  );
  change.orderTouched(fulfillment.order_id);
  change.tell('fulfillments/update', () => fulfillmentPayload(change.world, fulfillment.id));
}

export function updateTracking(change: Change, fulfillment: FulfillmentRow, tracking: Tracking[], notify: boolean): void {
  if (fulfillment.status !== 'SUCCESS') throw new Refused('The fulfillment is cancelled.', { field: ['fulfillmentId'] });
  change.state.run(
    "UPDATE fulfillments SET tracking = ?, data = json_set(data, '$.notified', json(?)), updated_at = ? WHERE id = ?",
    JSON.stringify(tracking),
    notify ? 'true' : 'false',
    change.at,
    fulfillment.id,
  );
  change.orderTouched(fulfillment.order_id);
  change.tell('fulfillments/update', () => fulfillmentPayload(change.world, fulfillment.id));
}

export function addFulfillmentEvent(
  change: Change,
  fulfillment: FulfillmentRow,
  event: { status: string; happenedAt: number; message: string | null; data: Record<string, unknown> },
): number {
  if (fulfillment.status !== 'SUCCESS')
    throw new Refused('The fulfillment is cancelled.', { field: ['fulfillmentEvent', 'fulfillmentId'] });
  const { lastId } = change.state.run(
    'INSERT INTO fulfillment_events (fulfillment_id, status, data, happened_at, created_at) VALUES (?,?,?,?,?)',
    fulfillment.id,
    event.status,
    JSON.stringify({ ...event.data, message: event.message }),
    event.happenedAt,
    change.at,
  );
  change.state.run('UPDATE fulfillments SET display = ?, updated_at = ? WHERE id = ?', event.status, change.at, fulfillment.id);
  change.orderTouched(fulfillment.order_id);
  change.tell('fulfillment_events/create', () => ({
    id: lastId,
    admin_graphql_api_id: gid('FulfillmentEvent', lastId),
    fulfillment_id: fulfillment.id,
    order_id: fulfillment.order_id,
    status: event.status.toLowerCase(),
    message: event.message,
    happened_at: new Date(event.happenedAt).toISOString(),
  }));
  change.tell('fulfillments/update', () => fulfillmentPayload(change.world, fulfillment.id));
  return lastId;
}

/** Fulfilments that took units from a fulfilment order. */
export const fulfillmentsOf = (state: State, foId: number): FulfillmentRow[] =>
  state.all<FulfillmentRow>(
    'SELECT DISTINCT f.* FROM fulfillments f JOIN fulfillment_lines l ON l.fulfillment_id = f.id WHERE l.fo_id = ? ORDER BY f.id',
    foId,
  );
