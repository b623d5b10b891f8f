import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failureKinds } from './ask-app.ts';
import { readCatalogue } from './admin-host.ts';

const folder = new URL('../../', import.meta.url);
const extensions = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/shopify.extension.toml`, folder)));

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

const blanks = (text: string): string[] => [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name))].sort();

/** An extension's own code, and what of the shared code it brings along. */
function codeOf(name: string): string {
  const src = new URL(`${name}/src/`, folder);
  const own = existsSync(src) ? readdirSync(src).filter((file) => /\.tsx?$/.test(file) && !file.includes('.test')) : [];
  const read = new Map<string, string>();
  const take = (file: URL): void => {
    if (read.has(file.href)) return;
    const text = readFileSync(file, 'utf8');
    read.set(file.href, text);
    for (const [, from = ''] of text.matchAll(/ from '(\.[^']+)'/g)) {
      const imported = new URL(from, file);
      if (imported.pathname.includes('/shared/src/')) take(imported);
    }
  };
  for (const file of own) take(new URL(file, src));
  return [...read.values()].join('\n');
}

/** Keys that an extension's code and settings name; whoever draws a FailureNote names all of its. */
function keysUsed(name: string): string[] {
  const code = codeOf(name);
  const settings = readFileSync(new URL(`${name}/shopify.extension.toml`, folder), 'utf8');
  const failures = code.includes('<FailureNote')
    ? failureKinds.flatMap((kind) => [`failure.${kind}.title`, `failure.${kind}.fix`])
    : [];
  return [
    ...failures,
    ...[
      ...code.matchAll(/\bsay\(\s*'([^']+)'/g),
      ...code.matchAll(/\b(?:key|title|fix|heading|what|done): '([^']+)'/g),
      ...settings.matchAll(/"t:([^"]+)"/g),
    ].map(([, key = '']) => key),
  ];
}

it('every extension is found', () => {
  expect(extensions).toEqual(expect.arrayContaining(['admin-links', 'order-status', 'product-status', 'sync-again']));
});

describe.each(extensions)('the messages of %s', (name) => {
  const english = flatten(readCatalogue(name, 'en'));
  const german = flatten(readCatalogue(name, 'de'));
  const used = keysUsed(name);

  it('exist in both languages wherever the code or the settings use one', () => {
    expect(used.length).toBeGreaterThan(1);
    expect(used.filter((key) => !english.has(key) || !german.has(key))).toEqual([]);
  });

  it('are all used', () => {
    expect([...english.keys()].filter((key) => !used.includes(key))).toEqual([]);
  });

  it('are the same in both languages, with the same blanks', () => {
    expect([...german.keys()]).toEqual([...english.keys()]);
    expect([...english].filter(([key, text]) => blanks(text).join() !== blanks(german.get(key) ?? '').join())).toEqual([]);
  });

  it('are translated, and tell the app which language they are', () => {
    expect([...english].filter(([key, text]) => german.get(key) === text && key !== 'heading')).toEqual([]);
    if (used.includes('language')) expect([english.get('language'), german.get('language')]).toEqual(['en', 'de']);
  });
});
