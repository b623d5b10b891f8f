import { Hono } from 'hono';
import { afterAll } from 'vitest';
import { openCallLog } from '../../../sandbox/kit/call-log.ts';
import { openClock } from '../../../sandbox/kit/clock.ts';
import { openFaults } from '../../../sandbox/kit/faults.ts';
import { serve } from '../../../sandbox/kit/http.ts';
import { openState } from '../../../sandbox/kit/state.ts';
import { setLogLevel } from '../../core/logger.ts';
import { describeConnector, type BatteryRig } from '../contract/battery.ts';
import { batteryProduct } from '../contract/battery-samples.ts';
import { hotwax } from './index.ts';
import { describeChangeQuirks } from './quirks/changes.ts';
import { describeConnectingQuirks } from './quirks/connecting.ts';
import { describeGoodsQuirks } from './quirks/goods.ts';
import { describeRecordQuirks } from './quirks/records.ts';
import { describeOrderQuirks } from './quirks/orders.ts';
import { accountIn, connectorIn, facilityId, ledgerOrders, ordersIn, type World } from './quirks/world.ts';
import { returnsPort } from './returns.ts';
import { shipmentsPort } from './shipments.ts';
import { createStandIn } from './stand-in/index.ts';
import { stockPort } from './stock.ts';

setLogLevel('silent');
const pageSize = 4;
const home = 'Main Warehouse';

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
  const world: World = {
    credentials: (await act('/settings')) as World['credentials'],
    act,
    fault: (rule) => void faults.add({ target: 'hotwax', times: 1, ...rule }),
    calls: () =>
      calls.list({ target: 'hotwax' }).map(({ operation = '', path, method, status }) => ({ operation, path, method, status })),
    advance: (ms) => clock.advance(ms),
    offsetMs: () => clock.offsetMs(),
    facilityGroupId: 'ONLINE_FAC_GRP',
    async close() {
      await standIn.stop();
      await server.close();
    },
  };
  await connectorIn(world).products?.upsert(['A', 'B', 'C'].map((sku) => batteryProduct(sku)));
  for (const sku of ['A', 'B', 'C']) await act('/stock', { sku, facility: home, available: 500 });
  return world;
}

async function open(): Promise<BatteryRig> {
  const world = await openWorld(3295);
  const account = accountIn(world);
  const stranger = await serve(
    new Hono().all('*', (c) => c.html('<h1>Welcome</h1>')),
    { port: 3297 },
  );
  await world.act('/user', { username: 'nobody.here', password: 'secret-enough', permissions: [] });
  const wrong = (what: string, failsAt: string, given: Parameters<typeof connectorIn>[1]) => ({
    what,
    failsAt,
    connector: connectorIn(world, given),
  });
  return {
    connector: {
      ...hotwax.connect(account.context),
      shipments: shipmentsPort(account, pageSize),
      stock: stockPort(account, pageSize),
      returns: returnsPort(account, pageSize),
    },
    facilityId: await facilityId(world, home),
    skus: ['A', 'B', 'C'],
    unknownSku: 'refused',
    badProduct: { sku: '' },
    pageSize: { shipments: pageSize, stock: pageSize },
    wrong: [
      wrong('an address where nobody listens', 'reachable', { baseUrl: 'http://127.0.0.1:3299' }),
      wrong('an address where something else answers', 'reachable', { baseUrl: stranger.url }),
      wrong('a wrong password', 'login', { password: 'wrong' }),
      wrong('a product store that is not there', 'store', { productStoreId: 'NOWHERE' }),
      wrong('a brokering queue that is not there', 'facilities', { queueFacilityId: 'NO_QUEUE' }),
      wrong('a facility group that is not there', 'facilities', { onlineTotal: 'hotwax', facilityGroupId: 'NO_GROUP' }),
      wrong('a user without rights', 'store', { username: 'nobody.here', password: 'secret-enough' }),
    ],
    faults: {
      loseAnswerOfNextCreate: () =>
        Promise.resolve(world.fault({ match: 'POST /oms/orders', kind: 'timeout-after-commit', ms: 4000 })),
      rateLimitNextCall: (seconds) =>
        Promise.resolve(world.fault({ match: '/', kind: 'status', status: 429, ms: seconds * 1000 })),
      expireToken: () => Promise.resolve(world.advance(400 * 24 * 3_600_000)),
      logins: () =>
        Promise.resolve(world.calls().filter(({ method, path }) => method === 'POST' && /\/login$/.test(path)).length),
    },
    side: {
      countOrders: async (reference) => (await ordersIn(world, reference)).length,
      ship: async (reference, lines, tracking) =>
        void (await world.act('/ship', { reference, lines, tracking, carrier: 'FEDEX' })),
      async setStock(_facility, sku, available) {
        // What can be sold is what HotWax counts, less what waits there unreserved.
        const waiting = (await ledgerOrders(world))
          .filter(({ vendorState }) => vendorState === 'ORDER_CREATED')
          .flatMap(({ lines }) => lines)
          .filter((line) => line.sku === sku && line.facility === home)
          .reduce((sum, { quantity }) => sum + quantity, 0);
        await world.act('/stock', { sku, facility: home, available: available + waiting });
      },
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

describeConnector({ name: 'HotWax OMS', definition: hotwax, open });

const world = await openWorld(3296);
afterAll(() => world.close());
describeConnectingQuirks(world);
describeOrderQuirks(world);
describeChangeQuirks(world);
describeGoodsQuirks(world);
describeRecordQuirks(world);
