import { createHmac } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbeddedDatabase } from '../../database/embedded.ts';
import { scratchFolder } from '../../database/scratch-folder.ts';
import { eventually } from '../../sandbox/control-client.ts';
import { startSandbox, type Sandbox } from '../../sandbox/start.ts';
import { openFlowShop, type InApp, type InStockroom } from './flow-shop.ts';
import { goods } from './order-kind.ts';

const PORT = 3520;
const ORDERS = 24;
const folder = scratchFolder('crossdock-many');
let database: Awaited<ReturnType<typeof openEmbeddedDatabase>>;
let sandbox: Sandbox | undefined;
const before = process.env['DATABASE_URL'];

beforeAll(async () => {
  // A server that none of the processes has started: they get its address and nothing else, as from a provider.
  database = await openEmbeddedDatabase({ folder: path.join(folder, 'server') });
  process.env['DATABASE_URL'] = database.url;
  sandbox = await startSandbox({ data: path.join(folder, 'sandbox'), port: PORT, webs: 2, workers: 2, onNote: () => undefined });
}, 300_000);
afterAll(async () => {
  await sandbox?.stop();
  if (before === undefined) delete process.env['DATABASE_URL'];
  else process.env['DATABASE_URL'] = before;
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(
  'two web and two worker processes on one external PostgreSQL: each order arrives once, whichever of them hears of it, and one worker killed is the other’s work',
  { timeout: 300_000 },
  async () => {
    const shop = await openFlowShop(PORT, 'many', { syncs: ['products', 'orders'] });
    const webs = [PORT - 100, PORT - 99].map((port) => `http://127.0.0.1:${port}`);
    for (const web of webs) expect((await fetch(`${web}/readyz`)).status).toBe(200);
    const { pids } = await shop.control.get<{ pids: { web: number[]; workers: number[] } }>('/health');
    expect([pids.web.length, pids.workers.length]).toEqual([2, 2]);

    await shop.control.post(shop.at('/shopify/levels'), { sku: goods.blanket, location: 'Main Warehouse', available: 500 });
    const body = { count: ORDERS, lines: [{ sku: goods.blanket, quantity: 1 }] };
    const placing = shop.control.post<{ orders: { id: string; name: string }[] }>(shop.at('/shopify/orders'), body);
    await shop.control.post('/kill', { process: 'worker', index: 0 });
    const { orders } = await placing;

    // The same delivery comes to both webs at once, several times: it is one piece of news.
    const news = JSON.stringify({ id: Number(orders[0]?.id.split('/').at(-1)), updated_at: new Date().toISOString() });
    const headers = {
      'content-type': 'application/json',
      'x-shopify-topic': 'orders/updated',
      'x-shopify-shop-domain': shop.domain,
      'x-shopify-webhook-id': 'twice-delivered',
      'x-shopify-hmac-sha256': createHmac('sha256', 'crossdock-sandbox-secret').update(news).digest('base64'),
    };
    const answers = await Promise.all(
      [0, 1, 0, 1].map((index) => fetch(`${webs[index]}/webhooks`, { method: 'POST', headers, body: news })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const stored = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM inbox_item WHERE key = 'webhook twice-delivered'`,
    );
    await client.end();
    expect(stored.rows[0]?.n).toBe(1);

    const references = async () =>
      (await shop.stockroom<{ orders: InStockroom[] }>('GET', '/orders?limit=200')).orders
        .map(({ reference }) => reference)
        .sort();
    const names = orders.map(({ name }) => name).sort();
    await eventually('all orders to arrive', async () => (await references()).length >= ORDERS, {
      withinMs: 180_000,
      everyMs: 1_000,
    });
    expect(await references()).toEqual(names);
    await eventually(
      'the app to say so',
      async () => {
        const page = await shop.merchant.read<{ records: { rows: InApp[] } }>('/app/orders', 'routes/app.orders._index');
        return page.records.rows.filter(({ state }) => state === 'sent').length === ORDERS;
      },
      { withinMs: 60_000, everyMs: 1_000 },
    );
    // The killed one is there again, as a process manager would have it.
    const after = await eventually('two workers', async () => {
      const now = await shop.control.get<{ pids: { workers: number[] } }>('/health');
      return now.pids.workers.length === 2 && now.pids.workers;
    });
    expect(after).not.toEqual(pids.workers);
  },
);
