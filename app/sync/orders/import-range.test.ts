import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import type { OrdersPort, SalesOrder } from '../../connectors/contract/index.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';

const database = await openTestDatabase();
let handle: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 503 });
const server = serve({ fetch: (request) => handle(request), port: 0, hostname: '127.0.0.1' });
await new Promise<void>((resolve) => server.once('listening', resolve));
const address = server.address();
const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
process.env['SANDBOX_URL'] = url;
const { inShop } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { openRun } = await import('../runs/runs.ts');
const { pauseRun, resumeRun } = await import('../runs/plan-states.ts');
const { testShop } = await import('../inventory/shop.fixture.ts');
const { importRange } = await import('./import-range.ts');
const { countRange } = await import('./order-range.ts');
const { runCsv } = await import('../runs/run-csv.ts');
const { supportText } = await import('../runs/support-text.ts');

const standIn = openTestShop({ publicUrl: url, shop: { catalogue: 'demo', country: 'DE' } });
handle = (request) => standIn.root.fetch(request);
const shop = await testShop();
const { shopId, live } = shop;
const created: string[] = [];
/** Called with each order before it is taken. */
let onCreate: (order: SalesOrder) => Promise<void> = () => Promise.resolve();
let admin: ShopifyAdmin;
const operations: string[] = [];
const range = { from: '2026-01-01T00:00:00.000Z', to: null };
const placed = 34;
const pagedUpTo = 20;

beforeAll(async () => {
  const location = standIn.state.get<{ id: number; name: string }>(
    "SELECT id, name FROM locations WHERE name = 'Main Warehouse'",
  );
  await shop.link(`gid://shopify/Location/${location?.id}`, 'F1');
  await inShop(shopId, (tx) =>
    tx.sync.create({
      data: {
        ...{ shopId, connectionId: live.id, kind: 'orders', enabled: true, enabledAt: new Date() },
        settings: { earliestOrderDate: '2026-01-01', unmappedShipping: 'send' },
      },
    }),
  );
  const orders: OrdersPort = {
    preview: () => Promise.resolve([]),
    async create(order) {
      await onCreate(order);
      created.push(order.reference);
      return {
        ...{ remoteId: `r ${order.reference}`, remoteNumber: null, reference: order.reference, state: 'open', lines: [] },
        ...{ total: null, facilityId: null, url: null },
      };
    },
    find: () => Promise.resolve(null),
  };
  live.connector.orders = orders;
  const run = async (document: unknown, variables: unknown) => {
    operations.push(/(?:query|mutation) (\w+)/.exec(String(document))?.[1] ?? '');
    const answer = await standIn.graphql(String(document), variables as Record<string, unknown>);
    await standIn.standIn.settle();
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  };
  admin = {
    shop: { id: shopId, domain: standIn.shop.domain },
    run: run as ShopifyAdmin['run'],
    runNotingDenied: (async (document: unknown, variables: unknown) => ({
      data: await run(document, variables),
      denied: [],
    })) as ShopifyAdmin['runNotingDenied'],
  };
  for (const location of ['Main Warehouse']) {
    await standIn.control('/shopify/levels', { sku: 'KI07-01', location, available: 1000 });
    await standIn.control('/shopify/orders', { count: placed, lines: [{ sku: 'KI07-01', quantity: 1 }] });
  }
  await standIn.control('/shopify/orders/1001/cancel', {});
  await standIn.standIn.settle();
}, 120_000);
afterAll(async () => {
  server.close();
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

const newRun = (task: string) =>
  inShop(shopId, (tx) => openRun(tx, shopId, { connectionId: live.id, sync: 'orders', door: 'button', task }));
const runRow = (id: string) => inShop(shopId, (tx) => tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id } } }));

describe.sequential('a long range of orders', () => {
  it('is counted beforehand, and what Shopify hides is named', async () => {
    expect(await countRange(admin, range, [])).toMatchObject({ count: placed, cutOff: expect.any(String) as string });
    expect(await countRange(admin, range, ['read_all_orders'])).toEqual({ count: placed, cutOff: null });
  });

  it(
    'is listed by one bulk operation and read by another, paused, and gone on with; no order goes twice',
    { timeout: 180_000 },
    async () => {
      const runId = await newRun('import');
      const given = { live, runId, connections: [live], range, pagedUpTo, preview: false, admin };
      onCreate = async () => {
        if (created.length === 12) await inShop(shopId, (tx) => pauseRun(tx, shopId, runId));
      };
      await importRange(given);
      const half = created.length;
      expect(half).toBeGreaterThanOrEqual(12);
      expect(half).toBeLessThan(30);
      expect(await runRow(runId)).toMatchObject({ state: 'paused', counts: { total: placed } });
      expect(await inShop(shopId, (tx) => resumeRun(tx, shopId, runId))).toBe(true);
      await importRange(given);
      expect(new Set(created).size).toBe(created.length);
      // One was cancelled before: it is known as such without having been read.
      expect(created).toHaveLength(placed - 1);
      expect(operations.filter((name) => name === 'BulkRunQuery')).toHaveLength(2);
      // What was left after the pause is few enough to be read one by one.
      expect(operations.filter((name) => name === 'OrderRead')).toHaveLength(placed - 1 - half);
      expect(await inShop(shopId, (tx) => tx.order.count({ where: { shopId, verdict: 'cancel' } }))).toBe(1);
      // A worker that was killed starts the run again: nothing is left to do.
      await importRange(given);
      expect(created).toHaveLength(placed - 1);
      const open = await inShop(shopId, (tx) => tx.planItem.count({ where: { shopId, runId, outcome: null } }));
      expect(open).toBe(0);
      const words = {
        headings: ['record', 'outcome'],
        cells: (line: { label: string; outcome: string | null }) => [line.label, line.outcome ?? ''],
      };
      let file = '';
      for await (const piece of runCsv(shopId, runId, words)) file += piece;
      expect(file.split('\r\n')).toHaveLength(placed + 2);
      expect(file).toContain('"#1002","done"');
      expect(file).toContain('"#1001","skipped"');
      expect(await supportText(shopId, runId)).toContain(`run ${runId}`);
    },
  );

  it('is only listed by a preview, which sends nothing', { timeout: 60_000 }, async () => {
    const runId = await newRun('import-preview');
    const before = created.length;
    await importRange({ live, runId, connections: [live], range, pagedUpTo, preview: true, admin });
    expect(await runRow(runId)).toMatchObject({
      state: 'planned',
      reason: { code: 'plan-not-judged', params: { count: placed } },
    });
    expect(created).toHaveLength(before);
  });

  it('may be a few orders by number, whose outcome a preview tells', async () => {
    const runId = await newRun('import-preview');
    await importRange({ live, runId, connections: [live], range: { names: ['#1005', '1006'] }, preview: true, admin });
    const lines = await inShop(shopId, (tx) => tx.planItem.findMany({ where: { shopId, runId }, orderBy: { label: 'asc' } }));
    expect(lines.map(({ label, action }) => [label, action])).toEqual([
      ['#1005', 'update'],
      ['#1006', 'update'],
    ]);
  });
});
