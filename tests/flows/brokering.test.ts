import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ControlClient, eventually } from '../../sandbox/control-client.ts';
import { Merchant } from '../../sandbox/merchant.ts';
import { connectBackOffice, mapMethods, switchSyncs } from '../../sandbox/set-up-shop.ts';
import type { InApp, InShopify } from './flow-shop.ts';

/* A back office with a brokering queue: the default location stands for the queue, a till's location for its store, and a third place ships unmapped. */

const WITHIN = { withinMs: 120_000 };
const connector = 'hotwax';
const [defaultPlace, tillPlace, unmapped] = ['Main Warehouse', 'Downtown Store', 'East Warehouse'];
const sync = ['/app/sync-control', 'routes/app.sync-control'] as const;

describe('a shop whose default location stands for the brokering queue', () => {
  const port = inject('sandboxPort');
  const domain = `brokering-${Date.now().toString(36)}.myshopify.com`;
  const control = new ControlClient(port);
  const at = (path: string) => `${path}${path.includes('?') ? '&' : '?'}shop=${domain}`;
  const merchant = new Merchant(port, { shop: domain });
  let connectionId = '';
  let sku = '';
  let second = '';
  /** What lies in each place of the back office. */
  const there = { [tillPlace]: 10, [unmapped]: 20 };

  const inShopify = async (name: string): Promise<InShopify | undefined> =>
    (await control.get<InShopify[]>(at('/shopify/orders?limit=500'))).find((one) => one.name === name);
  const levels = async (): Promise<Record<string, number>> => {
    const ledger = await control.get<{ levels: { sku: string; location: string; available: number; active: boolean }[] }>(
      at('/shopify/ledger?orders=0'),
    );
    return Object.fromEntries(
      ledger.levels.filter((level) => level.sku === sku && level.active).map(({ location, available }) => [location, available]),
    );
  };
  const run = (kind: string) => merchant.act<{ runId: string }>(...sync, { intent: 'start', connectionId, sync: kind });
  const runToItsEnd = async (kind: string) => {
    const id = (await run(kind)).result?.runId ?? '';
    await eventually(
      `the ${kind} run to end`,
      async () => {
        const read = await merchant.read<{ run: { state: string } }>(`/app/activity/runs/${id}`, 'routes/app.activity.runs.$id');
        return read.run.state.startsWith('finished') || undefined;
      },
      WITHIN,
    );
  };
  const shown = (wanted: Record<string, number>) =>
    eventually(
      `levels ${JSON.stringify(wanted)}`,
      async () => {
        const now = await levels();
        if (Object.entries(wanted).every(([place, units]) => now[place] === units)) return true;
        await run('inventory');
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        return undefined;
      },
      WITHIN,
    );
  const settings = (given: Record<string, unknown>) =>
    merchant.act(...sync, { intent: 'settings', connectionId, sync: 'shipments', settings: given, intervalMinutes: 10 });

  beforeAll(async () => {
    await control.post('/shops', { domain, catalogue: 'demo', plan: 'plus', prefix: '#BR' });
    await merchant.open();
    connectionId = await connectBackOffice(merchant, control, connector);
    const route = ['/app/locations', 'routes/app.locations'] as const;
    await merchant.act(...route, { intent: 'refresh' });
    const page = await eventually('the locations', async () => {
      const read = await merchant.read<{
        locations: { id: string; name: string }[];
        places: { connectionId: string; facilities: { id: string; name: string; kind: string }[] }[];
      }>(...route);
      return read.locations.length > 0 ? read : undefined;
    });
    const facilities = page.places.find((one) => one.connectionId === connectionId)?.facilities ?? [];
    const idOf = (name: string) => page.locations.find((one) => one.name === name)?.id ?? '';
    const queue = facilities.find(({ kind }) => kind === 'queue')?.id ?? '';
    const till = facilities.find(({ name }) => name === tillPlace)?.id ?? '';
    const link = (locationId: string, facilityId: string) => ({
      locationId,
      connectionId,
      facilityId,
      share: false,
    });
    await merchant.act(...route, { intent: 'save', changes: [link(idOf(defaultPlace), queue), link(idOf(tillPlace), till)] });
    await mapMethods(merchant, connectionId);
    const ledger = await control.get<{ levels: { sku: string | null; location: string; active: boolean }[] }>(
      at('/shopify/ledger?orders=0'),
    );
    const sold = ledger.levels.flatMap((level) =>
      level.location === defaultPlace && level.active && level.sku?.trim() ? level.sku : [],
    );
    // Others on the same stand-in sell the first ones, and what waits there for them is missing in the queue.
    [sku = '', second = ''] = sold.slice(-2);
    await switchSyncs(merchant, connectionId, ['products']);
    await eventually(
      `${sku} in ${connector}`,
      async () => (await control.backOffice(connector)).products.some((product) => product.sku === sku),
      { withinMs: 180_000 },
    );
    for (const [facility, available] of Object.entries({ ...there, [defaultPlace]: 0 }))
      await control.post(`/${connector}/stock`, { sku, facility, available });
    // nothing to sell at the location that nobody serves: orders are routed to the default one
    await control.post(at('/shopify/levels'), { sku, location: unmapped, available: 0 });
    await switchSyncs(merchant, connectionId, ['orders', 'shipments', 'inventory']);
    // the first run would empty most of the demo's levels: it waits for a yes
    const runs = await eventually(
      'a run of the inventory',
      async () => {
        const { page: view } = await merchant.read<{
          page: { view: { sync: { awaiting: { id: string } | null; lastRun: object | null } } };
        }>(`/app/inventory?connection=${connectionId}`, 'routes/app.inventory');
        return view.view.sync.awaiting ?? (view.view.sync.lastRun ? { id: '' } : undefined);
      },
      WITHIN,
    );
    if (runs.id) await merchant.act(...sync, { intent: 'approve', connectionId, sync: 'inventory', runId: runs.id });
  });

  // What it asks the vendor from now on would be in the calls that other flows look at.
  afterAll(() => control.post(`/uninstall?shop=${domain}`, { shop: domain }));

  test('the default location shows the sum, the till’s location its own store', async () => {
    await shown({ [defaultPlace]: 30, [tillPlace]: 10 });
  });

  test.each([
    ['fulfil-here', [defaultPlace, defaultPlace]],
    ['move', [defaultPlace, tillPlace]],
  ])('two facilities ship an order of the queue, one of them unmapped: %s', async (otherFacility, places) => {
    await settings({ otherFacility });
    const { orders } = await control.post<{ orders: { name: string }[] }>(at('/shopify/orders'), {
      lines: [{ sku, quantity: 2 }],
    });
    const name = orders[0]?.name ?? '';
    await eventually(
      `${name} in ${connector}`,
      async () => {
        const found = (await control.backOffice(connector)).orders.filter(({ reference }) => reference === name);
        const { records } = await merchant.read<{ records: { rows: InApp[] } }>(
          `/app/orders?q=${encodeURIComponent(name)}`,
          'routes/app.orders._index',
        );
        return found.length === 1 && records.rows[0]?.state === 'sent' ? true : undefined;
      },
      WITHIN,
    );
    await shown({ [defaultPlace]: there[tillPlace]! + there[unmapped]! - 2 });
    const ship = (facility: string, tracking: string) =>
      control.post(`/${connector}/ship`, { reference: name, lines: [{ sku, quantity: 1 }], facility, tracking, carrier: 'DHL' });
    await ship(tillPlace, `${otherFacility}-1`);
    await ship(unmapped, `${otherFacility}-2`);
    await run('shipments');
    const done = await eventually(
      'both parcels in Shopify',
      async () => {
        const found = await inShopify(name);
        return (found?.fulfilments.length ?? 0) >= 2 ? found : undefined;
      },
      WITHIN,
    );
    expect(done.fulfilments.map(({ location }) => location).sort()).toEqual([...places].sort());
    expect(done.fulfillmentStatus).toBe('FULFILLED');
    there[tillPlace]! -= 1;
    there[unmapped]! -= 1;
    await shown({ [defaultPlace]: there[tillPlace]! + there[unmapped]!, [tillPlace]: there[tillPlace]! });
    // nothing was handed over again, amended or called off because of it
    const [order] = (await control.backOffice(connector)).orders.filter(({ reference }) => reference === name);
    expect(order?.shipments).toHaveLength(2);
    const { records } = await merchant.read<{ records: { rows: InApp[] } }>(
      `/app/orders?q=${encodeURIComponent(name)}`,
      'routes/app.orders._index',
    );
    expect(records.rows[0]).toMatchObject({ state: 'shipped', problem: null });
  });

  test('what is added after everything left, as an exchange does, goes over as a new order of its own', async () => {
    const { orders } = await control.post<{ orders: { name: string }[] }>(at('/shopify/orders'), {
      lines: [{ sku, quantity: 1 }],
    });
    const name = orders[0]?.name ?? '';
    const here = async () => (await control.backOffice(connector)).orders.filter(({ reference }) => reference.startsWith(name));
    await eventually(`${name} in ${connector}`, async () => ((await here()).length === 1 ? true : undefined), WITHIN);
    await control.post(`/${connector}/ship`, { reference: name, facility: unmapped, tracking: 'EX-1', carrier: 'DHL' });
    await run('shipments');
    const shipped = async () => ((await inShopify(name))?.fulfillmentStatus === 'FULFILLED' ? true : undefined);
    await eventually(`${name} fulfilled`, shipped, WITHIN);
    await control.post(at(`/shopify/orders/${name.slice(1)}/edit`), { lines: [{ sku: second, quantity: 1 }] });
    await eventually(`${name}_2 in ${connector}`, async () => ((await here()).length === 2 ? true : undefined), WITHIN);
    const [first, added] = (await here()).sort((a, b) => a.reference.localeCompare(b.reference));
    expect([first?.reference, first?.lines.map((line) => [line.sku, line.quantity])]).toEqual([name, [[sku, 1]]]);
    expect([added?.reference, added?.lines.map((line) => [line.sku, line.quantity])]).toEqual([`${name}_2`, [[second, 1]]]);
  });

  test('a sale at the till is completed at its store and lowers it and the sum; Shopify gets no parcel of it', async () => {
    const { orders } = await control.post<{ orders: { name: string }[] }>(at('/shopify/orders'), {
      ...{ lines: [{ sku, quantity: 1 }], pos: true, location: tillPlace, customer: null },
    });
    const name = orders[0]?.name ?? '';
    const here = async () => (await control.backOffice(connector)).orders.filter(({ reference }) => reference === name);
    await eventually(`${name} in ${connector}`, async () => ((await here())[0]?.state === 'shipped' ? true : undefined), WITHIN);
    there[tillPlace]! -= 1;
    const stock = (await control.backOffice(connector)).stock.filter((row) => row.sku === sku);
    expect(stock.find(({ facility }) => facility === tillPlace)?.available).toBe(there[tillPlace]);
    await shown({ [tillPlace]: there[tillPlace]! });
    await runToItsEnd('shipments');
    const ofOrder = async () =>
      (
        await merchant.read<{ records: { rows: InApp[] } }>(
          `/app/orders?q=${encodeURIComponent(name)}`,
          'routes/app.orders._index',
        )
      ).records.rows[0];
    // The back office may have it a moment before its answer is written down.
    const row = await eventually(
      `${name} shipped in the app`,
      async () => {
        const read = await ofOrder();
        return read?.state === 'shipped' ? read : undefined;
      },
      WITHIN,
    );
    expect(row.problem).toBeNull();
    expect((await inShopify(name))?.fulfilments).toHaveLength(1);
    expect(await here()).toHaveLength(1);
  });

  test('a line taken off in Shopify is taken off there; units added to one are named', async () => {
    const { orders } = await control.post<{ orders: { name: string }[] }>(at('/shopify/orders'), {
      lines: [
        { sku, quantity: 1 },
        { sku: second, quantity: 2 },
      ],
    });
    const name = orders[0]?.name ?? '';
    const lines = async () =>
      (await control.backOffice(connector)).orders
        .find(({ reference }) => reference === name)
        ?.lines.map((line) => `${line.sku} ${line.quantity}`);
    await eventually(`${name} in ${connector}`, async () => ((await lines())?.length === 2 ? true : undefined), WITHIN);
    const edit = (quantity: number, of: string) =>
      control.post(at(`/shopify/orders/${name.slice(1)}/edit`), { lines: [{ sku: of, quantity }] });
    await edit(0, second);
    await eventually(`${second} off ${name}`, async () => ((await lines())?.join() === `${sku} 1` ? true : undefined), WITHIN);
    await edit(3, sku);
    await eventually(
      `the problem of ${name}`,
      async () => {
        const { records } = await merchant.read<{ records: { rows: InApp[] } }>(
          `/app/orders?q=${encodeURIComponent(name)}`,
          'routes/app.orders._index',
        );
        return records.rows[0]?.problem === 'amend-too-late' ? true : undefined;
      },
      WITHIN,
    );
    expect(await lines()).toEqual([`${sku} 1`]);
  });
});
