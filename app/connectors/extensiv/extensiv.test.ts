import { Hono } from 'hono';
import { afterAll } from 'vitest';
import { openCallLog } from '../../../sandbox/kit/call-log.ts';
import { openClock } from '../../../sandbox/kit/clock.ts';
import { openFaults } from '../../../sandbox/kit/faults.ts';
import { serve } from '../../../sandbox/kit/http.ts';
import { openState } from '../../../sandbox/kit/state.ts';
import { setLogLevel } from '../../core/logger.ts';
import { describeConnector, type BatteryRig } from '../contract/battery.ts';
import { extensiv } from './index.ts';
import { describeConnectingQuirks } from './quirks/connecting.ts';
import { describeGoodsQuirks } from './quirks/goods.ts';
import { describeOrderQuirks } from './quirks/orders.ts';
import { accountIn, connectorIn, ordersIn, warehouseId, type World } from './quirks/world.ts';
import { shipmentsPort } from './shipments.ts';
import { createStandIn } from './stand-in/index.ts';
import { stockPort } from './stock.ts';

setLogLevel('silent');
const pageSize = 4;

/** A stand-in of its own with the three products A, B and C in stock. */
async function openWorld(port: number): Promise<World> {
  const clock = openClock(':memory:');
  const calls = openCallLog(openState(':memory:'), clock);
  const faults = openFaults({ clock, killCaller: () => undefined });
  const publicUrl = `http://127.0.0.1:${port}`;
  const standIn = createStandIn({ state: openState(':memory:'), clock, calls, faults, publicUrl });
  const server = await serve(standIn.app, { port });
  await standIn.start();
  const act: World['act'] = async (path, body) => {
    const init =
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await standIn.control.request(path, init);
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const { baseUrl, ...credentials } = (await act('/settings')) as World['credentials'] & { baseUrl: string };
  const world: World = {
    baseUrl,
    credentials,
    act,
    fault: (rule) => void faults.add({ target: 'extensiv', times: 1, ...rule }),
    calls: () => calls.list({ target: 'extensiv' }).map(({ operation = '', path, status }) => ({ operation, path, status })),
    advance: (ms) => clock.advance(ms),
    async settle() {
      clock.advance(10_000);
      await act('/run', {});
      clock.advance(2_000);
    },
    now: () => clock.now(),
    async close() {
      await standIn.stop();
      await server.close();
    },
  };
  await act('/limits', { bucket: 1_000_000 });
  await act('/products', { products: ['A', 'B', 'C'].map((sku) => ({ sku, name: `Product ${sku}` })) });
  for (const sku of ['A', 'B', 'C']) await act('/stock', { sku, facility: 'Main Warehouse', available: 500 });
  await world.settle();
  return world;
}

async function open(): Promise<BatteryRig> {
  const world = await openWorld(3185);
  const account = accountIn(world);
  const facilityId = await warehouseId(world, 'Main Warehouse');
  const stranger = await serve(
    new Hono().all('*', (c) => c.html('<h1>Welcome</h1>')),
    { port: 3187 },
  );
  const wrong = (what: string, failsAt: string, given: Parameters<typeof connectorIn>[1]) => ({
    what,
    failsAt,
    connector: connectorIn(world, given),
  });
  const { merchantApiUser, merchantApiKey } = world.credentials;
  /** An order leaves only from the WMS, so it is brought there first. */
  const atWms = async () => {
    world.advance(6_000);
    await world.act('/run', {});
  };
  return {
    connector: {
      ...extensiv.connect(account.context),
      shipments: shipmentsPort(account, pageSize),
      stock: stockPort(account, pageSize),
    },
    facilityId,
    skus: ['A', 'B', 'C'],
    unknownSku: 'accepted',
    pageSize: { shipments: pageSize },
    wrong: [
      wrong('an address where nobody listens', 'reachable', { baseUrl: 'http://127.0.0.1:3189/v1' }),
      wrong('an address where something else answers', 'reachable', { baseUrl: stranger.url }),
      wrong('a wrong key', 'cartKeys', { apiKey: 'wrong' }),
      wrong('keys of the merchant instead of the cart', 'cartKeys', { apiUser: merchantApiUser, apiKey: merchantApiKey }),
      wrong('a wrong key of the merchant', 'inventory', { merchantApiKey: 'wrong' }),
      wrong('an alias type that no product has', 'warehouses', { aliasType: 'NOBODY' }),
    ],
    faults: {
      loseAnswerOfNextCreate: () =>
        Promise.resolve(world.fault({ match: 'POST /cart/orders/cartrover', kind: 'timeout-after-commit', ms: 4000 })),
      rateLimitNextCall: (seconds) =>
        Promise.resolve(world.fault({ match: '/', kind: 'status', status: 429, ms: seconds * 1000 })),
    },
    side: {
      countOrders: async (reference) => (await ordersIn(world, reference)).length,
      async ship(reference, lines, tracking) {
        await atWms();
        await world.act('/ship', { reference, ...(lines ? { lines } : {}), tracking, carrier: 'DHL' });
      },
      setStock: async (_facility, sku, available) =>
        void (await world.act('/stock', { sku, facility: 'Main Warehouse', available })),
      async passCancelling(reference) {
        await atWms();
        await world.act('/ship', { reference });
      },
      settle: () => world.settle(),
    },
    async close() {
      await stranger.close();
      await world.close();
    },
  };
}

describeConnector({ name: 'Extensiv Integration Manager', definition: extensiv, open });

const world = await openWorld(3186);
afterAll(() => world.close());
describeOrderQuirks(world);
describeGoodsQuirks(world);
describeConnectingQuirks(world);
