import { TransientError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { inShop } from '../../db/scope.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { LEASE_SECONDS, withLease } from '../inbox/lease.ts';
import type { RunKind } from './runs.ts';
import { priorityOf } from './start-sync.ts';

export interface Turn {
  shopId: number;
  connectionId: string;
  sync: RunKind;
  runId: string;
  task: string;
}

// An import may take hours: the regular runs of its sync don't wait for it.
const isImport = (task: string): boolean => task.startsWith('import');

/** Gives a job to the run that waits longest; after a failure to those only that never began: the others come back with the back-off of their own jobs. */
async function wakeNext({ shopId, connectionId, sync, runId, task }: Turn, failed: boolean): Promise<void> {
  await inShop(shopId, async (tx) => {
    const next = await tx.run.findFirst({
      where: {
        ...{ shopId, connectionId, sync, slot: null, id: { not: runId } },
        state: { in: failed ? ['queued'] : ['queued', 'running'] },
        ...(isImport(task) ? { task: { startsWith: 'import' } } : { NOT: { task: { startsWith: 'import' } } }),
      },
      orderBy: { createdAt: 'asc' },
      select: { id: true, door: true },
    });
    if (!next) return;
    const options = { priority: priorityOf(sync, next.door), group: String(shopId) };
    await enqueue(tx, 'run', { shopId, connectionId, sync, runId: next.id }, options);
  });
}

/** A killed worker holds its lease for so long, and its run may be taken up sooner. */
const LAPSES_MS = (LEASE_SECONDS + 3) * 1000;

/**
 * Works on a run when it is its turn: runs of one sync of a connection come one after the other, imports in a row of their own. While another is at work
 * nothing is done and the answer is false; the one at work wakes the next when it has ended. Waiting here would keep a place of the shop's from its other
 * syncs for as long as a slow back office takes.
 */
export async function inTurn(turn: Turn, work: () => Promise<void>, { waitMs = LAPSES_MS } = {}): Promise<boolean> {
  const { shopId, connectionId, sync, task } = turn;
  const key = `${isImport(task) ? 'import' : 'sync'} ${connectionId} ${sync}`;
  let mine = false;
  let failed = true;
  const begin = () => {
    mine = true;
    return work();
  };
  try {
    await withLease(shopId, key, begin, { waitMs });
    failed = false;
  } catch (thrown) {
    if (mine || !(thrown instanceof TransientError) || thrown.code !== 'busy') throw thrown;
  } finally {
    if (mine)
      await wakeNext(turn, failed).catch((error: unknown) =>
        logger.warn({ error, shopId, sync }, 'The next run could not be woken; it is found by the sweep'),
      );
  }
  return mine;
}
