import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ControlClient, eventually, type BackOfficeLedger, type ShopifyLedger } from '../../sandbox/control-client.ts';
import { Merchant } from '../../sandbox/merchant.ts';
import { connectBackOffice, mapLocations, mapMethods, switchSyncs } from '../../sandbox/set-up-shop.ts';

/* What goes wrong without anybody noticing, and a statement that notices: one shop at PULPO WMS, from outside. */

const WITHIN_MS = 120_000;
const MINUTE = 60_000;
const [mug, knife] = ['MU06-02', 'KI07-02'];
const place = 'Main Warehouse';
const domain = `statement-${Date.now().toString(36)}.myshopify.com`;
const route = 'routes/app.activity.statement';

interface Sum {
  total: number;
  buckets: Record<string, number>;
  found: number;
  repaired: number;
}

interface Shown {
  view: {
    read: {
      statement: { runId: string; sums: Partial<Record<string, Sum>> } | null;
      lines: { kind: string; label: string; bucket: string; code: string; found: string; action: string | null }[];
      running: unknown[];
    };
  };
}

let control: ControlClient;
let merchant: Merchant;
let connectionId: string;
const at = (path: string): string => `${path}${path.includes('?') ? '&' : '?'}shop=${domain}`;
const shopify = () => control.get<ShopifyLedger>(at('/shopify/ledger'));
const pulpo = () => control.get<BackOfficeLedger>('/pulpo/ledger?products=0');
const later = (ms: number) => control.post('/clock', { advanceMs: ms });
const read = async (query = '') =>
  (await merchant.read<Shown>(`/app/activity/statement?connection=${connectionId}${query}`, route)).view.read;

async function placeOrder(lines: { sku: string; quantity: number }[]): Promise<string> {
  const { orders } = await control.post<{ orders: { name: string }[] }>(at('/shopify/orders'), { lines });
  return orders[0]?.name ?? '';
}

/** Whatever the warehouse holds of this shop, by reference. */
const inPulpo = async (names: readonly string[]) => (await pulpo()).orders.filter(({ reference }) => names.includes(reference));

async function ended(before: string | undefined): Promise<Awaited<ReturnType<typeof read>>> {
  return eventually(
    'the statement',
    async () => {
      const shown = await read();
      return shown.running.length === 0 && shown.statement && shown.statement.runId !== before ? shown : undefined;
    },
    { withinMs: WITHIN_MS, everyMs: 500 },
  );
}

async function makeStatement() {
  const before = (await read()).statement?.runId;
  await merchant.act('/app/activity/statement', route, { intent: 'make', connectionId, period: 7 });
  return ended(before);
}

/** What the newest statement shows once its repairs have left no gap. */
const withoutGap = () =>
  eventually(
    'the statement without a gap',
    async () => {
      const shown = await read();
      return shown.running.length === 0 && shown.statement?.sums['order']?.buckets['gap'] === 0 ? shown : undefined;
    },
    { withinMs: WITHIN_MS },
  );

const settings = (sync: string, values: object) =>
  merchant.act('/app/sync-control', 'routes/app.sync-control', {
    ...{ intent: 'settings', connectionId, sync, settings: values },
    // A day: what is found is found by the statement, not by the next run.
    intervalMinutes: 1440,
  });

const names: string[] = [];

beforeAll(async () => {
  control = new ControlClient(inject('sandboxPort'));
  await control.post('/shops', { domain, catalogue: 'demo', plan: 'plus' });
  merchant = new Merchant(inject('sandboxPort'), { shop: domain });
  await merchant.open();
  connectionId = await connectBackOffice(merchant, control, 'pulpo');
  await mapLocations(merchant, connectionId);
  await mapMethods(merchant, connectionId);
  await switchSyncs(merchant, connectionId, ['products']);
  await eventually('the catalogue in PULPO', async () => (await control.backOffice('pulpo')).products.length > 100, {
    withinMs: WITHIN_MS,
  });
  const { levels } = await shopify();
  await control.post('/pulpo/stock', {
    levels: levels.flatMap(({ sku, location, available, active }) =>
      active && sku ? [{ sku, facility: location, available: Math.max(0, available) }] : [],
    ),
  });
  for (const sku of [mug, knife]) await control.post('/pulpo/stock', { sku, facility: place, available: 60 });
  for (const sync of ['orders', 'inventory', 'shipments']) await settings(sync, {});
  await switchSyncs(merchant, connectionId, ['orders', 'inventory', 'shipments']);
  for (let n = 0; n < 6; n += 1) names.push(await placeOrder([{ sku: n % 2 === 0 ? mug : knife, quantity: 2 }]));
  await eventually('the orders in PULPO', async () => (await inPulpo(names)).length === names.length, { withinMs: WITHIN_MS });
  await control.post('/pulpo/ship', { reference: names[0], tracking: 'KNOWN-1', carrier: 'DHL' });
  await eventually(
    'the first parcel in Shopify',
    async () => (await shopify()).orders.find(({ name }) => name === names[0])?.fulfilments.length === 1,
    { withinMs: WITHIN_MS },
  );
});
// What it asks the vendor from now on would be in the calls that other flows look at.
afterAll(() => control.post(at('/uninstall'), { shop: domain }));

test('where nothing is wrong, every order is accounted for and nothing is written', async () => {
  await later(30 * MINUTE);
  await makeStatement();
  const before = { shopify: await shopify(), pulpo: await pulpo() };
  const { statement, lines } = await makeStatement();
  expect(statement?.sums['order']).toMatchObject({ total: 6, buckets: { matched: 6, gap: 0 }, found: 0 });
  expect(statement?.sums['shipment']).toMatchObject({ total: 1, buckets: { matched: 1, gap: 0 }, found: 0 });
  expect(statement?.sums['level']).toMatchObject({ buckets: { gap: 0 }, found: 0 });
  expect(lines).toEqual([]);
  const after = { shopify: await shopify(), pulpo: await pulpo() };
  expect({ orders: after.shopify.orders, levels: after.shopify.levels }).toEqual({
    orders: before.shopify.orders,
    levels: before.shopify.levels,
  });
  expect(after.pulpo).toEqual(before.pulpo);
});

test('what nobody was told of is found and repaired to the last one, and nothing else is touched', async () => {
  const untouched = names.slice(4);
  const before = await shopify();
  const pulpoBefore = await inPulpo(untouched);
  await control.post('/faults', { target: 'webhooks', kind: 'drop' });
  const lost = [await placeOrder([{ sku: mug, quantity: 1 }]), await placeOrder([{ sku: knife, quantity: 3 }])];
  const [, shipped, deleted, edited] = names;
  await control.post('/pulpo/ship', { reference: shipped, tracking: 'UNHEARD-1', carrier: 'DHL' });
  await control.post('/pulpo/lose', { reference: deleted });
  await control.post(at(`/shopify/orders/${edited?.slice(1)}/edit`), { lines: [{ sku: knife, quantity: 1 }] });
  const drifted = before.levels.find(
    ({ sku, location, active }) => active && location === place && sku && ![mug, knife].includes(sku),
  );
  await control.post(at('/shopify/levels'), { sku: drifted?.sku, location: place, available: 777 });
  await later(10 * MINUTE);

  const { statement, lines } = await makeStatement();
  await control.delete('/faults');

  const found = (kind: string) => lines.filter((line) => line.kind === kind).map(({ label, found: what }) => `${label} ${what}`);
  expect(found('order').sort()).toEqual(
    [...lost.map((name) => `${name} never-seen`), `${deleted} missing-there`, `${edited} out-of-date`].sort(),
  );
  // The shipments sync reads once a day here: a parcel of ten minutes ago is on its way, and no gap.
  expect(statement?.sums['shipment']).toMatchObject({ total: 2, buckets: { matched: 1, held: 1, gap: 0 } });
  expect(found('level')).toEqual([`${drifted?.sku} level-differs`]);
  for (const kind of ['order', 'shipment', 'level']) expect(statement?.sums[kind], kind).toMatchObject({ buckets: { gap: 0 } });
  expect(statement?.sums['order']).toMatchObject({ total: 8, found: 4, repaired: 4 });

  const there = await inPulpo([...names, ...lost]);
  expect(there.map(({ reference }) => reference).sort()).toEqual([...names, ...lost].sort());
  expect(there.find(({ reference }) => reference === edited)?.lines).toMatchObject([{ sku: knife, quantity: 1 }]);
  expect(await inPulpo(untouched)).toEqual(pulpoBefore);
  const after = await shopify();
  const of = (ledger: ShopifyLedger, name: string | undefined) => ledger.orders.find((order) => order.name === name);
  for (const name of [names[0], deleted, ...untouched]) expect(of(after, name), name).toEqual(of(before, name));
  const level = (ledger: ShopifyLedger) =>
    ledger.levels.find(({ sku, location }) => sku === drifted?.sku && location === place)?.available;
  expect(level(after)).toBe(level(before));

  const again = await makeStatement();
  expect(again.lines).toEqual([]);
});

test('where the merchant wants to be asked, each difference waits with its one action, and a viewer can only look', async () => {
  await settings('orders', { autoRepair: false });
  const [, , , , one, other] = names;
  for (const reference of [one, other]) await control.post('/pulpo/lose', { reference });
  const { statement, lines } = await makeStatement();
  const differences = lines.map(({ kind, label, bucket, code, action }) => ({ kind, label, bucket, code, action }));
  const missing = { kind: 'order', bucket: 'gap', code: 'missing-there', action: 'send-again' };
  expect(differences).toEqual([one, other].map((label) => ({ ...missing, label })));
  expect((await inPulpo([one ?? '', other ?? ''])).length).toBe(0);

  const { user } = await control
    .post<{ id: number; user?: string }>('/users', {
      ...{ shop: domain, firstName: 'Vera', lastName: 'Viewer', email: 'vera@example.com' },
    })
    .then(({ id }) => ({ user: String(id) }));
  const viewer = new Merchant(inject('sandboxPort'), { shop: domain, user });
  const order = { statement: statement?.runId, kind: 'order', bucket: 'gap', code: 'missing-there' };
  const repair = { intent: 'repair', connectionId, order };
  expect(await viewer.tryAct('/app/activity/statement', route, repair)).toMatchObject({
    ok: false,
    failure: { code: 'role-needed' },
  });

  await merchant.act('/app/activity/statement', route, repair);
  await eventually('both orders in PULPO again', async () => (await inPulpo([one ?? '', other ?? ''])).length === 2, {
    withinMs: WITHIN_MS,
  });
  const mended = await withoutGap();
  expect(mended.statement?.sums['order']).toMatchObject({ found: 2, repaired: 2 });
  await settings('orders', {});
});

test('units that somebody changed in the back office are named, and set right when the merchant says so', async () => {
  const one = names[4] ?? '';
  await control.post('/pulpo/units', { reference: one, sku: mug, quantity: 5 });
  // It was sent again just now: what is told of it may still be on its way.
  await later(10 * MINUTE);
  const { statement, lines } = await makeStatement();
  expect(lines.map(({ label, bucket, code, action }) => ({ label, bucket, code, action }))).toEqual([
    { label: one, bucket: 'gap', code: 'units-differ-there', action: 'amend-again' },
  ]);
  const order = { statement: statement?.runId, kind: 'order', bucket: 'gap', code: 'units-differ-there' };
  await merchant.act('/app/activity/statement', route, { intent: 'repair', connectionId, order });
  await withoutGap();
  expect((await inPulpo([one]))[0]?.lines).toMatchObject([{ sku: mug, quantity: 2 }]);
});

test('a statement is made every day by itself', async () => {
  const before = (await read()).statement?.runId;
  await later(25 * 60 * MINUTE);
  const { statement } = await ended(before);
  expect(statement?.sums['order']).toMatchObject({ total: 8, buckets: { gap: 0 } });
  expect(statement?.sums['shipment']).toMatchObject({ total: 2, buckets: { matched: 2 } });
  const parcels = (await shopify()).orders.find(({ name }) => name === names[1])?.fulfilments;
  expect(parcels?.map(({ tracking }) => tracking[0]?.number)).toEqual(['UNHEARD-1']);
});
