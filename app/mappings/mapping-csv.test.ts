import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { parseMappingCsv } from './mapping-csv.ts';

const heading = 'value,match,carrier,method';
const numRuns = inject('fuzz') === 'nightly' ? 10_000 : 500;

/** What a file costs: nothing that somebody uploads may keep the process from others. */
function timed(text: string) {
  const started = performance.now();
  const { rows, faults } = parseMappingCsv(text, 'shipping');
  return { rows: rows.length, first: faults[0]?.code, faults: faults.length, ms: performance.now() - started };
}

describe('a CSV that is a bomb', () => {
  it.each<[string, string, () => string]>([
    ['of a hundred megabytes', 'csv-too-large', () => `${heading}\n${'x'.repeat(100_000_000)}`],
    ['of a million rows', 'csv-too-large', () => `${heading}\n${'a,exact,DHL,Parcel\n'.repeat(1_000_000)}`],
    ['of many short rows', 'csv-too-long', () => `${heading}\n${'a,,b,\n'.repeat(200_000)}`],
    ['of a hundred thousand columns', 'csv-too-wide', () => `${heading}${',x'.repeat(100_000)}\n${'1,'.repeat(100_000)}`],
    ['of one cell that never ends', 'csv-line-broken', () => `${heading}\n"${'x\n'.repeat(2_000_000)}`],
    ['of nothing but quotes', 'csv-line-broken', () => `${heading}\n${'"'.repeat(2_000_001)}`],
    ['of quotes that open everywhere', 'csv-too-long', () => `${heading}\n${'a,"b"c,"\n'.repeat(300_000)}`],
    ['of nothing but line ends', 'csv-column-missing', () => '\n'.repeat(4_000_000)],
    ['of ten thousand lines that are broken', 'csv-line-broken', () => `${heading}\n${'a,"b"c,"d",e\n'.repeat(9_999)}`],
    ['of nothing but commas', 'csv-column-missing', () => ','.repeat(4_000_000)],
    ['of null characters', 'csv-column-missing', () => '\0'.repeat(4_000_000)],
    ['with a heading named like what every object has', 'csv-column-missing', () => '__proto__,constructor,toString\n1,2,3'],
  ])('%s is refused as %s, at once', (_, code, make) => {
    const result = timed(make());
    expect([result.rows, result.first]).toEqual([0, code]);
    expect(result.ms).toBeLessThan(3_000);
  });

  it('names the line of a fault as a spreadsheet counts, empty lines too', () => {
    const { faults } = parseMappingCsv(`${heading}\n\n,,,\nStandard,exact,"DHL" x,Parcel\n`, 'shipping');
    expect(faults).toEqual([{ line: 4, code: 'csv-line-broken', params: {} }]);
  });

  it('with a fault in each of ten thousand rows names them all, at once', () => {
    const { faults, ms } = timed(`${heading}\n${'a,perhaps,DHL,Parcel\n'.repeat(10_000)}`);
    expect(faults).toBe(10_000);
    expect(ms).toBeLessThan(3_000);
  });

  it('whatever it holds is answered with rows or faults, never with a crash (property)', () => {
    const piece = fc.oneof(
      fc.constantFrom('"', ',', ';', '\n', '\r\n', '\t', '""', 'exact', '=1', '\uFEFF', '__proto__'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.boolean(), (pieces, headed) => {
        const { rows, faults } = parseMappingCsv(`${headed ? `${heading}\n` : ''}${pieces.join('')}`, 'shipping');
        expect(rows.length + faults.length).toBeGreaterThanOrEqual(0);
      }),
      { numRuns },
    );
  });
});
