import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openTestServer } from '../../shopify/test-server.ts';

const database = await openTestDatabase();
const server = await openTestServer(0);
process.env['SANDBOX_URL'] = server.url;
const { inShop } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { finishRun, openRun } = await import('../runs/runs.ts');
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

beforeEach(async () => {
  shop = await testShop();
  await inShop(shop.shopId, (tx) => tx.bulkOperation.deleteMany({}));
  catalogue = fakeCatalogue({ id: shop.shopId, domain: shop.live.shop.domain }, `${server.url}/_files/catalogue.jsonl`);
  port = fakeProductsPort();
  shop.live.connector.products = port;
  server.file = (request) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.get('range') ?? '')?.[1] ?? 0);
    return new Response(Buffer.from(catalogue.result(request.url)).subarray(from), { status: from > 0 ? 206 : 200 });
  };
  catalogue.products = [
    {
      id: productGid(1),
      title: 'Shirt',
      tags: ['summer', 'cotton'],
      variants: [
        { id: variantGid(1), sku: 'SHIRT-S', title: 'S', cost: '4.50' },
        { id: variantGid(2), sku: 'SHIRT-M', title: 'M' },
      ],
    },
    { id: productGid(2), title: 'Mug', variants: [{ id: variantGid(3), sku: 'MUG' }] },
  ];
});

const newRun = async (task: string, argument?: string) => {
  const id = await inShop(shop.shopId, (tx) =>
    openRun(tx, shop.shopId, { connectionId: shop.live.id, sync: 'products', door: 'button', task }),
  );
  return { id, task, ...(argument ? { argument } : {}) };
};
async function go(task = 'scheduled', argument?: string): Promise<string> {
  const run = await newRun(task, argument);
  await runProductsSync(shop.live, run, catalogue.admin);
  await inShop(shop.shopId, (tx) => finishRun(tx, shop.shopId, run.id));
  return run.id;
}
const runOf = (id: string) =>
  inShop(shop.shopId, (tx) => tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId: shop.shopId, id } } }));
const variants = () =>
  inShop(shop.shopId, (tx) => tx.variant.findMany({ where: { shopId: shop.shopId }, orderBy: { id: 'asc' } }));
const links = async () => {
  const rows = await inShop(shop.shopId, (tx) =>
    tx.productLink.findMany({ where: { shopId: shop.shopId }, orderBy: { variantId: 'asc' } }),
  );
  return rows.map((row) =>
    `${row.variantId.split('/').at(-1)} ${row.state} ${(row.reason as { code: string } | null)?.code ?? row.remoteId ?? ''}`.trim(),
  );
};
const problems = async () => {
  const rows = await inShop(shop.shopId, (tx) =>
    tx.problem.findMany({ where: { shopId: shop.shopId, closedAt: null }, orderBy: [{ cause: 'asc' }, { subjectId: 'asc' }] }),
  );
  return rows.map((row) => `${row.cause} ${row.subjectId.split('/').at(-1)}`);
};
const import1 = (n: number) =>
  importProductFromShopify(shop.shopId, productGid(n), { admin: catalogue.admin, takers: [shop.live] });
const product = (n: number) => {
  const found = catalogue.products.find((one) => one.id === productGid(n));
  if (!found) throw new Error(`no product ${n}`);
  return found;
};
const variantOf = (n: number, index = 0) => {
  const found = product(n).variants[index];
  if (!found) throw new Error(`no variant ${index} of product ${n}`);
  return found;
};
const later = () => new Date(Date.now() + 1000).toISOString();

describe('the first run', () => {
  it('imports the catalogue and hands it over', async () => {
    const id = await go();
    expect((await variants()).map((row) => [row.sku, row.productTitle, row.price, row.cost, row.weightGrams, row.tags])).toEqual([
      ['SHIRT-S', 'Shirt', 1000n, 450n, 1500, ['summer', 'cotton']],
      ['SHIRT-M', 'Shirt', 1000n, null, 1500, ['summer', 'cotton']],
      ['MUG', 'Mug', 1000n, null, 1500, []],
    ]);
    expect(await links()).toEqual(['1 linked R-SHIRT-S', '2 linked R-SHIRT-M', '3 linked R-MUG']);
    expect(port.batches.map((batch) => batch.length).sort()).toEqual([1, 2]);
    expect((await runOf(id)).counts).toMatchObject({ done: 3, failed: 0 });
    expect(port.records.get('R-SHIRT-S')).toMatchObject({
      sku: 'SHIRT-S',
      title: 'Shirt',
      variantTitle: 'S',
      price: { amount: 1000, currency: 'EUR' },
      active: true,
    });
  });

  it('waits until Shopify has collected it', async () => {
    catalogue.slow = 2;
    await go();
    expect(catalogue.calls.filter((call) => call === 'BulkStatus').length).toBe(3);
    expect(await variants()).toHaveLength(3);
  });

  it('ties variants to products that stand anywhere in the file', async () => {
    catalogue.shuffle = (lines) => [...lines].reverse();
    await go();
    expect((await variants()).map((row) => row.productTitle)).toEqual(['Shirt', 'Shirt', 'Mug']);
    const kept = await inShop(shop.shopId, (tx) => tx.importedProduct.count({ where: { shopId: shop.shopId } }));
    expect(kept).toBe(0);
  });

  it('goes on where a killed worker stopped, and asks Shopify for the catalogue once', async () => {
    const many = 2_300;
    catalogue.products = Array.from({ length: many }, (_, n) => ({
      id: productGid(n + 1),
      title: `P${n + 1}`,
      variants: [{ id: variantGid(n + 1), sku: `S${n + 1}` }],
    }));
    port.batchSize = 1_000;
    const run = await newRun('full');
    const whole = catalogue.result();
    // the worker ends in the middle of the third batch
    const broken = whole
      .split('\n')
      .map((line, number) => (number === 2_500 ? '{' : line))
      .join('\n');
    let asked = 0;
    server.file = () => new Response((asked += 1) === 1 ? broken : whole);
    await expect(runProductsSync(shop.live, run, catalogue.admin)).rejects.toThrow();
    const taken = await inShop(shop.shopId, (tx) => tx.bulkOperation.findFirstOrThrow({ where: { shopId: shop.shopId } }));
    expect(Number(taken.linesTaken)).toBe(2_000);
    await runProductsSync(shop.live, run, catalogue.admin);
    expect(await variants()).toHaveLength(many);
    expect(port.records.size).toBe(many);
    expect(catalogue.calls.filter((call) => call === 'BulkRunQuery')).toHaveLength(1);
  }, 60_000);

  it('only says what it would send in a preview', async () => {
    variantOf(2).sku = '';
    const id = await go('preview');
    expect(port.batches).toEqual([]);
    expect((await runOf(id)).state).toBe('planned');
    const plan = await inShop(shop.shopId, (tx) =>
      tx.planItem.findMany({ where: { shopId: shop.shopId, runId: id }, orderBy: { label: 'asc' } }),
    );
    expect(plan.map(({ label, action }) => [label, action])).toEqual([
      ['Mug', 'skip'],
      ['SHIRT-M', 'create'],
      ['SHIRT-S', 'create'],
    ]);
  });
});

describe('later runs', () => {
  it('send nothing when nothing changed', async () => {
    await go();
    port.batches = [];
    await go();
    expect(port.batches).toEqual([]);
  });

  it('send what changed, under its link', async () => {
    await go();
    port.batches = [];
    Object.assign(product(2), { title: 'Big mug', updatedAt: later() });
    await go();
    expect(port.batches).toEqual([['MUG']]);
    expect(port.records.get('R-MUG')?.title).toBe('Big mug');
  });

  it('mark what a full import no longer finds, and say so over there once', async () => {
    await go();
    catalogue.products = catalogue.products.filter((one) => one.id !== productGid(2));
    await go('full');
    expect((await variants()).map((row) => row.deletedAt !== null)).toEqual([false, false, true]);
    expect(port.records.get('R-MUG')?.active).toBe(false);
    port.batches = [];
    await go('full');
    expect(port.batches).toEqual([]);
  });

  it('send a price from the cost where the merchant chose it, to all that have one', async () => {
    await go();
    await shop.settings({}, { priceSource: 'cost' });
    port.batches = [];
    await go();
    expect(port.batches).toEqual([['SHIRT-S']]);
    expect(port.records.get('R-SHIRT-S')?.price.amount).toBe(450);
  });

  it('refuse while the sync is off', async () => {
    await inShop(shop.shopId, (tx) => tx.sync.updateMany({ where: { shopId: shop.shopId }, data: { enabled: false } }));
    await expect(runProductsSync(shop.live, await newRun('scheduled'), catalogue.admin)).rejects.toMatchObject({
      code: 'sync-off',
    });
  });

  it('keep back what a dry run holds, and send it once it ends', async () => {
    shop.live.dryRun = true;
    const id = await go();
    expect((await runOf(id)).counts).toMatchObject({ held: 3, done: 0 });
    expect(await links()).toEqual([]);
    shop.live.dryRun = false;
    await go();
    expect(port.records.size).toBe(3);
  });
});

describe('what is left out', () => {
  it('is gift cards and what nobody ships, with the reason at the link', async () => {
    Object.assign(product(2), { isGiftCard: true });
    variantOf(1, 1).requiresShipping = false;
    await go();
    expect(await links()).toEqual(['1 linked R-SHIRT-S', '2 excluded not-shipped', '3 excluded gift-card']);
    expect(await problems()).toEqual([]);
    await shop.settings({}, { physicalOnly: false });
    await go();
    expect(await links()).toEqual(['1 linked R-SHIRT-S', '2 linked R-SHIRT-M', '3 excluded gift-card']);
  });

  it('is a variant without a SKU, named until it has one', async () => {
    variantOf(2).sku = null;
    await go();
    expect(await problems()).toEqual(['sku-missing 3']);
    Object.assign(variantOf(2), { sku: 'MUG', updatedAt: later() });
    product(2).updatedAt = later();
    await import1(2);
    expect(await problems()).toEqual([]);
    expect(await links()).toContain('3 linked R-MUG');
  });

  it('is a SKU that two variants carry: neither goes, and both go when they differ again', async () => {
    variantOf(2).sku = 'SHIRT-M';
    await go();
    expect(await problems()).toEqual(['sku-duplicate 2', 'sku-duplicate 3']);
    expect([...port.records.keys()]).toEqual(['R-SHIRT-S']);
    Object.assign(variantOf(2), { sku: 'MUG', updatedAt: later() });
    product(2).updatedAt = later();
    await go();
    expect(await problems()).toEqual([]);
    expect(port.records.size).toBe(3);
  });

  it('is an archived variant whose SKU lives on in another', async () => {
    Object.assign(product(2), { status: 'ARCHIVED' });
    variantOf(2).sku = 'SHIRT-M';
    await go();
    expect(await links()).toEqual(['1 linked R-SHIRT-S', '2 linked R-SHIRT-M', '3 excluded archived-twin']);
  });
});

describe('a record that is refused', () => {
  it('becomes a problem with the back office’s words and stops nobody else', async () => {
    port.refused.set('SHIRT-S', 'SKU is too long');
    const id = await go();
    expect(await links()).toEqual(['1 problem product-refused', '2 linked R-SHIRT-M', '3 linked R-MUG']);
    expect(await problems()).toEqual(['product-refused 1']);
    expect((await runOf(id)).state).toBe('finished_partially');
  });

  it('isn’t sent again and again, but on a retry, and then the problem closes', async () => {
    port.refused.set('SHIRT-S', 'SKU is too long');
    await go();
    port.batches = [];
    await go();
    expect(port.batches).toEqual([]);
    port.refused.clear();
    await go('retry');
    expect(port.batches).toEqual([['SHIRT-S']]);
    expect(await problems()).toEqual([]);
  });
});

it('asks again when an answer got lost, without a second record', async () => {
  port.loseAnswers = 1;
  await go();
  expect(port.records.size).toBe(3);
  expect(await links()).toHaveLength(3);
});

it('links by the SKU alone where the back office takes no products', async () => {
  delete shop.live.connector.products;
  await go();
  expect(await links()).toEqual(['1 linked', '2 linked', '3 linked']);
});

it('reads and sends chosen products only', async () => {
  await go();
  port.batches = [];
  await go('chosen', productGid(1));
  expect(port.batches).toEqual([]);
  Object.assign(product(1), { title: 'Longshirt', updatedAt: later() });
  Object.assign(product(2), { title: 'Big mug', updatedAt: later() });
  await go('chosen', productGid(1));
  expect(port.batches.flat().sort()).toEqual(['SHIRT-M', 'SHIRT-S']);
});

describe('a product webhook', () => {
  it('brings a new product to the back office', async () => {
    await go();
    catalogue.products.push({ id: productGid(3), title: 'Hat', variants: [{ id: variantGid(4), sku: 'HAT' }] });
    await import1(3);
    expect(port.records.get('R-HAT')).toMatchObject({ title: 'Hat' });
  });

  it('never lets older news overwrite newer', async () => {
    Object.assign(product(2), { title: 'New', updatedAt: later() });
    await go();
    Object.assign(product(2), { title: 'Old', updatedAt: '2026-11-01T00:00:00Z' });
    variantOf(2).updatedAt = '2026-11-01T00:00:00Z';
    await import1(2);
    expect((await variants()).find((row) => row.sku === 'MUG')?.productTitle).toBe('New');
  });

  it('marks a deleted product and one variant that was taken out', async () => {
    await go();
    product(1).variants.pop();
    await import1(1);
    catalogue.products = catalogue.products.filter((one) => one.id !== productGid(2));
    await import1(2);
    expect((await variants()).map((row) => row.deletedAt !== null)).toEqual([false, true, true]);
  });

  it('brings a deleted product back when Shopify shows it again', async () => {
    await go();
    const mug = product(2);
    catalogue.products = catalogue.products.filter((one) => one !== mug);
    await import1(2);
    catalogue.products.push(mug);
    await import1(2);
    expect((await variants()).every((row) => row.deletedAt === null)).toBe(true);
  });
});

describe('what of a product changes its stock', () => {
  beforeEach(async () => {
    await shop.link('gid://shopify/Location/1', 'F1');
    await go();
    await inShop(shop.shopId, (tx) => tx.notedLevel.deleteMany());
  });
  const noted = async () => {
    const rows = await inShop(shop.shopId, (tx) =>
      tx.notedLevel.findMany({ where: { shopId: shop.shopId }, orderBy: { inventoryItemId: 'asc' } }),
    );
    await inShop(shop.shopId, (tx) => tx.notedLevel.deleteMany());
    return rows.map(({ inventoryItemId }) => Number(inventoryItemId.split('/').at(-1)));
  };

  it.each<[string, () => void]>([
    ['whether it sells on at none', () => Object.assign(variantOf(2), { sellsOn: true })],
    ['whether it is shipped', () => Object.assign(variantOf(2), { requiresShipping: false })],
    ['its product’s type', () => Object.assign(product(2), { productType: 'Voucher' })],
    ['that it was archived', () => Object.assign(product(2), { status: 'ARCHIVED' })],
    ['that it is a gift card', () => Object.assign(product(2), { isGiftCard: true })],
  ])('%s is noted for the next stock run', async (_, change) => {
    change();
    Object.assign(product(2), { updatedAt: later() });
    variantOf(2).updatedAt = later();
    await import1(2);
    expect(await noted()).toEqual([3]);
  });

  it('is nothing of its title', async () => {
    Object.assign(product(2), { title: 'Cup', updatedAt: later() });
    await import1(2);
    expect(await noted()).toEqual([]);
  });

  it('is the code that another one has, too, when it gets it, loses it or is deleted', async () => {
    Object.assign(variantOf(2), { sku: 'shirt-s', updatedAt: later() });
    await import1(2);
    expect(await noted()).toEqual([1, 3]);
    Object.assign(variantOf(2), { sku: 'CUP', updatedAt: new Date(Date.now() + 2_000).toISOString() });
    await import1(2);
    expect(await noted()).toEqual([1, 3]);
    Object.assign(variantOf(1), { sku: 'CUP', updatedAt: later() });
    await import1(1);
    await noted();
    catalogue.products = catalogue.products.filter(({ id }) => id !== productGid(2));
    await import1(2);
    expect(await noted()).toEqual([1]);
  });

  it('is noted also where the news was lost and a run finds it', async () => {
    Object.assign(product(2), { updatedAt: later() });
    Object.assign(variantOf(2), { sku: 'CUP', updatedAt: later() });
    await go();
    expect(await noted()).toEqual([3]);
  });

  it('is compared as a whole after the whole catalogue was read', async () => {
    const where = { shopId: shop.shopId, kind: 'inventory' };
    await inShop(shop.shopId, (tx) => tx.sync.updateMany({ where, data: { cursor: { any: 1 } } }));
    await go();
    expect((await inShop(shop.shopId, (tx) => tx.sync.findFirst({ where })))?.cursor).toEqual({ any: 1 });
    await go('full');
    expect((await inShop(shop.shopId, (tx) => tx.sync.findFirst({ where })))?.cursor).toBeNull();
  });
});
