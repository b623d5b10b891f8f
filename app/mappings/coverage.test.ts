import { describe, expect, it } from 'vitest';
import { coverageOf, whatIf } from './coverage.ts';
import type { MappingRule } from './resolve.ts';

const rule = (source: string, method: string, match: MappingRule['match'] = 'exact'): MappingRule<'payment'> => ({
  id: `${match} ${source}`,
  match,
  source,
  target: { method },
});
const seen = [
  { value: 'Standard', orders: 90 },
  { value: 'Express', orders: 8 },
  { value: 'Pigeon', orders: 2 },
];

describe('coverage', () => {
  it('counts orders, not values', () => {
    expect(coverageOf([rule('Standard', 'S'), rule('Express', 'E')], seen)).toEqual({
      mappedOrders: 98,
      orders: 100,
      mappedValues: 2,
      values: 3,
      share: 0.98,
    });
  });

  it('is whole where there is nothing to cover', () => {
    expect(coverageOf([], [])).toMatchObject({ share: 1, orders: 0 });
  });
});

describe('what if', () => {
  it('counts orders whose answer changes, comes or goes, and names their values', () => {
    const before = [rule('Standard', 'S'), rule('Express', 'E')];
    expect(whatIf(before, [rule('Standard', 'S2'), rule('Express', 'E'), rule('pig', 'P', 'starts')], seen)).toEqual({
      values: ['Standard', 'Pigeon'],
      orders: 92,
      ordersUnmapped: 0,
    });
    expect(whatIf(before, [rule('Standard', 'S')], seen)).toEqual({ values: ['Express'], orders: 8, ordersUnmapped: 8 });
  });

  it('another rule with the same answer changes nothing', () => {
    expect(whatIf([rule('Standard', 'S')], [rule('stand', 'S', 'starts')], seen)).toEqual({
      values: [],
      orders: 0,
      ordersUnmapped: 0,
    });
  });
});
