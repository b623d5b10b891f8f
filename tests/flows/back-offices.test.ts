import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ControlClient, eventually, type BackOfficeLedger } from '../../sandbox/control-client.ts';
import { Merchant } from '../../sandbox/merchant.ts';
import { connectBackOffice, mapLocations, mapMethods, switchSyncs } from '../../sandbox/set-up-shop.ts';
import type { InApp, InShopify } from './flow-shop.ts';

/* Every vendor's stand-in, connected to a shop of its own: the loop, then what goes wrong between us. */

const WITHIN = { withinMs: 90_000 };
const place = 'Main Warehouse';

interface Vendor {
  connector: string;
  /** The stand-in's name of the call that creates an order. */
  create: string;
}

const vendors: Vendor[] = [
  { connector: 'pulpo', create: 'POST /sales/orders' },
  { connector: 'hotwax', create: 'POST /oms/orders' },
];

describe.each(vendors)('a shop connected to $connector', ({ connector, create }) => {
  const port = inject('sandboxPort');
  const domain = `${connector}-${Date.now().toString(36)}.myshopify.com`;
  const control = new ControlClient(port);
  const at = (path: string) => `${path}${path.includes('?') ? '&' : '?'}shop=${domain}`;
  const merchant = new Merchant(port, { shop: domain });
  let connectionId = '';
  let sku = '';

  const order = async (quantity: number): Promise<string> => {
    const body = { lines: [{ sku, quantity }] };
    const { orders } = await control.post<{ orders: { name: string }[] }>(at('/shopify/orders'), body);
    return orders[0]?.name ?? '';
  };
  const there = async (name: string): Promise<BackOfficeLedger['orders']> =>
    (await control.backOffice(connector)).orders.filter(({ reference }) => reference === name);
  const inShopify = async (name: string): Promise<InShopify | undefined> =>
    (await control.get<InShopify[]>(at('/shopify/orders?limit=500'))).find((one) => one.name === name);
  const inApp = async (name: string): Promise<InApp | undefined> => {
    const route = 'routes/app.orders._index';
    const { records } = await merchant.read<{ records: { rows: InApp[] } }>(`/app/orders?q=${encodeURIComponent(name)}`, route);
    return records.rows.find((row) => row.name === name);
  };
  const onceThere = (name: string) =>
    eventually(
      `${name} in ${connector}`,
      async () => {
        const found = await there(name);
        return found.length === 1 && (await inApp(name))?.state === 'sent' && !(await inApp(name))?.problem ? found : undefined;
      },
      WITHIN,
    );
  const fault = (rule: object) => control.post('/faults', { target: connector, times: 1, ...rule });
  /** Calls of or to this shop; a back office doesn't know whose they are. */
  const calls = async (target: string, since = '', ofShop = true) => {
    const all = await control.get<{ shop?: string; operation?: string; status: number }[]>(
      `/calls?target=${target}&since=${since}`,
    );
    return ofShop ? all.filter((call) => call.shop === domain) : all;
  };
  const press = (intent: object) => merchant.act(`/app/connections/${connectionId}`, 'routes/app.connections.$id', { ...intent });

  beforeAll(async () => {
    // Other flows use the same stand-in: a reference must say whose order it is.
    await control.post('/shops', { domain, catalogue: 'demo', plan: 'plus', prefix: `#${connector.slice(0, 2).toUpperCase()}` });
    await merchant.open();
    connectionId = await connectBackOffice(merchant, control, connector);
    await mapLocations(merchant, connectionId);
    await mapMethods(merchant, connectionId);
    await switchSyncs(merchant, connectionId, ['products']);
    const { levels } = await control.get<{ levels: { sku: string | null; location: string; active: boolean }[] }>(
      at('/shopify/ledger?orders=0'),
    );
    sku = levels.find((level) => level.location === place && level.active && level.sku?.trim())?.sku ?? '';
    await control.post(at('/shopify/levels'), { sku, location: place, available: 500 });
    await eventually(
      `${sku} in ${connector}`,
      async () => (await control.backOffice(connector)).products.some((product) => product.sku === sku),
      { withinMs: 180_000 },
    );
    await control.post(`/${connector}/stock`, { sku, facility: place, available: 500 });
    await switchSyncs(merchant, connectionId, ['orders', 'inventory', 'shipments']);
  });

  test('an order goes over once, leaves in two parcels, and Shopify shows both with tracking', async () => {
    const name = await order(2);
    await onceThere(name);
    for (const tracking of ['FLOW-1', 'FLOW-2'])
      await control.post(`/${connector}/ship`, { reference: name, lines: [{ sku, quantity: 1 }], tracking, carrier: 'DHL' });
    // Where it doesn't call us, the next interval would bring them; a person presses "Sync now".
    await merchant.act('/app/sync-control', 'routes/app.sync-control', { intent: 'start', connectionId, sync: 'shipments' });
    const fulfilled = await eventually(
      'both parcels in Shopify',
      async () => {
        const numbers = (await inShopify(name))?.fulfilments.flatMap((one) => one.tracking.map(({ number }) => number)) ?? [];
        return numbers.length >= 2 ? numbers : undefined;
      },
      WITHIN,
    );
    expect([...fulfilled].sort()).toEqual(['FLOW-1', 'FLOW-2']);
  });

  test.each([
    ['is told to slow down', { kind: 'status', status: 429 }],
    ['meets an error of theirs', { kind: 'status', status: 500 }],
    ['loses the answer of an order that was taken', { kind: 'timeout-after-commit', ms: 100 }],
  ])('a hand-over that %s ends with the order there exactly once', async (_what, rule) => {
    await fault({ match: create, ...rule });
    const name = await order(1);
    await onceThere(name);
  });

  test('an order that is refused is a named problem; "try again" brings it over, and the problem closes', async () => {
    await fault({ match: create, kind: 'refuse', times: 1000 });
    const name = await order(1);
    const cause = await eventually(`the problem of ${name}`, async () => (await inApp(name))?.problem ?? undefined, WITHIN);
    await control.delete('/faults');
    expect(await there(name)).toEqual([]);
    await merchant.act('/app/sync-control', 'routes/app.sync-control', { intent: 'retry', connectionId, cause });
    await onceThere(name);
  });

  test('deactivated, neither side gets a call; activated again, what was placed and shipped meanwhile is caught up', async () => {
    const before = await order(1);
    await onceThere(before);
    await press({ intent: 'state', state: 'deactivated' });
    const { now: since } = await control.get<{ now: string }>('/clock');
    const name = await order(1);
    await control.post(`/${connector}/ship`, { reference: before, tracking: 'AWAY-1', carrier: 'DHL' });
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    expect(await calls(connector, since, false)).toEqual([]);
    expect(await calls('shopify', since)).toEqual([]);
    expect(await calls('webhooks', since)).not.toEqual([]);
    expect(await there(name)).toEqual([]);
    await press({ intent: 'state', state: 'active' });
    await onceThere(name);
    await eventually(
      'the parcel in Shopify',
      async () => (await inShopify(before))?.fulfilments.some((one) => one.tracking.some(({ number }) => number === 'AWAY-1')),
      WITHIN,
    );
  });

  test('uninstalled and installed again, the connection is still there and catches up', async () => {
    await control.post(at('/uninstall'), { shop: domain });
    const told = (call: { operation?: string; status: number }) => call.operation === 'app/uninstalled' && call.status === 200;
    await eventually('the app to be told', async () => (await calls('webhooks')).some(told), WITHIN);
    const name = await order(1);
    await control.post(at('/shopify/install'), { shop: domain });
    await merchant.open();
    await onceThere(name);
  });

  // What it asks the vendor from now on would be in the calls that other flows look at.
  afterAll(() => control.post(at('/uninstall'), { shop: domain }));
});
