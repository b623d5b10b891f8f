import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

// The built-in back office reads the database's address when it is imported.
const database = await openTestDatabase();
const { connectors } = await import('./registry.ts');
afterAll(() => database.close());

type Words = { [key: string]: string | Words };

/** Every text by its whole key. */
const textsOf = (words: Words, before = ''): [key: string, text: string][] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[before + key, value] as [string, string]] : textsOf(value, `${before}${key}.`),
  );
const keysOf = (words: unknown): string[] => textsOf(words as Words).map(([key]) => key);
const blanksOf = (words: unknown): [string, string][] =>
  textsOf(words as Words).map(([key, text]) => [key, [...text.matchAll(/\{\{[\w, ]+\}\}/g)].sort().join()]);

/** The connector's own sources; the built-in back office's rules are beside its connector. */
const sourcesOf = (id: string): string[] =>
  globSync([`${id}/**/*.ts`, `../${id}/**/*.ts`], { cwd: import.meta.dirname })
    .filter((file) => !/\.test\.|stand-in|fixtures|test-data/.test(file))
    .map((file) => readFileSync(path.join(import.meta.dirname, file), 'utf8'));

describe.each(connectors.map((connector) => [connector.id, connector] as const))('the words of %s', (id, connector) => {
  const { en, de } = connector.messages as { en: Words; de: Words };

  it('are the same in both languages, with the same blanks', () => {
    expect(keysOf(de).sort()).toEqual(keysOf(en).sort());
    expect(blanksOf(de).sort()).toEqual(blanksOf(en).sort());
  });

  it('say every failure that is thrown, and no other', () => {
    const code = new RegExp(`'(${id}-[a-z-]+)'`, 'g');
    const thrown = sourcesOf(id).flatMap((text) => [...text.matchAll(code)].map((match) => match[1]));
    // Beside its own a connector may say a general failure in its own words.
    const said = Object.keys(en['errors'] ?? {}).filter((key) => key.startsWith(`${id}-`));
    expect([...new Set(thrown)].sort()).toEqual(said.sort());
  });

  it('explain every setting and name each of its choices', () => {
    for (const words of [en, de]) {
      const given = words['settings'] as Record<string, { options?: Words } & Words>;
      for (const [name, field] of Object.entries(connector.settings.shape)) {
        const options = (field.meta() as { options?: string[] } | undefined)?.options ?? [];
        expect([name, Object.keys(given[name]?.options ?? {}).sort()]).toEqual([name, [...options].sort()]);
        for (const part of ['label', 'help']) expect([name, part, given[name]?.[part] !== undefined]).toEqual([name, part, true]);
      }
    }
  });
});
