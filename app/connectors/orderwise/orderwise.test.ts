import { Hono } from 'hono';
import { afterAll } from 'vitest';
import { serve } from '../../../sandbox/kit/http.ts';
import { setLogLevel } from '../../core/logger.ts';
import { describeConnector, type BatteryRig } from '../contract/battery.ts';
import { orderwise } from './index.ts';
import { describeClassicQuirks } from './quirks/classic.ts';
import { describeConnectingQuirks } from './quirks/connecting.ts';
import { describeGoodsQuirks } from './quirks/goods.ts';
import { describeOrderQuirks } from './quirks/orders.ts';
import { classicOrder, connectorIn, contextIn, openWorld, restOrder, type SettingsInput } from './quirks/world.ts';

setLogLevel('silent');

async function openRest(): Promise<BatteryRig> {
  const world = await openWorld(3795);
  const connector = connectorIn(world, { templateVariantId: 40_001, productUpdates: true, returnExportId: 107 });
  const stranger = await serve(
    new Hono().all('*', (c) => c.html('<h1>Welcome</h1>')),
    { port: 3797 },
  );
  await world.act('/user', { username: 'no_exports', password: 'secret-enough', lacks: ['API Export Definitions'] });
  await world.act('/user', { username: 'no_lists', password: 'secret-enough', lacks: ['Value lists'] });
  const wrong = (what: string, failsAt: string, given: SettingsInput) => ({
    what,
    failsAt,
    connector: connectorIn(world, given),
  });
  return {
    connector,
    facilityId: '5',
    skus: ['A', 'B', 'C'],
    unknownSku: 'refused',
    order: restOrder,
    badProduct: { title: '' },
    wrong: [
      wrong('an address where nobody listens', 'reachable', { baseUrl: 'http://127.0.0.1:3799/OWAPI' }),
      wrong('an address where something else answers', 'reachable', { baseUrl: stranger.url }),
      wrong('a wrong password', 'login', { password: 'wrong' }),
      wrong('a user without a right', 'lists', { username: 'no_lists', password: 'secret-enough' }),
      wrong('a session that is not there', 'session', { sessionId: 99 }),
      wrong('a user without export definitions', 'exports', { username: 'no_exports', password: 'secret-enough' }),
      wrong('an export that is not there', 'exports', { stockExportId: 999 }),
      wrong('an export with a window where one with @since is said to be', 'exports', { statusExportId: 111 }),
      wrong('an order type that is not there', 'choices', { orderType: 'Fax order' }),
    ],
    faults: {
      loseAnswerOfNextCreate: () => Promise.resolve(world.fault({ match: 'POST /sales/order', kind: 'cut-after-commit' })),
      rateLimitNextCall: (seconds) => Promise.resolve(world.fault({ kind: 'throttled', ms: seconds * 1000 })),
      expireToken: () => Promise.resolve(world.advance(3_601_000)),
      logins: () => Promise.resolve(world.calls().filter(({ operation }) => operation === 'GET /token/gettoken').length),
    },
    side: {
      countOrders: async (reference) => (await world.ordersOf(reference)).length,
      ship: async (reference, lines, tracking) => void (await world.act('/ship', { reference, lines, tracking, carrier: 'DHL' })),
      setStock: async (_facility, sku, available) =>
        void (await world.act('/stock', { sku, facility: 'Main Warehouse', available })),
      receiveReturn: async (reference, lines) => void (await world.act('/return', { reference, lines })),
    },
    async close() {
      await stranger.close();
      await world.close();
    },
  };
}

async function openClassic(): Promise<BatteryRig> {
  const world = await openWorld(3796);
  const connector = orderwise.connect(contextIn(world, { mode: 'classic', stockLocations: '5 = Main Warehouse' }));
  const door = await world.door(3798, () => connector);
  await world.act('/session', {
    ...{ importUrl: `${door.url}/orders`, successUrl: `${door.url}/success` },
    ...{ stockUrl: `${door.url}/stock`, despatchUrl: `${door.url}/despatch`, exportOn: true, everyMinutes: 100_000 },
  });
  const poll = async () => void (await world.act('/session/poll', {}));
  await poll();
  return {
    connector,
    facilityId: '5',
    skus: ['A', 'B', 'C'],
    unknownSku: 'accepted',
    order: classicOrder,
    side: {
      settle: poll,
      async countOrders(reference) {
        await poll();
        return (await world.ordersOf(reference)).length;
      },
      async ship(reference, lines, tracking) {
        await poll();
        await world.act('/ship', { reference, lines, tracking, carrier: 'DHL' });
        // Its own time stands still in this test; deliveries are told by it.
        world.advance(1000);
        await poll();
      },
      setStock: async (_facility, sku, available) =>
        void (await world.act('/stock', { sku, facility: 'Main Warehouse', available })),
      passAmending: poll,
      passCancelling: poll,
    },
    async close() {
      await door.close();
      await world.close();
    },
  };
}

/** The connector as it is in one of its modes, which the battery tries each by itself. */
const only = (mode: 'rest' | 'classic') => ({
  ...orderwise,
  capabilities: { ...orderwise.capabilities, ...orderwise.differing?.({ mode }) },
  guide: orderwise.guide.filter(({ when }) => when === undefined || when.is === mode),
});

describeConnector({ name: 'OrderWise over REST', definition: only('rest'), open: openRest });
describeConnector({ name: 'OrderWise, classic session', definition: only('classic'), open: openClassic });

const rest = await openWorld(3895);
const classic = await openWorld(3896);
afterAll(() => Promise.all([rest.close(), classic.close()]));
describeConnectingQuirks(rest);
describeOrderQuirks(rest);
describeGoodsQuirks(rest);
describeClassicQuirks(classic, 3897);
