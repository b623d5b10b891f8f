import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openTestServer } from '../../shopify/test-server.ts';

const database = await openTestDatabase();
const server = await openTestServer(0);
process.env['SANDBOX_URL'] = server.url;
const { inShop } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { finishRun, openRun } = await import('../runs/runs.ts');
const { pauseSync, releaseSync } = await import('../../connections/pause-sync.ts');
const { testShop } = await import('../inventory/shop.fixture.ts');
const { fakeCatalogue, fakeProductsPort, productGid, variantGid } = await import('./catalogue.fixture.ts');
const { importProductFromShopify } = await import('./import-product-from-shopify.ts');
const { runProductsSync } = await import('./run-products-sync.ts');

afterAll(async () => {
  await prisma.$disconnect();
  await server.close();
  await database.close();
});

let shop: Awaited<ReturnType<typeof testShop>>;
let catalogue: ReturnType<typeof fakeCatalogue>;
let port: ReturnType<typeof fakeProductsPort>;
const later = (seconds = 1) => new Date(Date.now() + seconds * 1000).toISOString();
const ada = { userId: '1', userName: 'Ada' };

beforeEach(async () => {
  shop = await testShop();
  await inShop(shop.shopId, async (tx) => {
    await tx.bulkOperation.deleteMany({});
    await tx.shop.update({ where: { id: shop.shopId }, data: { scopes: ['write_products'] } });
  });
  catalogue = fakeCatalogue({ id: shop.shopId, domain: shop.live.shop.domain }, `${server.url}/_files/catalogue.jsonl`);
  port = fakeProductsPort();
  shop.live.connector.products = port;
  server.file = (request) => new Response(catalogue.result(request.url));
  catalogue.products = [
    {
      id: productGid(1),
      title: 'Shirt',
      tags: ['summer'],
      metafields: { 'custom.material': 'Cotton', 'custom.season': 'Summer' },
      variants: [
        {
          id: variantGid(1),
          sku: 'SHIRT-S',
          barcode: '4001',
          title: 'S',
          options: [{ name: 'Size', value: 'S' }],
          metafields: { 'custom.season': 'All year' },
        },
        { id: variantGid(2), sku: '', barcode: '4002', title: 'M', options: [{ name: 'Size', value: 'M' }] },
      ],
    },
    { id: productGid(2), title: 'Mug', variants: [{ id: variantGid(3), sku: 'MUG' }] },
  ];
});

async function go(task = 'scheduled', argument?: string): Promise<string> {
  const id = await inShop(shop.shopId, (tx) =>
    openRun(tx, shop.shopId, { connectionId: shop.live.id, sync: 'products', door: 'button', task }),
  );
  port.batches.length = 0;
  await runProductsSync(shop.live, { id, task, ...(argument ? { argument } : {}) }, catalogue.admin);
  await inShop(shop.shopId, (tx) => finishRun(tx, shop.shopId, id));
  return id;
}
const sent = () => port.batches.flat().sort();
const record = (sku: string) => [...port.records.values()].find((one) => one.sku === sku);
const where = () => ({ shopId: shop.shopId });
const linkOf = (n: number) =>
  inShop(shop.shopId, (tx) => tx.productLink.findFirstOrThrow({ where: { ...where(), variantId: variantGid(n) } }));
const problems = async () => {
  const rows = await inShop(shop.shopId, (tx) =>
    tx.problem.findMany({ where: { ...where(), closedAt: null }, orderBy: { cause: 'asc' } }),
  );
  return rows.map((row) => `${row.cause} ${row.subjectLabel}`);
};
const planOf = async (id: string) => {
  const rows = await inShop(shop.shopId, (tx) =>
    tx.planItem.findMany({ where: { ...where(), runId: id }, orderBy: { label: 'asc' } }),
  );
  return rows.map((row) => `${row.label} ${(row.reason as { code: string } | null)?.code ?? ''} ${row.outcome ?? ''}`.trim());
};

describe('the code that products go by', () => {
  it('is the barcode or Shopify’s own id where the merchant says so', async () => {
    await shop.settings({}, { identifier: 'barcode' });
    await go();
    expect(sent()).toEqual(['4001', '4002']);
    await shop.settings({}, { identifier: 'id' });
    await go();
    expect(sent()).toEqual(['1', '2', '3']);
  });

  it('falls back to another field where it is empty, and two variants with one code are still named', async () => {
    await shop.settings({}, { identifierFallback: 'barcode' });
    await go();
    expect(sent()).toEqual(['4002', 'MUG', 'SHIRT-S']);
    Object.assign(catalogue.products[1]!.variants[0]!, { sku: '4002', updatedAt: later() });
    Object.assign(catalogue.products[1]!, { updatedAt: later() });
    await go();
    expect(await problems()).toEqual(['sku-duplicate 4002', 'sku-duplicate 4002']);
  });
});

describe('what goes along', () => {
  it('is options by name, the inventory item, and the metafields that were chosen, the variant’s own first', async () => {
    await shop.settings({}, { metafields: ['custom.material', 'custom.season'] });
    await go();
    expect(record('SHIRT-S')).toMatchObject({
      options: [{ name: 'Size', value: 'S' }],
      inventoryItemId: 'gid://shopify/InventoryItem/1',
      attributes: { 'custom.material': 'Cotton', 'custom.season': 'All year' },
    });
    expect(record('MUG')).toMatchObject({ options: [], attributes: {} });
  });

  it('follows a metafield that changed or was removed, and one that is chosen later', async () => {
    await go();
    expect(record('SHIRT-S')?.attributes).toEqual({});
    await shop.settings({}, { metafields: ['custom.material'] });
    await go();
    expect(record('SHIRT-S')?.attributes).toEqual({ 'custom.material': 'Cotton' });
    Object.assign(catalogue.products[0]!, { metafields: {}, updatedAt: later() });
    await importProductFromShopify(shop.shopId, productGid(1), { admin: catalogue.admin, takers: [shop.live] });
    expect(record('SHIRT-S')?.attributes).toEqual({});
  });

  it('keeps a metafield that changed while all of them were being read', async () => {
    await go();
    await shop.settings({}, { metafields: ['custom.material'] });
    server.file = async (request) => {
      const result = catalogue.result(request.url);
      Object.assign(catalogue.products[0]!, { metafields: { 'custom.material': 'Wool' }, updatedAt: later() });
      await importProductFromShopify(shop.shopId, productGid(1), { admin: catalogue.admin, takers: [shop.live] });
      return new Response(result);
    };
    await go();
    expect(record('SHIRT-S')?.attributes).toEqual({ 'custom.material': 'Wool' });
  });

  it('leaves out tags and pictures where the merchant says so', async () => {
    await go();
    expect(record('SHIRT-S')).toMatchObject({ tags: ['summer'], imageUrl: 'https://cdn.example/1.png' });
    await shop.settings({}, { tags: false, images: false });
    await go();
    expect(record('SHIRT-S')).toMatchObject({ tags: [], imageUrl: null });
  });
});

it('a product that is deleted in Shopify is left alone over there where the merchant says so', async () => {
  await go();
  await shop.settings({}, { deletedProducts: 'keep' });
  catalogue.products.pop();
  await go('full');
  expect(record('MUG')?.active).toBe(true);
  await shop.settings({}, { deletedProducts: 'deactivate' });
  await go();
  expect(record('MUG')?.active).toBe(false);
});

describe('what a hand-over changed', () => {
  it('is kept field by field until the next change', async () => {
    await go();
    expect((await linkOf(1)).changes).toBeNull();
    Object.assign(catalogue.products[0]!, { title: 'Longshirt', tags: ['winter'], updatedAt: later() });
    await go();
    const changes = [
      { field: 'tags', before: ['summer'], after: ['winter'] },
      { field: 'title', before: 'Shirt', after: 'Longshirt' },
    ];
    expect((await linkOf(1)).changes).toEqual(expect.arrayContaining(changes));
    expect((await linkOf(1)).changes).toHaveLength(2);
    await go('replay', '2026-01-01T00:00:00Z');
    expect((await linkOf(1)).changes).toHaveLength(2);
  });

  it('isn’t told where it was refused: it is still what it was over there', async () => {
    await go();
    port.refused.set('SHIRT-S', 'no');
    Object.assign(catalogue.products[0]!, { title: 'Longshirt', updatedAt: later() });
    await go();
    expect(await linkOf(1)).toMatchObject({ state: 'problem', changes: null, sent: { title: 'Shirt' } });
  });
});

describe('a replay', () => {
  it('sends again what changed in Shopify since then, though nothing differs', async () => {
    await go();
    Object.assign(catalogue.products[1]!, { updatedAt: '2026-11-21T10:00:00Z' });
    Object.assign(catalogue.products[1]!.variants[0]!, { updatedAt: '2026-11-21T10:00:00Z' });
    await go('full');
    expect(sent()).toEqual([]);
    await go('replay', '2026-11-21T00:00:00Z');
    expect(sent()).toEqual(['MUG']);
    await go('replay', '2026-11-01T00:00:00Z');
    expect(sent()).toEqual(['MUG', 'SHIRT-S']);
  });
});

describe('a reconciliation', () => {
  it('finds what the back office lost, names it and makes it again', async () => {
    await go();
    port.records.clear();
    const id = await go('reconcile');
    expect(await planOf(id)).toEqual(['MUG missing-there done', 'SHIRT-S missing-there done']);
    expect(sent()).toEqual(['MUG', 'SHIRT-S']);
    expect(await problems()).toEqual(['sku-missing Shirt']);
  });

  it('only names it where nothing is to be put right by itself, until it is there again', async () => {
    await go();
    await shop.settings({}, { autoRepair: false });
    const mug = record('MUG')!;
    port.records.delete('R-MUG');
    const id = await go('reconcile');
    expect(sent()).toEqual([]);
    expect(await planOf(id)).toEqual(['MUG missing-there waiting']);
    expect(await problems()).toEqual(['product-missing-there MUG', 'sku-missing Shirt']);
    port.records.set('R-MUG', mug);
    await go('reconcile');
    expect(await problems()).toEqual(['sku-missing Shirt']);
  });

  it('links the record that has the code now', async () => {
    await go();
    port.records.set('R-NEW', { ...record('MUG')! });
    port.records.delete('R-MUG');
    const id = await go('reconcile');
    expect(await planOf(id)).toEqual(['MUG other-record done']);
    expect((await linkOf(3)).remoteId).toBe('R-NEW');
  });

  it('hears of a product that was deleted while nobody listened', async () => {
    await go();
    catalogue.products.pop();
    catalogue.deleted = [productGid(2)];
    const id = await go('reconcile');
    expect(await planOf(id)).toEqual(['Mug deleted-unheard done']);
    expect(record('MUG')?.active).toBe(false);
  });

  it('reads the whole catalogue where Shopify has another number of products', async () => {
    await go();
    catalogue.products.push({
      id: productGid(9),
      title: 'Old',
      updatedAt: '2020-01-01T00:00:00Z',
      variants: [{ id: variantGid(9), sku: 'OLD' }],
    });
    const id = await go('reconcile');
    expect(await planOf(id)).toEqual(['Shop catalogue-differs done']);
    expect(sent()).toEqual(['OLD']);
  });

  it('is asked for once a day by the regular runs, where the merchant wants it', async () => {
    await go();
    const asked = () => inShop(shop.shopId, (tx) => tx.run.count({ where: { ...where(), task: 'reconcile' } }));
    const dayAgo = async () => {
      const row = await inShop(shop.shopId, (tx) => tx.sync.findFirstOrThrow({ where: { ...where(), kind: 'products' } }));
      const cursor = { ...(row.cursor as object), reconciledAt: Date.now() - 90_000_000 };
      await inShop(shop.shopId, (tx) => tx.sync.updateMany({ where: { ...where(), kind: 'products' }, data: { cursor } }));
    };
    await dayAgo();
    await shop.settings({}, { reconcileDaily: false });
    await go();
    expect(await asked()).toBe(0);
    await shop.settings({}, { reconcileDaily: true });
    await go();
    await go();
    expect(await asked()).toBe(1);
  });
});

it('a chosen product goes again where the back office lost it', async () => {
  await go();
  port.records.delete('R-MUG');
  await go('chosen', productGid(2));
  expect(sent()).toEqual(['MUG']);
});

it('a paused sync hands over nothing, by run or by webhook, and everything once it is released', async () => {
  await go();
  const pause = { code: 'by-hand', params: { by: 'Ada' } };
  await inShop(shop.shopId, (tx) => pauseSync(tx, shop.shopId, ada, shop.live.id, 'products', pause));
  Object.assign(catalogue.products[1]!, { title: 'Big mug', updatedAt: later() });
  const id = await go();
  await importProductFromShopify(shop.shopId, productGid(2), { admin: catalogue.admin, takers: [shop.live] });
  expect(sent()).toEqual([]);
  const run = await inShop(shop.shopId, (tx) => tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId: shop.shopId, id } } }));
  expect(run).toMatchObject({ state: 'cancelled', reason: { code: 'sync-paused' } });
  await inShop(shop.shopId, (tx) => releaseSync(tx, shop.shopId, ada, shop.live.id, 'products'));
  await go();
  expect(sent()).toEqual(['MUG']);
});

describe('what people change in the back office', () => {
  const brand = (sku: string, value: string) => ({ sku, title: `Their ${sku}`, fields: { Brand: value, weight: '1,5' } });
  const on = (more: Record<string, unknown> = {}) =>
    shop.settings(
      {},
      { backOfficeUpdates: true, fieldMap: ['brand = custom.brand', 'weight = custom.kg (number_decimal)'], ...more },
    );
  const updates = async () => {
    const rows = await inShop(shop.shopId, (tx) => tx.productUpdate.findMany({ where: where(), orderBy: { sku: 'asc' } }));
    return rows.map(({ sku, state }) => `${sku} ${state}`);
  };

  it('becomes metafields of the product by the merchant’s map, once for each change', async () => {
    port.told = [brand('MUG', 'Acme')];
    await go();
    expect([...catalogue.metafields]).toEqual([]);
    await on();
    await go();
    expect([...catalogue.metafields]).toEqual([
      ['Product 2 custom.brand', 'single_line_text_field Acme'],
      ['Product 2 custom.kg', 'number_decimal 1.5'],
    ]);
    const calls = () => catalogue.calls.filter((call) => call === 'MetafieldsSet').length;
    await go();
    expect(calls()).toBe(1);
    port.told = [brand('MUG', 'Other')];
    await go();
    port.told = [brand('MUG', 'Acme')];
    await go();
    expect(calls()).toBe(3);
    expect(catalogue.metafields.get('Product 2 custom.brand')).toBe('single_line_text_field Acme');
    expect(port.askedSince.map((since) => since === null)).toEqual([true, false, false, false]);
  });

  it('becomes metafields of the variant where the merchant says so, by a code that differs in case only', async () => {
    port.told = [brand('shirt-s ', 'Acme')];
    await on({ metafieldOwner: 'variant' });
    await go();
    expect(catalogue.metafields.get('ProductVariant 1 custom.brand')).toBe('single_line_text_field Acme');
  });

  it('is left out for a product that Shopify doesn’t have, or makes a draft of it that isn’t sent back', async () => {
    port.told = [brand('NEW', 'Acme')];
    await on();
    await go();
    expect(await updates()).toEqual(['NEW unknown']);
    expect(catalogue.products).toHaveLength(2);
    await on({ unknownProducts: 'draft' });
    await go();
    expect(catalogue.products.at(-1)).toMatchObject({ title: 'Their NEW', status: 'DRAFT', variants: [{ sku: 'NEW' }] });
    await go();
    expect(catalogue.products).toHaveLength(3);
    await go('full');
    expect(record('NEW')).toBeUndefined();
    const drafted = catalogue.products.at(-1)!;
    Object.assign(drafted, { status: 'ACTIVE', updatedAt: later(5) });
    await go('full');
    expect(record('NEW')).toMatchObject({ active: true });
  });

  it('is a problem of its own where a value doesn’t fit its type or Shopify refuses it, and closes once it goes', async () => {
    port.told = [{ sku: 'MUG', title: 'Mug', fields: { weight: 'heavy' } }, brand('SHIRT-S', 'Acme')];
    await on();
    await go();
    expect(await problems()).toEqual(['product-update-refused MUG', 'sku-missing Shirt']);
    expect(catalogue.metafields.get('Product 1 custom.brand')).toContain('Acme');
    port.told = [brand('MUG', 'Acme')];
    catalogue.refuses = { message: 'Type must be consistent', code: 'INVALID_TYPE' };
    await go();
    expect(await problems()).toEqual(['product-update-refused MUG', 'sku-missing Shirt']);
    catalogue.refuses = null;
    await go();
    expect(await problems()).toEqual(['sku-missing Shirt']);
  });

  it('waits while Shopify may only be read, and names the right that is missing', async () => {
    port.told = [brand('MUG', 'Acme')];
    await on();
    shop.live.access = 'read';
    await go();
    expect(port.askedSince).toEqual([]);
    shop.live.access = 'read_write';
    await inShop(shop.shopId, (tx) => tx.shop.update({ where: { id: shop.shopId }, data: { scopes: [] } }));
    await go();
    expect(await problems()).toContain('shopify-scope-missing products');
    await inShop(shop.shopId, (tx) => tx.shop.update({ where: { id: shop.shopId }, data: { scopes: ['write_products'] } }));
    await go();
    expect(catalogue.metafields.size).toBe(2);
    expect(await problems()).toEqual(['sku-missing Shirt']);
  });
});
