import type { Reason } from '../../../connectors/contract/index.ts';
import { nowMs } from '../../../core/clock.ts';
import { inShop, type Tx } from '../../../db/scope.ts';
import { retentionDays } from '../../../privacy/purge.ts';
import { noCounts, type RunCounts } from '../../runs/runs.ts';
import { countWrittenLevels } from './written-levels.ts';

/** What a run is in a chain of undoing: the undo of an undo is a redo, the undo of that an undo again. */
export type UndoPart = 'undo' | 'redo';

/** Another run of the chain; `at` is ISO 8601. */
export interface LinkedRun {
  id: string;
  state: string;
  at: string;
}

/** What can be said of undoing a run before anybody asks for it. */
export interface UndoView {
  /** What the run itself is; null for one that isn't an undo. */
  is: UndoPart | null;
  /** The run that it undoes. */
  undoes: LinkedRun | null;
  /** The run that undoes it, discarded ones aside. */
  undoneBy: LinkedRun | null;
  /** Null where it can be undone; else why not. */
  refusal: Reason | null;
  /** Levels that would be taken back. */
  levels: number;
  /** Levels left out because a later run wrote them. */
  rewritten: number;
  /** Levels left out because nobody knows whether it changed them. */
  doubtful: number;
  /** Levels left out because nothing is known of them any more. */
  purged: number;
}

interface RunFacts {
  sync: string;
  task: string;
  state: string;
  argument: string | null;
  counts: unknown;
  finishedAt: Date | null;
}

const DAY_MS = 86_400_000;

/** Of what other syncs do nothing can be undone in one go; each kind says why. */
const finalReasons: Record<string, Reason> = {
  orders: { code: 'undo-orders', params: {} },
  shipments: { code: 'undo-shipments', params: {} },
  returns: { code: 'undo-returns', params: {} },
  products: { code: 'undo-products', params: {} },
  statement: { code: 'undo-statement', params: {} },
};

/** Runs that undo `runId`, the newest first; those that were discarded don't count. */
export async function undosOf(tx: Tx, shopId: number, runId: string): Promise<(LinkedRun & { done: number })[]> {
  const rows = await tx.run.findMany({
    where: { shopId, task: 'undo', argument: runId, state: { not: 'cancelled' } },
    orderBy: { createdAt: 'desc' },
    select: { id: true, state: true, counts: true, createdAt: true },
  });
  return rows.map(({ id, state, counts, createdAt }) => ({
    ...{ id, state, at: createdAt.toISOString() },
    done: { ...noCounts, ...(counts as Partial<RunCounts>) }.done,
  }));
}

async function partOf(tx: Tx, shopId: number, run: RunFacts): Promise<UndoPart | null> {
  if (run.task !== 'undo' || !run.argument) return null;
  let part: UndoPart = 'undo';
  for (let target: string | null = run.argument; target; part = part === 'undo' ? 'redo' : 'undo') {
    const found: { task: string; argument: string | null } | null = await tx.run.findUnique({
      where: { shopId_id: { shopId, id: target } },
      select: { task: true, argument: true },
    });
    if (found?.task !== 'undo') return part;
    target = found.argument;
  }
  return part;
}

async function linked(tx: Tx, shopId: number, id: string): Promise<LinkedRun | null> {
  const found = await tx.run.findUnique({ where: { shopId_id: { shopId, id } }, select: { state: true, createdAt: true } });
  return found && { id, state: found.state, at: found.createdAt.toISOString() };
}

/** Why a run can't be undone whatever it wrote, or null. */
function refusalOf(run: RunFacts, undone: { state: string; done: number } | undefined): Reason | null {
  const final = finalReasons[run.sync];
  if (final) return final;
  if (['queued', 'running', 'paused', 'awaiting_approval'].includes(run.state)) return { code: 'undo-not-ended', params: {} };
  if (undone && ['queued', 'running', 'awaiting_approval'].includes(undone.state)) return { code: 'undo-asked', params: {} };
  if (undone && undone.state !== 'failed' && undone.done > 0) return { code: 'undo-already', params: {} };
  return null;
}

/** As readUndo, in the caller's transaction. */
export async function readUndoIn(tx: Tx, shopId: number, runId: string): Promise<UndoView | null> {
  const run = await tx.run.findUnique({ where: { shopId_id: { shopId, id: runId } } });
  if (!run) return null;
  const is = await partOf(tx, shopId, run);
  const undone = (await undosOf(tx, shopId, runId)).at(0);
  const view = {
    is,
    undoes: is ? await linked(tx, shopId, run.argument ?? '') : null,
    undoneBy: undone ? { id: undone.id, state: undone.state, at: undone.at } : null,
    ...{ levels: 0, rewritten: 0, doubtful: 0, purged: 0 },
  };
  const refusal = refusalOf(run, undone);
  if (refusal) return { ...view, refusal };
  const { done } = { ...noCounts, ...(run.counts as Partial<RunCounts>) };
  // an undo that broke off goes on where it stopped: what it wrote itself is no hindrance
  const exceptRun = undone?.state === 'failed' ? undone.id : null;
  const { levels: known, rewritten, doubtful } = await countWrittenLevels(tx, shopId, runId, exceptRun);
  const expired = run.finishedAt !== null && run.finishedAt.getTime() < nowMs() - retentionDays.levelWrites * DAY_MS;
  const counted = { levels: known - rewritten, rewritten, doubtful, purged: expired ? Math.max(0, done - known) : 0 };
  const params = { levels: rewritten, days: retentionDays.levelWrites };
  if (known === 0 && doubtful > 0)
    return { ...view, ...counted, refusal: { code: 'undo-doubtful-all', params: { levels: doubtful } } };
  if (known === 0)
    return { ...view, ...counted, refusal: { code: done > 0 && expired ? 'undo-purged' : 'undo-nothing', params } };
  if (rewritten === known) return { ...view, ...counted, refusal: { code: 'undo-rewritten-all', params } };
  return { ...view, ...counted, refusal: null };
}

/** Whether and how far a run can be undone, and what has been undone of it; null where there is no such run. */
export function readUndo(shopId: number, runId: string): Promise<UndoView | null> {
  return inShop(shopId, (tx) => readUndoIn(tx, shopId, runId), { timeoutMs: 60_000 });
}
