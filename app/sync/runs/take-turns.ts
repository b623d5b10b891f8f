import type { Prisma } from '@prisma/client';
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

/** Who waits for whom: runs of one line of a sync come one after the other. */
type Line = 'sync' | 'import' | 'backlog';

const BACKLOG_TASK = 'import-backlog';

// An import may take hours: the regular runs of its sync don't wait for it, nor does a backlog, as nobody else is handed its orders meanwhile.
const lineOf = (task: string): Line => (task === BACKLOG_TASK ? 'backlog' : task.startsWith('import') ? 'import' : 'sync');

const tasksOf: Record<Line, Prisma.RunWhereInput> = {
  sync: { NOT: { task: { startsWith: 'import' } } },
  import: { task: { startsWith: 'import', not: BACKLOG_TASK } },
  backlog: { task: BACKLOG_TASK },
};

const keyOf = ({ connectionId, sync }: Row, line: Line): string => `${line} ${connectionId} ${sync}`;

interface Waiting {
  line: Line;
  /** Only those that wait in line, not those that began and come back by themselves. */
  freshOnly?: boolean;
  /** The run that has just ended. */
  except?: string;
}

/** Gives a job to the run that waits longest. */
async function wakeNext({ shopId, connectionId, sync }: Row, { line, freshOnly = false, except }: Waiting): Promise<void> {
  try {
    await inShop(shopId, async (tx) => {
      const next = await tx.run.findFirst({
        where: {
          ...{ shopId, connectionId, sync, slot: null },
          state: { in: freshOnly ? ['queued'] : ['queued', 'running'] },
          ...(except ? { id: { not: except } } : {}),
          ...tasksOf[line],
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
 * Works on a run when it is its turn: runs of one sync of a connection come one after the other; imports have a line of their own, and so have backlogs.
 * While another is at work nothing is done and the answer is false; the one at work wakes the next when it has ended. Waiting here would keep a place
 * of the shop's from its other syncs for as long as a slow back office takes.
 */
export async function inTurn(turn: Turn, work: () => Promise<void>, { waitMs = LAPSES_MS } = {}): Promise<boolean> {
  const line = lineOf(turn.task);
  let mine = false;
  let failed = true;
  const begin = () => {
    mine = true;
    return work();
  };
  // What the work itself finds busy is its failure; another's turn isn't.
  const attempt = (ms: number) =>
    withLease(turn.shopId, keyOf(turn, line), begin, { waitMs: ms }).catch((thrown: unknown) => {
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
    if (mine) await wakeNext(turn, { line, freshOnly: failed, except: turn.runId });
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
    return await withLease(row.shopId, keyOf(row, 'sync'), work, { waitMs });
  } finally {
    await wakeNext(row, { line: 'sync', freshOnly: true });
  }
}
