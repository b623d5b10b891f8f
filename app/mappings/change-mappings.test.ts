import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import type { MappingKind } from '../connectors/contract/index.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop } = await import('../db/scope.ts');
const { changeMappings } = await import('./change-mappings.ts');
const { readGoodsRules, typesNotShipped } = await import('./goods-rules.ts');
const { exportMappings, parseMappingCsv, previewImport } = await import('./mapping-csv.ts');
const { readNewValues } = await import('./new-values.ts');
const { observeValues, recountValues } = await import('./observed-values.ts');
const { previewChange } = await import('./preview-change.ts');
const { skuAliases } = await import('./sku-aliases.ts');
const { suggestMappings } = await import('./suggest.ts');
const { listAudit } = await import('../people/audit.ts');

const ada = { userId: '1', userName: 'Ada' };
const at = new Date('2026-11-20T10:00:00Z');
let shopId = 0;
let connectionId = '';

beforeEach(async () => {
  shopId = (await prisma.shop.create({ data: { domain: `c${Math.random()}.myshopify.com`, installedAt: at } })).id;
  const data = { shopId, connector: 'fake', name: 'Main', inboundHash: `${Math.random()}`, createdAt: at, updatedAt: at };
  connectionId = (await prisma.connection.create({ data })).id;
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

let variants = 0;
function variant(
  sku: string,
  more: { productType?: string; productTitle?: string; requiresShipping?: boolean; isGiftCard?: boolean } = {},
) {
  variants += 1;
  return prisma.variant.create({
    data: {
      ...{
        shopId,
        id: `v${variants}`,
        productId: `p${variants}`,
        inventoryItemId: `i${variants}`,
        sku,
        productTitle: sku,
        title: '',
      },
      ...{ productType: 'Mugs', vendor: '', tags: [], status: 'ACTIVE', price: 1n, tracked: true, requiresShipping: true },
      ...{ isGiftCard: false, hasComponents: false, whenOutOfStock: 'deny', shopifyUpdatedAt: at, readAt: at },
      ...more,
    },
  });
}
const save = (kind: MappingKind, mappings: Record<string, object>, match: 'exact' | 'starts' | 'contains' = 'exact') =>
  inShop(shopId, (tx) =>
    changeMappings(tx, shopId, ada, {
      ...{ connectionId, kind },
      save: Object.entries(mappings).map(([source, target]) => ({ match, source, target })),
    }),
  );
const alias = (pairs: Record<string, string>) =>
  save('sku-alias', Object.fromEntries(Object.entries(pairs).map(([source, value]) => [source, { value }])));
const version = async () => (await prisma.connection.findFirstOrThrow({ where: { id: connectionId } })).mappingVersion;
const order = (n: number, usedValues: object, more: object = {}) =>
  prisma.order.create({
    data: {
      ...{ shopId, id: `gid://shopify/Order/${n}`, name: `#${n}`, shopifyUpdatedAt: at, placedAt: at, financialStatus: 'PAID' },
      ...{
        fulfilmentStatus: 'UNFULFILLED',
        currency: 'EUR',
        total: 0n,
        units: 1,
        tags: [],
        verdict: 'hold',
        firstSeenAt: at,
        decidedAt: at,
      },
      ...{ usedValues, ...more },
    },
  });

describe('SKU aliases', () => {
  it('are in force from the next version on, one way and the other', async () => {
    await alias({ 'MUG-1': 'K100' });
    const found = await skuAliases(shopId, connectionId, await version());
    expect([found.there('mug-1 '), found.here('k100'), found.there('X'), found.foreign('MUG-1')]).toEqual([
      'K100',
      'MUG-1',
      'X',
      true,
    ]);
    await alias({ 'MUG-1': 'K200' });
    expect((await skuAliases(shopId, connectionId, await version())).there('MUG-1')).toBe('K200');
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId));
    expect(rows.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      'mapping-changed sku-alias MUG-1',
      'mapping-added sku-alias MUG-1',
    ]);
  });

  it('must lead back: none for two SKUs, none that is another product’s SKU, no rules; and then nothing is saved', async () => {
    await variant('B');
    await expect(alias({ A: 'K', C: ' k ' })).rejects.toMatchObject({ code: 'alias-taken' });
    await expect(alias({ A: 'X', ' a': 'Y' })).rejects.toMatchObject({ code: 'alias-source-twice' });
    await expect(alias({ A: 'b' })).rejects.toMatchObject({ code: 'alias-is-sku', params: { other: 'B' } });
    await expect(save('sku-alias', { A: { value: 'X' } }, 'starts')).rejects.toMatchObject({ code: 'mapping-rule-not-offered' });
    expect(await prisma.mapping.count({ where: { shopId } })).toBe(0);
    await variant('A');
    await alias({ A: 'B', B: 'A' });
    expect(await prisma.mapping.count({ where: { shopId } })).toBe(2);
  });

  it('that change make what was linked and counted under them unknown, and nothing else', async () => {
    for (const sku of ['MUG-1', 'K100', 'OTHER']) {
      await prisma.remoteStock.create({ data: { shopId, connectionId, facilityId: 'F', sku, available: 1, asOf: at } });
      const { id: variantId } = await variant(sku === 'K100' ? 'X' : sku);
      await prisma.productLink.create({ data: { shopId, connectionId, variantId, state: 'linked', remoteId: sku } });
    }
    await alias({ 'MUG-1': 'K100' });
    expect((await prisma.remoteStock.findMany({ where: { shopId } })).map(({ sku }) => sku)).toEqual(['OTHER']);
    expect((await prisma.productLink.findMany({ where: { shopId } })).map(({ remoteId }) => remoteId).sort()).toEqual([
      'K100',
      'OTHER',
    ]);
  });
});

describe('product types', () => {
  it('are resolved for the whole catalogue, rules too', async () => {
    await variant('A', { productType: 'Gift Cards' });
    await variant('B', { productType: 'Mugs' });
    await variant('C', { productType: 'Service: repair' });
    await save('product-type', { 'gift cards': { class: 'gift-card' } });
    await save('product-type', { service: { class: 'service', value: 'SERVICE', lines: 'complete' } }, 'starts');
    const goods = await inShop(shopId, (tx) => readGoodsRules(tx, shopId, connectionId));
    expect(goods.types).toEqual([
      { type: 'Gift Cards', value: null, class: 'gift-card' },
      { type: 'Service: repair', value: 'SERVICE', class: 'service' },
    ]);
    expect(typesNotShipped(goods)).toEqual(['Gift Cards', 'Service: repair']);
  });

  it('name the products and open orders that a change concerns, before it is made', async () => {
    await variant('A', { productType: 'Mugs', productTitle: 'Blue mug' });
    await variant('B', { productType: 'Plates' });
    await order(1, { 'product-type': ['Mugs'] });
    await order(2, { 'product-type': ['Plates'] });
    await order(3, { 'product-type': ['Mugs'] }, { closedAt: at });
    const change = { connectionId, kind: 'product-type' as const, save: [{ source: 'mugs', target: { class: 'digital' } }] };
    const preview = await inShop(shopId, (tx) => previewChange(tx, shopId, change));
    expect(preview).toMatchObject({
      products: { count: 1, first: ['Blue mug'] },
      openOrders: { count: 1, first: ['#1'], unmapped: 0 },
      orderIds: ['gid://shopify/Order/1'],
    });
    expect(await prisma.mapping.count({ where: { shopId } })).toBe(0);
    const asItWas = { ...change, save: [{ source: 'mugs', target: { class: 'physical' } }] };
    expect(await inShop(shopId, (tx) => previewChange(tx, shopId, asItWas))).toMatchObject({
      products: { count: 0 },
      orderIds: [],
    });
  });
});

it('an order that was handed over is not among those that a change concerns', async () => {
  const { id: orderId } = await order(1, { shipping: ['Standard'] });
  await order(2, { shipping: ['Standard'] });
  await prisma.part.create({
    data: {
      ...{ shopId, orderId, connectionId, number: 1, reference: '#1', remoteId: 'r', state: 'sent' },
      ...{ locationId: 'l', facilityId: 'f', createdAt: at },
    },
  });
  const change = { connectionId, kind: 'shipping' as const, save: [{ source: 'Standard', target: { carrier: 'UPS' } }] };
  expect((await inShop(shopId, (tx) => previewChange(tx, shopId, change))).openOrders).toEqual({
    count: 1,
    first: ['#2'],
    unmapped: 0,
  });
});

describe('values of the shop', () => {
  const seen = (kind: string, value: string) => ({ kind, value, label: value, origin: 'profile' as const });

  it('count as many of the last orders as Shopify says, and those that none used count none', async () => {
    await inShop(shopId, async (tx) => {
      await observeValues(tx, shopId, [
        { ...seen('shipping', 'Old'), origin: 'order' },
        seen('shipping', 'Standard'),
        { ...seen('product-type', 'Mugs'), origin: 'order' },
      ]);
      const counted = new Map([['k', { kind: 'shipping', value: 'Standard', orders: 12 }]]);
      await recountValues(tx, shopId, counted, ['shipping', 'payment']);
    });
    const rows = await prisma.observedValue.findMany({ where: { shopId }, orderBy: { value: 'asc' } });
    expect(rows.map(({ value, orders }) => [value, orders])).toEqual([
      ['Mugs', 1],
      ['Old', 0],
      ['Standard', 12],
    ]);
  });

  it('are suggested only where one answer is like them, and nothing of it is saved', async () => {
    await inShop(shopId, (tx) =>
      observeValues(
        tx,
        shopId,
        ['DHL Express', 'Standard Shipping', 'Pigeon', 'UPS', 'Mapped'].map((one) => seen('shipping', one)),
      ),
    );
    await save('shipping', { Mapped: { method: 'X' } });
    const offered = [
      { id: '1', label: 'Express', group: 'DHL' },
      { id: '2', label: 'Standard', group: null },
      { id: '3', label: 'Economy', group: 'DHL' },
      { id: '4', label: 'Standard', group: 'UPS' },
      { id: '5', label: 'Standard', group: 'DHL' },
    ];
    const ask = (list: typeof offered | 'none' | null) =>
      inShop(shopId, (tx) => suggestMappings(tx, shopId, { connectionId, kind: 'shipping', offered: list }));
    expect(await ask(offered)).toEqual([
      { value: 'DHL Express', target: { carrier: 'DHL', method: '1' } },
      { value: 'Standard Shipping', target: { method: '2' } },
    ]);
    expect((await ask('none')).map(({ target }) => target['method'])).toEqual([
      'DHL Express',
      'Pigeon',
      'Standard Shipping',
      'UPS',
    ]);
    expect(await ask(null)).toEqual([]);
    expect(await prisma.mapping.count({ where: { shopId } })).toBe(1);
  });

  it('that are types of which nothing is shipped are suggested as such', async () => {
    await variant('A', { productType: 'Songs', requiresShipping: false });
    await variant('B', { productType: 'Vouchers', isGiftCard: true });
    await variant('C', { productType: 'Mugs' });
    await inShop(shopId, (tx) =>
      observeValues(
        tx,
        shopId,
        ['Songs', 'Vouchers', 'Mugs', 'Repairs'].map((one) => seen('product-type', one)),
      ),
    );
    const found = await inShop(shopId, (tx) =>
      suggestMappings(tx, shopId, { connectionId, kind: 'product-type', offered: 'none' }),
    );
    expect(found.map(({ value, target }) => `${value} ${target['class']}`)).toEqual([
      'Mugs physical',
      'Repairs service',
      'Songs digital',
      'Vouchers gift-card',
    ]);
  });

  it('that turn up after the orders went live are noticed until they are mapped', async () => {
    const kinds = ['shipping', 'payment'] as const;
    const since = new Date(Date.now() - 1000);
    const notice = () => inShop(shopId, (tx) => readNewValues(tx, shopId, { connectionId, kinds, since }));
    await inShop(shopId, (tx) => observeValues(tx, shopId, [seen('shipping', 'Drone'), seen('payment', 'Barter')]));
    await prisma.location.create({
      data: {
        shopId,
        id: 'gid://shopify/Location/1',
        name: 'Annex',
        active: true,
        fulfillsOnline: true,
        address: {},
        importedAt: at,
        firstSeenAt: new Date(),
      },
    });
    const later = new Date(Date.now() + 60_000);
    // Nobody maps payments here, so none is missing.
    await save('shipping', { Standard: { method: 'S' } });
    expect(await inShop(shopId, (tx) => readNewValues(tx, shopId, { connectionId, kinds, since: later }))).toEqual([]);
    expect(await notice()).toEqual([
      { kind: 'shipping', count: 1, first: 'Drone' },
      { kind: 'location', count: 1, first: 'Annex' },
    ]);
    await save('shipping', { drone: { method: 'S' } });
    expect((await notice()).map(({ kind }) => kind)).toEqual(['location']);
  });
});

describe('every kind as CSV', () => {
  it.each<[MappingKind, string, object]>([
    ['shipping', 'carrier,method\r\nx,exact,DHL,P', { carrier: 'DHL', method: 'P' }],
    ['payment', 'method\r\nx,exact,P', { method: 'P' }],
    ['channel', 'to\r\nx,exact,P', { value: 'P' }],
    ['product-type', 'to,class,lines\r\nx,exact,,digital,complete', { value: null, class: 'digital', lines: 'complete' }],
    ['order-status', 'to\r\nx,exact,fulfilled', { value: 'fulfilled' }],
    ['customer-class', 'to\r\nx,exact,P', { value: 'P' }],
    ['product-tag', 'to\r\nx,exact,P', { value: 'P' }],
    ['sku-alias', "to\r\nx,exact,'=P", { value: '=P' }],
  ])('%s is written and read back', async (kind, text, target) => {
    const csv = `value,match,${text}`;
    const { change, faults } = await inShop(shopId, (tx) => previewImport(tx, shopId, { connectionId, kind, text: csv }));
    expect(faults).toEqual([]);
    await inShop(shopId, (tx) => changeMappings(tx, shopId, ada, change!));
    expect((await prisma.mapping.findFirstOrThrow({ where: { shopId } })).target).toEqual(target);
    const written = await inShop(shopId, (tx) => exportMappings(tx, shopId, connectionId, kind));
    expect(written.replaceAll('"', '').trimEnd()).toBe(csv);
  });

  it('a word that is none of a list is a fault of its line', () => {
    expect(parseMappingCsv('value,to,class,lines\nx,,edible,', 'product-type').faults).toMatchObject([
      { line: 2, code: 'mapping-target-invalid' },
    ]);
  });
});
