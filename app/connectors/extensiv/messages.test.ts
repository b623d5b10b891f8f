import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import de from './messages/de.json' with { type: 'json' };
import en from './messages/en.json' with { type: 'json' };

type Words = { [key: string]: string | Words };

const keysOf = (words: Words, before = ''): string[] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [before + key] : keysOf(value, `${before}${key}.`),
  );
const blanksOf = (words: Words): [string, string][] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, [...value.matchAll(/\{\{\w+\}\}/g)].sort().join()] as [string, string]] : blanksOf(value),
  );

it('says everything in both languages, with the same blanks', () => {
  expect(keysOf(de)).toEqual(keysOf(en));
  expect(blanksOf(de)).toEqual(blanksOf(en));
});

it('has words for every failure that is thrown here, and no others', () => {
  const sources = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const thrown = sources.flatMap((name) =>
    [...readFileSync(`${import.meta.dirname}/${name}`, 'utf8').matchAll(/'(extensiv-[a-z-]+)'/g)].map(([, code]) => code),
  );
  expect([...new Set(thrown)].sort()).toEqual(Object.keys(en.errors).sort());
});
