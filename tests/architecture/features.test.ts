import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'docs/features.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('|') && !/^\| *(-+|Setting) *\|/.test(line));

it('docs/features.md names a test that exists for every setting', () => {
  expect(rows.length).toBeGreaterThan(100);
  const files = (row: string) =>
    [...row.matchAll(/(?:app|tests|extensions|sandbox)\/[\w./$-]+\.(?:test\.)?tsx?/g)].map(([file]) => file);
  expect(rows.filter((row) => files(row.split('|').at(-2) ?? '').length === 0)).toEqual([]);
  expect(rows.flatMap(files).filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});
