import { beforeAll, expect, inject, test } from 'vitest';
import { ControlClient, eventually, type ShopifyLedger } from '../../sandbox/control-client.ts';
import { Merchant } from '../../sandbox/merchant.ts';
import { connectBackOffice, mapLocations, mapMethods, openStockroomApi, switchSyncs } from '../../sandbox/set-up-shop.ts';
import { openFlowShop, type FlowShop, type InStockroom } from './flow-shop.ts';

/* Two shops sell from one store of the built-in back office: what one sells lowers what the other shows, and nothing else crosses. */

const WITHIN_MS = 120_000;
const SOON_MS = 30_000;
const [mug, knife] = ['MU06-02', 'KI07-02'];
const place = 'Main Warehouse';
const port = inject('sandboxPort');
const stamp = Date.now().toString(36);
const storePage = (shop: FlowShop) =>
  [`/app/connections/${shop.connectionId}/store`, 'routes/app.connections.$id_.store'] as const;

interface StorePage {
  choice: { storeId: string | null };
  shares: {
    sharing: { storeName: string; imports: boolean; members: { name: string; own: boolean }[] } | null;
    codes: { asked: { id: string; name: string } | null; waiting: boolean };
  };
}

interface StockRow {
  sku: string;
  facility: string;
  onHand: number;
  reserved: number;
  available: number;
}

let host: FlowShop;
let guest: FlowShop;

const store = (shop: FlowShop) => shop.merchant.read<StorePage>(...storePage(shop));
const press = <Result = unknown>(shop: FlowShop, body: object) => shop.merchant.act<Result>(...storePage(shop), body);
const ledger = (shop: FlowShop) => shop.control.get<ShopifyLedger>(shop.at('/shopify/ledger'));
const available = async (shop: FlowShop, sku: string) =>
  (await ledger(shop)).levels.find((level) => level.sku === sku && level.location === place)?.available;
const shows = (shop: FlowShop, sku: string, units: number, withinMs = WITHIN_MS) =>
  eventually(`${units} of ${sku} in ${shop.domain}`, async () => (await available(shop, sku)) === units, { withinMs });
const shelf = async (shop: FlowShop, sku: string) => {
  const { levels } = await shop.stockroom<{ levels: StockRow[] }>('GET', `/stock?sku=${sku}`);
  const row = levels.find(({ facility }) => facility === place);
  return row && `${row.onHand} on hand, ${row.reserved} reserved`;
};
const sell = async (shop: FlowShop, sku: string, quantity: number) => {
  const { orders } = await shop.control.post<{ orders: { name: string }[] }>(shop.at('/shopify/orders'), {
    lines: [{ sku, quantity }],
  });
  return orders[0]?.name ?? '';
};
const switched = (shop: FlowShop, sync: string, on: boolean) =>
  shop.merchant.act('/app/sync-control', 'routes/app.sync-control', {
    intent: 'switch',
    connectionId: shop.connectionId,
    sync,
    on,
  });
const references = async (shop: FlowShop) =>
  (await shop.stockroom<{ orders: InStockroom[] }>('GET', '/orders?limit=250')).orders.map(({ reference }) => reference).sort();

/** A shop that has nothing but a connection to a Stockroom of its own. */
async function openBareShop(name: string, prefix: string): Promise<FlowShop> {
  const domain = `${name}.myshopify.com`;
  const at = (path: string) => `${path}${path.includes('?') ? '&' : '?'}shop=${domain}`;
  const control = new ControlClient(port);
  await control.post('/shops', { domain, catalogue: 'demo', plan: 'plus', prefix });
  const merchant = new Merchant(port, { shop: domain });
  await merchant.open();
  const connectionId = await connectBackOffice(merchant, control, 'stockroom');
  const token = await openStockroomApi(merchant, control, connectionId);
  const stockroom = async <Answer>(method: string, path: string): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port - 100}/stockroom/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  return { port, domain, control, merchant, connectionId, at, stockroom };
}

beforeAll(async () => {
  host = await openFlowShop(port, `brand-${stamp}`, { syncs: ['inventory', 'orders'] });
  await host.stockroom('PUT', '/stock', { lines: [mug, knife].map((sku) => ({ sku, facility: place, available: 40 })) });
  await shows(host, mug, 40);
  guest = await openBareShop(`second-${stamp}`, '#S');
}, 400_000);

test('a store is made and chosen, and a code that is entered shares nothing until its maker says yes', async () => {
  const made = await press<{ storeId: string }>(host, { intent: 'create', name: 'Brand' });
  await press(host, { intent: 'choose', storeId: made.result?.storeId ?? '' });
  expect((await store(host)).choice.storeId).toBe(made.result?.storeId);
  const { result } = await press<{ code: string }>(host, { intent: 'make-code' });
  await press(guest, { intent: 'enter-code', code: result?.code ?? '' });
  const again = await guest.merchant.tryAct(...storePage(guest), { intent: 'enter-code', code: result?.code ?? '' });
  expect(again).toMatchObject({ ok: false, failure: { fields: { code: { code: 'share-code-unknown' } } } });
  const { shares } = await store(host);
  expect(shares).toMatchObject({ sharing: null, codes: { asked: { name: expect.stringContaining(guest.domain) as unknown } } });
  await press(host, { intent: 'answer', codeId: shares.codes.asked?.id, yes: true });
  const joined = await eventually('the store in the second shop', async () => {
    const read = await store(guest);
    return read.choice.storeId === made.result?.storeId ? read : undefined;
  });
  expect(joined.shares.sharing).toMatchObject({ storeName: 'Brand', imports: false });
});

test('the second shop finds the store’s facility and products, writes nothing there, and shows its stock', async () => {
  const { choice } = await store(host);
  const products = () => host.stockroom<{ products: { sku: string; storeId: string | null }[] }>('GET', '/products?limit=250');
  const before = await eventually(
    'the products to be of the store',
    async () => {
      const read = await products();
      return read.products.every(({ storeId }) => storeId === choice.storeId) ? read : undefined;
    },
    { withinMs: WITHIN_MS },
  );
  await mapLocations(guest.merchant, guest.connectionId);
  await mapMethods(guest.merchant, guest.connectionId);
  await switchSyncs(guest.merchant, guest.connectionId, ['products', 'inventory', 'orders']);
  await shows(guest, mug, 40);
  await shows(guest, knife, 40);
  expect(await products()).toEqual(before);
});

test('what is sold in one shop lowers the other within seconds, also before the order has reached the back office', async () => {
  await switched(host, 'orders', false);
  const began = Date.now();
  await sell(host, mug, 3);
  await shows(guest, mug, 37, SOON_MS);
  const seconds = (Date.now() - began) / 1000;
  expect(seconds).toBeLessThan(30);
  expect(await shelf(host, mug)).toBe('40 on hand, 0 reserved');
  expect(await available(host, mug)).toBe(37);
});

test('taken by the back office it counts once, and both shops and both Stockrooms agree', async () => {
  await switched(host, 'orders', true);
  await eventually('the order in Stockroom', async () => (await shelf(host, mug)) === '40 on hand, 3 reserved', {
    withinMs: WITHIN_MS,
  });
  await shows(guest, mug, 37);
  // In between it may count twice; it must not stay so.
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  await shows(guest, mug, 37, SOON_MS);
  await shows(host, mug, 37, SOON_MS);
  expect(await shelf(guest, mug)).toBe('40 on hand, 3 reserved');
});

test('it works the other way round, and a parcel of either takes from the one shelf', async () => {
  const name = await sell(guest, mug, 2);
  await shows(host, mug, 35, SOON_MS);
  await eventually('the order in the second Stockroom', async () => (await shelf(host, mug)) === '40 on hand, 5 reserved', {
    withinMs: WITHIN_MS,
  });
  await guest.control.post(guest.at('/stockroom/ship'), { reference: name });
  await eventually('the parcel', async () => (await shelf(host, mug)) === '38 on hand, 3 reserved', { withinMs: WITHIN_MS });
  expect(await shelf(guest, mug)).toBe('38 on hand, 3 reserved');
  await shows(host, mug, 35, SOON_MS);
  await shows(guest, mug, 35, SOON_MS);
});

test('neither shop sees an order, a customer, a mapping or a problem of the other', async () => {
  const [ofHost, ofGuest] = [await references(host), await references(guest)];
  expect(ofHost.every((reference) => !reference.includes('#S'))).toBe(true);
  expect(ofGuest.length > 0 && ofGuest.every((reference) => reference.startsWith('#S'))).toBe(true);
  const foreign = (shop: FlowShop) => (shop === host ? '#S' : (ofHost[0] ?? ''));
  for (const shop of [host, guest]) {
    const pages = [
      ['/app/stockroom/orders', 'routes/app.stockroom.orders._index'],
      ['/app/orders', 'routes/app.orders._index'],
      ['/app/activity/problems', 'routes/app.activity.problems'],
      ['/app/activity/changes', 'routes/app.activity.changes'],
      ['/app/mappings', 'routes/app.mappings'],
    ] as const;
    for (const [path, route] of pages) {
      const shown = JSON.stringify(await shop.merchant.read<object>(`${path}?connection=${shop.connectionId}`, route));
      const other = shop === host ? guest : host;
      expect([path, shown.includes(other.connectionId), shown.includes(`"${foreign(shop)}`)]).toEqual([path, false, false]);
    }
  }
});

test('a shop that leaves takes nothing along: the other goes on with the same numbers, compared anew', async () => {
  await press(guest, { intent: 'stop' });
  await eventually('the store to be its own again', async () => (await store(host)).shares.sharing === null, {
    withinMs: WITHIN_MS,
  });
  expect(await shelf(host, mug)).toBe('38 on hand, 3 reserved');
  await sell(host, mug, 1);
  await shows(host, mug, 34);
  expect((await store(guest)).shares.sharing).toBeNull();
  const { rows } = await host.merchant.read<{ rows: { sync: string; task?: string; rolling: boolean }[] }>(
    '/app/activity?sync=inventory',
    'routes/app.activity._index',
  );
  expect(rows.some(({ rolling }) => !rolling)).toBe(true);
});
