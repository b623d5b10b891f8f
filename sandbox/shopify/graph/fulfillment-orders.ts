import { type GraphQLResolveInfo } from 'graphql';
import type { SqlValue } from '../../kit/state.ts';
import { gid, idOf } from '../core/gid.ts';
import { dateTime, dateTimeOrNull } from '../core/moment.ts';
import { page } from '../core/paging.ts';
import { byParent, byShop, defineLoader, nodes, ref, refOrNull } from '../core/refs.ts';
import { PAGING, withArgs, type Args, type Registry } from '../core/registry.ts';
import type { RequestContext } from '../core/world.ts';
import { supportedActions } from '../domain/fulfillment-orders.ts';
import { fulfillmentsOf } from '../domain/fulfilments.ts';
import {
  dataOf,
  type FoLineRow,
  type FulfillmentOrderData,
  type FulfillmentOrderRow,
  type HoldRow,
  type LineData,
  type LineRow,
  type OrderData,
  type OrderRow,
} from '../domain/rows.ts';
import { compileSearch, id, laggingMoment, oneOf, type Searchable } from '../search/compile.ts';
import { visibleSince } from './visible-since.ts';
import { fulfillmentOrderMutations } from './fulfillment-order-mutations.ts';

const STATUSES = ['open', 'in_progress', 'closed', 'cancelled', 'incomplete', 'scheduled', 'on_hold'];

const SEARCH: Searchable = {
  name: 'fulfillmentOrders',
  terms: {
    id: id('f.id'),
    order_id: id('f.order_id'),
    status: oneOf(
      Object.fromEntries(STATUSES.map((word) => [word, { sql: 'f.status = ?', params: [word.toUpperCase()] }])),
      'status',
    ),
    assigned_location_id: id('f.location_id'),
    updated_at: laggingMoment('f'),
  },
};

/** What of the fulfilment orders a token may see: by who is responsible for the location. */
function visibleByScope(ctx: RequestContext): { sql: string; params: SqlValue[] } {
  const service = (condition: string) =>
    `EXISTS (SELECT 1 FROM fulfillment_services s WHERE s.location_id = f.location_id${condition})`;
  const parts = [
    ...(ctx.scopes.has('read_merchant_managed_fulfillment_orders') ? [`NOT ${service('')}`] : []),
    ...(ctx.scopes.has('read_assigned_fulfillment_orders') ? [service(' AND s.ours = 1')] : []),
    ...(ctx.scopes.has('read_third_party_fulfillment_orders') ? [service(' AND s.ours = 0')] : []),
  ];
  return { sql: parts.length > 0 ? parts.join(' OR ') : '0', params: [] };
}

/** Fulfilment orders under a condition, as far as the token may see them. */
export function fulfillmentOrdersPage(
  ctx: RequestContext,
  info: GraphQLResolveInfo,
  args: Args,
  of: { sql: string; params: SqlValue[] },
  sort?: string,
) {
  const search = compileSearch(SEARCH, args.query, ctx.world.clock.now());
  return page(ctx, info, args, {
    select: 'SELECT f.* FROM fulfillment_orders f',
    where: [of, visibleByScope(ctx), ...(search ? [search] : [])],
    id: 'f.id',
    sort,
    toNode: (row) => ({ __typename: 'FulfillmentOrder', ...row }),
  });
}

/** FulfillmentOrder and what a merchant's app may do with it. */
export function fulfillmentOrderFields(registry: Registry): void {
  defineLoader('FulfillmentOrder', byShop('fulfillment_orders'));
  defineLoader('FulfillmentOrderLineItem', byParent('fo_lines', 'fo_id', 'fulfillment_orders'));
  defineLoader('FulfillmentHold', byParent('holds', 'fo_id', 'fulfillment_orders'));

  registry.type<unknown>('QueryRoot', {
    fulfillmentOrder: withArgs(['id'], (_source, args, ctx) => {
      const found = ctx.world.state.get<{ id: number }>(
        `SELECT f.id FROM fulfillment_orders f WHERE f.id = ? AND f.shop_id = ? AND (${visibleByScope(ctx).sql})`,
        idOf('FulfillmentOrder', args.id) ?? 0,
        ctx.shop.id,
      );
      return refOrNull('FulfillmentOrder', found?.id);
    }),
    fulfillmentOrders: withArgs([...PAGING, 'query', 'sortKey', 'includeClosed'], (_source, args, ctx, info) =>
      fulfillmentOrdersPage(
        ctx,
        info,
        args,
        {
          sql: `f.shop_id = ? AND f.created_at >= ?${args.includeClosed ? '' : " AND f.status NOT IN ('CLOSED', 'CANCELLED')"}`,
          params: [ctx.shop.id, visibleSince(ctx)],
        },
        args.sortKey === 'UPDATED_AT' ? 'f.updated_at' : undefined,
      ),
    ),
  });

  const data = (read: (data: FulfillmentOrderData, row: FulfillmentOrderRow) => unknown) => (row: FulfillmentOrderRow) =>
    read(dataOf<FulfillmentOrderData>(row), row);
  const order = (row: FulfillmentOrderRow, ctx: RequestContext) =>
    ctx.world.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', row.order_id) as OrderRow;
  registry.type<FulfillmentOrderRow>('FulfillmentOrder', {
    id: (row) => gid('FulfillmentOrder', row.id),
    order: (row) => ref('Order', row.order_id),
    orderId: (row) => gid('Order', row.order_id),
    orderName: (row, _args, ctx) => order(row, ctx).name,
    orderProcessedAt: (row, _args, ctx) => dateTime(order(row, ctx).processed_at),
    status: (row) => row.status,
    requestStatus: (row) => row.request_status,
    fulfillAt: (row) => dateTimeOrNull(row.fulfill_at),
    fulfillBy: (row) => dateTimeOrNull(row.fulfill_by),
    createdAt: (row) => dateTime(row.created_at),
    updatedAt: (row) => dateTime(row.updated_at),
    supportedActions: (row, _args, ctx) =>
      supportedActions(ctx.world.state, row).map((action) => ({ action, externalUrl: null })),
    assignedLocation: data((d, row) => ({ name: d.locationName, location: ref('Location', row.location_id) })),
    deliveryMethod: data((d, row) => ({
      id: gid('DeliveryMethod', row.id),
      methodType: d.delivery.type,
      presentedName: d.delivery.name,
      serviceCode: d.delivery.code,
      sourceReference: null,
      minDeliveryDateTime: null,
      maxDeliveryDateTime: null,
      additionalInformation: null,
    })),
    destination: (row, _args, ctx) => {
      const found = order(row, ctx);
      const address = dataOf<OrderData>(found).shippingAddress;
      const { type } = dataOf<FulfillmentOrderData>(row).delivery;
      if (!address || type === 'NONE' || type === 'RETAIL') return null;
      return {
        id: gid('FulfillmentOrderDestination', row.id),
        firstName: address.firstName ?? null,
        lastName: address.lastName ?? null,
        company: address.company ?? null,
        address1: address.address1 ?? null,
        address2: address.address2 ?? null,
        city: address.city ?? null,
        province: address.province ?? null,
        zip: address.zip ?? null,
        countryCode: address.countryCode ?? null,
        email: found.email,
        phone: address.phone ?? dataOf<OrderData>(found).phone,
        location: null,
      };
    },
    fulfillmentHolds: (row, _args, ctx) =>
      nodes('FulfillmentHold', ctx.world.state.all<HoldRow>('SELECT * FROM holds WHERE fo_id = ? ORDER BY id', row.id)),
    lineItems: withArgs(PAGING, (row, args, ctx, info) =>
      page(ctx, info, args, {
        select: 'SELECT l.* FROM fo_lines l',
        where: [{ sql: 'l.fo_id = ?', params: [row.id] }],
        id: 'l.id',
        toNode: (line) => ({ __typename: 'FulfillmentOrderLineItem', ...line }),
      }),
    ),
    merchantRequests: withArgs([...PAGING, 'kind'], (row, args, ctx, info) =>
      page(ctx, info, args, {
        select: 'SELECT m.* FROM merchant_requests m',
        where: [
          { sql: 'm.fo_id = ?', params: [row.id] },
          ...(args.kind ? [{ sql: 'm.kind = ?', params: [String(args.kind)] }] : []),
        ],
        id: 'm.id',
        toNode: (found) => ({ __typename: 'FulfillmentOrderMerchantRequest', ...found }),
      }),
    ),
    fulfillments: withArgs(PAGING, (row, args, ctx, info) => {
      const ids = fulfillmentsOf(ctx.world.state, row.id).map((found) => found.id);
      return page(ctx, info, args, {
        select: 'SELECT f.* FROM fulfillments f',
        where: [{ sql: `f.id IN (${ids.join(',') || 'NULL'})`, params: [] }],
        id: 'f.id',
        toNode: (found) => ({ __typename: 'Fulfillment', ...found }),
      });
    }),
  });

  const line = (row: FoLineRow, ctx: RequestContext) =>
    ctx.world.state.get<LineRow>('SELECT * FROM order_lines WHERE id = ?', row.line_id) as LineRow;
  registry.type<FoLineRow>('FulfillmentOrderLineItem', {
    id: (row) => gid('FulfillmentOrderLineItem', row.id),
    lineItem: (row) => ref('LineItem', row.line_id),
    sku: (row, _args, ctx) => line(row, ctx).sku,
    productTitle: (row, _args, ctx) => dataOf<LineData>(line(row, ctx)).title,
    variantTitle: (row, _args, ctx) => dataOf<LineData>(line(row, ctx)).variantTitle,
    vendor: (row, _args, ctx) => dataOf<LineData>(line(row, ctx)).vendor,
    variant: (row, _args, ctx) => refOrNull('ProductVariant', line(row, ctx).variant_id),
    inventoryItemId: (row, _args, ctx) => {
      const { item_id: itemId } = line(row, ctx);
      return itemId === null ? null : gid('InventoryItem', itemId);
    },
    totalQuantity: (row) => row.total,
    remainingQuantity: (row) => row.remaining,
    requiresShipping: (row, _args, ctx) => line(row, ctx).requires_shipping === 1,
    weight: (row, _args, ctx) => dataOf<LineData>(line(row, ctx)).weight,
  });

  registry.type<HoldRow>('FulfillmentHold', {
    id: (row) => gid('FulfillmentHold', row.id),
    handle: (row) => row.handle || null,
    reason: (row) => row.reason,
    displayReason: (row) => row.reason.toLowerCase().replaceAll('_', ' '),
    reasonNotes: (row) => row.notes,
    externalId: (row) => row.external_id,
    heldByRequestingApp: (row) => row.by_app === 1,
    heldBy: (row) => (row.by_app === 1 ? 'Crossdock' : 'Merchant'),
  });

  registry.type<{ id: number; kind: string; message: string | null; options: string | null; sent_at: number }>(
    'FulfillmentOrderMerchantRequest',
    {
      id: (row) => gid('FulfillmentOrderMerchantRequest', row.id),
      kind: (row) => row.kind,
      message: (row) => row.message,
      requestOptions: (row) => (row.options === null ? null : (JSON.parse(row.options) as unknown)),
      sentAt: (row) => dateTime(row.sent_at),
      responseData: () => null,
    },
  );

  fulfillmentOrderMutations(registry);
}
