import { afterAll, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openTestServer } from '../../shopify/test-server.ts';

const database = await openTestDatabase();
const server = await openTestServer(0);
process.env['SANDBOX_URL'] = server.url;
const { inShop } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { changeMappings } = await import('../../mappings/change-mappings.ts');
const { finishRun, openRun } = await import('../runs/runs.ts');
const { itemGid, levelKey, locationGid, testShop } = await import('../inventory/shop.fixture.ts');
const { runInventorySync } = await import('../inventory/run-inventory-sync.ts');
const { fakeCatalogue, fakeProductsPort, productGid, variantGid } = await import('./catalogue.fixture.ts');
const { runProductsSync } = await import('./run-products-sync.ts');

afterAll(async () => {
  await prisma.$disconnect();
  await server.close();
  await database.close();
});

type TestShop = Awaited<ReturnType<typeof testShop>>;
const ada = { userId: '1', userName: 'Ada' };
const map = (shop: TestShop, kind: 'product-type' | 'product-tag' | 'sku-alias', answers: Record<string, object>) =>
  inShop(shop.shopId, (tx) =>
    changeMappings(tx, shop.shopId, ada, {
      ...{ connectionId: shop.live.id, kind },
      save: Object.entries(answers).map(([source, target]) => ({ source, target })),
    }),
  );

it('products go by the mapped type and tags, and not at all where nobody ships their type', async () => {
  const shop = await testShop();
  await inShop(shop.shopId, (tx) => tx.bulkOperation.deleteMany({}));
  const catalogue = fakeCatalogue({ id: shop.shopId, domain: shop.live.shop.domain }, `${server.url}/_files/catalogue.jsonl`);
  const port = fakeProductsPort();
  shop.live.connector.products = port;
  server.file = (request) => new Response(catalogue.result(request.url));
  catalogue.products = [
    { id: productGid(1), title: 'Mug', tags: ['Summer', 'blue'], variants: [{ id: variantGid(1), sku: 'MUG' }] },
  ];
  const go = async () => {
    port.batches.length = 0;
    const id = await inShop(shop.shopId, (tx) =>
      openRun(tx, shop.shopId, { connectionId: shop.live.id, sync: 'products', door: 'button', task: 'scheduled' }),
    );
    await runProductsSync(shop.live, { id, task: 'scheduled' }, catalogue.admin);
    await inShop(shop.shopId, (tx) => finishRun(tx, shop.shopId, id));
    return port.batches.flat();
  };
  expect(await go()).toEqual(['MUG']);
  const seen = () => inShop(shop.shopId, (tx) => tx.observedValue.findMany({ where: { shopId: shop.shopId } }));
  expect((await seen()).map(({ kind, value }) => `${kind} ${value}`)).toEqual(['product-type Type']);
  expect(port.records.get('R-MUG')).toMatchObject({ productType: 'Type', tags: ['Summer', 'blue'] });
  await map(shop, 'product-type', { type: { value: 'FINISHED_GOOD', class: 'physical' } });
  await map(shop, 'product-tag', { summer: { value: 'SEASON-2' } });
  expect(await go()).toEqual(['MUG']);
  expect(port.records.get('R-MUG')).toMatchObject({ productType: 'FINISHED_GOOD', tags: ['SEASON-2', 'blue'] });
  expect(await go()).toEqual([]);
  await map(shop, 'product-type', { type: { class: 'service' } });
  expect(await go()).toEqual([]);
  const link = () => inShop(shop.shopId, (tx) => tx.productLink.findFirstOrThrow({ where: { shopId: shop.shopId } }));
  expect(await link()).toMatchObject({ state: 'excluded', reason: { code: 'type-not-shipped' } });
  await map(shop, 'product-type', { type: { class: 'physical' } });
  expect(await go()).toEqual(['MUG']);
});

it('what nobody ships gets no stock, from the next run on; an alias brings the stock of the other code', async () => {
  const shop = await testShop();
  const here = locationGid(1);
  await shop.link(here, 'F1');
  await shop.variant(1, 'MUG', { at: here, available: 1 });
  const shown = () => shop.shopify.levels.get(levelKey(itemGid(1), here))?.available;
  const go = async () => {
    const run = await shop.run();
    await runInventorySync(shop.live, run, shop.shopify.admin);
    await inShop(shop.shopId, (tx) => finishRun(tx, shop.shopId, run.id));
  };
  const { productType } = await inShop(shop.shopId, (tx) => tx.variant.findFirstOrThrow({ where: { shopId: shop.shopId } }));
  shop.office.stock.set('F1 MUG', 5);
  await map(shop, 'product-type', { [productType]: { class: 'service' } });
  await go();
  expect(shown()).toBe(1);
  await map(shop, 'product-type', { [productType]: { class: 'physical' } });
  await go();
  expect(shown()).toBe(5);
  // Full pulls follow a change of aliases: what was counted under the old code is asked for again.
  const pulls = shop.office.pulls.length;
  await map(shop, 'sku-alias', { OTHER: { value: 'K1' } });
  await go();
  expect(shop.office.pulls.slice(pulls)).toMatchObject([{ since: null }]);
});
