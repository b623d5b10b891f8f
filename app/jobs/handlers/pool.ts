import { randomUUID } from 'node:crypto';
import { inShop } from '../../db/scope.ts';
import { findConnection, saveConnection } from '../../connections/connections.ts';
import { openConnection } from '../../connections/open-connection.ts';
import { leavePool, poolOfSide, settlePool } from '../../connections/shared-store/pool.ts';
import { otherSharers, readSharing } from '../../connections/shared-store/sharing.ts';
import { readSync } from '../../connections/syncs.ts';
import { testConnection } from '../../connections/test-connection.ts';
import type { SyncKind } from '../../connectors/contract/index.ts';
import { appItself } from '../../people/actor.ts';
import { takeIn } from '../../sync/inbox/inbox.ts';
import { noteSkus } from '../../sync/inventory/noted-levels.ts';
import { startSyncIn } from '../../sync/runs/start-sync.ts';
import { installedShop } from '../../sync/shop/shop-context.ts';
import { BugError } from '../../core/errors.ts';
import type { JobPayload } from '../definitions.ts';

interface Side {
  shopId: number;
  connectionId: string;
}

/** Stock of the shared store moved: it is looked at anew by each of the others, as when their own back office had called. */
async function moved({ shopId, connectionId }: Side, skus: string[]): Promise<void> {
  for (const other of await otherSharers(shopId, connectionId)) {
    await inShop(other.shopId, async (tx) => {
      const { enabled } = await readSync(tx, other.shopId, other.connectionId, 'inventory');
      if (!enabled || (await noteSkus(tx, other, skus)) === 0) return;
      await takeIn(tx, other.shopId, {
        key: `pool ${randomUUID()}`,
        door: 'inbound',
        topic: 'shared-stock',
        subjectKind: 'connection',
        subjectId: `${other.connectionId} shared-stock`,
        triggeredAt: null,
      });
    });
  }
}

/** Everything is compared anew, as far as the sync is on. */
async function compare({ shopId, connectionId }: Side, syncs: SyncKind[]): Promise<void> {
  await inShop(shopId, async (tx) => {
    for (const sync of syncs) {
      const { enabled } = await readSync(tx, shopId, connectionId, sync);
      if (enabled) await startSyncIn(tx, { shopId, connectionId, sync, task: 'full', door: 'inbound' });
    }
  });
}

/** This connection has begun to share a store: its back office is told, where each connection has records of its own. */
async function joined(side: Side): Promise<void> {
  const { shopId, connectionId } = side;
  const pool = await poolOfSide(side);
  const { definition, connector, storeId } = await openConnection(shopId, connectionId);
  const shelf = definition.sharedStock === 'joining' ? connector.stores?.shelf : undefined;
  if (pool?.storeId && shelf) {
    await shelf.join({ id: pool.storeId, name: pool.storeName });
    const settings = storeId === pool.storeId ? null : definition.store?.toSettings(pool.storeId);
    if (settings) {
      await saveConnection(shopId, appItself, connectionId, { settings });
      // Saving forgets the last test, and nothing can be switched on without one.
      await testConnection(shopId, connectionId);
    }
  }
  await compare(side, ['inventory', 'products']);
}

/**
 * A shop's part in something that happened to a store it shares. The payload names whose part; who the others are is looked up, and what is done for them
 * is done in their own scope. Done again it changes nothing but a comparison more.
 */
export async function pool({ shopId, connectionId, event, skus }: JobPayload<'pool'>): Promise<void> {
  const side = { shopId, connectionId };
  if (event === 'moved') return moved(side, skus);
  if (event === 'expelled') return leavePool(shopId, appItself, connectionId);
  if (!(await installedShop(shopId))) return;
  switch (event) {
    case 'joined':
      if (await inShop(shopId, (tx) => readSharing(tx, shopId, connectionId))) await joined(side);
      break;
    case 'changed':
      await inShop(shopId, (tx) => findConnection(tx, shopId, connectionId));
      await settlePool(side);
      await compare(side, ['inventory', 'products']);
      break;
    default:
      throw new BugError('pool-unhandled', `Nothing handles the event "${String(event)}" of a shared store`);
  }
}
