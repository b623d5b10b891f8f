import { move, split } from '../domain/move-fulfillment-order.ts';
import { hold, releaseHolds } from '../domain/holds.ts';
import { GraphQLError } from 'graphql';
import { gid, idOf } from '../core/gid.ts';
import { onlyKnown } from '../core/not-implemented.ts';
import { ref, refOrNull } from '../core/refs.ts';
import { type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import type { RequestContext } from '../core/world.ts';
import { fulfillmentOrder, markOpen, portionsOf, reportProgress } from '../domain/fulfillment-orders.ts';
import { type FulfillmentOrderRow, type HoldRow } from '../domain/rows.ts';
import { defineMutation } from './mutation.ts';

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

/** What a merchant's app may do with a fulfilment order. */
export function fulfillmentOrderMutations(registry: Registry): void {
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
