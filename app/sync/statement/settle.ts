import { inShop } from '../../db/scope.ts';
import { checkLevelsAgain } from './check-levels.ts';
import { checkPartsAgain } from './check-parts.ts';
import { judgeOrders } from './judge-orders.ts';
import { judgeShipments } from './judge-shipments.ts';
import type { Making } from './making.ts';
import { lookAtOrdersAgain, stageOrdersAside } from './stage-orders.ts';
import { tieToOrders } from './stage-shipments.ts';

const PAGE = 500;
/** Pauses (of half a second) without anything getting less, after which a statement says what it sees. */
const PATIENCE = 60;

const matches = {
  /** Lines that were found to differ. */
  differing: { bucket: 'gap' },
  /** Lines whose repair was asked for, and what was on its way. */
  asked: { OR: [{ asked: true }, { code: 'on-its-way' }] },
};
type Lines = keyof typeof matches;

async function* pages({ statement: { shopId, runId } }: Making, kinds: string[], lines: Lines) {
  for (let after = ''; ;) {
    const from = after;
    const rows = await inShop(shopId, (tx) =>
      tx.statementLine.findMany({
        where: { shopId, runId, kind: { in: kinds }, id: { gt: from }, ...matches[lines] },
        orderBy: { id: 'asc' },
        take: PAGE,
        select: { id: true, orderId: true, facts: true },
      }),
    );
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.id;
  }
}

/**
 * Looks once more at what differs, or at what was asked for: reads these records again from both sides and judges them anew. What only seemed
 * to differ, because one side was read earlier than the other, is no difference any more. Levels may be left out: a second reading of one tells
 * nothing new unless something was done about it or time has passed.
 */
export async function lookAgain(making: Making, lines: Lines, { levels = true } = {}): Promise<void> {
  const { beat } = making;
  // Somebody may have come to know meanwhile whose parcel it is.
  await tieToOrders(making);
  await stageOrdersAside(making);
  for (const kinds of [['order', 'gone'], ['shipment']]) {
    for await (const rows of pages(making, kinds, lines)) {
      const ids = [...new Set(rows.flatMap(({ orderId }) => orderId ?? []))];
      await lookAtOrdersAgain(making, ids);
      if (making.orders.enabled) await checkPartsAgain(making, ids);
      await judgeOrders(making, ids);
      // One whose order nobody knows is found by itself: it may have become a named problem.
      const parcels = kinds.includes('shipment') ? rows.map(({ id }) => id) : [];
      await judgeShipments(making, { orderIds: ids, parcels });
      await beat();
    }
  }
  if (!levels) return;
  for await (const rows of pages(making, ['level'], lines)) {
    const items = rows.flatMap(({ facts }) => (facts as { item?: string }).item ?? []);
    await checkLevelsAgain(making, [...new Set(items)]);
  }
}

/** What became of the repairs that were asked for; from now on nothing is asked for any more. */
export async function endRepairs({ statement: { shopId, runId } }: Making): Promise<{ mended: number; open: number }> {
  return inShop(shopId, async (tx) => {
    const where = { shopId, runId, asked: true };
    const open = await tx.statementLine.count({ where: { ...where, bucket: 'gap' } });
    const { count } = await tx.statementLine.updateMany({ where, data: { asked: false } });
    return { mended: count - open, open };
  });
}

async function stillWaiting({ statement: { shopId, runId } }: Making, runs: readonly string[]): Promise<number> {
  const rows = await inShop(
    shopId,
    (tx) => tx.$queryRaw<{ n: number }[]>`
      SELECT (
        (SELECT count(*) FROM inbox_item i WHERE i.shop_id = ${shopId} AND i.handled_at IS NULL AND i.subject_kind = 'order' AND i.subject_id IN (
          SELECT order_id FROM statement_line WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid AND (asked OR code = 'on-its-way')))
        + (SELECT count(*) FROM inbox_item i WHERE i.shop_id = ${shopId} AND i.handled_at IS NULL AND i.subject_kind = 'inventory-item' AND i.subject_id IN (
          SELECT facts->>'item' FROM statement_line WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid AND kind = 'level' AND asked))
        + (SELECT count(*) FROM run r WHERE r.shop_id = ${shopId} AND r.id = ANY(${[...runs]}::uuid[]) AND r.state IN ('queued', 'running'))
      )::int AS n`,
  );
  return rows[0]?.n ?? 0;
}

/** Waits until what was asked for is done, as long as it gets less. */
export async function waitForRepairs(making: Making, runs: readonly string[]): Promise<void> {
  let fewest = Infinity;
  for (let patience = PATIENCE; patience > 0; patience -= 1) {
    const left = await stillWaiting(making, runs);
    if (left === 0) return;
    if (left < fewest) patience = PATIENCE;
    fewest = Math.min(fewest, left);
    await making.pause();
    await making.beat();
  }
}
