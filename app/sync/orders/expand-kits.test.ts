import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SalesOrderLine } from '../../connectors/contract/index.ts';
import { expandKits, kitsAmong } from './expand-kits.ts';

const line = (change: Partial<SalesOrderLine>): SalesOrderLine => ({
  ...{ lineId: 'L1', variantId: 'V1', sku: 'SET', remoteProductId: 'P1', title: 'Set', quantity: 2, facilityId: 'F' },
  ...{ unitPrice: 1000, discount: 0, taxes: [], total: 2000, requiresShipping: true, attributes: [], ...change },
});
const kits = kitsAmong(
  [' set '],
  new Map([
    [
      'set',
      [
        { sku: 'A', quantity: 3 },
        { sku: 'B', quantity: 1 },
      ],
    ],
  ]),
);

describe('a kit that is ordered', () => {
  it('goes as its components, all of the same line; other lines stay', () => {
    const sent = expandKits([line({}), line({ lineId: 'L2', sku: 'MUG' })], kits);
    expect(sent.map(({ lineId, sku, quantity }) => [lineId, sku, quantity])).toEqual([
      ['L1', 'A', 6],
      ['L1', 'B', 2],
      ['L2', 'MUG', 2],
    ]);
  });

  it('costs what it cost, whatever its price and discount', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 99_999 }),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(1000),
        (unitPrice, quantity, off) => {
          const discount = Math.min(off, unitPrice * quantity);
          const total = unitPrice * quantity - discount;
          const sent = expandKits([line({ unitPrice, quantity, discount, total })], kits);
          expect(sent.reduce((sum, one) => sum + one.total, 0)).toBe(total);
          for (const one of sent) expect(one.unitPrice * one.quantity - one.discount).toBe(one.total);
          for (const one of sent) expect(one.discount).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
