import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../../tests/setup/database.ts';
import { openTestServer } from '../../../shopify/test-server.ts';

const database = await openTestDatabase();
const server = await openTestServer(0);
process.env['SANDBOX_URL'] = server.url;
const { inShop } = await import('../../../db/scope.ts');
const { prisma } = await import('../../../db/client.ts');
const { saveSyncSettings, switchSync } = await import('../../../connections/syncs.ts');
const { changeMappings } = await import('../../../mappings/change-mappings.ts');
const { listAudit } = await import('../../../people/audit.ts');
const { finishRun, openRun } = await import('../../runs/runs.ts');
const { testShop } = await import('../../inventory/shop.fixture.ts');
const { fakeCatalogue, fakeProductsPort, productGid, variantGid } = await import('../catalogue.fixture.ts');
const { runProductsSync } = await import('../run-products-sync.ts');
const { confirmReview } = await import('./confirm-review.ts');
const { readReview } = await import('./read-review.ts');
const { isOtherProduct, matchesAreFew, sampleOf } = await import('./review-report.ts');

afterAll(async () => {
  await prisma.$disconnect();
  await server.close();
  await database.close();
});

let shop: Awaited<ReturnType<typeof testShop>>;
let catalogue: ReturnType<typeof fakeCatalogue>;
let port: ReturnType<typeof fakeProductsPort>;
const ada = { userId: '1', userName: 'Ada' };

beforeEach(async () => {
  shop = await testShop();
  await inShop(shop.shopId, async (tx) => {
    await tx.bulkOperation.deleteMany({});
    await tx.connection.updateMany({ where: { shopId: shop.shopId }, data: { health: { ok: true } } });
    await tx.sync.updateMany({ where: { shopId: shop.shopId, kind: 'products' }, data: { enabled: false } });
  });
  catalogue = fakeCatalogue({ id: shop.shopId, domain: shop.live.shop.domain }, `${server.url}/_files/catalogue.jsonl`);
  port = fakeProductsPort();
  shop.live.connector.products = port;
  server.file = (request) => new Response(catalogue.result(request.url));
  const one = (n: number, title: string, sku: string | null, productType = 'Shirts') => ({
    ...{ id: productGid(n), title, productType },
    variants: [{ id: variantGid(n), sku }],
  });
  catalogue.products = [
    one(1, 'Red shirt', 'RED'),
    one(2, 'Blue shirt', 'BLUE'),
    one(3, 'Green shirt', ' GREEN'),
    one(4, 'Grey shirt', 'GREY'),
    one(5, 'Gray shirt', 'grey'),
    one(6, 'Twin one', 'TWIN'),
    one(7, 'Twin two', 'TWIN'),
    one(8, 'Nameless', null),
    one(9, 'Insurance', 'INS', 'Insurance service'),
    { ...one(10, 'Voucher', 'GIFT', 'Gift Cards'), isGiftCard: true },
  ];
  const there = (sku: string, title: string) => port.records.set(`R-${sku}`, { sku, title } as never);
  there('RED', 'Shirt, red');
  there('BLUE', 'Lawn mower');
});

async function look(): Promise<void> {
  const id = await inShop(shop.shopId, (tx) =>
    openRun(tx, shop.shopId, { connectionId: shop.live.id, sync: 'products', door: 'button', task: 'review' }),
  );
  await runProductsSync(shop.live, { id, task: 'review' }, catalogue.admin);
  await inShop(shop.shopId, (tx) => finishRun(tx, shop.shopId, id));
}
const review = () => readReview(shop.shopId, shop.live.id);
const confirm = () => inShop(shop.shopId, (tx) => confirmReview(tx, shop.shopId, ada, shop.live.id));
const answer = (answers: Record<string, string>) =>
  inShop(shop.shopId, (tx) =>
    changeMappings(tx, shop.shopId, ada, {
      ...{ connectionId: shop.live.id, kind: 'product-type' },
      save: Object.entries(answers).map(([source, goods]) => ({ source, target: { class: goods } })),
    }),
  );
const everyType = { Shirts: 'physical', 'Insurance service': 'service', 'Gift Cards': 'gift-card' };

describe('a look at both sides', () => {
  it('counts them, names what is wrong with codes, and writes nothing', async () => {
    await look();
    const { report } = await review();
    expect(report).toMatchObject({
      shopify: { products: 10, variants: 10, going: 6, leftOut: { 'gift-card': 1 } },
      backOffice: { products: 2, looked: { asked: 8, found: 2, conflicts: 3 } },
    });
    const faults = Object.fromEntries(
      Object.entries(report?.faults ?? {}).map(([fault, { count, first }]) => [fault, [count, first.map(({ code }) => code)]]),
    );
    expect(faults).toEqual({
      missing: [1, ['']],
      duplicate: [2, ['TWIN', 'TWIN']],
      spaced: [1, [' GREEN']],
      case: [2, ['GREY', 'grey']],
    });
    expect(port.batches).toEqual([]);
    expect(catalogue.calls).not.toContain('MetafieldsSet');
  });

  it('shows what is matched, in conflict and not found, by the back office’s own names', async () => {
    await look();
    const sample = (await review()).report?.sample.map(({ code, outcome, there }) => [code, outcome, there]);
    expect(sample).toContainEqual(['RED', 'matched', 'Shirt, red']);
    expect(sample).toContainEqual(['BLUE', 'conflict', 'Lawn mower']);
    expect(sample).toContainEqual(['TWIN', 'conflict', null]);
    expect(sample).toContainEqual(['GREY', 'not-found', null]);
  });

  it('leaves out what a type says isn’t shipped', async () => {
    await look();
    await answer({ 'Insurance service': 'service' });
    await look();
    expect((await review()).report?.shopify).toMatchObject({ going: 5, leftOut: { 'gift-card': 1, 'type-not-shipped': 1 } });
  });

  it('says so where the back office can’t be asked', async () => {
    delete shop.live.connector.products;
    await look();
    expect((await review()).report).toMatchObject({ backOffice: { products: null, looked: null }, sample: [] });
  });
});

describe('the first switching on', () => {
  const turnOn = () => inShop(shop.shopId, (tx) => switchSync(tx, shop.shopId, ada, shop.live.id, 'products', true));

  it('waits for the yes and for an answer to every product type', async () => {
    expect(await turnOn()).toMatchObject({ ok: false, missing: [{ code: 'product-review-open' }] });
    await look();
    expect((await review()).types).toEqual([
      { type: 'Gift Cards', suggested: 'gift-card', variants: { count: 1, more: false } },
      { type: 'Insurance service', suggested: 'service', variants: { count: 1, more: false } },
      { type: 'Shirts', suggested: 'physical', variants: { count: 8, more: false } },
    ]);
    expect(await turnOn()).toMatchObject({ missing: [{ code: 'product-review-open' }, { code: 'product-types-open' }] });
    expect(await confirm()).toMatchObject({ ok: false, missing: [{ code: 'product-types-open', params: { count: 3 } }] });
    expect((await review()).confirmed).toBeNull();
    await answer(everyType);
    expect(await turnOn()).toMatchObject({ ok: false, missing: [{ code: 'product-review-open' }] });
    expect(await confirm()).toEqual({ ok: true });
    expect(await review()).toMatchObject({ enabled: true, confirmed: { by: 'Ada' }, types: [] });
    const { rows } = await inShop(shop.shopId, (tx) => listAudit(tx, shop.shopId, { action: 'product-review-confirmed' }));
    expect(rows).toMatchObject([{ userName: 'Ada', after: { variants: 6, found: 2 } }]);
  });

  it('is refused for a look under other settings, until somebody looks again', async () => {
    await look();
    await answer(everyType);
    const change = { identifier: 'barcode', identifierFallback: 'sku' };
    await inShop(shop.shopId, (tx) => saveSyncSettings(tx, shop.shopId, ada, shop.live.id, 'products', change));
    expect((await review()).outdated).toBe(true);
    await expect(confirm()).rejects.toMatchObject({ code: 'review-outdated' });
    await look();
    expect(await confirm()).toEqual({ ok: true });
  });

  it('counts the variants of a type up to a number that tells enough', async () => {
    await look();
    await inShop(shop.shopId, async (tx) => {
      const [one] = await tx.variant.findMany({ where: { shopId: shop.shopId, productType: 'Insurance service' } });
      const { skuKey: _sku, barcodeKey: _barcode, ...like } = one as NonNullable<typeof one> & Record<string, unknown>;
      const data = Array.from({ length: 1_001 }, (_, n) => ({ ...like, id: `more ${n}`, inventoryItemId: `more ${n}` }));
      await tx.variant.createMany({ data: data as never });
    });
    const { types } = await review();
    expect(types.find(({ type }) => type === 'Insurance service')?.variants).toEqual({ count: 1_000, more: true });
    await inShop(shop.shopId, (tx) => tx.variant.deleteMany({ where: { shopId: shop.shopId, id: { startsWith: 'more ' } } }));
  });

  it('asks nothing of a sync that was on before', async () => {
    await inShop(shop.shopId, (tx) =>
      tx.sync.updateMany({ where: { shopId: shop.shopId, kind: 'products' }, data: { enabledAt: new Date() } }),
    );
    expect(await turnOn()).toEqual({ ok: true });
  });
});

describe('what two names say', () => {
  it.each([
    ['RED', 'Red shirt', 'Shirt, red', false],
    ['RED', 'Red shirt', 'Lawn mower', true],
    ['RED', 'Red shirt', 'RED', false],
    ['RED', 'Red shirt', '', false],
    ['RED', 'Rotes Hemd', 'Hémd rot', false],
  ])('of %s: "%s" and "%s" are different products: %s', (code, ours, theirs, other) => {
    expect(isOtherProduct(code, ours, theirs)).toBe(other);
  });

  it('a sample shows a few of each outcome, what needs eyes first', () => {
    const rows = Array.from({ length: 30 }, (_, n) => ({
      ...{ variantId: `${n}`, title: '', code: `${n}`, there: null },
      outcome: (['matched', 'not-found', 'conflict'] as const)[n % 3] ?? 'matched',
    }));
    expect(sampleOf(rows).map(({ outcome }) => outcome)).toEqual([
      ...Array<string>(5).fill('conflict'),
      ...Array<string>(5).fill('not-found'),
      ...Array<string>(5).fill('matched'),
    ]);
  });

  it.each([
    [10, 6, true],
    [10, 7, false],
    [10, 0, false],
    [0, 0, false],
  ])('of %s codes %s found are few: %s', (asked, found, few) => {
    expect(matchesAreFew({ backOffice: { products: 1, looked: { asked, found, conflicts: 0 } } } as never)).toBe(few);
  });
});
