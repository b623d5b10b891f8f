import { createServer } from 'node:net';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const database = await openTestDatabase();
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
process.env['SANDBOX_URL'] = url;
const { inShop } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { openRun } = await import('../runs/runs.ts');
const { fakeProductsPort } = await import('../products/catalogue.fixture.ts');
const { runProductsSync } = await import('../products/run-products-sync.ts');
const { runInventorySync } = await import('./run-inventory-sync.ts');
const { listLevels } = await import('./read-inventory.ts');
const { testShop } = await import('./shop.fixture.ts');

/** One stand-in is what these tests speak to; each mode of refusing a stale batch is tried on it. */
let standIn: ReturnType<typeof openTestShop>;
let server: ReturnType<typeof serve>;
let shop: Awaited<ReturnType<typeof testShop>>;
let admin: ShopifyAdmin;
/** Runs before a call of this operation reaches the stand-in, once. */
let before: { operation: string; act: () => Promise<unknown> } | null = null;

const operationOf = (document: string) => /(?:query|mutation) (\w+)/.exec(document)?.[1] ?? '';
const countsOf = async (id: string) => (await inShop(shop.shopId, (tx) => tx.run.findFirstOrThrow({ where: { id } }))).counts;
const locationOf = (name: string) =>
  `gid://shopify/Location/${standIn.state.get<{ id: number }>('SELECT id FROM locations WHERE name = ?', name)?.id ?? 0}`;

async function open(staleBatch: 'whole' | 'part', generate?: { products: number; variantsPerProduct: number }): Promise<void> {
  standIn = openTestShop({ publicUrl: url, staleBatch, shop: { catalogue: generate ? 'none' : 'demo', country: 'DE' } });
  if (generate) await standIn.control('/shopify/catalog', { generate });
  server = serve({ fetch: standIn.root.fetch, port, hostname: '127.0.0.1' });
  shop = await testShop();
  await inShop(shop.shopId, (tx) => tx.bulkOperation.deleteMany({}));
  const { domain } = standIn.shop;
  const run = async (document: unknown, variables: unknown): Promise<unknown> => {
    const text = String(document);
    if (before?.operation === operationOf(text)) {
      const { act } = before;
      before = null;
      await act();
    }
    const answer = await standIn.graphql(text, variables as Record<string, unknown>);
    await standIn.standIn.settle();
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  };
  admin = {
    shop: { id: shop.shopId, domain },
    run: run as ShopifyAdmin['run'],
    runNotingDenied: () => Promise.reject(new Error('unused')),
  };
  shop.live.connector.products = fakeProductsPort(100);
  const { shopId, live } = shop;
  const id = await inShop(shopId, (tx) =>
    openRun(tx, shopId, { connectionId: live.id, sync: 'products', door: 'button', task: 'full' }),
  );
  await runProductsSync(live, { id, task: 'full' }, admin);
}

async function say(available: number): Promise<void> {
  const variants = await inShop(shop.shopId, (tx) => tx.variant.findMany({ select: { sku: true } }));
  for (const { sku } of variants) if (sku) shop.office.stock.set(`F1 ${sku}`, available);
}

async function publish(): Promise<string> {
  const run = await shop.run();
  await runInventorySync(shop.live, run, admin);
  return run.id;
}

const close = () => new Promise<void>((resolve) => server.close(() => resolve()));

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

describe.each(['whole', 'part'] as const)('a shop whose stale batches fail in %s', (staleBatch) => {
  beforeAll(async () => {
    await open(staleBatch);
    await shop.link(locationOf('Main Warehouse'), 'F1');
  });
  afterAll(close);

  it('shows what the back office has for every SKU that stands for one variant', async () => {
    await say(17);
    const id = await publish();
    expect(await countsOf(id)).toMatchObject({ held: 0, failed: 0 });
    const wrong = standIn.state.all<{ sku: string | null }>(
      `SELECT v.sku FROM levels l JOIN variants v ON v.item_id = l.item_id JOIN locations p ON p.id = l.location_id
       WHERE p.name = 'Main Warehouse' AND v.tracked = 1 AND v.requires_components = 0 AND (l.available <> 17 OR l.active = 0)`,
    );
    const causes = await inShop(shop.shopId, (tx) =>
      tx.problem.groupBy({ by: ['cause'], where: { sync: 'products' }, _count: true }),
    );
    expect(wrong).toHaveLength(causes.reduce((sum, cause) => sum + cause._count, 0));
    expect(causes.map((cause) => cause.cause).sort()).toEqual(['sku-duplicate', 'sku-missing']);
  });

  it('loses no sale that falls between reading and writing', async () => {
    const sku = 'TS01-01-BLA-S';
    await say(20);
    before = { operation: 'InventorySet', act: () => standIn.order({ lines: [{ sku, quantity: 2 }] }) };
    const id = await publish();
    expect(await countsOf(id)).toMatchObject({ held: 0, failed: 0 });
    expect(standIn.level(sku, 'Main Warehouse')).toMatchObject({ available: 18, committed: 2 });
    const { rows } = await listLevels(shop.shopId, { connectionId: shop.live.id, text: sku });
    expect(rows[0]).toMatchObject({ remoteAvailable: 20, available: 18, inFlight: 2, target: 18, state: 'published' });
  });
});

describe('a location where nothing is stocked yet', () => {
  beforeAll(async () => {
    await open('whole', { products: 110, variantsPerProduct: 2 });
    standIn.state.run(
      "UPDATE levels SET active = 0, available = 0 WHERE location_id = (SELECT id FROM locations WHERE name = 'East Warehouse')",
    );
    await shop.link(locationOf('East Warehouse'), 'F1');
  });
  afterAll(close);

  it('has all its levels switched on by one bulk mutation and then filled', async () => {
    await say(5);
    const calls: string[] = [];
    const { run } = admin;
    admin = {
      ...admin,
      run: ((document: never, variables: never, options: never) => (
        calls.push(operationOf(String(document))),
        run(document, variables, options)
      )) as ShopifyAdmin['run'],
    };
    const id = await publish();
    expect(await countsOf(id)).toMatchObject({ done: 220, held: 0, failed: 0 });
    expect(calls.filter((call) => call === 'BulkRunMutation')).toHaveLength(1);
    expect(calls).not.toContain('InventoryToggle');
    const shown = standIn.state.get<{ n: number }>(
      `SELECT count(*) AS n FROM levels l JOIN locations p ON p.id = l.location_id WHERE p.name = 'East Warehouse' AND l.active = 1 AND l.available = 5`,
    );
    expect(shown?.n).toBe(220);
  }, 60_000);
});
