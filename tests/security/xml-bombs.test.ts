import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { CrossdockError } from '../../app/core/errors.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** The product's readers of XML, found by what they import; stand-ins read what tests send. */
const readers = globSync('app/**/*.ts', { cwd: root })
  .filter((file) => !/\.test\.ts$|\/stand-in\/|\/quirks\//.test(file))
  .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }))
  .filter(({ text }) => text.includes("from 'fast-xml-parser'") && text.includes('XMLParser'));

const entities = Array.from({ length: 12 }, (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`).join('');
const bombs: [string, () => string][] = [
  ['entities that multiply', () => `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "boom">${entities}]><x>&e12;</x>`],
  ['one long entity, often', () => `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(100_000)}">]><x>${'&a;'.repeat(50_000)}</x>`],
  ['an entity that names a file', () => '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'],
  ['a hundred thousand levels', () => `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`],
  ['levels that never end', () => '<a>'.repeat(300_000)],
  ['a million elements', () => `<x>${'<a/>'.repeat(1_000_000)}</x>`],
  ['ten thousand attributes', () => `<x ${Array.from({ length: 10_000 }, (_, at) => `a${at}="1"`).join(' ')}/>`],
  ['elements that never end', () => '<a'.repeat(200_000)],
  ['an attribute that never ends', () => `<x a="${'y'.repeat(3_000_000)}`],
  ['elements named like what every object has', () => '<__proto__><polluted>1</polluted></__proto__>'],
  ['nothing', () => ''],
  ['no XML', () => '{"a":1}'],
];

/** Reads a bomb as a connector would; refusing it by name is as good as reading it. */
function survive(read: (text: string) => unknown, bomb: string): void {
  // Time of our own, so that a busy machine isn't taken for a bomb.
  const started = process.cpuUsage();
  let result: unknown;
  try {
    result = read(bomb);
  } catch (error) {
    if (!(error instanceof CrossdockError)) throw error;
  }
  expect(process.cpuUsage(started).user).toBeLessThan(5_000_000);
  const text = JSON.stringify(result) ?? '';
  expect(text.length).toBeLessThan(bomb.length * 20 + 10_000);
  expect(text).not.toContain('root:x:0');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
}

describe('XML that is a bomb', () => {
  it('does not go off in any reader of the product: each says that it expands no entities, and refuses or reads every bomb in time', async () => {
    for (const { file, text } of readers) {
      expect([file, text]).toEqual([file, expect.stringContaining('processEntities: false')]);
      const module = (await import(path.join(root, file))) as Record<string, unknown>;
      const works = Object.entries(module).filter(([name, value]) => typeof value === 'function' && /^(parse|read)/.test(name));
      expect([file, works.length]).not.toEqual([file, 0]);
      for (const [, work] of works) for (const [, make] of bombs) survive(work as (text: string) => unknown, make());
    }
  });

  it.each(bombs.slice(0, 2))('with %s is left alone by the library when it is told to', (_, make) => {
    const read = (text: string) => JSON.stringify(new XMLParser({ processEntities: false }).parse(text));
    survive(read, make());
    expect(read(make())).not.toMatch(/boom.*boom/);
  });

  it('is found by this test when a reader lets it go off', () => {
    const bomb = bombs[0]?.[1]() ?? '';
    expect(() => survive(() => 'x'.repeat(100_000_000), bomb)).toThrow();
    expect(() =>
      survive(() => {
        throw new RangeError('Maximum call stack size exceeded');
      }, bomb),
    ).toThrow(RangeError);
    expect(() => survive(() => 'root:x:0:0', bomb)).toThrow();
  });

  it('comes in by one library only', () => {
    const manifest = readFileSync(path.join(root, 'package.json'), 'utf8');
    expect([...manifest.matchAll(/"([\w@/-]*(?:xml|sax|soap)[\w/-]*)":/gi)].map(([, name]) => name)).toEqual(['fast-xml-parser']);
  });
});
