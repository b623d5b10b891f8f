import { z } from 'zod';
import { nowMs } from '../../core/clock.ts';
import { asCrossdockError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { inShop } from '../../db/scope.ts';
import { readSync, saveCursor } from '../../connections/syncs.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import { OrdersUpdatedDocument } from '../../shopify/operations/generated/graphql.ts';
import { endAsPlan } from '../runs/plan-states.ts';
import { startSyncIn } from '../runs/start-sync.ts';
import { countInRun, showLife, type RunOrder } from '../runs/runs.ts';
import { writeCredit } from '../customers/write-credit.ts';
import { activeConnections, takersOf } from '../shop/shop-context.ts';
import { historySpan } from './earliest-order.ts';
import { hearChanges } from './hear-changes.ts';
import { importRange } from './import-range.ts';
import { leaveToInbox, workThroughInbox } from './leave-to-inbox.ts';
import { PAGED_UP_TO } from './list-range.ts';
import { missedOrders, takesSince } from './missed-orders.ts';
import { countRange, orderRangeSchema, type OrderRange } from './order-range.ts';
import { pastTheWall } from './past-the-wall.ts';
import { planOrder } from './plan-order.ts';
import { runWindow, type RunWindow } from './run-window.ts';
import { syncOrder } from './sync-order.ts';
import { tryRefusedAgain } from './try-refused-again.ts';
import { goodsCodes } from './wait-for-goods.ts';

/** How far reading has come: in Shopify, in the back office's orders, in its customers' credit. */
const cursorSchema = z.object({
  updatedAt: z.iso.datetime(),
  remote: z.string().nullable().default(null),
  credit: z.string().nullable().default(null),
});
const SIDE_BY_SIDE = 4;

interface Listed {
  id: string;
  updatedAt: string;
}

/** Orders changed since (and before `until`), oldest change first, past the pagination wall. May list an order twice. */
function changedOrders(admin: ShopifyAdmin, since: string, until: string): AsyncGenerator<Listed[]> {
  return pastTheWall<Listed>(since, {
    async page(from, after) {
      const variables = { first: 250, query: `updated_at:>='${from}' updated_at:<='${until}'`, ...(after ? { after } : {}) };
      const { orders } = await admin.run(OrdersUpdatedDocument, variables, { priority: 'order' });
      return { rows: orders.nodes, after: orders.pageInfo.hasNextPage ? (orders.pageInfo.endCursor ?? undefined) : undefined };
    },
    momentOf: (order) => order.updatedAt,
  });
}

/** Orders of a page that we don't know in their latest state, or that were decided before `since`, without this connection: while it was off, others took them. */
async function stale(shopId: number, page: Listed[], since: Date): Promise<string[]> {
  const known = await inShop(shopId, (tx) =>
    tx.order.findMany({
      where: { shopId, id: { in: page.map((order) => order.id) } },
      select: { id: true, shopifyUpdatedAt: true, verdict: true, decidedAt: true },
    }),
  );
  const byId = new Map(known.map((order) => [order.id, order]));
  return page
    .filter((order) => {
      const ours = byId.get(order.id);
      if (!ours || ours.verdict === 'hold') return true;
      return ours.shopifyUpdatedAt.getTime() < Date.parse(order.updatedAt) || ours.decidedAt < since;
    })
    .map((order) => order.id);
}

/** What a run looks at, page by page: what its connection missed while it was off, and what changed. */
async function* ordersToTake(
  { live, task, admin }: { live: LiveConnection; task: string; admin: ShopifyAdmin },
  { since, until }: RunWindow,
  ranUntil: Date | null,
): AsyncGenerator<string[]> {
  const { id: shopId } = live.shop;
  const takes = await takesSince(live);
  if (ranUntil && ranUntil < takes) yield missedOrders(shopId, ranUntil, takes);
  const all = ['full', 'retry', 'daily'].includes(task);
  for await (const page of changedOrders(admin, since, until))
    yield all ? page.map(({ id }) => id) : await stale(shopId, page, takes);
}

/** Orders that wait for goods without a day to end it: nothing tells us when they come, so each run has them looked at again. */
async function lookAgain(shopId: number, runId: string): Promise<void> {
  const waiting = await inShop(shopId, (tx) =>
    tx.order.findMany({
      where: {
        ...{ shopId, verdict: 'hold', holdUntil: null, cancelledAt: null },
        OR: goodsCodes.map((code) => ({ reason: { path: ['code'], equals: code } })),
      },
      select: { id: true },
    }),
  );
  for (const { id } of waiting) await leaveToInbox(shopId, runId, id);
}

/** The first run, or everything again, of more orders than a few pages hold is an import that can be watched, paused and gone on with. */
async function longRange(admin: ShopifyAdmin, run: RunOrder, ranBefore: boolean, earliest: string): Promise<OrderRange | null> {
  if (!(run.task === 'full' || (run.task === 'scheduled' && !ranBefore))) return null;
  const range = { from: earliest, to: null };
  return (await countRange(admin, range, [])).count > PAGED_UP_TO ? range : null;
}

const takersOfShop = async (shopId: number) => takersOf(shopId, await activeConnections(shopId), 'orders');

interface OrdersRunOptions {
  admin?: ShopifyAdmin;
  /** The shop's connections that take orders. */
  takers?: () => Promise<LiveConnection[]>;
}

/**
 * Reads every order changed since the last run (task `scheduled`), or since the earliest order date (`full`), and takes each one that
 * is new to us through the corridor; `preview` only plans them. Webhooks usually were faster; this is what makes a lost one harmless. The cursor moves
 * when all of them were taken; one that could not be done now waits in the inbox, not in the cursor's way.
 */
export async function runOrdersSync(
  live: LiveConnection,
  run: RunOrder,
  { admin = adminFor(live.shop), takers = () => takersOfShop(live.shop.id) }: OrdersRunOptions = {},
): Promise<void> {
  const shopId = live.shop.id;
  const sync = await inShop(shopId, (tx) => readSync(tx, shopId, live.id, 'orders'));
  const preview = run.task === 'preview' || run.task === 'import-preview';
  if (!sync.enabled && !preview) return;
  // An order may be split over connections, so the corridor sees all that take orders, not just this run's.
  const taking = await takers();
  // A preview may be asked for before the sync is switched on.
  const connections = taking.some(({ id }) => id === live.id) ? taking : [...taking, live];
  const startedAt = nowMs();
  const cursor = cursorSchema.safeParse(sync.cursor);
  const { from: history, until: first } = historySpan(live, sync.settings, sync.enabledAt);
  const earliest = (history && first && history < first ? history : (first ?? new Date(startedAt))).toISOString();
  const chosen = run.argument ? orderRangeSchema.safeParse(JSON.parse(run.argument)) : null;
  const long = chosen?.success ? null : await longRange(admin, run, cursor.success, earliest);
  if (long && run.task === 'scheduled') {
    // The first import takes long and is a run of its own; what comes in meanwhile is the regular runs' business, which go on from here.
    const start = { shopId, connectionId: live.id, sync: 'orders', task: 'import', argument: JSON.stringify(long) } as const;
    await inShop(shopId, async (tx) => {
      await startSyncIn(tx, { ...start, door: 'backfill' });
      await saveCursor(tx, shopId, live.id, 'orders', { updatedAt: new Date(startedAt).toISOString(), remote: null });
    });
    return;
  }
  const range = chosen?.success ? chosen.data : long;
  if (range) return importRange({ live, runId: run.id, connections, range, preview, admin });
  const ranUntil = cursor.success ? new Date(cursor.data.updatedAt) : sync.enabledAt;
  const window = runWindow(run.task, sync.settings, {
    startedAt,
    cursor: cursor.success ? cursor.data.updatedAt : null,
    earliest,
  });
  const seen = new Set<string>();
  if (run.task === 'scheduled') await lookAgain(shopId, run.id);
  for await (const page of ordersToTake({ live, task: run.task, admin }, window, ranUntil)) {
    const fresh = page.filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    for (let start = 0; start < fresh.length; start += SIDE_BY_SIDE) {
      const slice = fresh.slice(start, start + SIDE_BY_SIDE);
      const passOf = (orderId: string) => ({ shopId, admin, connections, orderId, runId: run.id });
      // The run goes on with the rest, and the cursor past one that can't be done now: the inbox keeps at it until it is done.
      if (preview) await Promise.all(slice.map((orderId) => planOrder(passOf(orderId))));
      else
        await workThroughInbox(shopId, run.id, slice, (orderId) =>
          syncOrder({ ...passOf(orderId), lastTry: true }).catch((thrown: unknown) => {
            logger.warn({ error: asCrossdockError(thrown), orderId }, 'An order of a run is left to the inbox');
            return false;
          }),
        );
      await inShop(shopId, (tx) =>
        preview
          ? countInRun(tx, shopId, run.id, { seen: Math.min(SIDE_BY_SIDE, fresh.length - start) })
          : showLife(tx, shopId, run.id),
      );
    }
  }
  if (preview) {
    await inShop(shopId, (tx) => endAsPlan(tx, shopId, run.id, null));
    return;
  }
  await tryRefusedAgain(live);
  const remote = await hearChanges(live, cursor.success ? cursor.data.remote : null);
  const credit = await writeCredit(
    { live, admin, runId: run.id, wanted: sync.settings },
    cursor.success && run.task !== 'full' ? cursor.data.credit : null,
  );
  const next = { updatedAt: window.next, remote, credit };
  await inShop(shopId, (tx) => saveCursor(tx, shopId, live.id, 'orders', next));
}
