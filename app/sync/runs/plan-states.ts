import { Prisma } from '@prisma/client';
import type { Reason } from '../../connectors/contract/index.ts';
import { forgetCursors } from '../../connections/syncs.ts';
import { now } from '../../core/clock.ts';
import type { Tx } from '../../db/scope.ts';
import { enqueue } from '../../jobs/enqueue.ts';

/** Stops a run until somebody says yes; its plan is kept to be looked at. */
export async function awaitApproval(tx: Tx, shopId: number, runId: string, reason: Reason): Promise<void> {
  await tx.run.updateMany({ where: { shopId, id: runId }, data: { state: 'awaiting_approval', reason: { ...reason } } });
}

/** Somebody pauses a run that works through a list; it stops after the records in hand. */
export async function pauseRun(tx: Tx, shopId: number, runId: string): Promise<void> {
  await tx.run.updateMany({ where: { shopId, id: runId, state: { in: ['queued', 'running'] } }, data: { state: 'paused' } });
}

/** A paused run goes on where it stopped. False where it isn't paused. */
export async function resumeRun(tx: Tx, shopId: number, runId: string): Promise<boolean> {
  const taken = await tx.run.updateMany({
    where: { shopId, id: runId, state: 'paused' },
    // what it was paused for is not why somebody may pause it next
    data: { state: 'queued', heartbeatAt: now(), reason: Prisma.DbNull },
  });
  if (taken.count === 0) return false;
  const { connectionId, sync } = await tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id: runId } } });
  await enqueue(tx, 'run', { shopId, connectionId, sync, runId }, { priority: 20, group: String(shopId) });
  return true;
}

const discarded: Reason = { code: 'discarded', params: {} };

/** Somebody said no: nothing of the plan is written. The numbers that a stock run was held for are not believed: its next run reads all of them anew. */
export async function discardPlan(tx: Tx, shopId: number, runId: string): Promise<void> {
  const { count } = await tx.run.updateMany({
    where: { shopId, id: runId, state: 'awaiting_approval' },
    data: { state: 'cancelled', finishedAt: now(), reason: { ...discarded } },
  });
  if (count === 0) return;
  const { connectionId, sync, task } = await tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id: runId } } });
  if (sync === 'inventory' && task !== 'undo') await forgetCursors(tx, shopId, 'inventory', connectionId);
}

/** Ends a run as a plan: nothing was written. */
export async function endAsPlan(tx: Tx, shopId: number, runId: string, reason: Reason | null): Promise<void> {
  await tx.run.updateMany({
    where: { shopId, id: runId },
    data: { state: 'planned', finishedAt: now(), ...(reason ? { reason: { ...reason } } : {}) },
  });
}

/** What the yes to this run was given for, or null where the brake never held it. */
export async function approvedPlan(tx: Tx, shopId: number, runId: string): Promise<{ writes: number; zeroes: number } | null> {
  const run = await tx.run.findUnique({ where: { shopId_id: { shopId, id: runId } }, select: { reason: true } });
  const reason = run?.reason as Reason | null | undefined;
  if (reason?.code !== 'brake') return null;
  return { writes: Number(reason.params['writes'] ?? 0), zeroes: Number(reason.params['zeroes'] ?? 0) };
}

const othersWaiting = (shopId: number, connectionId: string, runId: string) => ({
  shopId,
  connectionId,
  sync: 'inventory',
  state: 'awaiting_approval',
  // the question of an undo is another one
  task: { not: 'undo' },
  id: { not: runId },
});

export async function otherAwaiting(tx: Tx, shopId: number, connectionId: string, runId: string): Promise<boolean> {
  return (await tx.run.count({ where: othersWaiting(shopId, connectionId, runId) })) > 0;
}

/**
 * Why levels may not be set to zero item by item: a run over everything was held and nobody has answered, or somebody said no and nothing was compared
 * since. What that run was held for would pass in slices, each of them under the limit. Null where nothing is in doubt.
 */
export async function zeroesInDoubt(tx: Tx, shopId: number, connectionId: string, runId: string): Promise<Reason | null> {
  if (await otherAwaiting(tx, shopId, connectionId, runId)) return { code: 'waits-for-approval', params: {} };
  const sync = await tx.sync.findUnique({
    where: { shopId_connectionId_kind: { shopId, connectionId, kind: 'inventory' } },
    select: { cursor: true },
  });
  if (!sync || sync.cursor !== null) return null;
  const refused = await tx.run.findFirst({
    where: {
      ...othersWaiting(shopId, connectionId, runId),
      state: 'cancelled',
      reason: { path: ['code'], equals: discarded.code },
    },
    orderBy: { finishedAt: 'desc' },
    select: { finishedAt: true },
  });
  if (!refused?.finishedAt) return null;
  // the cursor may have been taken back for another reason long after that
  const compared = await tx.run.count({
    where: {
      ...{ shopId, connectionId, sync: 'inventory', slot: null, createdAt: { gt: refused.finishedAt } },
      ...{ task: { in: ['scheduled', 'full', 'retry'] }, state: { in: ['finished', 'finished_partially'] } },
    },
  });
  return compared > 0 ? null : discarded;
}

/** A run that may publish makes the question of an earlier one pointless. */
export async function supersedeAwaiting(tx: Tx, shopId: number, connectionId: string, runId: string): Promise<void> {
  const reason = { code: 'superseded', params: {} };
  await tx.run.updateMany({
    where: othersWaiting(shopId, connectionId, runId),
    data: { state: 'cancelled', finishedAt: now(), reason },
  });
}

/** Counts of a plan that was made anew: what landed before stays counted, the rest is stated afresh. */
export async function restateCounts(
  tx: Tx,
  shopId: number,
  runId: string,
  counts: { seen: number; skipped: number; total: number },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE run SET heartbeat_at = ${now()}, counts = jsonb_build_object(
      'seen', ${counts.seen}::int, 'done', (counts->>'done')::int, 'skipped', ${counts.skipped}::int, 'held', 0, 'failed', 0,
      'total', (counts->>'done')::int + ${counts.total}::int)
    WHERE shop_id = ${shopId} AND id = ${runId}::uuid`;
}
