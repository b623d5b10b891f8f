import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openOrderWorld } from './order-world.test-data.ts';

const database = await openTestDatabase();
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn, {}, { handOver: 'order' });
const { taken, place, sync, given, shopId, inShop } = world;
const { importProductFromShopify } = await import('../products/import-product-from-shopify.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { previewOrder } = await import('./preview-order.ts');
const [knife, board] = ['KI07-02', 'KI07-03'];

const match = (settings: object) =>
  inShop(shopId, (tx) =>
    tx.sync.upsert({
      where: { shopId_connectionId_kind: { shopId, connectionId: world.live.id, kind: 'products' } },
      create: { shopId, connectionId: world.live.id, kind: 'products', settings },
      update: { settings },
    }),
  );

beforeAll(async () => {
  standIn.state.run("UPDATE variants SET barcode = '4006381333931' WHERE sku = ?", knife);
  standIn.state.run('UPDATE variants SET barcode = NULL WHERE sku = ?', board);
  const { id } = standIn.state.get<{ id: number }>('SELECT product_id AS id FROM variants WHERE sku = ?', knife) ?? {
    id: 0,
  };
  await importProductFromShopify(shopId, `gid://shopify/Product/${id}`, { admin: world.admin, push: false });
}, 60_000);
afterAll(async () => {
  await stopBoss();
  await world.close();
  await database.close();
});

it('orders name their lines by the code that the back office knows, and a line without one by its SKU', async () => {
  await match({ identifier: 'barcode' });
  const name = await place({ lines: [knife, board].map((sku) => ({ sku, quantity: 1, location: 'Main Warehouse' })) });
  await sync(name);
  expect(given(name)).toEqual({ [name]: ['4006381333931×1@F1', `${board}×1@F1`] });
  const rows = await inShop(shopId, (tx) => tx.partLine.findMany({ where: { shopId }, orderBy: { sku: 'asc' } }));
  expect(rows.map(({ sku }) => sku)).toEqual(['4006381333931', board]);
  expect(taken.get(name)?.lines.map(({ title }) => title)).toHaveLength(2);
});

it('they are shown so before they go, and go by the SKU again where the merchant says so', async () => {
  await match({ identifier: 'barcode' });
  const name = await place({ lines: [{ sku: knife, quantity: 2, location: 'Main Warehouse' }] });
  const shown = await previewOrder(
    { shopId, admin: world.admin, orderId: world.idOf(name), connections: [world.live] },
    { open: true },
  );
  expect(shown.flatMap(({ calls }) => calls.map(({ text }) => text)).join()).toContain('4006381333931');
  await match({ identifier: 'sku' });
  await sync(name);
  expect(given(name)).toEqual({ [name]: [`${knife}×2@F1`] });
});
