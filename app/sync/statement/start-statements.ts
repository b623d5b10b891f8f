import { inSystem, inShop } from '../../db/scope.ts';
import { startSyncIn } from '../runs/start-sync.ts';

/** Starts the daily statement of every connection at work that has a sync to account for. */
export async function startDailyStatements(): Promise<void> {
  const rows = await inSystem(
    'due-schedules',
    (tx) => tx.$queryRaw<{ shop_id: number; id: string }[]>`
      SELECT c.shop_id, c.id FROM connection c JOIN shop s ON s.id = c.shop_id AND s.uninstalled_at IS NULL
      WHERE c.state = 'active' AND c.access <> 'none' AND EXISTS (
        SELECT 1 FROM sync y WHERE y.shop_id = c.shop_id AND y.connection_id = c.id AND y.enabled AND y.kind IN ('orders', 'shipments', 'inventory'))`,
  );
  for (const { shop_id: shopId, id } of rows)
    await inShop(shopId, (tx) =>
      startSyncIn(tx, { shopId, connectionId: id, sync: 'statement', task: 'scheduled', door: 'schedule' }),
    );
}
