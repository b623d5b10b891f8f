import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Row } from './bench.ts';
import { writeDocuments } from './documents.ts';
import { asMachines } from './machines.ts';
import { asTime, exponentOf, quantile } from './measure.ts';
import { asSvg } from './plot.ts';
import { asMarkdown, asText } from './table.ts';

describe('the figures of a bench', () => {
  it('a quantile is a sample, the smallest that enough others are not above', () => {
    const samples = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([quantile(samples, 0.5), quantile(samples, 0.95), quantile(samples, 0.99), quantile(samples, 1)]).toEqual([
      50, 95, 99, 100,
    ]);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it.each([
    ['constant', 0],
    ['linear', 1],
    ['quadratic', 2],
  ])('%s growth has the exponent %d', (_name, exponent) => {
    const points = [100, 1_000, 10_000].map((size) => ({ size, seconds: 3 * size ** exponent }));
    expect(exponentOf(points)).toBeCloseTo(exponent, 6);
  });

  it('times are told in the unit a person would choose', () => {
    expect([300, 12.3, 0.5, 0.0021, 0.0000042].map(asTime)).toEqual(['5.0 min', '12.3 s', '500 ms', '2.10 ms', '4.20 µs']);
  });

  it('a miss is told as one, with its reason', () => {
    const row: Row = {
      what: 'a',
      target: '≤ 1 s',
      figure: '2 s',
      limit: '1 s',
      ratio: 2,
      verdict: 'miss',
      note: 'too slow | here',
    };
    expect(asText([row])).toMatch(/a {2,}≤ 1 s.*2 s.*MISS\n {4}too slow/);
    expect(asMarkdown([row])).toContain('| MISS | too slow \\| here |');
  });

  it('machines follow from what was measured: one for little, PostgreSQL by itself for more, shards for what is beyond one', () => {
    const lines = asMachines({ ordersAnHour: 100_000, webhooksASecond: 1_500, databaseSecondsAnOrder: 0.012 }).split('\n');
    expect(lines[2]).toBe('| 10 × 100 | 100 orders | 1 | 1 | 1 | 49 | 1 | none: one machine for everything |');
    expect(lines[5]).toBe('| 500 × 1,000 | 50,000 orders | 1 | 1 | 1 | 49 | 1 | none: one machine for everything |');
    expect(lines[6]).toContain('| 1 | 4 | 2 | 130 | 2 + PostgreSQL | PostgreSQL on a machine of its own |');
    expect(asMachines({ ordersAnHour: 20_000, webhooksASecond: 1_500, databaseSecondsAnOrder: 0.1 })).toContain('shards by shop');
  });

  it('a whole run replaces what the documents showed, between its marks and nowhere else', async () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'crossdock-documents-'));
    mkdirSync(path.join(root, 'docs'));
    const documentOf = (name: string) => path.join(root, 'docs', name);
    for (const [name, mark] of [
      ['performance.md', 'results'],
      ['operations.md', 'machines'],
    ] as const)
      writeFileSync(documentOf(name), `# Before\n\n<!-- ${mark} -->\n\nold\n\n<!-- /${mark} -->\n\n## After\n`);
    const row = { what: 'a', target: '≤ 1 s', figure: '2 s', limit: '', ratio: null, verdict: 'miss', note: 'slow' } as const;
    const points = (power: number) => [10, 100, 1_000].map((size) => ({ size, seconds: size ** power / 100 }));
    const curve = { name: 'Stock diff', of: 'levels', points: points(1), beside: { what: 'a join', points: points(1.2) } };
    const measures = { ordersAnHour: 100_000, webhooksASecond: 1_500, databaseSecondsAnOrder: 0.012 };
    const run = { head: '2 cores', rows: [row], curves: [curve], measures };
    for (const _time of [1, 2]) await writeDocuments(root, run, {});
    const shown = readFileSync(documentOf('performance.md'), 'utf8');
    expect(shown).toMatch(/^# Before\n\n<!-- results -->\n\n2 cores\n[^]*MISS[^]*<!-- \/results -->\n\n## After\n$/);
    expect(shown).toContain('![Stock diff: levels to the power of 1.00](images/performance/stock-diff.svg)');
    expect(shown).toContain('power of 1.00, linear or better (a join: 1.20)');
    expect(shown).not.toContain('old');
    expect(readFileSync(documentOf('images/performance/stock-diff.svg'), 'utf8')).toContain('<svg');
    expect(readFileSync(documentOf('operations.md'), 'utf8')).toMatch(
      /# Before[^]*PostgreSQL on a machine of its own[^]*## After/,
    );
    rmSync(root, { recursive: true, force: true });
  });

  it('a curve is drawn with its exponent and each of its points', () => {
    const svg = asSvg({
      name: 'Diff',
      of: 'levels',
      points: [1_000, 10_000, 100_000].map((size) => ({ size, seconds: size / 1e5 })),
    });
    expect(svg).toContain('Diff: size to the power of 1.00');
    expect(svg.match(/<circle/g)).toHaveLength(3);
    expect(svg).not.toContain('NaN');
  });
});
