import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ControlClient, eventually, type ShopifyLedger } from '../../sandbox/control-client.ts';
import { Merchant } from '../../sandbox/merchant.ts';
import { connectBackOffice, mapLocations, mapMethods, switchSyncs } from '../../sandbox/set-up-shop.ts';

/*
 * Two shops work with one account of a warehouse, each with a connection of its own, and share what lies there: what one sells lowers what the
 * other shows, the warehouse counts each order once, and neither meets the other's.
 */

const WITHIN_MS = 120_000;
const SOON_MS = 60_000;
const TEST_MS = 400_000;
const connector = 'pulpo';
const place = 'Main Warehouse';
const stamp = Date.now().toString(36);
const control = new ControlClient(inject('sandboxPort'));

interface AccountShop {
  domain: string;
  merchant: Merchant;
  connectionId: string;
  at: (path: string) => string;
}

interface StorePage {
  shares: {
    sharing: { imports: boolean; members: { own: boolean }[] } | null;
    codes: { asked: { id: string } | null };
  };
}

const syncPage = ['/app/sync-control', 'routes/app.sync-control'] as const;
let host: AccountShop;
let guest: AccountShop;
let sku = '';

async function openShop(name: string, prefix: string): Promise<AccountShop> {
  const domain = `${name}.myshopify.com`;
  const at = (path: string) => `${path}${path.includes('?') ? '&' : '?'}shop=${domain}`;
  await control.post('/shops', { domain, catalogue: 'demo', plan: 'plus', prefix });
  const merchant = new Merchant(inject('sandboxPort'), { shop: domain });
  await merchant.open();
  const connectionId = await connectBackOffice(merchant, control, connector);
  await mapLocations(merchant, connectionId);
  await mapMethods(merchant, connectionId);
  return { domain, merchant, connectionId, at };
}

const storePage = ({ connectionId }: AccountShop) =>
  [`/app/connections/${connectionId}/store`, 'routes/app.connections.$id_.store'] as const;
const store = (shop: AccountShop) => shop.merchant.read<StorePage>(...storePage(shop));
const press = <Result = unknown>(shop: AccountShop, body: object) => shop.merchant.act<Result>(...storePage(shop), body);
const levels = async ({ at }: AccountShop) => (await control.get<ShopifyLedger>(at('/shopify/ledger?orders=0'))).levels;
const available = async (shop: AccountShop) =>
  (await levels(shop)).find((level) => level.sku === sku && level.location === place)?.available;
const bothShow = async (units: number, withinMs = WITHIN_MS) => {
  for (const shop of [host, guest])
    await eventually(`${units} of ${sku} in ${shop.domain}`, async () => (await available(shop)) === units, { withinMs });
};
const switched = (shop: AccountShop, sync: string, on: boolean) =>
  shop.merchant.act(...syncPage, { intent: 'switch', connectionId: shop.connectionId, sync, on });
const sell = async ({ at }: AccountShop, quantity: number): Promise<string> => {
  const { orders } = await control.post<{ orders: { name: string }[] }>(at('/shopify/orders'), { lines: [{ sku, quantity }] });
  return orders[0]?.name ?? '';
};
const warehouse = () => control.backOffice(connector);
const inWarehouse = async (reference: string) => (await warehouse()).orders.filter((one) => one.reference === reference);
const arrived = (name: string) =>
  eventually(`${name} in ${connector}`, async () => (await inWarehouse(name)).length === 1, { withinMs: WITHIN_MS });

/** The first run would change many levels and waits for a yes. */
async function approveFirstRun({ merchant, connectionId }: AccountShop): Promise<void> {
  const run = await eventually(
    'a run of the inventory',
    async () => {
      const { page } = await merchant.read<{
        page: { view: { sync: { awaiting: { id: string } | null; lastRun: object | null } } };
      }>(`/app/inventory?connection=${connectionId}`, 'routes/app.inventory');
      return page.view.sync.awaiting ?? (page.view.sync.lastRun ? { id: '' } : undefined);
    },
    { withinMs: WITHIN_MS },
  );
  if (run.id) await merchant.act(...syncPage, { intent: 'approve', connectionId, sync: 'inventory', runId: run.id });
}

/** What was begun before is over: what follows is measured by itself. */
const quiet = ({ merchant }: AccountShop) =>
  eventually(
    'nothing to be under way',
    async () => {
      const { rows } = await merchant.read<{ rows: { state: string; rolling: boolean }[] }>(
        '/app/activity',
        'routes/app.activity._index',
      );
      return rows.every(({ state, rolling }) => rolling || !['queued', 'running'].includes(state));
    },
    { withinMs: WITHIN_MS },
  );

beforeAll(async () => {
  host = await openShop(`account-a-${stamp}`, '#AA');
  guest = await openShop(`account-b-${stamp}`, '#AB');
  const sold = (await levels(host)).flatMap((level) =>
    level.location === place && level.active && level.sku?.trim() ? level.sku : [],
  );
  // Other flows sell the first ones in the same warehouse.
  sku = sold.at(-1) ?? '';
  await switchSyncs(host.merchant, host.connectionId, ['products']);
  await eventually(`${sku} in ${connector}`, async () => (await warehouse()).products.some((product) => product.sku === sku), {
    withinMs: 180_000,
  });
  await control.post(`/${connector}/stock`, { sku, facility: place, available: 40 });
}, 500_000);
// What it asks the vendor from now on would be in the calls that other flows look at.
afterAll(async () => {
  for (const { domain, at } of [host, guest]) await control.post(at('/uninstall'), { shop: domain });
});

test(
  'the second shop asks with a code, and shares the account’s stock once the first says yes',
  async () => {
    const { result } = await press<{ code: string }>(host, { intent: 'make-code' });
    await press(guest, { intent: 'enter-code', code: result?.code ?? '' });
    const { shares } = await store(host);
    await press(host, { intent: 'answer', codeId: shares.codes.asked?.id, yes: true });
    const joined = await eventually(
      'the sharing in the second shop',
      async () => (await store(guest)).shares.sharing ?? undefined,
    );
    expect(joined).toMatchObject({ imports: false });
    expect((await store(host)).shares.sharing).toMatchObject({ imports: true });
  },
  TEST_MS,
);

test(
  'the second shop links to the products that are there, doubles none, and shows their stock',
  async () => {
    const before = (await warehouse()).products.length;
    await switchSyncs(guest.merchant, guest.connectionId, ['products']);
    for (const shop of [host, guest]) {
      await switchSyncs(shop.merchant, shop.connectionId, ['inventory', 'orders', 'shipments']);
      await approveFirstRun(shop);
    }
    await bothShow(40);
    for (const shop of [host, guest]) await quiet(shop);
    const { products } = await warehouse();
    expect(products.filter((product) => product.sku === sku)).toHaveLength(1);
    expect(products.length).toBe(before);
  },
  TEST_MS,
);

test(
  'what one shop sells lowers the other at once, before the warehouse knows of it',
  async () => {
    await switched(host, 'orders', false);
    const name = await sell(host, 3);
    await bothShow(37, SOON_MS);
    expect(await inWarehouse(name)).toEqual([]);
    await switched(host, 'orders', true);
    await arrived(name);
    await bothShow(37);
  },
  TEST_MS,
);

test(
  'orders of both are there once each, under their own references, and a parcel of one changes nothing for the other',
  async () => {
    const [ofHost, ofGuest] = [await sell(host, 1), await sell(guest, 2)];
    await Promise.all([ofHost, ofGuest].map(arrived));
    await bothShow(34);
    expect([ofHost.startsWith('#AA'), ofGuest.startsWith('#AB')]).toEqual([true, true]);
    await control.post(`/${connector}/ship`, { reference: ofGuest, tracking: `SHARED-${stamp}`, carrier: 'DHL' });
    const fulfilments = async ({ at }: AccountShop) =>
      (await control.get<{ name: string; fulfilments: unknown[] }[]>(at('/shopify/orders?limit=500'))).flatMap((one) =>
        one.fulfilments.length > 0 ? one.name : [],
      );
    await eventually('the parcel in the second shop', async () => (await fulfilments(guest)).includes(ofGuest), {
      withinMs: WITHIN_MS,
    });
    expect(await fulfilments(host)).toEqual([]);
    await bothShow(34);
  },
  TEST_MS,
);

test(
  'a shop that leaves goes on with the account alone, and so does the other',
  async () => {
    await press(guest, { intent: 'stop' });
    await eventually('the end of the sharing', async () => (await store(host)).shares.sharing === null, { withinMs: WITHIN_MS });
    await arrived(await sell(host, 1));
    await eventually('one less in the first shop', async () => (await available(host)) === 33, { withinMs: WITHIN_MS });
    expect((await store(guest)).shares.sharing).toBeNull();
  },
  TEST_MS,
);
