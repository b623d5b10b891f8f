import { inShop } from '../../db/scope.ts';
import { pollBulk } from '../../shopify/bulk/poll-bulk.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import { startSync } from '../runs/start-sync.ts';
import { installedShop } from '../shop/shop-context.ts';
import { catalogueImport } from './import-catalogue-from-shopify.ts';

/**
 * Shopify said that a bulk operation ended, or the clock says to look. Its state is recorded, so that the run that waits for it goes on; a catalogue
 * whose run is over without having taken it gets a new run, which takes it from where the other stopped.
 */
export async function takeBulkResult(shopId: number, operationId: string, admin?: ShopifyAdmin): Promise<void> {
  const shop = await installedShop(shopId);
  if (!shop) return;
  const state = await pollBulk(admin ?? adminFor(shop), operationId);
  if (state?.state !== 'completed' || state.purpose !== catalogueImport || !state.runId) return;
  const { runId } = state;
  const run = await inShop(shopId, (tx) =>
    tx.run.findUnique({ where: { shopId_id: { shopId, id: runId } }, select: { connectionId: true, finishedAt: true } }),
  );
  if (run?.finishedAt)
    await startSync({ shopId, connectionId: run.connectionId, sync: 'products', task: 'full', door: 'backfill' });
}
