import type { LiveConnection } from '../../connections/open-connection.ts';
import { asCrossdockError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { inShop } from '../../db/scope.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import { inParallel } from '../inventory/in-parallel.ts';
import { endAsPlan } from '../runs/plan-states.ts';
import { countInRun } from '../runs/runs.ts';
import { leaveToInbox } from './leave-to-inbox.ts';
import { listRange, PAGED_UP_TO } from './list-range.ts';
import { countRange, searchFor, type OrderRange } from './order-range.ts';
import { readOrdersInBulk } from './orders-in-bulk.ts';
import { planOrder } from './plan-order.ts';
import type { OrderPass } from './push-parts.ts';
import type { GivenPass } from './given-order.ts';
import { syncOrder } from './sync-order.ts';

const SIDE_BY_SIDE = 4;

export interface RangeImport {
  live: LiveConnection;
  runId: string;
  connections: LiveConnection[];
  range: OrderRange;
  /** Only plans. Of more than a few hundred orders what would become of each is not asked: that would cost as much as importing them. */
  preview: boolean;
  admin?: ShopifyAdmin;
  /** More orders than this are listed by a bulk operation, and not judged by a preview. */
  pagedUpTo?: number;
}

/** Lines that the run hasn't come to, and whether somebody paused or cancelled it meanwhile. */
function nextOf(shopId: number, runId: string, after: string): Promise<{ going: boolean; ids: string[] }> {
  return inShop(shopId, async (tx) => {
    const run = await tx.run.findUnique({ where: { shopId_id: { shopId, id: runId } }, select: { state: true } });
    const rows = await tx.planItem.findMany({
      where: { shopId, runId, outcome: null, itemKey: { gt: after } },
      orderBy: { itemKey: 'asc' },
      take: SIDE_BY_SIDE,
      select: { itemKey: true },
    });
    return { going: run?.state === 'running' || run?.state === 'queued', ids: rows.map(({ itemKey }) => itemKey) };
  });
}

async function importOne(pass: GivenPass & { runId: string }): Promise<void> {
  const { shopId, runId, orderId } = pass;
  const whole = await syncOrder({ ...pass, lastTry: true }).catch((thrown: unknown) => {
    logger.warn({ error: asCrossdockError(thrown), orderId }, 'An order of an import is left to the inbox');
    return false;
  });
  if (!whole) await leaveToInbox(shopId, runId, orderId);
  // Whatever became of it is its own line's to say; an order that vanished has said nothing.
  await inShop(shopId, (tx) =>
    tx.planItem.updateMany({
      where: { shopId, runId, itemKey: orderId, outcome: null },
      data: { outcome: whole ? 'done' : 'waiting' },
    }),
  );
}

/** Lines of one bulk operation; what is wanted of its result is held in memory. */
const ORDERS_A_ROUND = 10_000;

/** Takes the range in by bulk operations as long as more lines are open than are sooner read one by one. What a result doesn't hold is left open. */
async function importInBulk(
  pass: Omit<OrderPass, 'orderId'> & { runId: string },
  filter: string,
  moreThan: number,
): Promise<void> {
  const { shopId, admin, runId } = pass;
  for (let after = ''; ;) {
    const open = await inShop(shopId, (tx) =>
      tx.planItem.findMany({
        where: { shopId, runId, outcome: null, itemKey: { gt: after } },
        orderBy: { itemKey: 'asc' },
        take: ORDERS_A_ROUND,
        select: { itemKey: true },
      }),
    );
    if (open.length <= moreThan) return;
    const wanted = new Set(open.map(({ itemKey }) => itemKey));
    let going = true;
    let taken = 0;
    await inParallel(readOrdersInBulk(admin, { purpose: 'orders-whole', runId, filter, wanted }), SIDE_BY_SIDE, async (given) => {
      // Somebody may pause it: looked at now and then, what is left stays open.
      if (taken++ % 20 === 0) going = (await nextOf(shopId, runId, '')).going;
      if (going) await importOne({ ...pass, orderId: given.order.id, given });
    });
    if (!going) return;
    after = open.at(-1)?.itemKey ?? after;
  }
}

/**
 * Takes every order of a range through the corridor. The range is written down first, so that the run may be paused, killed and gone on with: what was
 * done stays done. An order that could not be done waits in the inbox and doesn't stop the others.
 */
export async function importRange(given: RangeImport): Promise<void> {
  const { live, runId, connections, range, preview, admin = adminFor(live.shop), pagedUpTo = PAGED_UP_TO } = given;
  const shopId = live.shop.id;
  const listed = await inShop(shopId, (tx) =>
    tx.run.findUnique({ where: { shopId_id: { shopId, id: runId } }, select: { counts: true } }),
  );
  if (((listed?.counts as { total?: number | null } | undefined)?.total ?? null) === null) {
    const { count } = await countRange(admin, range, []);
    await listRange(live, admin, runId, range, count > pagedUpTo ? 'bulk' : 'pages');
    const { total, done } = await inShop(shopId, async (tx) => ({
      total: await tx.planItem.count({ where: { shopId, runId } }),
      done: await tx.planItem.count({ where: { shopId, runId, outcome: 'skipped' } }),
    }));
    await inShop(shopId, (tx) => countInRun(tx, shopId, runId, { total, seen: done, skipped: done }));
    if (preview && total > pagedUpTo)
      return inShop(shopId, (tx) => endAsPlan(tx, shopId, runId, { code: 'plan-not-judged', params: { count: total } }));
  }
  if (!preview) await importInBulk({ shopId, admin, connections, runId }, searchFor(range), pagedUpTo);
  for (let last = ''; ;) {
    const { going, ids } = await nextOf(shopId, runId, last);
    if (!going) return;
    if (ids.length === 0) break;
    last = ids.at(-1) ?? last;
    const pass = { shopId, admin, connections, runId };
    await Promise.all(ids.map((orderId) => (preview ? planOrder({ ...pass, orderId }) : importOne({ ...pass, orderId }))));
    if (preview) await inShop(shopId, (tx) => countInRun(tx, shopId, runId, { seen: ids.length }));
  }
  if (preview) await inShop(shopId, (tx) => endAsPlan(tx, shopId, runId, null));
}
