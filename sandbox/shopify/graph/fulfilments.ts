import { requireWriteScope } from './fulfillment-order-mutations.ts';
import { gid, idOf } from '../core/gid.ts';
import { dateTime } from '../core/moment.ts';
import { onlyKnown } from '../core/not-implemented.ts';
import { page } from '../core/paging.ts';
import { byParent, byShop, defineLoader, ref, refOrNull } from '../core/refs.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import { fulfillmentOrder } from '../domain/fulfillment-orders.ts';
import {
  addFulfillmentEvent,
  cancelFulfillment,
  createFulfillment,
  fulfillmentById,
  trackingOf,
  updateTracking,
} from '../domain/fulfilments.ts';
import { serviceOfLocation } from '../domain/locations.ts';
import {
  dataOf,
  type FulfillmentLineRow,
  type FulfillmentRow,
  type LineData,
  type LineRow,
  type OrderRow,
  type Tracking,
} from '../domain/rows.ts';
import { lineNet } from '../domain/order-money.ts';
import { defineMutation } from './mutation.ts';
import { legacyId, moneyBag } from './values.ts';

/** Fulfillment and its mutations. */
export function fulfilmentFields(registry: Registry): void {
  defineLoader('Fulfillment', byShop('fulfillments'));
  defineLoader('FulfillmentLineItem', byParent('fulfillment_lines', 'fulfillment_id', 'fulfillments'));
  defineLoader('FulfillmentEvent', byParent('fulfillment_events', 'fulfillment_id', 'fulfillments'));

  registry.type<unknown>('QueryRoot', {
    fulfillment: withArgs(['id'], (_source, args) => refOrNull('Fulfillment', idOf('Fulfillment', args.id))),
  });

  registry.type<FulfillmentRow>('Fulfillment', {
    id: (row) => gid('Fulfillment', row.id),
    legacyResourceId: legacyId,
    name: (row) => row.name,
    status: (row) => row.status,
    displayStatus: (row) => row.display,
    order: (row) => ref('Order', row.order_id),
    location: (row) => ref('Location', row.location_id),
    service: (row, _args, ctx) => refOrNull('FulfillmentService', serviceOfLocation(ctx.world.state, row.location_id)?.id),
    createdAt: (row) => dateTime(row.created_at),
    updatedAt: (row) => dateTime(row.updated_at),
    requiresShipping: (row, _args, ctx) =>
      ctx.world.state.get(
        'SELECT 1 FROM fulfillment_lines f JOIN order_lines l ON l.id = f.line_id WHERE f.fulfillment_id = ? AND l.requires_shipping = 1',
        row.id,
      ) !== undefined,
    totalQuantity: (row, _args, ctx) =>
      ctx.world.state.get<{ n: number }>('SELECT sum(quantity) AS n FROM fulfillment_lines WHERE fulfillment_id = ?', row.id)
        ?.n ?? 0,
    trackingInfo: withArgs(['first'], (row, args) =>
      (JSON.parse(row.tracking) as Tracking[]).slice(0, (args.first as number | undefined) ?? 250),
    ),
    fulfillmentLineItems: withArgs(PAGING, (row, args, ctx, info) =>
      page(ctx, info, args, {
        select: 'SELECT l.* FROM fulfillment_lines l',
        where: [{ sql: 'l.fulfillment_id = ?', params: [row.id] }],
        id: 'l.id',
        toNode: (line) => ({ __typename: 'FulfillmentLineItem', ...line }),
      }),
    ),
    fulfillmentOrders: withArgs(PAGING, (row, args, ctx, info) =>
      page(ctx, info, args, {
        select: 'SELECT f.* FROM fulfillment_orders f',
        where: [
          { sql: 'EXISTS (SELECT 1 FROM fulfillment_lines l WHERE l.fo_id = f.id AND l.fulfillment_id = ?)', params: [row.id] },
        ],
        id: 'f.id',
        toNode: (found) => ({ __typename: 'FulfillmentOrder', ...found }),
      }),
    ),
    events: withArgs([...PAGING, 'sortKey'], (row, args, ctx, info) =>
      page(ctx, info, args, {
        select: 'SELECT e.* FROM fulfillment_events e',
        where: [{ sql: 'e.fulfillment_id = ?', params: [row.id] }],
        id: 'e.id',
        sort: 'e.happened_at',
        toNode: (found) => ({ __typename: 'FulfillmentEvent', ...found }),
      }),
    ),
  });

  registry.type<FulfillmentLineRow>('FulfillmentLineItem', {
    id: (row) => gid('FulfillmentLineItem', row.id),
    lineItem: (row) => ref('LineItem', row.line_id),
    quantity: (row) => row.quantity,
    discountedTotalSet: (row, _args, ctx) => {
      const line = ctx.world.state.get<LineRow>('SELECT * FROM order_lines WHERE id = ?', row.line_id) as LineRow;
      const order = ctx.world.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', line.order_id) as OrderRow;
      return moneyBag(lineNet(line, dataOf<LineData>(line), row.quantity), order);
    },
  });

  registry.type<{ id: number; status: string; data: string; happened_at: number; created_at: number }>('FulfillmentEvent', {
    id: (row) => gid('FulfillmentEvent', row.id),
    status: (row) => row.status,
    happenedAt: (row) => dateTime(row.happened_at),
    createdAt: (row) => dateTime(row.created_at),
    message: (row) => (JSON.parse(row.data) as { message: string | null }).message,
    city: (row) => (JSON.parse(row.data) as { city?: string }).city ?? null,
    country: (row) => (JSON.parse(row.data) as { country?: string }).country ?? null,
  });

  defineMutation(registry, 'fulfillmentCreate', ['fulfillment', 'message'], (change, args, ctx) => {
    const input = args.fulfillment as {
      lineItemsByFulfillmentOrder: {
        fulfillmentOrderId: string;
        fulfillmentOrderLineItems?: { id: string; quantity: number }[];
      }[];
      trackingInfo?: Record<string, unknown>;
      notifyCustomer?: boolean;
    };
    onlyKnown(input, ['lineItemsByFulfillmentOrder', 'trackingInfo', 'notifyCustomer'], 'FulfillmentInput');
    for (const group of input.lineItemsByFulfillmentOrder) {
      const foId = idOf('FulfillmentOrder', group.fulfillmentOrderId);
      if (
        foId !== undefined &&
        change.state.get('SELECT 1 FROM fulfillment_orders WHERE id = ? AND shop_id = ?', foId, change.shop.id)
      )
        requireWriteScope(ctx, fulfillmentOrder(change, foId), 'fulfillmentCreate');
    }
    const fulfillmentId = createFulfillment(change, {
      groups: input.lineItemsByFulfillmentOrder.map((group) => ({
        foId: idOf('FulfillmentOrder', group.fulfillmentOrderId) ?? 0,
        lines: group.fulfillmentOrderLineItems?.map((line) => ({
          id: idOf('FulfillmentOrderLineItem', line.id),
          quantity: line.quantity,
        })),
      })),
      tracking: trackingInput(input.trackingInfo),
      notify: input.notifyCustomer === true,
      message: (args.message as string | null | undefined) ?? null,
      byApp: true,
    });
    return { fulfillment: ref('Fulfillment', fulfillmentId) };
  });

  defineMutation(
    registry,
    'fulfillmentTrackingInfoUpdate',
    ['fulfillmentId', 'trackingInfoInput', 'notifyCustomer'],
    (change, args) => {
      const row = fulfillmentById(change, idOf('Fulfillment', args.fulfillmentId) ?? 0, ['fulfillmentId']);
      updateTracking(change, row, trackingInput(args.trackingInfoInput as Record<string, unknown>), args.notifyCustomer === true);
      return { fulfillment: ref('Fulfillment', row.id) };
    },
  );

  defineMutation(registry, 'fulfillmentCancel', ['id'], (change, args) => {
    const row = fulfillmentById(change, idOf('Fulfillment', args.id) ?? 0, ['id']);
    cancelFulfillment(change, row);
    return { fulfillment: ref('Fulfillment', row.id) };
  });

  defineMutation(registry, 'fulfillmentEventCreate', ['fulfillmentEvent'], (change, args) => {
    const input = args.fulfillmentEvent as Record<string, unknown> & {
      fulfillmentId: string;
      status: string;
      happenedAt?: string;
      message?: string;
    };
    const row = fulfillmentById(change, idOf('Fulfillment', input.fulfillmentId) ?? 0, ['fulfillmentEvent', 'fulfillmentId']);
    const { fulfillmentId: _id, status, happenedAt, message, ...data } = input;
    const eventId = addFulfillmentEvent(change, row, {
      status,
      happenedAt: happenedAt ? Date.parse(happenedAt) : change.at,
      message: message ?? null,
      data,
    });
    return { fulfillmentEvent: ref('FulfillmentEvent', eventId) };
  });
}

function trackingInput(input: Record<string, unknown> | null | undefined): Tracking[] {
  if (!input) return [];
  onlyKnown(input, ['company', 'number', 'numbers', 'url', 'urls'], 'FulfillmentTrackingInput');
  const list = (many: unknown, one: unknown): (string | null)[] =>
    (many as string[] | null | undefined) ?? (one ? [String(one)] : []);
  return trackingOf({
    company: input.company as string | null | undefined,
    numbers: list(input.numbers, input.number),
    urls: list(input.urls, input.url),
  });
}
