import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import type { Connector, Product, RemoteOrder, SalesOrder, Shipment, StockLevel } from '../connectors/contract/index.ts';
import { fakeConnector, type FakeBackOffice } from './fake-connector.test-data.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop } = await import('../db/scope.ts');
const { changeMappings } = await import('../mappings/change-mappings.ts');
const { skuAliasesOf } = await import('../mappings/sku-aliases.ts');
const { withSkuAliases } = await import('./alias-skus.ts');
const { createConnection } = await import('./connections.ts');
const { setConnectors } = await import('./known-connectors.ts');
const { openConnection } = await import('./open-connection.ts');

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const aliases = skuAliasesOf([
  { source: 'MUG-1', target: 'K100' },
  { source: 'SWAP-A', target: 'SWAP-B' },
  { source: 'SWAP-B', target: 'SWAP-A' },
]);
const heard: string[] = [];
const note = <T>(what: string, skus: { sku: string }[], answer: T): Promise<T> => {
  heard.push(`${what} ${skus.map(({ sku }) => sku).join(' ')}`);
  return Promise.resolve(answer);
};
const remote = (lines: { sku: string }[]): RemoteOrder =>
  ({
    remoteId: 'r',
    reference: '#1',
    state: 'open',
    lines: lines.map(({ sku }) => ({ lineId: null, sku, quantity: 1 })),
  }) as unknown as RemoteOrder;
const orderOf = (...skus: string[]) => ({ lines: skus.map((sku) => ({ sku })) }) as unknown as SalesOrder;
const shipment = { remoteId: 's', lines: [{ lineId: null, sku: 'K100', quantity: 1 }] } as unknown as Shipment;
const levels = ['k100 ', 'SWAP-A', 'MUG-1', 'OTHER'].map((sku): StockLevel => ({
  facilityId: 'F',
  sku,
  remoteProductId: null,
  available: 1,
}));

/** Speaks the back office's codes only, and notes what it hears. */
const office: Connector = {
  check: [],
  facilities: { list: () => Promise.resolve([]) },
  orders: {
    preview: (order) => note('preview', order.lines, []),
    create: (order) => note('create', order.lines, remote(order.lines)),
    find: () => Promise.resolve(remote([{ sku: 'K100' }, { sku: 'OTHER' }])),
    amend: (_, order) => note('amend', order.lines, { verdict: 'accepted', order: remote(order.lines) }),
  },
  products: {
    batchSize: 1,
    upsert: (products) => note('upsert', products, []),
    findBySku: (skus) =>
      note(
        'findBySku',
        skus.map((sku) => ({ sku })),
        skus.map((sku) => ({ sku, remoteId: sku, title: sku })),
      ),
  },
  stock: {
    async *pull({ skus }) {
      if (skus)
        await note(
          'pull',
          skus.map((sku) => ({ sku })),
          null,
        );
      yield { levels, asOf: 1 };
    },
    setOnHand: (given) => note('setOnHand', given, { refused: given.map((one) => ({ ...one, vendorText: 'no' })) }),
  },
  shipments: {
    async *pull() {
      yield await Promise.resolve({ shipments: [shipment], cursor: '1' });
    },
    ofOrder: () => Promise.resolve([shipment]),
    confirm: (id) => note('confirm', [{ sku: id }], undefined),
  },
  returns: {
    async *pull() {
      yield await Promise.resolve({
        returns: [{ lines: [{ lineId: null, sku: 'K100', quantity: 1, restocked: true }] }] as never,
        cursor: '1',
      });
    },
    expect: ({ lines }) => note('expect', lines, { remoteId: 'x' }),
  },
};
const ours = withSkuAliases(office, () => Promise.resolve(aliases));
const skusOf = (lines: readonly { sku: string }[]) => lines.map(({ sku }) => sku).join(' ');
async function first<T>(pages: AsyncIterable<T>): Promise<T> {
  for await (const page of pages) return page;
  throw new Error('no page');
}

describe('SKU aliases', () => {
  it('are used for orders, both ways', async () => {
    heard.length = 0;
    expect(skusOf((await ours.orders.create(orderOf('mug-1', 'OTHER', 'SWAP-A'))).lines)).toBe('MUG-1 OTHER SWAP-A');
    expect(skusOf((await ours.orders.find('#1'))!.lines)).toBe('MUG-1 OTHER');
    const amended = await ours.orders.amend!('r', orderOf('SWAP-B'));
    expect(amended.verdict === 'accepted' && skusOf(amended.order.lines)).toBe('SWAP-B');
    expect(heard).toEqual(['create K100 OTHER SWAP-B', 'amend SWAP-A']);
    expect(ours.orders.cancel).toBeUndefined();
    expect(ours.inbound).toBeUndefined();
  });

  it('are used for products and stock; a code that means something else here brings no stock', async () => {
    heard.length = 0;
    await ours.products!.upsert([{ sku: 'MUG-1' } as Product]);
    expect(skusOf(await ours.products!.findBySku(['MUG-1']))).toBe('MUG-1');
    const page = await first(ours.stock!.pull({ facilityIds: [], since: null, skus: ['MUG-1'] }));
    expect(skusOf(page.levels)).toBe('MUG-1 SWAP-B OTHER');
    const { refused } = await ours.stock!.setOnHand!([{ facilityId: 'F', sku: 'MUG-1', remoteProductId: null, onHand: 1 }]);
    expect(skusOf(refused)).toBe('MUG-1');
    expect(heard).toEqual(['upsert K100', 'findBySku K100', 'pull K100', 'setOnHand K100']);
  });

  it('hide nothing that the back office offers: it still hears which parcels Shopify has', async () => {
    heard.length = 0;
    await ours.shipments!.confirm!('order 7', ['T1']);
    expect(heard).toEqual(['confirm order 7']);
  });

  it('are used for shipments and returns', async () => {
    heard.length = 0;
    expect(skusOf((await first(ours.shipments!.pull({ since: null }))).shipments[0]!.lines)).toBe('MUG-1');
    expect(skusOf((await ours.shipments!.ofOrder('r'))[0]!.lines)).toBe('MUG-1');
    expect(skusOf((await first(ours.returns!.pull({ since: null }))).returns[0]!.lines)).toBe('MUG-1');
    await ours.returns!.expect!({ lines: [{ lineId: 'l', sku: 'MUG-1', quantity: 1, reason: null }] } as never);
    expect(heard).toEqual(['expect K100']);
  });

  it('of a connection are in force for whoever opens it', async () => {
    const backOffice: FakeBackOffice = { facilities: [], key: 'right-key', orders: office.orders };
    setConnectors([fakeConnector(backOffice)]);
    const { id: shopId } = await prisma.shop.create({ data: { domain: 'alias.myshopify.com', installedAt: new Date() } });
    const ada = { userId: '1', userName: 'Ada' };
    const settings = { baseUrl: 'https://93.184.215.14/api', account: 'acme', apiKey: 'right-key' };
    const made = await createConnection(shopId, ada, { connector: 'fake', name: 'Main', settings });
    if (!made.ok) throw new Error(JSON.stringify(made.errors));
    const send = async () => {
      heard.length = 0;
      await (await openConnection(shopId, made.id)).connector.orders.create(orderOf('MUG-1'));
      return heard[0];
    };
    expect(await send()).toBe('create MUG-1');
    const save = [{ source: 'MUG-1', target: { value: 'K100' } }];
    await inShop(shopId, (tx) => changeMappings(tx, shopId, ada, { connectionId: made.id, kind: 'sku-alias', save }));
    expect(await send()).toBe('create K100');
  });
});
