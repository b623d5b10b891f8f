import { openLive } from './app.ts';
import { withClient } from './database.ts';
import { fillStock } from './fill.ts';
import { addShop, locationGid } from './shops.ts';

/** A shop (`bench-<n>`) with a stored plan of `levels` changed levels, and what publishes it. What Shopify shows is what was read of it last. */
export async function preparePush(
  databaseUrl: string,
  { n, officeUrl, levels }: { n: number; officeUrl: string; levels: number },
) {
  const { inShop } = await import('../../app/db/scope.ts');
  const { openRun } = await import('../../app/sync/runs/runs.ts');
  const { adminFor } = await import('../../app/shopify/client.ts');
  const { storePlan } = await import('../../app/sync/inventory/store-plan.ts');
  const { readLevelsFromShopify } = await import('../../app/sync/inventory/read-levels-from-shopify.ts');
  const { publishStockToShopify } = await import('../../app/sync/inventory/publish-stock-to-shopify.ts');
  const shop = await addShop(n, { officeUrl, syncs: ['inventory'] });
  const place = { shopId: shop.id, connectionId: shop.connectionId, locationId: locationGid(n) };
  await withClient(databaseUrl, async (client) => {
    await fillStock(client, place, { variants: levels, changed: levels });
    await client.query('UPDATE stock_level SET available = 0 WHERE shop_id = $1', [shop.id]);
  });
  const { live, rules } = await openLive(shop);
  const admin = adminFor(live.shop);
  // Shopify tells the size of its bucket with the first answer.
  await readLevelsFromShopify(admin, shop.id, ['gid://shopify/InventoryItem/1'], [place.locationId]);
  const runId = await inShop(shop.id, (tx) =>
    openRun(tx, shop.id, { connectionId: live.id, sync: 'inventory', door: 'button', task: 'full' }),
  );
  const plan = await inShop(shop.id, (tx) => storePlan(tx, rules, runId, null), { timeoutMs: 120_000 });
  return { shop, admin, planned: plan.writes, publish: () => publishStockToShopify({ live, admin, rules, runId }) };
}
