import { now } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import type { SyncKind } from '../../connectors/contract/index.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { openRun, type RunDoor } from './runs.ts';

/**
 * Starts a run of a sync by whatever door, and returns its id. A scheduled run that still waits is not doubled: its id is
 * returned. `argument` is what the task needs (a run id to approve, a date).
 */
export async function startSync(start: {
  shopId: number;
  connectionId: string;
  sync: SyncKind;
  task: string;
  argument?: string;
  door?: RunDoor;
  startedBy?: string;
}): Promise<string> {
  const { shopId, connectionId, sync, task, argument, door = 'button', startedBy } = start;
  return inShop(shopId, async (tx) => {
    if (task === 'approve' && argument) {
      const taken = await tx.run.updateMany({ where: { shopId, id: argument, state: 'awaiting_approval' }, data: { state: 'queued', task, heartbeatAt: now() } });
      if (taken.count > 0) await enqueue(tx, 'run', { shopId, connectionId, sync, runId: argument }, { priority: 30, group: String(shopId) });
      return argument;
    }
    if (task === 'scheduled') {
      // The lock makes two doors that open at once see each other's run.
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`start ${shopId} ${connectionId} ${sync}`}, 0))`;
      const waiting = await tx.run.findFirst({ where: { shopId, connectionId, sync, state: 'queued', slot: null }, select: { id: true } });
      if (waiting) return waiting.id;
    }
    const runId = await openRun(tx, shopId, { connectionId, sync, door, task, ...(argument ? { argument } : {}), ...(startedBy ? { startedBy } : {}) });
    const priority = { shipments: 30, returns: 25, orders: 20, inventory: 10, products: 0 }[sync] + (door === 'button' ? 5 : 0);
    await enqueue(tx, 'run', { shopId, connectionId, sync, runId }, { priority, group: String(shopId) });
    return runId;
  });
}
