import { asCrossdockError, NeedsMerchantError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import { openConnection, type LiveConnection } from '../../connections/open-connection.ts';
import { parkConnection, resumeConnection } from '../../connections/park.ts';
import { nameUnread } from '../../sync/runs/name-unread.ts';
import { openProblem, closeProblems, problemFromError } from '../../sync/problems/problems.ts';
import { restRun } from '../../sync/runs/come-to-rest.ts';
import { isKept, isOutwaited, keepRun } from '../../sync/runs/keep-import.ts';
import { finishRun, showLife, type RunKind, type RunOrder } from '../../sync/runs/runs.ts';
import { inTurn } from '../../sync/runs/take-turns.ts';
import { runInventorySync } from '../../sync/inventory/run-inventory-sync.ts';
import { BACKLOG_TASK, drainBacklog } from '../../sync/orders/order-backlog.ts';
import { runOrdersSync } from '../../sync/orders/run-orders-sync.ts';
import { runProductsSync } from '../../sync/products/run-products-sync.ts';
import { runReturnsSync } from '../../sync/returns/run-returns-sync.ts';
import { runShipmentsSync } from '../../sync/shipments/run-shipments-sync.ts';
import { runStatement } from '../../sync/statement/run-statement.ts';
import { installedShop } from '../../sync/shop/shop-context.ts';
import type { JobPayload } from '../definitions.ts';

const syncs: Record<RunKind, (live: LiveConnection, run: RunOrder) => Promise<void>> = {
  products: runProductsSync,
  orders: runOrdersSync,
  inventory: runInventorySync,
  shipments: runShipmentsSync,
  returns: runReturnsSync,
  statement: runStatement,
};

const MAY_WORK = ['queued', 'running', 'planned', 'awaiting_approval'];

/** One execution of a sync. Runs of the same sync of one connection take turns; a killed one is started again and goes on. */
export async function run(payload: JobPayload<'run'>, { lastTry }: { lastTry: boolean }): Promise<void> {
  const { shopId, connectionId, runId } = payload;
  const sync = payload.sync as RunKind;
  const readRow = async () => {
    const row = await inShop(shopId, (tx) => tx.run.findUnique({ where: { shopId_id: { shopId, id: runId } } }));
    return row && MAY_WORK.includes(row.state) ? row : null;
  };
  const shop = await installedShop(shopId);
  const queued = await readRow();
  if (!shop || !queued) return;
  const kept = isKept(queued.task);
  // What keeps an import from going on isn't over when a regular run went well.
  const about = kept ? `${connectionId} ${sync} ${queued.task}` : `${connectionId} ${sync}`;
  const subject = { kind: 'sync' as const, id: about, label: sync };
  try {
    await inTurn({ shopId, connectionId, sync, runId, task: queued.task }, async () => {
      // As they are now that it is this run's turn: others were at work meanwhile, and another job of the same run may have ended it.
      const row = await readRow();
      if (!row) return;
      await inShop(shopId, (tx) => showLife(tx, shopId, runId));
      const live = await openConnection(shopId, connectionId);
      const work = row.task === BACKLOG_TASK ? drainBacklog : syncs[sync];
      await work(live, {
        id: runId,
        task: row.task,
        ...(row.argument ? { argument: row.argument } : {}),
        ...(row.startedBy ? { startedBy: row.startedBy } : {}),
      });
      await inShop(shopId, async (tx) => {
        await closeProblems(tx, shopId, { subject, evidence: 'run-finished' });
        await nameUnread(tx, live, sync, row.task === 'full');
        await finishRun(tx, shopId, runId);
        await resumeConnection(tx, shopId, connectionId);
      });
    });
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (error.kind === 'transient' && !lastTry) throw thrown;
    // Nothing went wrong, and nothing is to be mended: what is left is caught up when it is activated again.
    if (error.code === 'connection-deactivated') return inShop(shopId, (tx) => restRun(tx, shopId, runId));
    const outwaited = error.kind === 'transient' && isOutwaited(queued);
    await inShop(shopId, async (tx) => {
      // Nothing is wrong either while another sync takes its time.
      if (!(outwaited && error.code === 'busy'))
        await openProblem(tx, shopId, problemFromError(error, { connectionId, sync, subject }));
      if (error instanceof NeedsMerchantError && error.scope === 'connection')
        await parkConnection(tx, shopId, connectionId, error);
      if (kept || outwaited) await keepRun(tx, shopId, runId, error);
      else await finishRun(tx, shopId, runId, { code: error.code, params: error.params });
    });
    if (error.kind === 'bug') throw thrown;
  }
}
