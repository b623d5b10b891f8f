import { describe, expect, it } from 'vitest';
import { inKits } from './kit-units.ts';

const kits = {
  set: [
    { sku: 'A', quantity: 2 },
    { sku: 'B', quantity: 1 },
  ],
};
const part = [
  { lineId: 'K', sku: 'SET' },
  { lineId: 'M', sku: 'MUG' },
];
const line = (lineId: string | null, sku: string, quantity: number) => ({ lineId, sku, quantity });

describe('parcels of a kit', () => {
  it('count in whole kits, by the line they name', () => {
    expect(inKits([line('K', 'A', 4), line('K', 'b', 2), line('M', 'MUG', 1)], [], part, kits)).toEqual([
      line('M', 'MUG', 1),
      line('K', 'SET', 2),
    ]);
  });

  it('count with the parcel that completes a kit, and once', () => {
    const first = [line('K', 'A', 3)];
    expect(inKits(first, [], part, kits)).toEqual([]);
    const second = [line('K', 'B', 2), line('K', 'A', 1)];
    expect(inKits(second, first, part, kits)).toEqual([line('K', 'SET', 2)]);
    expect(inKits([line('K', 'A', 2)], [...first, ...second], part, kits)).toEqual([]);
  });

  it('are told by SKU where no line is named, unless the product is ordered by itself, too', () => {
    expect(inKits([line(null, 'A', 2), line(null, 'B', 1)], [], part, kits)).toEqual([line('K', 'SET', 1)]);
    const alone = [...part, { lineId: 'A1', sku: 'A' }];
    expect(inKits([line(null, 'A', 2)], [], alone, kits)).toEqual([line(null, 'A', 2)]);
  });

  it('count where the kit itself is named, as what no parcel holds is', () => {
    expect(inKits([line('K', 'SET', 2)], [], part, kits)).toEqual([line('K', 'SET', 2)]);
    const pack = { set: [{ sku: 'SET', quantity: 2 }] };
    expect(inKits([line('K', 'SET', 2)], [], part, pack)).toEqual([line('K', 'SET', 1)]);
  });

  it('change nothing where nothing is a kit', () => {
    const report = [line(null, 'MUG', 1)];
    expect(inKits(report, [], part, null)).toEqual(report);
    expect(inKits(report, [], [part[1]!], kits)).toEqual(report);
  });
});
