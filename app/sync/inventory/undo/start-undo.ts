import { pauseSync } from '../../../connections/pause-sync.ts';
import { now } from '../../../core/clock.ts';
import { RejectedError } from '../../../core/errors.ts';
import { inShop, type Tx } from '../../../db/scope.ts';
import { enqueue } from '../../../jobs/enqueue.ts';
import type { Actor } from '../../../people/actor.ts';
import { audit } from '../../../people/audit.ts';
import { openRun } from '../../runs/runs.ts';
import { gateFor } from '../../writes/gate.ts';
import { readUndoIn, undosOf } from './read-undo.ts';

/** The reason of a run that may write what it has planned. */
export const APPROVED = 'undo-approved';

const LEVELS_MS = 60_000;

async function lockUndo(tx: Tx, shopId: number, runId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`undo ${shopId} ${runId}`}, 0))`;
}

function queue(tx: Tx, shopId: number, connectionId: string, runId: string): Promise<unknown> {
  return enqueue(tx, 'run', { shopId, connectionId, sync: 'inventory', runId }, { priority: 30, group: String(shopId) });
}

async function goOn(
  tx: Tx,
  shopId: number,
  actor: Actor,
  run: { id: string; connectionId: string },
  undone: string,
): Promise<void> {
  await tx.run.update({
    where: { shopId_id: { shopId, id: run.id } },
    data: { state: 'queued', finishedAt: null, heartbeatAt: now(), reason: { code: APPROVED, params: {} } },
  });
  const reason = { code: 'undone', params: { by: actor.userName, run: run.id } };
  await pauseSync(tx, shopId, actor, run.connectionId, 'inventory', reason);
  await audit(tx, shopId, actor, {
    action: 'run-undone',
    subject: `run ${undone}`,
    connectionId: run.connectionId,
    after: { run: run.id },
  });
  await queue(tx, shopId, run.connectionId, run.id);
}

/**
 * Asks for the undo of a stock run: opens a run that reads the levels and plans, and then waits for a yes. One that broke off after it
 * had begun to write goes on instead, so that nothing is taken back twice. Returns the undo's id. Throws RejectedError where the run can't
 * be undone, with the same code that its page shows beforehand.
 */
export function startUndo(shopId: number, runId: string, actor: Actor): Promise<string> {
  return inShop(
    shopId,
    async (tx) => {
      await lockUndo(tx, shopId, runId);
      const view = await readUndoIn(tx, shopId, runId);
      if (!view) throw new RejectedError('run-gone', 'There is no such run');
      if (view.refusal)
        throw new RejectedError('undo-refused', `The run can't be undone: ${view.refusal.code}`, {
          params: { reason: view.refusal.code, ...view.refusal.params },
        });
      const { connectionId } = await tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id: runId } } });
      const connection = await tx.connection.findUniqueOrThrow({ where: { shopId_id: { shopId, id: connectionId } } });
      const withheld = gateFor(connection as Parameters<typeof gateFor>[0], 'shopify');
      if (withheld)
        throw new RejectedError('undo-refused', `Nothing may be written: ${withheld.code}`, {
          params: { reason: withheld.code },
        });
      const earlier = (await undosOf(tx, shopId, runId)).at(0);
      if (earlier?.state === 'failed' && (await tx.write.count({ where: { shopId, runId: earlier.id } })) > 0) {
        await goOn(tx, shopId, actor, { id: earlier.id, connectionId }, runId);
        return earlier.id;
      }
      const id = await openRun(tx, shopId, {
        connectionId,
        sync: 'inventory',
        door: 'button',
        task: 'undo',
        argument: runId,
        startedBy: actor.userId ?? actor.userName,
      });
      await queue(tx, shopId, connectionId, id);
      return id;
    },
    { timeoutMs: LEVELS_MS },
  );
}

/**
 * The yes to an undo that was planned: in one transaction its sync is paused and the undo queued, so that nothing publishes between the two.
 * False where no such undo waits.
 */
export function approveUndo(shopId: number, undoId: string, actor: Actor): Promise<boolean> {
  return inShop(shopId, async (tx) => {
    const taken = await tx.run.updateMany({
      where: { shopId, id: undoId, task: 'undo', state: 'awaiting_approval' },
      data: { state: 'queued' },
    });
    if (taken.count === 0) return false;
    const run = await tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id: undoId } } });
    await goOn(tx, shopId, actor, run, run.argument ?? '');
    return true;
  });
}
