import { Hono } from 'hono';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serve, type RunningServer } from '../../../../sandbox/kit/http.ts';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

const PORT = 3190;
let rig: Rig;
let server: RunningServer;
let heard: { url: string; headers: Headers; body: Json }[];
let answer = 200;
let mug: number;

beforeEach(async () => {
  rig = await openRig();
  heard = [];
  answer = 200;
  const app = new Hono();
  app.post('*', async (c) => {
    heard.push({ url: c.req.url, headers: c.req.raw.headers, body: await c.req.json() });
    return c.text('ok', answer as 200);
  });
  server = await serve(app, { port: PORT });
  await rig.standIn().start();
  mug = await rig.product('MUG');
});
afterEach(async () => {
  await rig.standIn().stop();
  await server.close();
});

const hook = (more: Record<string, unknown> = {}) => ({
  url: `http://127.0.0.1:${PORT}/hook?secret=s3cret`,
  method: 'POST',
  allowed_types: ['sales_order_finished', 'stock_correction_finished'],
  enabled: true,
  warehouse_id: rig.warehouse(),
  ...more,
});
/** Lets the lateness pass and waits until PULPO has written down `count` deliveries. */
async function until(count: number): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 20) {
    if ((await rig.api('GET', '/webhook/logs')).body.total_results >= count) return;
    rig.clock.advance(1_000);
    await new Promise((done) => setTimeout(done, 20));
  }
}
const setStock = (available: number, facility = 'Main Warehouse') =>
  rig.control('POST', '/stock', { sku: 'MUG', facility, available });

test('an event of its warehouse and types arrives with the envelope, the secret and the whole entity', async () => {
  const made = await rig.api('POST', '/webhook/', hook());
  expect([made.status, made.body.webhooks]).toEqual([
    201,
    [expect.objectContaining({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), enabled: true })],
  ]);
  await setStock(9, 'East Warehouse');
  await rig.api('POST', '/sales/orders', rig.order('#1001', await rig.customer(), [[mug, 2]]));
  await rig.control('POST', '/ship', { reference: '#1001', tracking: 'T1' });
  await until(1);
  expect(heard).toHaveLength(1);
  expect(new URL(heard[0]?.url ?? '').searchParams.get('secret')).toBe('s3cret');
  expect(heard[0]?.body).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    type: 'sales_order_finished',
    status: 'triggered',
    warehouse_id: rig.warehouse(),
    warehouse_name: 'Main Warehouse',
    data: { order_num: '#1001', state: 'ended', items: [{ product: { sku: 'MUG' } }] },
  });
  const logs = (await rig.api('GET', '/webhook/logs?event_type=sales_order_finished&code=200')).body;
  expect(logs).toMatchObject({ total_results: 1, event_logs: [{ code: 200, response: 'ok', event: { status: 'finished' } }] });
  expect(rig.calls.list({ target: 'webhooks' })).toMatchObject([{ operation: 'pulpo:sales_order_finished', status: 200 }]);
});

test('is tried again when it is not taken, given up in the end, and sent once more on demand', async () => {
  await rig.api('POST', '/webhook/', hook());
  answer = 500;
  await setStock(5);
  for (const [count, wait] of [60_000, 300_000, 1_800_000, 0].entries()) {
    await until(count + 1);
    rig.clock.advance(wait);
  }
  expect(heard).toHaveLength(4);
  expect((await rig.api('GET', '/webhook/logs?event_status=failed&code=500')).body.total_results).toBe(4);
  answer = 200;
  expect((await rig.api('POST', '/webhook/retry')).body).toEqual({ retried: 1 });
  await until(5);
  expect(new Set(heard.map(({ body }) => body.id)).size).toBe(1);
  expect((await rig.api('GET', '/webhook/logs?code=200')).body.event_logs).toMatchObject([{ event: { status: 'finished' } }]);
});

test('comes twice or not at all when a fault says so', async () => {
  await rig.api('POST', '/webhook/', hook());
  rig.faults.add({ target: 'webhooks', match: 'pulpo:stock_correction_finished', kind: 'drop', times: 1 });
  rig.faults.add({ target: 'webhooks', match: 'pulpo:stock_correction_finished', kind: 'duplicate', times: 1 });
  await setStock(5);
  await setStock(6);
  await until(2);
  expect(heard.map(({ body }) => body.data.items[0].quantity)).toEqual([1, 1]);
  expect(heard[0]?.body.id).toBe(heard[1]?.body.id);
});

test('carries its client’s credentials, and is silent when switched off or deleted', async () => {
  const client = await rig.api('POST', '/webhook/clients', {
    name: 'app',
    type: 'token',
    credentials: [{ label: 'x-key', value: 'abc', location: 'header', type: 'text' }],
  });
  const { id } = (await rig.api('POST', '/webhook/', hook({ client_id: client.body.webhook_clients[0].id }))).body.webhooks[0];
  await setStock(5);
  await until(1);
  expect(heard[0]?.headers.get('x-key')).toBe('abc');
  expect((await rig.api('PUT', `/webhook/${id}`, { enabled: false })).body.enabled).toBe(false);
  await setStock(6);
  expect((await rig.api('DELETE', `/webhook/${id}`)).status).toBe(200);
  expect((await rig.api('GET', '/webhook/')).body.total_results).toBe(0);
  expect((await rig.api('GET', `/webhook/${id}`)).status).toBe(404);
  expect(heard).toHaveLength(1);
});

test('is refused for an unknown type, warehouse or address, and for a warehouse that isn’t one’s own', async () => {
  const refusal = async (more: Record<string, unknown>) => {
    const { status, body, fact } = await rig.api('POST', '/webhook/', hook(more));
    expect(fact).not.toBe('');
    return [status, body.errors];
  };
  expect(await refusal({ allowed_types: ['sales_order_finished', 'order_shipped'] })).toEqual([
    400,
    [{ allowed_types: 'is invalid: order_shipped' }],
  ]);
  expect(await refusal({ warehouse_id: 5 })).toEqual([400, [{ warehouse_id: 'does not exist' }]]);
  expect(await refusal({ url: 'app.example/hook' })).toEqual([400, [{ url: 'is invalid' }]]);
  expect(await refusal({ warehouse_id: rig.warehouse('Old Depot') })).toEqual([
    403,
    [{ warehouse_id: expect.stringContaining('not assigned') }],
  ]);
});
