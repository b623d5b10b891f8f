import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import type { SqlValue } from '../../kit/state.ts';
import { gid, idOf } from '../core/gid.ts';
import { dateTime, dateTimeOrNull } from '../core/moment.ts';
import { onlyKnown } from '../core/not-implemented.ts';
import { page } from '../core/paging.ts';
import { byParent, byShop, defineLoader, nodes, ref, refOrNull } from '../core/refs.ts';
import { PAGING, withArgs, type Args, type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import type { RequestContext } from '../core/world.ts';
import {
  fulfillmentOrder,
  hold,
  markOpen,
  move,
  portionsOf,
  releaseHolds,
  reportProgress,
  split,
  supportedActions,
} from '../domain/fulfillment-orders.ts';
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
import { defineMutation } from './mutation.ts';
import { visibleSince } from './visible-since.ts';

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

  mutations(registry);
}

const givenLines = (input: unknown) =>
  ((input ?? []) as { id: string; quantity: number }[]).map((line) => ({
    id: idOf('FulfillmentOrderLineItem', line.id),
    quantity: line.quantity,
  }));

/** Merchant-managed ones need their scope, those of a service theirs (facts: shopify.md §4 Fulfilment). */
export function requireWriteScope(ctx: RequestContext, row: FulfillmentOrderRow, field: string): void {
  const service = ctx.world.state.get<{ ours: number }>(
    'SELECT ours FROM fulfillment_services WHERE location_id = ?',
    row.location_id,
  );
  const scope = service
    ? service.ours === 1
      ? 'write_assigned_fulfillment_orders'
      : 'write_third_party_fulfillment_orders'
    : 'write_merchant_managed_fulfillment_orders';
  if (ctx.scopes.has(scope) || (service && ctx.scopes.has('write_third_party_fulfillment_orders'))) return;
  throw new GraphQLError(`Access denied for ${field} field. Required access: \`${scope}\` access scope.`, {
    extensions: { code: 'ACCESS_DENIED', requiredAccess: `\`${scope}\` access scope.` },
  });
}

function mutations(registry: Registry): void {
  defineMutation(registry, 'fulfillmentOrderHold', ['id', 'fulfillmentHold'], (change, args, ctx) => {
    const input = args.fulfillmentHold as {
      reason: string;
      reasonNotes?: string;
      handle?: string;
      externalId?: string;
      fulfillmentOrderLineItems?: unknown[];
    };
    onlyKnown(
      input,
      ['reason', 'reasonNotes', 'handle', 'externalId', 'fulfillmentOrderLineItems', 'notifyMerchant'],
      'FulfillmentOrderHoldInput',
    );
    const row = fulfillmentOrder(change, idOf('FulfillmentOrder', args.id) ?? 0, 'FULFILLMENT_ORDER_NOT_FOUND');
    requireWriteScope(ctx, row, 'fulfillmentOrderHold');
    const lines = givenLines(input.fulfillmentOrderLineItems);
    const result = hold(change, row, {
      handle: input.handle ?? '',
      reason: input.reason,
      notes: input.reasonNotes ?? null,
      externalId: input.externalId ?? null,
      portions: lines.length > 0 ? portionsOf(change.state, row, lines, 'INVALID_LINE_ITEM_QUANTITY') : undefined,
      byApp: true,
    });
    return {
      fulfillmentHold: ref('FulfillmentHold', result.holdId),
      fulfillmentOrder: ref('FulfillmentOrder', row.id),
      remainingFulfillmentOrder: refOrNull('FulfillmentOrder', result.remainingId),
    };
  });

  defineMutation(registry, 'fulfillmentOrderReleaseHold', ['id', 'holdIds', 'externalId'], (change, args, ctx) => {
    const row = fulfillmentOrder(change, idOf('FulfillmentOrder', args.id) ?? 0, 'FULFILLMENT_ORDER_NOT_FOUND');
    requireWriteScope(ctx, row, 'fulfillmentOrderReleaseHold');
    let ids = (args.holdIds as string[] | null | undefined)?.map((holdId) => idOf('FulfillmentHold', holdId) ?? 0);
    if (args.externalId) {
      ids = change.state
        .all<HoldRow>('SELECT * FROM holds WHERE fo_id = ? AND external_id = ?', row.id, String(args.externalId))
        .map((found) => found.id);
      if (ids.length === 0)
        throw new Refused('The fulfillment hold does not exist on this fulfillment order.', {
          field: ['externalId'],
          code: 'INVALID_ACCESS',
        });
    }
    releaseHolds(change, row, ids);
    return { fulfillmentOrder: ref('FulfillmentOrder', row.id) };
  });

  defineMutation(registry, 'fulfillmentOrderMove', ['id', 'newLocationId', 'fulfillmentOrderLineItems'], (change, args, ctx) => {
    const row = fulfillmentOrder(change, idOf('FulfillmentOrder', args.id) ?? 0);
    requireWriteScope(ctx, row, 'fulfillmentOrderMove');
    const movedId = move(
      change,
      row,
      idOf('Location', args.newLocationId) ?? 0,
      portionsOf(change.state, row, givenLines(args.fulfillmentOrderLineItems), null),
    );
    return {
      movedFulfillmentOrder: ref('FulfillmentOrder', movedId),
      originalFulfillmentOrder: ref('FulfillmentOrder', row.id),
      remainingFulfillmentOrder: movedId === row.id ? null : ref('FulfillmentOrder', row.id),
    };
  });

  defineMutation(registry, 'fulfillmentOrderSplit', ['fulfillmentOrderSplits'], (change, args, ctx) => {
    const inputs = args.fulfillmentOrderSplits as { fulfillmentOrderId: string; fulfillmentOrderLineItems: unknown[] }[];
    const results = inputs.map((input) => {
      const row = fulfillmentOrder(
        change,
        idOf('FulfillmentOrder', input.fulfillmentOrderId) ?? 0,
        'FULFILLMENT_ORDER_NOT_FOUND',
      );
      requireWriteScope(ctx, row, 'fulfillmentOrderSplit');
      const lines = givenLines(input.fulfillmentOrderLineItems);
      const result = split(
        change,
        row,
        lines.length === 0 ? [] : portionsOf(change.state, row, lines, 'INVALID_LINE_ITEM_QUANTITY'),
      );
      return {
        fulfillmentOrder: ref('FulfillmentOrder', result.foId),
        remainingFulfillmentOrder: ref('FulfillmentOrder', result.remainingId),
        replacementFulfillmentOrder: null,
      };
    });
    return { fulfillmentOrderSplits: results };
  });

  defineMutation(registry, 'fulfillmentOrderReportProgress', ['id', 'progressReport'], (change, args, ctx) => {
    const row = fulfillmentOrder(change, idOf('FulfillmentOrder', args.id) ?? 0, 'FULFILLMENT_ORDER_NOT_FOUND');
    requireWriteScope(ctx, row, 'fulfillmentOrderReportProgress');
    reportProgress(change, row);
    change.tell('fulfillment_orders/progress_reported', () => ({
      fulfillment_order: { id: gid('FulfillmentOrder', row.id), status: 'in_progress' },
    }));
    return { fulfillmentOrder: ref('FulfillmentOrder', row.id) };
  });

  defineMutation(registry, 'fulfillmentOrderOpen', ['id'], (change, args, ctx) => {
    const row = fulfillmentOrder(change, idOf('FulfillmentOrder', args.id) ?? 0);
    requireWriteScope(ctx, row, 'fulfillmentOrderOpen');
    markOpen(change, row);
    return { fulfillmentOrder: ref('FulfillmentOrder', row.id) };
  });
}
