import { expect } from 'vitest';
import type { FlowShop, OrderView } from './flow-shop.ts';
import {
  appSays,
  costsTheSame,
  fulfilled,
  goods,
  held,
  mainWarehouse,
  noPart,
  onePart,
  partsAre,
  sent,
  service,
  skipped,
  thePart,
  untouched,
  type OrderKind,
  type Stage,
} from './order-kind.ts';
import { setRules } from './order-kinds-rules.ts';

const group = 'What a merchant sets';
const { blanket } = goods;
const lines = [{ sku: blanket, quantity: 1 }];
const one = onePart(`${blanket}×1`);

const mappings = (shop: FlowShop, kind: string) => `/app/mappings?kind=${kind}&connection=${shop.connectionId}`;

async function changeMappings(shop: FlowShop, kind: string, change: { mappings: object[]; remove?: string[] }): Promise<void> {
  const body = { intent: 'save', connectionId: shop.connectionId, kind, ...change };
  await shop.merchant.act(mappings(shop, kind), 'routes/app.mappings', body);
}

const mapTo = (shop: FlowShop, kind: string, source: string, value: string) =>
  changeMappings(shop, kind, { mappings: [{ match: 'exact', source, target: { value } }] });

async function unmap(shop: FlowShop, kind: string): Promise<void> {
  const page = await shop.merchant.read<{ rows: { mapping: { id: string } | null }[] }>(
    mappings(shop, kind),
    'routes/app.mappings',
  );
  await changeMappings(shop, kind, { mappings: [], remove: page.rows.flatMap(({ mapping }) => mapping?.id ?? []) });
}

/** Goods that the buyer was promised for a day far ahead. */
const promised = { sku: goods.apron, quantity: 1, attributes: { 'Ships on': '2099-12-24' } };
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** Plays a row under these settings and puts them back. Rows with settings of their own are played one after the other. */
const under = (settings: Record<string, unknown>) => ({
  alone: true,
  before: (shop: FlowShop) => setRules(shop, settings),
  after: (shop: FlowShop) => setRules(shop, {}),
});

/** Protected customer data that Shopify shows the app or doesn't. */
const keepBack = async (shop: FlowShop, withheld: string[]): Promise<void> =>
  void (await shop.control.post(shop.at('/shopify/settings'), { withheld }));

/** What a person does on the order's page. */
async function onPage({ shop }: Stage, view: OrderView, body: Record<string, unknown>): Promise<void> {
  const id = view.app?.id.split('/').pop() ?? '';
  await shop.merchant.act(`/app/orders/${id}`, 'routes/app.orders.$id', body);
}

const leftOut = (kind: string, reason: string, settings: Record<string, unknown>, order: Record<string, unknown>): OrderKind => ({
  ...{ group, kind, verdict: 'Left out, with the reason', backOffice: 'Nothing', shopify: 'Nothing' },
  ...under(settings),
  order: { lines, ...order },
  app: skipped(reason),
  backOfficeHas: noPart,
  shopifyHas: untouched,
});

export const bySettings: OrderKind[] = [
  leftOut(
    'Of a customer whose tag is left out',
    'customer-tag-excluded',
    { excludedCustomerTags: ['staff'] },
    {
      customer: { firstName: 'Ada', lastName: 'L', tags: ['Staff'] },
    },
  ),
  leftOut(
    'Through a sales channel that is left out',
    'channel-left-out',
    { excludedChannels: ['amazon'] },
    { channel: 'amazon' },
  ),
  leftOut('To a country that is left out', 'country-left-out', { excludedCountries: ['FR'] }, { country: 'FR' }),
  {
    group,
    kind: 'With a high risk, where that is held',
    verdict: 'Held as a problem until somebody sends it',
    backOffice: 'Nothing before; then one order',
    shopify: 'Nothing',
    ...under({ risk: 'hold-high' }),
    order: { lines, risk: 'high' },
    async play(stage) {
      const view = await stage.until((seen) => {
        held('risk')(seen);
        noPart(seen);
      });
      await onPage(stage, view, { intent: 'choose', made: 'send-now' });
    },
    app: sent,
    backOfficeHas: one,
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Whose address Shopify keeps back until it has approved the app',
    verdict: 'Held as a problem; it goes by itself after the approval',
    backOffice: 'Nothing before; then one order with its address',
    shopify: 'Nothing',
    alone: true,
    before: (shop) => keepBack(shop, ['name', 'address', 'phone', 'email']),
    after: (shop) => keepBack(shop, []),
    order: { lines },
    async play({ shop, until }) {
      await until((view) => {
        held('address-withheld')(view);
        noPart(view);
      });
      await keepBack(shop, []);
      await shop.control.post('/clock', { advanceMs: 61 * 60_000 });
    },
    app: sent,
    backOfficeHas(view) {
      one(view);
      expect(thePart(view).shipTo?.address1).toBeTruthy();
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Changed by the merchant inside the edit window, then sent at once',
    verdict: 'Held for the edit window, which a button cuts short',
    backOffice: 'One order with the changed address and note',
    shopify: 'Nothing; the order there stays as it was',
    ...under({ editWindowMinutes: 600 }),
    order: { lines, note: 'Ring twice' },
    async play(stage) {
      const view = await stage.until(held('edit-window'));
      const id = view.app?.id.split('/').pop() ?? '';
      const { form } = await stage.shop.merchant.read<{ form: Record<string, unknown> }>(
        `/app/orders/${id}?edit=1`,
        'routes/app.orders.$id',
      );
      await onPage(stage, view, { intent: 'edit', ...form, city: 'Anderswo', note: 'Leave at the door' });
      await onPage(stage, view, { intent: 'choose', made: 'send-now' });
    },
    app: sent,
    backOfficeHas(view) {
      one(view);
      expect(thePart(view)).toMatchObject({ shipTo: { city: 'Anderswo' }, note: 'Leave at the door' });
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Left out by hand, then taken back in',
    verdict: 'Left out as long as the merchant wants; then sent',
    backOffice: 'Nothing before; then one order',
    shopify: 'Nothing',
    ...under({ editWindowMinutes: 600 }),
    order: { lines },
    async play(stage) {
      const view = await stage.until(held('edit-window'));
      await onPage(stage, view, { intent: 'choose', made: 'leave-out' });
      await stage.until(skipped('left-out-by-hand'));
      await onPage(stage, view, { intent: 'choose', made: 'take-back' });
      await stage.until(held('edit-window'));
      // A setting that changes is looked at for the orders it concerns.
      await setRules(stage.shop, {});
    },
    app: sent,
    backOfficeHas: one,
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'With a prefix, a fixed customer, without its payment and its details; tagged when it went',
    verdict: 'Sent as the settings say',
    backOffice: 'One order by the number with the prefix, of that customer, without a payment, a note and details',
    shopify: 'The tag on the order, and the number there in a metafield',
    ...under({
      ...{ numberPrefix: 'T-', customer: 'fixed', fallbackCustomerName: 'Web shop', omittedPayments: ['Shopify_Payments'] },
      ...{ orderNote: false, orderAttributes: false, tagImported: 'at-the-warehouse', numberMetafield: 'custom.wms_number' },
    }),
    order: { lines, gateway: 'shopify_payments', note: 'Secret', attributes: { gift: 'yes' } },
    app: sent,
    backOfficeHas(view) {
      one(view);
      expect(thePart(view)).toMatchObject({
        ...{ reference: `T-${view.shopify.name}`, customer: { name: 'Web shop' }, payments: [], note: null },
      });
    },
    shopifyHas(view) {
      untouched(view);
      expect(view.shopify.tags).toContain('at-the-warehouse');
    },
  },
  {
    group,
    kind: 'With goods promised for later, where all go together',
    verdict: 'Held until the promised day, or until somebody sends it',
    backOffice: 'Nothing',
    shopify: 'The tag for such orders, nothing else',
    ...under({ preOrders: 'park', promiseDetail: 'ships on', tagPreOrder: 'pre-order' }),
    order: { lines: [{ sku: blanket, quantity: 1 }, promised] },
    app: held('pre-order'),
    backOfficeHas: noPart,
    shopifyHas(view) {
      untouched(view);
      expect(view.shopify.tags).toContain('pre-order');
    },
  },
  {
    group,
    kind: 'With goods promised for later, where the rest goes first',
    verdict: 'The rest is sent, the goods follow on their day or when somebody says so',
    backOffice: 'One order with the rest; then a second one, `#n_2`, with the goods; together they cost what the buyer paid',
    shopify: 'Nothing',
    ...under({ preOrders: 'split', promiseDetail: 'ships on' }),
    order: { lines: [{ sku: blanket, quantity: 1 }, promised] },
    async play(stage) {
      const view = await stage.until((seen) => {
        appSays('sent', 'pre-order')(seen);
        one(seen);
      });
      await onPage(stage, view, { intent: 'choose', made: 'send-now' });
    },
    app: appSays('sent'),
    backOfficeHas(view) {
      partsAre(view, [mainWarehouse, `${blanket}×1`], [mainWarehouse, `${goods.apron}×1`]);
      expect(view.parts.map(({ reference }) => reference).sort()).toEqual([view.shopify.name, `${view.shopify.name}_2`]);
      costsTheSame(view);
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Of a kit, which is packed as several products',
    verdict: 'Sent',
    backOffice: 'One order of the products, at the kit’s price',
    shopify: 'A fulfilment of the kit once its last product has left',
    alone: true,
    before: (shop) => mapTo(shop, 'kit', goods.kettle, `2 × ${goods.pan}, ${goods.board}`),
    order: { lines: [{ sku: goods.kettle, quantity: 1 }] },
    async play({ until, ship }) {
      await until(onePart(`${goods.board}×1`, `${goods.pan}×2`));
      await ship({ lines: [{ sku: goods.pan, quantity: 2 }], tracking: 'KIT-1' });
      await until((view) => expect(thePart(view).state).toBe('partly-shipped'));
      await ship({ lines: [{ sku: goods.board, quantity: 1 }], tracking: 'KIT-2' });
    },
    after: (shop) => unmap(shop, 'kit'),
    app: appSays('shipped'),
    backOfficeHas(view) {
      onePart(`${goods.board}×1`, `${goods.pan}×2`)(view);
      costsTheSame(view);
    },
    shopifyHas: fulfilled(['KIT-2', `${goods.kettle}×1`]),
  },
  {
    group,
    kind: 'Whose state another system calls by a word that is mapped to fulfilled',
    verdict: 'Fulfilled as that word means',
    backOffice: 'The order, as it was',
    shopify: 'A fulfilment without tracking',
    alone: true,
    before: (shop) => mapTo(shop, 'order-status', 'Despatched', 'fulfilled'),
    order: { lines },
    async play({ shop, name, until }) {
      await until(one);
      await shop.stockroom('POST', `/orders/${encodeURIComponent(name)}/status`, { status: 'Despatched' });
    },
    after: (shop) => unmap(shop, 'order-status'),
    app: appSays('shipped'),
    backOfficeHas: one,
    shopifyHas: fulfilled(['', `${blanket}×1`]),
  },
  {
    group,
    kind: 'From before the first day, where history is kept',
    verdict: 'Kept as history',
    backOffice: 'One order that is done already; the stock stays as it is',
    shopify: 'Nothing',
    ...under({ historyFrom: daysAgo(40) }),
    order: { lines, createdAt: `${daysAgo(20)}T10:00:00Z` },
    app: appSays('parked'),
    backOfficeHas(view) {
      expect(view.parts).toMatchObject([{ state: 'shipped', shipments: [], lines: [{ sku: blanket, quantity: 1, shipped: 1 }] }]);
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Digital goods only, where they are wanted, too',
    verdict: 'Sent',
    backOffice: 'One order with the digital goods',
    shopify: 'Nothing',
    ...under({ physicalOnly: false }),
    order: { lines, requiresShipping: false },
    app: sent,
    backOfficeHas: (view) => expect(view.parts).toHaveLength(1),
    shopifyHas: untouched,
  },
  {
    ...leftOut(
      'Sold at the till, where such sales are left out',
      'sold-in-store',
      { posSales: 'leave-out' },
      { pos: true, customer: null },
    ),
    shopify: "Nothing; the till's own fulfilment stays the only one",
    shopifyHas: (view) => expect(view.shopify.fulfilments).toHaveLength(1),
  },
  {
    group,
    kind: "Wholly at another app's fulfilment service",
    verdict: 'Left out a quarter of an hour later: Shopify shows us none of it',
    backOffice: 'Nothing',
    shopify: 'Nothing',
    alone: true,
    order: { lines: [{ sku: blanket, quantity: 1, location: service }] },
    async play({ shop, until }) {
      await until(held('awaiting-routing'));
      await shop.control.post('/clock', { advanceMs: 16 * 60_000 });
    },
    app: skipped('other-service-unseen'),
    backOfficeHas: noPart,
    shopifyHas: untouched,
  },
];
