import type { LiveConnection } from '../../connections/open-connection.ts';
import { isParked } from '../../connections/park.ts';
import { now, nowMs } from '../../core/clock.ts';
import { asCrossdockError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { inShop, inSystem } from '../../db/scope.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import { withdrawOrderNudges } from '../../jobs/enqueue.ts';
import { withFreeLease } from '../inbox/lease.ts';
import { inParallel } from '../inventory/in-parallel.ts';
import { countInRun, type RunOrder } from '../runs/runs.ts';
import { startSyncIn } from '../runs/start-sync.ts';
import { activeConnections, takersOf } from '../shop/shop-context.ts';
import { isStillSo, type GivenOrder } from './given-order.ts';
import { readOrdersInBulk } from './orders-in-bulk.ts';
import { readOrders } from './read-order.ts';
import { orderHandled } from './stuck-order.ts';
import { syncOrder } from './sync-order.ts';

/** What a run that takes a backlog in is told to do. The index run_backlog and the inbox know it by this name, too. */
export const BACKLOG_TASK = 'import-backlog';

/** A Standard shop has points for 60 orders at once and 200 a minute, read one by one. */
const BACKLOG_FROM = 100;
/** So many are read by pages at once from what the bucket of a Standard shop holds; with more waiting, one bulk operation is sooner there. */
const PAGES_UP_TO = 500;
/** News is this old before it counts: what just came in is being worked on. */
const OLD_MS = 10_000;
const TRY_AGAIN_MS = 5 * 60_000;
/** Orders of one operation; what is wanted of its result is held in memory. */
const ORDERS_A_ROUND = 10_000;
const SIDE_BY_SIDE = 8;
/** The sweeper leaves what the run is about to do alone for so long. */
const LEAVE_ALONE_MS = 20 * 60_000;
/** Shopify's index shows a change some time after its moment. */
const OVERLAP_MS = 5 * 60_000;
/** A delivery may be late by as much. */
const DAY_MS = 86_400_000;

interface Backlogged {
  shop_id: number;
  connection_id: string;
}

/** Shops in which more orders wait than their points allow to read one by one, each with one of its connections that takes orders. */
function findBacklogs(limit: number): Promise<Backlogged[]> {
  const old = new Date(nowMs() - OLD_MS);
  const lately = new Date(nowMs() - TRY_AGAIN_MS);
  return inSystem(
    'due-schedules',
    (tx) => tx.$queryRaw<Backlogged[]>`
      WITH waiting AS (
        SELECT i.shop_id FROM inbox_item i JOIN shop s ON s.id = i.shop_id AND s.uninstalled_at IS NULL
        WHERE i.handled_at IS NULL AND i.subject_kind = 'order' AND i.received_at < ${old}
        GROUP BY i.shop_id HAVING count(DISTINCT i.subject_id) > ${limit}::int
      )
      SELECT DISTINCT ON (w.shop_id) w.shop_id, c.id AS connection_id
      FROM waiting w
      JOIN connection c ON c.shop_id = w.shop_id AND c.state = 'active' AND c.access <> 'none' AND c.blocked IS NULL
      JOIN sync y ON y.shop_id = c.shop_id AND y.connection_id = c.id AND y.kind = 'orders' AND y.enabled AND y.paused_at IS NULL
      WHERE NOT EXISTS (
        SELECT 1 FROM run r WHERE r.shop_id = w.shop_id AND r.created_at > ${lately} AND r.task = 'import-backlog'
      ) AND NOT EXISTS (
        SELECT 1 FROM run r WHERE r.shop_id = w.shop_id AND r.task = 'import-backlog' AND r.state IN ('queued', 'running')
      )
      ORDER BY w.shop_id, c.id`,
  );
}

/** Starts a run for each shop whose backlog is too long to be read order by order. Returns how many. */
export async function startBacklogs(limit: number = BACKLOG_FROM): Promise<number> {
  const found = await findBacklogs(limit);
  for (const { shop_id: shopId, connection_id: connectionId } of found) {
    // What comes in from here on is nobody's yet.
    const before = now();
    await inShop(shopId, async (tx) => {
      await startSyncIn(tx, { shopId, connectionId, sync: 'orders', task: BACKLOG_TASK, door: 'sweep' });
      await tx.inboxItem.updateMany({
        where: { shopId, subjectKind: 'order', handledAt: null, receivedAt: { lte: before } },
        data: { nextNudge: new Date(nowMs() + LEAVE_ALONE_MS) },
      });
    });
    // Afterwards: the rows above are held until that is committed, and everybody who works for the shop wants them.
    await withdrawOrderNudges(shopId, before);
  }
  return found.length;
}

interface Waiting {
  subject_id: string;
  /** Its oldest row, and the moment that is told. */
  first: bigint;
  since: Date;
}

/** Orders of which news from before `before` waits, the longest waiting first. */
function nextWaiting(shopId: number, before: Date, after: bigint): Promise<Waiting[]> {
  return inShop(
    shopId,
    (tx) => tx.$queryRaw<Waiting[]>`
      SELECT subject_id, min(id) AS first, min(coalesce(triggered_at, received_at)) AS since
      FROM inbox_item WHERE shop_id = ${shopId} AND subject_kind = 'order' AND handled_at IS NULL
      GROUP BY subject_id HAVING min(id) > ${after} AND min(received_at) <= ${before}
      ORDER BY min(id) LIMIT ${ORDERS_A_ROUND}`,
  );
}

interface ToRead {
  runId: string;
  waiting: readonly Pick<Waiting, 'subject_id' | 'since'>[];
  before: Date;
  pagesUpTo?: number;
}

/** Orders that wait, as they are in Shopify: by pages while there are few, else by a bulk operation of all that changed since the first of them. Some may be missing. */
export function readWaiting(
  admin: ShopifyAdmin,
  { runId, waiting, before, pagesUpTo = PAGES_UP_TO }: ToRead,
): AsyncGenerator<GivenOrder> {
  const ids = waiting.map(({ subject_id }) => subject_id);
  if (ids.length <= pagesUpTo) return readOrders(admin, ids);
  const first = Math.max(Math.min(...waiting.map(({ since }) => since.getTime())), before.getTime() - DAY_MS * 7);
  const filter = `updated_at:>='${new Date(first - OVERLAP_MS).toISOString()}'`;
  return readOrdersInBulk(admin, { purpose: 'backlog', runId, filter, wanted: new Set(ids) });
}

const takersOfShop = async (shopId: number) => takersOf(shopId, await activeConnections(shopId), 'orders');

interface Pass {
  shopId: number;
  admin: ShopifyAdmin;
  connections: LiveConnection[];
  runId: string;
}

/** Takes one order of the backlog in, unless newer news of it came meanwhile: then it is read by itself. */
async function takeOne(pass: Pass, given: GivenOrder, before: Date): Promise<void> {
  const { shopId, runId } = pass;
  const { order } = given;
  await withFreeLease(shopId, `drain order ${order.id}`, async () => {
    const [waiting] = await inShop(
      shopId,
      (tx) => tx.$queryRaw<{ up_to: bigint | null; newest: bigint | null }[]>`
        SELECT max(id) FILTER (WHERE received_at <= ${before}) AS up_to, max(id) AS newest
        FROM inbox_item WHERE shop_id = ${shopId} AND subject_kind = 'order' AND subject_id = ${order.id} AND handled_at IS NULL`,
    );
    const upTo = waiting?.up_to ?? null;
    if (upTo === null || waiting?.newest !== upTo) return;
    // What has changed since, or has parcels and returns to be looked at, is left to be read by itself.
    if (!(await inShop(shopId, (tx) => isStillSo(tx, shopId, given)))) return;
    const whole = await syncOrder({ ...pass, orderId: order.id, given }).catch((thrown: unknown) => {
      logger.warn({ error: asCrossdockError(thrown), orderId: order.id }, 'An order of a backlog is left to be read by itself');
      return false;
    });
    if (whole) await inShop(shopId, (tx) => orderHandled(tx, shopId, order.id, upTo));
  }).catch((thrown: unknown) => {
    logger.warn(
      { error: asCrossdockError(thrown), orderId: order.id, runId },
      'An order of a backlog is left to be read by itself',
    );
  });
}

interface DrainOptions {
  admin?: ShopifyAdmin;
  takers?: () => Promise<LiveConnection[]>;
  pagesUpTo?: number;
}

/**
 * Takes a shop's backlog in by pages or by bulk operations: order by order it would cost 28 points each. While the run is open the inbox hands single orders to
 * nobody unless newer news of them came (see newestWaiting), so that fresh orders have the points. Whatever the result doesn't hold, or could not be done, is
 * nudged at the end and read by itself. Killed and started again it goes on with its own operation; what was done is no longer waiting.
 */
export async function drainBacklog(
  live: LiveConnection,
  run: RunOrder,
  { admin = adminFor(live.shop), takers = () => takersOfShop(live.shop.id), pagesUpTo = PAGES_UP_TO }: DrainOptions = {},
): Promise<void> {
  const shopId = live.shop.id;
  try {
    const { createdAt, counts } = await inShop(shopId, (tx) =>
      tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id: run.id } } }),
    );
    const connections = await takers();
    const pass = { shopId, admin, connections, runId: run.id };
    let after = 0n;
    let total = (counts as { total?: number | null }).total ?? null;
    for (;;) {
      if (connections.length === 0 || connections.some(isParked)) return;
      const waiting = await nextWaiting(shopId, createdAt, after);
      const last = waiting.at(-1);
      if (!last) return;
      if (total === null) {
        total = await countWaiting(shopId, createdAt);
        await inShop(shopId, (tx) => countInRun(tx, shopId, run.id, { total }));
      }
      const orders = readWaiting(admin, { runId: run.id, waiting, before: createdAt, pagesUpTo });
      await inParallel(orders, SIDE_BY_SIDE, (given) => takeOne(pass, given, createdAt));
      after = last.first;
    }
  } finally {
    await inShop(shopId, (tx) =>
      tx.inboxItem.updateMany({ where: { shopId, subjectKind: 'order', handledAt: null }, data: { nextNudge: now() } }),
    );
  }
}

async function countWaiting(shopId: number, before: Date): Promise<number> {
  const rows = await inShop(
    shopId,
    (tx) => tx.$queryRaw<{ n: number }[]>`
      SELECT count(DISTINCT subject_id)::int AS n FROM inbox_item
      WHERE shop_id = ${shopId} AND subject_kind = 'order' AND handled_at IS NULL AND received_at <= ${before}`,
  );
  return rows[0]?.n ?? 0;
}
