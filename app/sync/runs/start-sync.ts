import { refuseIfPaused } from '../../connections/pause-sync.ts';
import { now } from '../../core/clock.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { openRun, type RunDoor, type RunKind } from './runs.ts';

export interface StartSync {
  shopId: number;
  connectionId: string;
  sync: RunKind;
  task: string;
  /** What the task needs: a run id to approve, a date. */
  argument?: string;
  door?: RunDoor;
  startedBy?: string;
}

/** What goes first: what customers wait for, and what somebody looks at. */
export const runPriority = (sync: RunKind, door: string): number =>
  ({ shipments: 30, returns: 25, orders: 20, inventory: 10, statement: 5, products: 0 })[sync] + (door === 'button' ? 5 : 0);

/**
 * Starts a run of a sync by whatever door, in the caller's transaction, and returns its id. A scheduled run that still waits is not
 * doubled: its id is returned. Throws NeedsMerchantError where a person asks for a run of a paused sync.
 */
export async function startSyncIn(tx: Tx, start: StartSync): Promise<string> {
  const { shopId, connectionId, sync, task, argument, door = 'button', startedBy } = start;
  // a person is told at once; what comes by another door ends by itself, with the same reason
  if (door === 'button' && task !== 'preview' && sync !== 'statement') await refuseIfPaused(tx, shopId, connectionId, sync);
  if (task === 'approve' && argument) {
    const taken = await tx.run.updateMany({
      where: { shopId, id: argument, state: 'awaiting_approval', task: { not: 'undo' } },
      data: { state: 'queued', task, heartbeatAt: now() },
    });
    if (taken.count > 0)
      await enqueue(tx, 'run', { shopId, connectionId, sync, runId: argument }, { priority: 30, group: String(shopId) });
    return argument;
  }
  if (task === 'scheduled') {
    // The lock makes two doors that open at once see each other's run.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`start ${shopId} ${connectionId} ${sync}`}, 0))`;
    const waiting = await tx.run.findFirst({
      // Whatever else waits (an import, a repair, a look at chosen records) does not do all that a regular run does.
      where: { shopId, connectionId, sync, state: 'queued', slot: null, task: { in: ['scheduled', 'full'] }, argument: null },
      select: { id: true },
    });
    if (waiting) return waiting.id;
  }
  const runId = await openRun(tx, shopId, {
    connectionId,
    sync,
    door,
    task,
    ...(argument ? { argument } : {}),
    ...(startedBy ? { startedBy } : {}),
  });
  await enqueue(tx, 'run', { shopId, connectionId, sync, runId }, { priority: runPriority(sync, door), group: String(shopId) });
  return runId;
}

/** As startSyncIn, in a transaction of its own. */
export function startSync(start: StartSync): Promise<string> {
  return inShop(start.shopId, (tx) => startSyncIn(tx, start));
}
