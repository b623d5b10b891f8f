import type { LiveConnection } from '../../../connections/open-connection.ts';
import type { Reason } from '../../../connectors/contract/index.ts';
import { inShop } from '../../../db/scope.ts';
import type { ShopifyAdmin } from '../../../shopify/client.ts';
import { withLease } from '../../inbox/lease.ts';
import type { RunOrder } from '../../runs/runs.ts';
import { applyUndo } from './apply-undo.ts';
import { planUndo, undoneOf, type Undoing } from './plan-undo.ts';
import { APPROVED } from './start-undo.ts';

const PUBLISHING_ENDS_MS = 60_000;

/**
 * The task `undo` of the inventory sync: takes back what the run in `argument` wrote, by the difference it made and never by its old numbers. Without
 * a yes it plans and waits for one; with it, it writes. The back office isn't asked.
 */
export async function runUndo(live: LiveConnection, run: RunOrder, admin: ShopifyAdmin): Promise<void> {
  const shopId = live.shop.id;
  const row = await inShop(shopId, (tx) =>
    tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id: run.id } }, select: { state: true, reason: true } }),
  );
  // a nudge that comes late: somebody has to answer first, or it is over
  if (!['queued', 'running'].includes(row.state)) return;
  const rules = { shopId, connectionId: live.id };
  const undoing: Undoing = { live, admin, rules, runId: run.id, undo: true, undoneId: undoneOf(run.argument) };
  if ((row.reason as Reason | null)?.code !== APPROVED) return planUndo(undoing);
  // whoever publishes single items at this moment began before the pause: it ends first, and nobody begins anew
  await withLease(shopId, `noted levels ${live.id}`, () => applyUndo(undoing), { waitMs: PUBLISHING_ENDS_MS });
}
