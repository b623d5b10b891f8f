import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCatalogue } from './admin-host.ts';

const folder = new URL('.', import.meta.url);
const sources = readdirSync(folder).filter((name) => /\.tsx?$/.test(name) && !name.includes('.test') && name !== 'admin-host.ts');
const code = sources.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
const settings = readFileSync(new URL('../shopify.extension.toml', folder), 'utf8');

/** `order.held` → text; plural forms count as one key. */
function flatten(node: ReturnType<typeof readCatalogue>, path = ''): Map<string, string> {
  return new Map(
    Object.entries(node).flatMap(([key, value]): [string, string][] => {
      if (typeof value === 'string') return [[`${path}${key}`, value]];
      if ('one' in value && 'other' in value) return [[`${path}${key}`, `${String(value['one'])} ${String(value['other'])}`]];
      return [...flatten(value, `${path}${key}.`)];
    }),
  );
}

const english = flatten(readCatalogue('en'));
const german = flatten(readCatalogue('de'));
const blanks = (text: string): string[] => [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name))].sort();
const used = [
  ...[
    ...code.matchAll(/\bsay\(\s*'([^']+)'/g),
    ...code.matchAll(/\b(?:key|title|fix): '([^']+)'/g),
    ...settings.matchAll(/"t:([^"]+)"/g),
  ].map(([, key = '']) => key),
];

describe('the messages', () => {
  it('are found in the code', () => {
    expect(sources.length).toBeGreaterThan(8);
    expect(used.length).toBeGreaterThan(40);
  });

  it('exist in both languages wherever the code or the settings use one', () => {
    expect(used.filter((key) => !english.has(key) || !german.has(key))).toEqual([]);
  });

  it('are all used', () => {
    expect([...english.keys()].filter((key) => !used.includes(key))).toEqual([]);
  });

  it('are the same in both languages, with the same blanks', () => {
    expect([...german.keys()]).toEqual([...english.keys()]);
    expect([...english].filter(([key, text]) => blanks(text).join() !== blanks(german.get(key) ?? '').join())).toEqual([]);
  });

  it('are translated', () => {
    const same = [...english].filter(([key, text]) => german.get(key) === text && key !== 'heading');
    expect(same).toEqual([]);
  });

  it('tell the app which language they are', () => {
    expect([english.get('language'), german.get('language')]).toEqual(['en', 'de']);
  });
});
