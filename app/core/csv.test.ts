import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, inject, it } from 'vitest';
import { guardCell, unguardCell, writeCsv } from './csv.ts';

const numRuns = inject('fuzz') === 'nightly' ? 10_000 : 1_000;
const dangerous = /^[=+\-@\t\r\n＝＋－＠]/;

/** As Excel reads a file: a quote opens a cell at its beginning only, and after the one that closes it everything up to the separator belongs to the cell as it stands. */
function cellsOf(csv: string, separator: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= csv.length; at += 1) {
    let cell = '';
    if (csv[at] === '"') {
      for (at += 1; at < csv.length && (csv[at] !== '"' || csv[at + 1] === '"'); at += 1) {
        if (csv[at] === '"') at += 1;
        cell += csv[at] ?? '';
      }
      at += 1;
    }
    for (; at < csv.length && ![separator, '\r', '\n'].includes(csv[at] ?? ''); at += 1) cell += csv[at] ?? '';
    cells.push(cell);
    if (csv[at] === '\r' && csv[at + 1] === '\n') at += 1;
  }
  return cells;
}

const separators = [',', ';', '\t'];

describe('a cell that goes to a spreadsheet', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', "'=1", '=HYPERLINK("http://evil.example.com")'])(
    'never begins what it would run: %j',
    (text) => {
      expect(dangerous.test(guardCell(text))).toBe(false);
      expect(unguardCell(guardCell(text))).toBe(text);
    },
  );

  it.each(['Express;=1+1', 'Express\t=1+1', 'Express\n=1+1', 'Express;"=1+1;', 'Express";=1+1;"', 'a;;=1', "a;'=1", 'a;\t=1'])(
    'begins none where another separator splits it either: %j',
    (text) => {
      for (const separator of separators)
        for (const row of [[text], ['first', text], [text, text]])
          expect(cellsOf(writeCsv([row]), separator).filter((cell) => dangerous.test(cell))).toEqual([]);
    },
  );

  it('is read back as it was, and never runs, whatever it holds and wherever it is split (property)', () => {
    const piece = fc.constantFrom('=', '+', '-', '@', "'", '"', ';', ',', '\t', '\n', '\r', 'x', '1');
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 3 }), (row) => {
        const csv = writeCsv([row, row]);
        expect(Papa.parse<string[]>(csv, { delimiter: ',' }).data[0]?.map(unguardCell)).toEqual(row);
        for (const separator of separators) {
          const byPapa = Papa.parse<string[]>(csv, { delimiter: separator }).data.flat();
          expect([...cellsOf(csv, separator), ...byPapa].filter((one) => dangerous.test(one))).toEqual([]);
        }
      }),
      { numRuns },
    );
  });

  it('comes from one writer, wherever the product writes a CSV', () => {
    const root = path.resolve(import.meta.dirname, '../..');
    const sources = globSync('app/**/*.{ts,tsx}', { cwd: root })
      .filter((file) => !/\.test\.|\/stand-in\/|\.fixture\./.test(file))
      .map((file) => [file, readFileSync(path.join(root, file), 'utf8')] as const);
    expect(sources.filter(([, text]) => text.includes('unparse')).map(([file]) => file)).toEqual(['app/core/csv.ts']);
    const writers = sources.filter(([, text]) => text.includes('writeCsv'));
    // Who sends a CSV has it from who writes one.
    const senders = sources.filter(([, text]) => text.includes('text/csv'));
    expect(senders.length).toBeGreaterThanOrEqual(3);
    const fromWriter = (text: string) => writers.some(([file]) => text.includes(`/${path.basename(file)}'`));
    expect(senders.filter(([, text]) => !fromWriter(text)).map(([file]) => file)).toEqual([]);
  });
});
