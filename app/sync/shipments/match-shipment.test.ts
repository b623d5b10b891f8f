import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchShipment } from './match-shipment.ts';

const line = (lineId: string | null, sku: string, quantity: number) => ({ lineId, sku, quantity });
const open = (lineId: string, sku: string, units: number) => ({ lineId, sku, open: units });

const table: {
  name: string;
  shipped: ReturnType<typeof line>[];
  open: ReturnType<typeof open>[];
  matched: Record<string, number>;
  problems?: string[];
}[] = [
  { name: 'a line by its id', shipped: [line('1', 'A', 2)], open: [open('1', 'A', 3)], matched: { 1: 2 } },
  { name: 'a line by its SKU', shipped: [line(null, 'A', 2)], open: [open('1', 'A', 3)], matched: { 1: 2 } },
  {
    name: 'a SKU over two lines',
    shipped: [line(null, 'A', 3)],
    open: [open('1', 'A', 2), open('2', 'A', 2)],
    matched: { 1: 2, 2: 1 },
  },
  {
    name: 'a SKU passes a finished line',
    shipped: [line(null, 'A', 1)],
    open: [open('1', 'A', 0), open('2', 'A', 1)],
    matched: { 2: 1 },
  },
  {
    name: 'a named line keeps its units from an unnamed one of the same SKU',
    shipped: [line(null, 'A', 1), line('1', 'A', 1)],
    open: [open('1', 'A', 1), open('2', 'A', 1)],
    matched: { 1: 1, 2: 1 },
  },
  {
    name: 'a named line spills to its SKU',
    shipped: [line('1', 'A', 3)],
    open: [open('1', 'A', 2), open('2', 'A', 1)],
    matched: { 1: 2, 2: 1 },
  },
  {
    name: 'an id nobody knows falls back to the SKU',
    shipped: [line('9', 'A', 1)],
    open: [open('1', 'A', 1)],
    matched: { 1: 1 },
  },
  {
    name: 'a SKU in another case and with spaces',
    shipped: [line(null, ' ab-1 ', 1)],
    open: [open('1', 'AB-1', 1)],
    matched: { 1: 1 },
  },
  {
    name: 'the SKU as written before one in another case',
    shipped: [line(null, 'ab', 1)],
    open: [open('1', 'AB', 1), open('2', 'ab', 1)],
    matched: { 2: 1 },
  },
  { name: 'a line without SKU by its id', shipped: [line('1', '', 1)], open: [open('1', '', 1)], matched: { 1: 1 } },
  {
    name: 'more than open',
    shipped: [line(null, 'A', 5)],
    open: [open('1', 'A', 3)],
    matched: { 1: 3 },
    problems: ['shipped-more-than-open'],
  },
  {
    name: 'an unknown SKU',
    shipped: [line(null, 'Z', 1), line(null, 'A', 1)],
    open: [open('1', 'A', 1)],
    matched: { 1: 1 },
    problems: ['shipped-unknown-sku'],
  },
  {
    name: 'two lines without SKU are never mixed up',
    shipped: [line(null, '', 1)],
    open: [open('1', '', 1)],
    matched: {},
    problems: ['shipped-unknown-sku'],
  },
  { name: 'nothing shipped', shipped: [line('1', 'A', 0)], open: [open('1', 'A', 1)], matched: {} },
];

describe('matching a shipment to the lines of its part', () => {
  it.each(table)('$name', ({ shipped, open: lines, matched, problems = [] }) => {
    const result = matchShipment({ lines: shipped, cancelled: false }, lines);
    expect(Object.fromEntries(result.matched.map(({ lineId, quantity }) => [lineId, quantity]))).toEqual(matched);
    expect(result.problems.map(({ code }) => code)).toEqual(problems);
  });

  it('takes nothing for a cancelled shipment', () => {
    expect(matchShipment({ lines: [line('1', 'A', 1)], cancelled: true }, [open('1', 'A', 1)])).toEqual({
      matched: [],
      problems: [],
    });
  });

  it('names how many units of which SKU found no line, and what was open', () => {
    const { problems } = matchShipment({ lines: [line(null, 'A', 5)], cancelled: false }, [open('1', 'A', 2), open('2', 'A', 1)]);
    expect(problems).toEqual([{ code: 'shipped-more-than-open', params: { sku: 'A', quantity: 2, open: 3 } }]);
  });

  const skus = fc.constantFrom('A', 'a', ' A', 'B', '');
  it('conserves units, and never matches beyond what is open', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            lineId: fc.option(fc.constantFrom('0', '1', '2', '3', '9'), { nil: null }),
            sku: skus,
            quantity: fc.integer({ min: 0, max: 6 }),
          }),
          {
            maxLength: 6,
          },
        ),
        fc.array(fc.record({ sku: skus, open: fc.integer({ min: 0, max: 6 }) }), { maxLength: 4 }),
        (lines, some) => {
          const lineup = some.map((entry, index) => ({ ...entry, lineId: String(index) }));
          const { matched, problems } = matchShipment({ lines, cancelled: false }, lineup);
          const total = lines.reduce((sum, { quantity }) => sum + quantity, 0);
          const found = matched.reduce((sum, { quantity }) => sum + quantity, 0);
          const lost = problems.reduce((sum, { params }) => sum + Number(params['quantity']), 0);
          expect(found + lost).toBe(total);
          for (const { lineId, quantity } of matched) {
            expect(quantity).toBeGreaterThan(0);
            expect(quantity).toBeLessThanOrEqual(lineup[Number(lineId)]?.open ?? 0);
          }
          expect(new Set(matched.map(({ lineId }) => lineId)).size).toBe(matched.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
