import { inShop } from '../../db/scope.ts';
import { adminFor } from '../../shopify/client.ts';
import { markHandled, newestWaiting } from '../../sync/inbox/inbox.ts';
import { syncOrder } from '../../sync/orders/sync-order.ts';
import { noteLevelChange } from '../../sync/inventory/note-level-change.ts';
import { importProductFromShopify } from '../../sync/products/import-product-from-shopify.ts';
import { mirrorShipmentsOfOrder } from '../../sync/shipments/mirror-shipments-of-order.ts';
import { activeConnections, installedShop, takersOf } from '../../sync/shop/shop-context.ts';
import { refreshShop } from '../../sync/shop/refresh-shop.ts';
import { startSync } from '../../sync/runs/start-sync.ts';
import { takeBulkResult } from '../../sync/products/take-bulk-result.ts';
import type { SyncKind } from '../../connectors/contract/index.ts';
import type { JobPayload } from '../definitions.ts';

/** The back office called: what it named is read by a run of that sync. */
async function hearBackOffice(shopId: number, connectionId: string, subject: string): Promise<void> {
  const about = subject.split(' ')[0] ?? '';
  const kinds: Record<string, SyncKind> = { shipments: 'shipments', stock: 'inventory', orders: 'shipments', returns: 'returns' };
  const sync = kinds[about];
  if (sync) await startSync({ shopId, connectionId, sync, task: 'scheduled', door: 'inbound' });
}

async function handle(shop: { id: number; domain: string }, kind: string, id: string, lastTry: boolean): Promise<void> {
  const shopId = shop.id;
  const admin = adminFor(shop);
  const connections = await activeConnections(shopId);
  switch (kind) {
    case 'order': {
      const takers = await takersOf(shopId, connections, 'orders');
      if (takers.length > 0) await syncOrder({ shopId, admin, connections: takers, orderId: id, lastTry });
      for (const live of await takersOf(shopId, connections, 'shipments')) await mirrorShipmentsOfOrder(live, id);
      return;
    }
    case 'product':
      return importProductFromShopify(shopId, id);
    case 'inventory-item':
      return noteLevelChange(shopId, id);
    case 'location':
    case 'shop':
      return refreshShop(shop, kind);
    case 'bulk':
      return takeBulkResult(shopId, id);
    case 'connection': {
      const [connectionId = '', ...about] = id.split(' ');
      if (connections.some((live) => live.id === connectionId)) await hearBackOffice(shopId, connectionId, about.join(' '));
      return;
    }
    default:
      // An inbox row of a kind nobody handles would wait for ever.
      throw new Error(`Nothing handles inbox rows about "${kind}"`);
  }
}

/**
 * Drains what waits about one subject. The job is only a nudge: it looks at the inbox itself, and at its end looks whether news
 * came meanwhile. Rows stay waiting when it throws.
 */
export async function drain({ shopId, kind, id }: JobPayload<'drain'>, { lastTry }: { lastTry: boolean }): Promise<void> {
  const shop = await installedShop(shopId);
  if (!shop) return;
  let waiting = await inShop(shopId, (tx) => newestWaiting(tx, shopId, kind, id));
  while (waiting !== null) {
    const upTo = waiting;
    await handle(shop, kind, id, lastTry);
    waiting = await inShop(shopId, async (tx) => {
      await markHandled(tx, shopId, kind, id, upTo);
      return newestWaiting(tx, shopId, kind, id);
    });
  }
}
