import { describe, expect, it } from 'vitest';
import { aLine, anOrder } from './order.test-data.ts';
import { dayIn, holdForGoods, promisedDays, waitsOf, type GoodsFacts, type GoodsRules, type Wait } from './wait-for-goods.ts';

const rules: GoodsRules = {
  ...{ preOrders: 'split', backOrders: 'split', preOrderTags: ['Pre-Order'], promiseDetail: 'Ships on', promiseMetafield: '' },
};
const facts: GoodsFacts = { promises: new Map(), oversold: new Set() };
const at = { now: new Date('2026-11-20T10:00:00Z'), zone: 'Europe/Berlin' };
const line = aLine();
const waits = (change: Parameters<typeof aLine>[0], given: Partial<GoodsRules> = {}, known: Partial<GoodsFacts> = {}) => {
  const found = waitsOf(anOrder({ lines: [aLine(change)] }), { ...rules, ...given }, { ...facts, ...known }, at).get(line.id);
  return found ? `${found.code} ${found.until?.toISOString() ?? 'open'}` : 'goes';
};
const detail = (value: string) => ({ attributes: [{ key: 'ships on', value }] });

describe('whether a line waits for its goods', () => {
  it.each([
    ['nothing says so', {}, {}, {}, 'goes'],
    [
      'a promised day is ahead: until its midnight in the shop’s zone',
      detail('2026-12-01'),
      {},
      {},
      'pre-order 2026-11-30T23:00:00.000Z',
    ],
    ['a promised day as Germans write it', detail('1.12.2026'), {}, {}, 'pre-order 2026-11-30T23:00:00.000Z'],
    ['a promised day has come', detail('2026-11-20'), {}, {}, 'goes'],
    [
      'a promised day has come, though the tag is still there',
      { ...detail('2026-11-01'), productTags: ['pre-order'] },
      {},
      {},
      'goes',
    ],
    ['something else stands in the detail', detail('soon'), {}, {}, 'goes'],
    ['the product is tagged, in another case', { productTags: ['pre-order'] }, {}, {}, 'pre-order open'],
    ['the merchant sends them like any other', detail('2026-12-01'), { preOrders: 'send' }, {}, 'goes'],
    [
      'a metafield of the variant says a day',
      {},
      {},
      { promises: new Map([[line.variantId ?? '', '2026-12-24']]) },
      'pre-order 2026-12-23T23:00:00.000Z',
    ],
    ['more was sold than is there', {}, {}, { oversold: new Set([line.id]) }, 'back-order open'],
    ['more was sold, and the merchant sends them', {}, { backOrders: 'send' }, { oversold: new Set([line.id]) }, 'goes'],
  ] as const)('%s', (_what, change, given, known, expected) => {
    expect(waits(change as never, given, known)).toBe(expected);
  });

  it('is told the day of the line before the order’s and the product’s', () => {
    const two = [aLine(detail('2026-12-01')), aLine({ id: 'gid://shopify/LineItem/2' })];
    const order = anOrder({ lines: two, attributes: [{ key: 'Ships on', value: '2026-12-05' }] });
    const known = { ...facts, promises: new Map([[line.variantId ?? '', '2026-12-24']]) };
    expect([...promisedDays(order, rules, known).values()]).toEqual(['2026-12-01', '2026-12-05']);
  });

  it.each([
    ['2026-12-01T08:00:00Z', '2026-12-01'],
    ['24.12.2026', '2026-12-24'],
    ['2026-02-30', null],
    ['', null],
  ])('reads “%s” as %s', (text, day) => expect(dayIn(text)).toBe(day));

  it('ends with the last day where all go together, with the first where each goes as it comes', () => {
    const wait = (day: string | null): Wait => ({
      lineId: day ?? '',
      code: 'pre-order',
      sku: 'A',
      until: day ? new Date(day) : null,
    });
    const until = (which: 'first' | 'last', ...days: (string | null)[]) => {
      const found = holdForGoods(days.map(wait), which);
      return found.verdict === 'hold' ? (found.until?.toISOString().slice(0, 10) ?? 'open') : '';
    };
    expect(until('last', '2026-12-01', '2026-12-05')).toBe('2026-12-05');
    expect(until('first', '2026-12-01', '2026-12-05')).toBe('2026-12-01');
    expect(until('last', '2026-12-01', null)).toBe('open');
    expect(until('first', '2026-12-01', null)).toBe('2026-12-01');
  });
});
