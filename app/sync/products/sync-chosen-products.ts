import { listConnections } from '../../connections/connections.ts';
import { readSync } from '../../connections/syncs.ts';
import { inShop } from '../../db/scope.ts';
import { startSyncIn } from '../runs/start-sync.ts';

/**
 * Has every connection that takes products hand these over once more (global ids of products). Returns how many connections that are; one whose sync
 * is paused is not among them.
 */
export async function syncChosenProducts(shopId: number, productIds: readonly string[], by: string): Promise<number> {
  const active = (await listConnections(shopId)).filter(({ state, access }) => state === 'active' && access !== 'none');
  return inShop(shopId, async (tx) => {
    let started = 0;
    for (const { id: connectionId } of active) {
      const { enabled, paused } = await readSync(tx, shopId, connectionId, 'products');
      if (!enabled || paused) continue;
      await startSyncIn(tx, {
        shopId,
        connectionId,
        sync: 'products',
        task: 'chosen',
        argument: productIds.join(','),
        startedBy: by,
      });
      started += 1;
    }
    return started;
  });
}
