import { z } from 'zod';
import { now, nowMs } from '../../core/clock.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { countInRun } from '../runs/runs.ts';
import { planKeyOf } from './store-plan.ts';
import { markPublished, type Publishing } from './write-stock-batch.ts';

const levels = z.array(z.object({ inventoryItemId: z.string(), locationId: z.string(), available: z.number() }));

/** How a write ended that nobody can tell of whether it landed: its levels show neither what was written nor what was there before. */
export const movedSince = 'moved-since';

/** A write of another run that is still open after this long has lost its worker. */
const LOST_MS = 5 * 60_000;

function openWrites(tx: Tx, { rules, runId }: Publishing) {
  const { shopId, connectionId } = rules;
  return tx.write.findMany({
    where: {
      shopId,
      connectionId,
      kind: { in: ['stock-set', 'level-activate'] },
      state: { in: ['sent', 'unknown'] },
      OR: [{ runId }, { createdAt: { lt: new Date(nowMs() - LOST_MS) } }],
    },
  });
}

/**
 * Finds out what became of stock writes whose worker died or whose answer never came: a level that was read since and shows what was written,
 * landed. Where a level isn't as it was before either, it may have landed and sold since (`moved`): its undo says so. To be called when the levels were read;
 * whatever didn't land is planned anew.
 */
export async function settleOrphanedWrites(publishing: Publishing): Promise<void> {
  const { shopId } = publishing.rules;
  const orphans = await inShop(shopId, (tx) => openWrites(tx, publishing));
  for (const write of orphans) {
    const wanted = levels.safeParse(write.after);
    const sentAt = write.sentAt ?? write.createdAt;
    const shown = await inShop(shopId, (tx) =>
      tx.stockLevel.findMany({
        where: {
          shopId,
          readAt: { gt: sentAt },
          inventoryItemId: { in: wanted.success ? wanted.data.map((one) => one.inventoryItemId) : [] },
        },
      }),
    );
    const showing = (written: unknown) =>
      (levels.safeParse(written).data ?? []).filter((one) =>
        shown.some(
          (level) =>
            level.inventoryItemId === one.inventoryItemId &&
            level.locationId === one.locationId &&
            level.available === one.available,
        ),
      );
    const landed = showing(write.after);
    const told = new Set([...landed, ...showing(write.before)].map(planKeyOf));
    const moved = (wanted.data ?? []).filter((one) => !told.has(planKeyOf(one)));
    if (landed.length > 0)
      await markPublished(
        publishing,
        landed.map((one) => ({ ...one, quantity: one.available })),
        sentAt,
      );
    await inShop(shopId, async (tx) => {
      const keys = (list: typeof landed) => list.map(({ inventoryItemId, locationId }) => ({ inventoryItemId, locationId }));
      const answer = {
        ...(landed.length > 0 ? { landed: keys(landed) } : { code: moved.length > 0 ? movedSince : 'levels-read-again' }),
        ...(moved.length > 0 ? { moved: keys(moved) } : {}),
      };
      await tx.write.update({
        where: { shopId_id: { shopId, id: write.id } },
        data: { state: landed.length > 0 ? 'landed' : 'dropped', settledAt: now(), answer },
      });
      if (write.runId) await countInRun(tx, shopId, write.runId, { done: landed.length });
    });
  }
}
