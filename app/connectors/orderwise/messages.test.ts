import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { orderwise } from './index.ts';
import de from './messages/de.json' with { type: 'json' };
import en from './messages/en.json' with { type: 'json' };

type Words = { [key: string]: string | Words };

const keysOf = (words: Words, before = ''): string[] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [before + key] : keysOf(value, `${before}${key}.`),
  );
const blanksOf = (words: Words): [string, string][] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[key, [...value.matchAll(/\{\{\w+\}\}|\[\w+Sql\]/g)].sort().join()] as [string, string]]
      : blanksOf(value),
  );

it('says everything in both languages, with the same blanks', () => {
  expect(keysOf(de)).toEqual(keysOf(en));
  expect(blanksOf(de)).toEqual(blanksOf(en));
});

it('has words for every failure that is thrown here, and no others', () => {
  const sources = ['.', 'classic'].flatMap((folder) =>
    readdirSync(`${import.meta.dirname}/${folder}`)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => `${import.meta.dirname}/${folder}/${name}`),
  );
  const thrown = sources.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/'(orderwise-[a-z-]+)'/g)].map(([, code]) => code),
  );
  expect([...new Set(thrown)].sort()).toEqual(Object.keys(en.errors).sort());
});

it('has words for every choice and every fault of a setting, in both languages', () => {
  for (const messages of [en, de] as Words[]) {
    const given = messages['settings'] as Record<string, { options?: Words } & Words>;
    for (const [name, field] of Object.entries(orderwise.settings.shape)) {
      const options = (field.meta() as { options?: string[] } | undefined)?.options ?? [];
      expect([name, Object.keys(given[name]?.options ?? {}).sort()]).toEqual([name, [...options].sort()]);
      expect([name, given[name]?.['help'] !== undefined]).toEqual([name, true]);
    }
  }
});

it('shows ready-made SQL to copy in each language', () => {
  for (const messages of Object.values(orderwise.messages) as Words[]) {
    const guide = messages['guide'] as Record<string, { body: string }>;
    expect(guide['stockSql']?.body).toMatch(/SELECT[\s\S]+AS StocklocationId[\s\S]+@since/);
    expect(guide['statusSql']?.body).toMatch(/SELECT[\s\S]+AS sku[\s\S]+AS quantity[\s\S]+@since/);
  }
});
