import { Hono } from 'hono';
import { afterAll } from 'vitest';
import { openCallLog } from '../../../sandbox/kit/call-log.ts';
import { openClock } from '../../../sandbox/kit/clock.ts';
import { openFaults } from '../../../sandbox/kit/faults.ts';
import { serve } from '../../../sandbox/kit/http.ts';
import { openState } from '../../../sandbox/kit/state.ts';
import { describeConnector, type BatteryRig } from '../contract/battery.ts';
import { setLogLevel } from '../../core/logger.ts';
import { batteryProduct } from '../contract/battery-samples.ts';
import { pulpo } from './index.ts';
import { describeCallQuirks } from './quirks/calls.ts';
import { describeConnectingQuirks } from './quirks/connecting.ts';
import { describeGoodsQuirks } from './quirks/goods.ts';
import { describeOrderQuirks } from './quirks/orders.ts';
import { describeProductQuirks } from './quirks/products.ts';
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
  const faults = openFaults({ killCaller: () => undefined });
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
  await act('/limits', { logins: 1000 });
  const credentials = (await act('/settings')) as World['credentials'] & { baseUrl: string };
  const world: World = {
    baseUrl: credentials.baseUrl,
    credentials: { username: credentials.username, password: credentials.password },
    act,
    fault: (rule) => void faults.add({ target: 'pulpo', times: 1, ...rule }),
    calls: () => calls.list({ target: 'pulpo' }).map(({ operation = '', path, status }) => ({ operation, path, status })),
    advance: (ms) => clock.advance(ms),
    nowMs: () => clock.now(),
    async listen(at, taken) {
      const door = new Hono().post('*', async (c) => {
        taken({ url: c.req.url, body: await c.req.text() });
        return c.json({});
      });
      return (await serve(door, { port: at })).close;
    },
    async close() {
      await standIn.stop();
      await server.close();
    },
  };
  await connectorIn(world).products?.upsert(['A', 'B', 'C'].map((sku) => batteryProduct(sku)));
  for (const sku of ['A', 'B', 'C']) await act('/stock', { sku, facility: 'Main Warehouse', available: 500 });
  return world;
}

async function open(): Promise<BatteryRig> {
  const world = await openWorld(3195);
  const account = accountIn(world);
  const facilityId = await warehouseId(world, 'Main Warehouse');
  const stranger = await serve(
    new Hono().all('*', (c) => c.html('<h1>Welcome</h1>')),
    { port: 3197 },
  );
  await world.act('/user', { username: 'crossdock_nowhere', password: 'secret-enough' });
  const wrong = (what: string, failsAt: string, given: Parameters<typeof connectorIn>[1]) => ({
    what,
    failsAt,
    connector: connectorIn(world, given),
  });
  return {
    connector: {
      ...pulpo.connect(account.context),
      shipments: shipmentsPort(account, pageSize),
      stock: stockPort(account, pageSize),
    },
    facilityId,
    skus: ['A', 'B', 'C'],
    unknownSku: 'refused',
    badProduct: { title: '' },
    pageSize: { shipments: pageSize, stock: pageSize },
    wrong: [
      wrong('an address where nobody listens', 'reachable', { baseUrl: 'http://127.0.0.1:3199/api/v1' }),
      wrong('an address where something else answers', 'reachable', { baseUrl: stranger.url }),
      wrong('a wrong password', 'login', { password: 'wrong' }),
      wrong('a user without a warehouse', 'warehouses', { username: 'crossdock_nowhere', password: 'secret-enough' }),
      wrong('a merchant that is not there', 'choices', { merchantId: 999_999 }),
      wrong('a fallback customer that is not there', 'choices', { fallbackCustomer: 'nobody' }),
    ],
    faults: {
      loseAnswerOfNextCreate: () =>
        Promise.resolve(world.fault({ match: 'POST /sales/orders', kind: 'timeout-after-commit', ms: 4000 })),
      rateLimitNextCall: (seconds) =>
        Promise.resolve(world.fault({ match: '/', kind: 'status', status: 429, ms: seconds * 1000 })),
      expireToken: () => Promise.resolve(world.advance(43_201_000)),
      logins: () => Promise.resolve(world.calls().filter(({ operation }) => operation === 'POST /auth').length),
    },
    side: {
      countOrders: async (reference) => (await ordersIn(world, reference)).length,
      ship: async (reference, lines, tracking) => void (await world.act('/ship', { reference, lines, tracking, carrier: 'DHL' })),
      setStock: async (_facility, sku, available) =>
        void (await world.act('/stock', { sku, facility: 'Main Warehouse', available })),
      passAmending: async (reference) => void (await world.act('/pick', { reference })),
      passCancelling: async (reference) => void (await world.act('/ship', { reference })),
      receiveReturn: async (reference, lines) => void (await world.act('/return', { reference, lines })),
    },
    async close() {
      await stranger.close();
      await world.close();
    },
  };
}

describeConnector({ name: 'PULPO WMS', definition: pulpo, open });

const world = await openWorld(3196);
afterAll(() => world.close());
describeConnectingQuirks(world);
describeOrderQuirks(world);
describeGoodsQuirks(world);
describeProductQuirks(world);
describeCallQuirks(world);
