import type { LiveConnection } from '../../connections/open-connection.ts';
import { readSync } from '../../connections/syncs.ts';
import { now } from '../../core/clock.ts';
import { parseMoney } from '../../core/money.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { mayBeForgotten } from '../../env.server.ts';
import { startBulkQuery } from '../../shopify/bulk/start-bulk.ts';
import { takeLines } from '../../shopify/bulk/take-result.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import {
  BulkOrderListDocument,
  OrdersUpdatedDocument,
  type BulkOrderListQuery,
} from '../../shopify/operations/generated/graphql.ts';
import { waitForBulk } from '../products/wait-for-bulk.ts';
import { historySpan } from './earliest-order.ts';
import { searchFor, type OrderRange } from './order-range.ts';

/** What a bulk operation of ours is for. */
const PURPOSE = 'orders';
/** Up to so many orders are listed page by page; more by a bulk operation, which costs ten points whatever their number. */
export const PAGED_UP_TO = 250;

type Listed = BulkOrderListQuery['orders']['edges'][number]['node'];
/** Whether an order of that moment is kept as history, whatever became of it. */
type IsHistory = (placedAt: string) => boolean;

/**
 * Nothing can be left to do about it, whatever the rules: it is written down as it is, unread. A sale at the till may have to be recorded, and what a back
 * office has of an order that was forgotten may have to be taken up.
 */
function doneWith(order: Listed, isHistory: IsHistory): { verdict: 'cancel' | 'skip'; code: string } | null {
  if (mayBeForgotten(order.processedAt)) return null;
  if (order.cancelledAt) return { verdict: 'cancel', code: 'cancelled-in-shopify' };
  const over =
    ['FULFILLED', 'RESTOCKED'].includes(order.displayFulfillmentStatus) &&
    order.sourceName !== 'pos' &&
    !isHistory(order.processedAt);
  return over ? { verdict: 'skip', code: 'nothing-to-ship' } : null;
}

async function storeListed(tx: Tx, shopId: number, runId: string, orders: Listed[], isHistory: IsHistory): Promise<void> {
  const rows = orders.map((order) => {
    const done = doneWith(order, isHistory);
    const { amount, currencyCode } = order.currentTotalPriceSet.shopMoney;
    return {
      id: order.id,
      name: order.name,
      placed: order.processedAt,
      updated: order.updatedAt,
      cancelled: order.cancelledAt ?? null,
      closed: order.closedAt ?? null,
      financial: order.displayFinancialStatus ?? 'PENDING',
      fulfilment: order.displayFulfillmentStatus,
      currency: order.currencyCode,
      total: parseMoney(amount, currencyCode).amount,
      units: order.currentSubtotalLineItemsQuantity,
      channel: order.sourceName ?? '',
      tags: order.tags,
      verdict: done?.verdict ?? null,
      reason: done ? { code: done.code, params: {} } : null,
    };
  });
  const json = JSON.stringify(rows);
  const at = now();
  // An order that we know already is looked at like any other: something of it may be at the back office.
  await tx.$executeRaw`
    WITH listed AS (
      SELECT * FROM jsonb_to_recordset(${json}::jsonb) AS l(id text, name text, placed timestamptz, updated timestamptz, cancelled timestamptz,
        closed timestamptz, financial text, fulfilment text, currency text, total bigint, units int, channel text, tags jsonb, verdict text, reason jsonb)
    ), stored AS (
      INSERT INTO shop_order (shop_id, id, name, shopify_updated_at, placed_at, cancelled_at, closed_at, financial_status, fulfilment_status,
        currency, total, units, channel, tags, verdict, reason, first_seen_at, decided_at)
      SELECT ${shopId}, id, name, updated, placed, cancelled, closed, financial, fulfilment, currency, total, units, channel,
        ARRAY(SELECT jsonb_array_elements_text(tags)), verdict, reason, ${at}, ${at}
      FROM listed WHERE verdict IS NOT NULL ON CONFLICT DO NOTHING RETURNING id
    )
    INSERT INTO plan_item (shop_id, run_id, item_key, action, label, reason, outcome, done_at)
    SELECT ${shopId}, ${runId}::uuid, l.id, CASE WHEN s.id IS NULL THEN 'create' ELSE 'skip' END, l.name,
      CASE WHEN s.id IS NULL THEN NULL ELSE l.reason END, CASE WHEN s.id IS NULL THEN NULL ELSE 'skipped' END, CASE WHEN s.id IS NULL THEN NULL ELSE ${at}::timestamptz END
    FROM listed l LEFT JOIN stored s ON s.id = l.id
    ON CONFLICT DO NOTHING`;
}

async function listByBulk(
  admin: ShopifyAdmin,
  shopId: number,
  runId: string,
  filter: string,
  isHistory: IsHistory,
): Promise<void> {
  // Killed and started again, the run goes on with its own operation, after the last line it took.
  const known = await inShop(shopId, (tx) =>
    tx.bulkOperation.findFirst({ where: { shopId, runId, purpose: PURPOSE, state: { not: 'failed' } }, select: { id: true } }),
  );
  const id = known?.id ?? (await startBulkQuery(admin, BulkOrderListDocument, { purpose: PURPOSE, runId, filter }));
  await waitForBulk(admin, id, runId);
  await takeLines(admin.shop, id, {
    take: (tx, lines) =>
      storeListed(
        tx,
        shopId,
        runId,
        lines.map(({ value }) => value as unknown as Listed),
        isHistory,
      ),
  });
}

async function listByPages(admin: ShopifyAdmin, shopId: number, runId: string, query: string): Promise<void> {
  let after: string | undefined;
  do {
    const { orders } = await admin.run(
      OrdersUpdatedDocument,
      { first: 250, query, ...(after ? { after } : {}) },
      { priority: 'order' },
    );
    await inShop(shopId, (tx) =>
      tx.planItem.createMany({
        data: orders.nodes.map(({ id, name }) => ({ shopId, runId, itemKey: id, label: name, action: 'create' })),
        skipDuplicates: true,
      }),
    );
    after = orders.pageInfo.hasNextPage ? (orders.pageInfo.endCursor ?? undefined) : undefined;
  } while (after);
}

/**
 * Writes a range of orders down as the work of a run, one line for each: from then on the run can be paused, killed and gone on with, and no
 * order is done twice. Called again for the same run it changes nothing.
 */
export async function listRange(
  live: LiveConnection,
  admin: ShopifyAdmin,
  runId: string,
  range: OrderRange,
  by: 'bulk' | 'pages',
): Promise<void> {
  const shopId = live.shop.id;
  if (by === 'pages') return listByPages(admin, shopId, runId, searchFor(range));
  const { settings, enabledAt } = await inShop(shopId, (tx) => readSync(tx, shopId, live.id, 'orders'));
  const { from, until } = historySpan(live, settings, enabledAt);
  const isHistory = (placedAt: string) =>
    from !== null && new Date(placedAt) >= from && until !== null && new Date(placedAt) < until;
  await listByBulk(admin, shopId, runId, searchFor(range), isHistory);
}
