import { readPause } from '../../connections/pause-sync.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { SyncKind } from '../../connectors/contract/index.ts';
import { now } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import type { RunOrder } from '../runs/runs.ts';

/** Ends a run that a paused sync must not make, whatever door it came by. False where the sync isn't paused. */
export function endPaused(live: LiveConnection, run: RunOrder, kind: SyncKind): Promise<boolean> {
  const shopId = live.shop.id;
  return inShop(shopId, async (tx) => {
    const pause = await readPause(tx, shopId, live.id, kind);
    if (!pause) return false;
    const reason = { code: 'sync-paused', params: { since: pause.since.toISOString(), by: pause.reason.params['by'] ?? '' } };
    await tx.run.updateMany({ where: { shopId, id: run.id }, data: { state: 'cancelled', finishedAt: now(), reason } });
    return true;
  });
}
