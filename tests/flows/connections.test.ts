import { globSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { eventually } from '../../sandbox/control-client.ts';
import { Lookout, openFlowShop, type FlowShop, type OrderView } from './flow-shop.ts';

/* What a connection may do, seen from both sides: gates, and what is caught up when they open. */

const mainWarehouse = 'Main Warehouse';
const settle = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Names of everything that the app can write to Shopify. */
const mutations = globSync('app/shopify/operations/**/*.graphql').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/^mutation (\w+)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => !/^Bulk(RunQuery|Cancel)/.test(name)),
);

describe.sequential('a connection', () => {
  let shop: FlowShop;
  let look: Lookout;
  let sku = '';

  interface Call {
    shop?: string;
    operation?: string;
    status: number;
  }
  const calls = async (target: string, since: string) =>
    (await shop.control.get<Call[]>(`/calls?target=${target}&since=${since}`)).filter((call) => call.shop === shop.domain);
  const clock = async () => (await shop.control.get<{ now: string }>('/clock')).now;
  const press = (body: object) =>
    shop.merchant.act(`/app/connections/${shop.connectionId}`, 'routes/app.connections.$id', { ...body });
  const control = (body: object) => shop.merchant.act('/app/sync-control', 'routes/app.sync-control', { ...body });
  const order = async (quantity = 1) => {
    const { orders } = await shop.control.post<{ orders: { name: string }[] }>(shop.at('/shopify/orders'), {
      lines: [{ sku, quantity }],
    });
    return orders[0]?.name ?? '';
  };
  const level = async () => {
    const { levels } = await shop.control.get<{ levels: { sku: string | null; location: string; available: number }[] }>(
      shop.at('/shopify/ledger?orders=0'),
    );
    return levels.find((one) => one.sku === sku && one.location === mainWarehouse)?.available;
  };
  const ship = (name: string, tracking: string) =>
    shop.control.post(`/stockroom/ship?shop=${shop.domain}`, { reference: name, tracking, carrier: 'DHL' });
  const stock = (available: number) =>
    shop.control.post(`/stockroom/stock?shop=${shop.domain}`, { sku, facility: mainWarehouse, available });
  const there = (view: OrderView) => expect(view.parts.map(({ state }) => state)).toEqual(['open']);
  const fulfilled = (tracking: string) => (view: OrderView) =>
    expect(view.shopify.fulfilments.flatMap((one) => one.tracking.map(({ number }) => number))).toEqual([tracking]);
  const waiting = async () => {
    const page = await shop.merchant.read<{ waiting: Record<string, number | null> }>(
      `/app/connections/${shop.connectionId}`,
      'routes/app.connections.$id',
    );
    return page.waiting;
  };

  beforeAll(async () => {
    shop = await openFlowShop(inject('sandboxPort'), `gates-${Date.now().toString(36)}`, { syncs: [] });
    look = new Lookout(shop);
    const { levels } = await shop.control.get<{ levels: { sku: string | null; location: string; active: boolean }[] }>(
      shop.at('/shopify/ledger?orders=0'),
    );
    sku = levels.find((one) => one.location === mainWarehouse && one.active && one.sku?.trim())?.sku ?? '';
    await shop.control.post(shop.at('/shopify/levels'), { sku, location: mainWarehouse, available: 500 });
    await stock(500);
    for (const sync of ['orders', 'inventory', 'shipments'])
      await control({ intent: 'switch', connectionId: shop.connectionId, sync, on: true });
    await eventually('the stock in Shopify', async () => (await level()) === 500, { withinMs: 90_000 });
  });

  test('that is deactivated calls nobody and is closed to the warehouse; activated again, what changed in Shopify is caught up', async () => {
    await press({ intent: 'state', state: 'deactivated' });
    await settle(3_000);
    const since = await clock();
    const name = await order();
    await shop.control.post(shop.at('/shopify/levels'), { sku, location: mainWarehouse, available: 7 });
    await expect(stock(300)).rejects.toThrow('deactivated');
    await settle(8_000);
    expect(await calls('shopify', since)).toEqual([]);
    const told = await calls('webhooks', since);
    expect(told.length).toBeGreaterThan(0);
    expect(told.every(({ status }) => status === 200)).toBe(true);
    await press({ intent: 'state', state: 'active' });
    await look.until(name, there);
    // What Stockroom has, less the order just placed.
    await eventually('the stock in Shopify', async () => (await level()) === 499, { withinMs: 90_000 });
  });

  test('in a dry run keeps orders back, says how many, and lets them go when it ends', async () => {
    await press({ intent: 'dry-run', dryRun: true });
    const name = await order();
    await eventually('the order kept back', async () => (await waiting())['orders'] === 1, { withinMs: 60_000 });
    await look.until(name, (view) => expect(view.parts).toEqual([]));
    await press({ intent: 'dry-run', dryRun: false });
    await look.until(name, there);
    expect((await waiting())['orders']).toBe(0);
  });

  test('that may only read Shopify hands orders over and writes nothing to Shopify, until it may', async () => {
    await press({ intent: 'access', access: 'read' });
    const since = await clock();
    const name = await order();
    await look.until(name, there);
    await ship(name, 'GATE-2');
    await eventually('the parcel kept back', async () => (await waiting())['shipments'] === 1, { withinMs: 60_000 });
    const writes = (await calls('shopify', since)).filter(({ operation }) => mutations.includes(operation ?? ''));
    expect(writes).toEqual([]);
    await press({ intent: 'access', access: 'read_write' });
    await look.until(name, fulfilled('GATE-2'));
  });

  test('whose orders sync was off for a while catches up when it is switched on again', async () => {
    const sync = { connectionId: shop.connectionId, sync: 'orders' };
    await control({ intent: 'switch', ...sync, on: false });
    const name = await order();
    await settle(4_000);
    await look.until(name, (view) => expect(view.parts).toEqual([]));
    await control({ intent: 'switch', ...sync, on: true });
    await look.until(name, there);
  });

  test('a fulfilment order moved to a location that nobody serves is cancelled in the back office, and the location is named', async () => {
    const popUp = `Pop-up ${Date.now().toString(36)}`;
    await shop.control.post(shop.at('/shopify/locations'), { name: popUp, online: false });
    await shop.control.post(shop.at('/shopify/levels'), { sku, location: popUp, available: 5 });
    const name = await order();
    await look.until(name, there);
    await shop.control.post(shop.at(`/shopify/orders/${name.replace('#', '')}/fulfilment-orders/1/move`), { location: popUp });
    await look.until(name, (view) => {
      expect(view.parts.map(({ state }) => state)).toEqual(['cancelled']);
      expect(view.app?.reason).toMatchObject({ code: 'location-unmapped', params: { location: popUp } });
    });
  });

  test('and a location whose mapping is removed takes its open orders along', async () => {
    const name = await order();
    await look.until(name, there);
    const route = 'routes/app.locations';
    const { locations } = await shop.merchant.read<{
      locations: { id: string; name: string; link: { facilityId: string } | null }[];
    }>('/app/locations', route);
    const location = locations.find((one) => one.name === mainWarehouse);
    const effect = await shop.merchant.act<{ openOrders: number }[]>('/app/locations', route, {
      intent: 'effect',
      locationIds: [location?.id],
    });
    expect(effect.result?.[0]?.openOrders).toBeGreaterThan(0);
    await shop.merchant.act('/app/locations', route, { intent: 'remove', locationId: location?.id });
    await look.until(
      name,
      (view) => {
        expect(view.parts.map(({ state }) => state)).toEqual(['cancelled']);
        expect(view.app?.reason?.code).toBe('location-unmapped');
      },
      40_000,
    );
    const changes = [
      {
        ...{ locationId: location?.id, connectionId: shop.connectionId, facilityId: location?.link?.facilityId, share: false },
      },
    ];
    await shop.merchant.act('/app/locations', route, { intent: 'save', changes });
    await look.until(name, (view) => expect(view.parts.filter(({ state }) => state === 'open')).toHaveLength(1), 40_000);
  });
});
