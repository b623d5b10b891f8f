import { TransientError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { inShop } from '../../db/scope.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { LEASE_SECONDS, withLease } from '../inbox/lease.ts';
import type { RunKind } from './runs.ts';
import { runPriority } from './start-sync.ts';

/** Whose runs take turns. */
interface Row {
  shopId: number;
  connectionId: string;
  sync: RunKind;
}

export interface Turn extends Row {
  runId: string;
  task: string;
}

// An import may take hours: the regular runs of its sync don't wait for it.
const isImport = (task: string): boolean => task.startsWith('import');

const keyOf = ({ connectionId, sync }: Row, imports: boolean): string => `${imports ? 'import' : 'sync'} ${connectionId} ${sync}`;

interface Waiting {
  imports: boolean;
  /** Only those that wait in line, not those that began and come back by themselves. */
  freshOnly?: boolean;
  /** The run that has just ended. */
  except?: string;
}

/** Gives a job to the run that waits longest. */
async function wakeNext({ shopId, connectionId, sync }: Row, { imports, freshOnly = false, except }: Waiting): Promise<void> {
  try {
    await inShop(shopId, async (tx) => {
      const next = await tx.run.findFirst({
        where: {
          ...{ shopId, connectionId, sync, slot: null },
          state: { in: freshOnly ? ['queued'] : ['queued', 'running'] },
          ...(except ? { id: { not: except } } : {}),
          ...(imports ? { task: { startsWith: 'import' } } : { NOT: { task: { startsWith: 'import' } } }),
        },
        orderBy: { createdAt: 'asc' },
        select: { id: true, door: true },
      });
      if (!next) return;
      const options = { priority: runPriority(sync, next.door), group: String(shopId) };
      await enqueue(tx, 'run', { shopId, connectionId, sync, runId: next.id }, options);
    });
  } catch (error) {
    logger.warn({ error, shopId, sync }, 'The next run could not be woken; it is found by the sweep');
  }
}

/** A killed worker holds its lease for so long, and its run may be taken up sooner. */
const LAPSES_MS = (LEASE_SECONDS + 3) * 1000;

/**
 * Works on a run when it is its turn: runs of one sync of a connection come one after the other, imports in a row of their own. While another is at work
 * nothing is done and the answer is false; the one at work wakes the next when it has ended. Waiting here would keep a place of the shop's from its other
 * syncs for as long as a slow back office takes.
 */
export async function inTurn(turn: Turn, work: () => Promise<void>, { waitMs = LAPSES_MS } = {}): Promise<boolean> {
  const imports = isImport(turn.task);
  let mine = false;
  let failed = true;
  const begin = () => {
    mine = true;
    return work();
  };
  // What the work itself finds busy is its failure; another's turn isn't.
  const attempt = (ms: number) =>
    withLease(turn.shopId, keyOf(turn, imports), begin, { waitMs: ms }).catch((thrown: unknown) => {
      if (mine || !(thrown instanceof TransientError) || thrown.code !== 'busy') throw thrown;
    });
  try {
    await attempt(waitMs);
    if (!mine) {
      await standInLine(turn);
      // Whoever is still at work sees it there; if nobody is, it is its turn.
      await attempt(0);
    }
    failed = false;
  } finally {
    // After a failure those that had begun come back with the back-off of their own jobs.
    if (mine) await wakeNext(turn, { imports, freshOnly: failed, except: turn.runId });
  }
  return mine;
}

/** A run that had begun and came back while another was at work has no job of its own any more: it waits like those that never began. */
function standInLine({ shopId, runId }: Turn): Promise<unknown> {
  return inShop(shopId, (tx) => tx.run.updateMany({ where: { shopId, id: runId, state: 'running' }, data: { state: 'queued' } }));
}

/** Does something while no regular run of a sync is at work; one that wanted to be comes next. Waits up to `waitMs`, then throws TransientError('busy'). */
export async function betweenRuns<T>(row: Row, work: () => Promise<T>, { waitMs = 120_000 } = {}): Promise<T> {
  try {
    return await withLease(row.shopId, keyOf(row, false), work, { waitMs });
  } finally {
    await wakeNext(row, { imports: false, freshOnly: true });
  }
}
