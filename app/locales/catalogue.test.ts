import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import deFurther from './de.further.json' with { type: 'json' };
import deFirst from './de.json' with { type: 'json' };
import enFurther from './en.further.json' with { type: 'json' };
import enFirst from './en.json' with { type: 'json' };

const de = { ...deFirst, ...deFurther };
const en = { ...enFirst, ...enFurther };

const app = path.resolve(import.meta.dirname, '..');

interface Source {
  file: string;
  text: string;
}

function sources(patterns: string[]): Source[] {
  const files = globSync(patterns, { cwd: app }).filter(
    (file) => !/\.test\.|test-data|fixture|stand-in|generated|fake-/.test(file),
  );
  return files.map((file) => ({ file, text: readFileSync(path.join(app, file), 'utf8') }));
}

function keysOf(tree: object, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? keysOf(value, `${prefix}${name}.`) : [`${prefix}${name}`],
  );
}

/** Nobody meets these in a page: webhooks are answered with a status, and matching words its causes anew. */
const unseen = ['webhook-topic-unknown', 'webhook-malformed', 'unknown-sku', 'more-than-open'];

const plural = /_(zero|one|other)$/;
const english = new Set(keysOf(en));
const stems = new Set([...english].map((key) => key.replace(plural, '')));

/** What the pages or the connector of a file can say: our own catalogue, and the messages beside the connector. */
function connectorSays(file: string, key: string): boolean {
  const connector = /^(?:connectors\/([^/]+)|(stockroom))\//.exec(file);
  const id = connector?.[1] ?? connector?.[2];
  if (!id) return false;
  const texts = sources([`connectors/${id}/messages/*.{ts,json}`, `connectors/${id}/messages.ts`]);
  return texts.some(({ text }) => [`'${key}'`, `"${key}"`, `${key}:`].some((name) => text.includes(name)));
}

function found(patterns: string[], pattern: RegExp): { file: string; code: string }[] {
  return sources(patterns).flatMap(({ file, text }) =>
    [...text.matchAll(pattern)].map((match) => ({ file, code: match[1] ?? '' })),
  );
}

const missing = (uses: { file: string; code: string }[], says: (code: string) => string): string[] => [
  ...new Set(
    uses
      .filter(({ file, code }) => !stems.has(says(code)) && !connectorSays(file, code))
      .map(({ file, code }) => `${says(code)} (${file})`),
  ),
];

describe('the message catalogues', () => {
  it('speak German to the merchant with Sie, and call a back office one thing', () => {
    const catalogues = globSync(['locales/de*.json', 'connectors/*/messages/de.json', '../extensions/*/locales/de.json'], {
      cwd: app,
    });
    expect(catalogues.length).toBeGreaterThan(9);
    const texts = catalogues.map((file) => readFileSync(path.join(app, file), 'utf8').split('\n')).flat();
    const familiar =
      /\b(du|dein|deine[mnrs]?|dich|dir|Prüfe|Öffne|Versuche|Wähle|Gib|Erstelle|Ordne|Schalte|Füge|Lade|Nutze|Beende)\b(?! Sie)/;
    const otherWords = /Backoffice|Zielsystem|Fulfilment|Retoure/;
    expect(texts.filter((line) => familiar.test(line.replace(/Versuche\b(?=")/, '')) || otherWords.test(line))).toEqual([]);
  });

  it('have every message that a page names', () => {
    const named = found(['components/**/*.{ts,tsx}', 'routes/**/*.{ts,tsx}', 'root.tsx'], /\bt\(\s*'([\w.-]+)'/g);
    expect(named.length).toBeGreaterThan(300);
    expect(missing(named, (key) => key)).toEqual([]);
  });

  it('have every toast that an action answers with', () => {
    const named = found(['routes/**/*.{ts,tsx}'], /'(done\.[\w-]+)'/g);
    expect(missing(named, (key) => key)).toEqual([]);
  });

  it('have a title and a remedy for every failure that a merchant can meet', () => {
    const thrown = found(['**/*.ts'], /new (?:TransientError|NeedsMerchantError|RejectedError)\(\s*'([\w-]+)'/g);
    const opened = found(['sync/**/*.ts'], /(?:cause|CAUSE)(?::| =) '([\w-]+)'/g);
    const met = [...thrown, ...opened].filter(({ code }) => !unseen.includes(code));
    expect(missing(met, (code) => `errors.${code}.title`)).toEqual([]);
    expect(missing(met, (code) => `errors.${code}.fix`)).toEqual([]);
  });

  it('have words for every hold and every reason to leave something out', () => {
    const reasons = found(['sync/**/*.ts'], /\b(?:hold|skip)\('([\w-]+)'/g);
    const codes = found(['sync/**/*.ts'], /\bcode: '([\w-]+)', params/g);
    const wordless = missing([...reasons, ...codes], (code) =>
      stems.has(`errors.${code}.title`) ? `errors.${code}.title` : `reasons.${code}`,
    );
    expect(wordless).toEqual([]);
  });

  it('have a line for everything that is entered in a timeline', () => {
    const noted = found(['sync/**/*.ts'], /note(?:Event)?\((?:[^;]*?,\s*)'([a-z-]+)',\s*\{/g);
    expect(noted.length).toBeGreaterThan(5);
    expect(missing(noted, (kind) => `timeline.${kind}`)).toEqual([]);
  });

  it('of the first page are all that the home and its frame say', () => {
    const importsOf = (file: string): string[] =>
      [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b(?! type)[^;]*?from '(\.[^']+)'/gm)]
        .map((match) => path.resolve(path.dirname(file), match[1] ?? ''))
        .filter((one) => /\/(components|routes)\//.test(one) && /\.tsx?$/.test(one) && !one.includes('.server.'));
    const homes = sources(['routes/*.tsx']).filter(({ text }) => text.includes("messages: 'first'"));
    expect(homes.map(({ file }) => file)).toContain('routes/app._index.tsx');
    const files = new Set(['root.tsx', 'routes/app.tsx', ...homes.map(({ file }) => file)].map((file) => path.join(app, file)));
    for (const file of files) for (const one of importsOf(file)) files.add(one);
    expect(files.size).toBeGreaterThan(30);
    const further = Object.keys(enFurther).join('|');
    const said = [...files].flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(new RegExp(`['\`"]((?:${further})\\.[\\w$.{]+)`, 'g'))].map(
        (match) => `${match[1]} (${path.basename(file)})`,
      ),
    );
    expect(said).toEqual([]);
    expect(Object.keys(deFurther)).toEqual(Object.keys(enFurther));
  });

  it('have the same blanks in every language', () => {
    const textOf = (tree: object, key: string): string =>
      String(key.split('.').reduce<unknown>((branch, step) => (branch as Record<string, unknown>)[step], tree));
    const blanksOf = (text: string): string[] => [...text.matchAll(/\{\{\s*([^},\s]+)/g)].map((match) => match[1] ?? '').sort();
    const german = new Set(keysOf(de));
    const shared = [...english].filter((key) => german.has(key));
    expect(shared.filter((key) => blanksOf(textOf(en, key)).join() !== blanksOf(textOf(de, key)).join())).toEqual([]);
  });

  it('say in every language what the first one says', () => {
    const german = new Set(keysOf(de));
    const stemsOf = (keys: Set<string>) => new Set([...keys].map((key) => key.replace(plural, '')));
    expect([...stemsOf(english)].filter((key) => !stemsOf(german).has(key))).toEqual([]);
    expect([...stemsOf(german)].filter((key) => !stemsOf(english).has(key))).toEqual([]);
  });
});
