import { describe, expect, it } from 'vitest';
import { rulesByKind, type MappingTable } from '../../mappings/resolve.ts';
import type { MappingTarget } from '../../mappings/kinds.ts';
import { judgeOrder, type Taker } from './judge-order.ts';
import { aFulfilmentOrder, aLine, anOrder } from './order.test-data.ts';
import { mapOrder } from './resolve-mappings.ts';
import { usedValuesOf } from './order-values.ts';
import { defaultSyncSettings } from '../../connections/sync-settings.ts';

const asItIs = { unmappedShipping: 'send', unmappedPayment: 'send', unmappedChannel: 'send' } as const;
const table = (rules: Partial<MappingTable['rules']> = {}): MappingTable => ({ version: 1, rules: rulesByKind(rules) });
const typed = (target: Partial<MappingTarget<'product-type'>>, source = 'Warranties') =>
  table({
    'product-type': [{ id: 't', match: 'exact', source, target: { value: null, class: 'service', lines: 'skip', ...target } }],
  });

describe('the sales channel of an order', () => {
  const web = table({ channel: [{ id: 'c', match: 'exact', source: 'web', target: { value: 'WEB_SALES' } }] });

  it('is what the merchant mapped it to, and is shown', () => {
    const mapped = mapOrder(anOrder(), web, asItIs);
    expect([mapped.channel, mapped.missing, mapped.shown['Online Store']]).toEqual(['WEB_SALES', null, 'WEB_SALES']);
  });

  it('goes as Shopify names it, or holds the order, as the setting says', () => {
    const order = anOrder({ channel: 'pos' });
    expect(mapOrder(order, web, asItIs)).toMatchObject({ channel: 'pos', missing: null });
    expect(mapOrder(order, web, { ...asItIs, unmappedChannel: 'hold' })).toMatchObject({
      missing: { code: 'channel-unmapped', params: { value: 'pos' } },
    });
    expect(mapOrder(anOrder({ channel: '' }), web, { ...asItIs, unmappedChannel: 'hold' }).missing).toBeNull();
  });
});

it('a customer has the class of the first tag that has one', () => {
  const customer = { id: 'c', name: 'Ada', email: null, phone: null, tags: ['new', 'trade', 'vip'] };
  const classes = table({
    'customer-class': [
      { id: '1', match: 'exact', source: 'vip', target: { value: 'A' } },
      { id: '2', match: 'exact', source: 'Trade', target: { value: 'B2B' } },
    ],
  });
  expect(mapOrder(anOrder({ customer }), classes, asItIs).customerClass).toBe('B2B');
  expect(mapOrder(anOrder(), classes, asItIs).customerClass).toBeNull();
});

describe('lines of a product type that nobody ships', () => {
  const warranty = aLine({
    id: 'gid://shopify/LineItem/2',
    sku: 'CARE',
    productType: 'Warranties',
    quantity: 1,
    currentQuantity: 1,
  });
  const order = anOrder({
    lines: [aLine(), warranty],
    currentTotal: 3500,
    fulfilmentOrders: [
      aFulfilmentOrder({
        lines: [
          ...aFulfilmentOrder().lines,
          { id: 'f2', lineId: warranty.id, inventoryItemId: null, sku: '', total: 1, remaining: 1 },
        ],
      }),
    ],
  });
  const judge = (mappings: MappingTable, one = order, sent: string[] = [], handedOver = new Set<string>()) => {
    const settings = { ...defaultSyncSettings('orders', { defaultFinancialStatuses: ['PAID'] }), ...asItIs };
    const mapped = mapOrder(one, mappings, settings, handedOver);
    const live = { id: 'c', shop: { timeZone: 'UTC' }, definition: { capabilities: { handOver: 'order' } } };
    const taker = { live, settings, enabledAt: new Date('2026-11-01'), mapped } as unknown as Taker;
    const links = [{ locationId: 'gid://shopify/Location/1', connectionId: 'c', facilityId: 'f' }] as never;
    return judgeOrder(one, [taker], { links, services: new Set() }, new Set(sent));
  };
  const linesSent = (verdicts: ReturnType<typeof judge>) =>
    verdicts.targets.flatMap((target) => target.fulfilmentOrders).flatMap((one) => one.lines.map(({ lineId }) => lineId));

  it('are not handed over, and their missing SKU holds nothing', () => {
    const verdicts = judge(typed({}));
    expect(linesSent(verdicts)).toEqual([aLine().id]);
    expect(verdicts.decisions).toEqual([{ verdict: 'send' }]);
    expect(verdicts.completions).toEqual([]);
    expect(judge(table()).holds).toMatchObject([{ reason: { code: 'sku-missing' } }]);
  });

  it('are handed over where the type is mapped as shipped', () => {
    expect(judge(typed({ class: 'physical' })).holds).toMatchObject([{ reason: { code: 'sku-missing' } }]);
  });

  it('are named to be fulfilled in Shopify where the merchant said so', () => {
    expect(judge(typed({ lines: 'complete' })).completions).toEqual([{ connectionId: 'c', lineIds: [warranty.id] }]);
  });

  it('wait with the order that is held, instead of being fulfilled', () => {
    const held = { ...order, lines: [aLine({ sku: '' }), warranty] };
    const nameless = {
      ...held,
      fulfilmentOrders: held.fulfilmentOrders.map((one) => ({ ...one, lines: one.lines.map((line) => ({ ...line, sku: '' })) })),
    };
    const verdicts = judge(typed({ lines: 'complete' }), nameless);
    expect(verdicts.holds).toMatchObject([{ reason: { code: 'sku-missing' } }]);
    expect(verdicts.completions).toEqual([]);
  });

  it('leave an order out that has nothing else, and are fulfilled all the same', () => {
    const alone = { ...order, fulfilmentOrders: [aFulfilmentOrder({ lines: order.fulfilmentOrders[0]!.lines.slice(1) })] };
    const verdicts = judge(typed({ lines: 'complete' }), alone);
    expect(verdicts.decisions).toMatchObject([{ verdict: 'skip', reason: { code: 'type-not-shipped' } }]);
    expect(verdicts.completions).toHaveLength(1);
    expect(verdicts.targets).toEqual([]);
  });

  it('stay with the back office when they were handed over before the type was mapped', () => {
    const verdicts = judge(typed({}), order, ['c'], new Set([warranty.id]));
    expect(linesSent(verdicts)).toEqual([aLine().id, warranty.id]);
  });
});

it('what an order used is kept by kind, and nothing of its customer', () => {
  const customer = { id: 'c', name: 'Ada', email: 'ada@example.com', phone: null, tags: ['private'] };
  expect(usedValuesOf(anOrder({ customer }))).toEqual({
    shipping: ['Standard'],
    payment: ['shopify_payments'],
    channel: ['web'],
    'product-type': ['Mugs'],
  });
});
