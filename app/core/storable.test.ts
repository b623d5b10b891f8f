import { expect, it } from 'vitest';
import { isStorable, unstorableField } from './storable.ts';

it('NUL and half of a pair of surrogates can not be stored, whole characters can', () => {
  expect(['a\0b', 'a\uD800', '\uDC00b'].map(isStorable)).toEqual([false, false, false]);
  expect(['', 'a\tb\u0001', '\u{1F600}', '\uFFFD', '\\u0000'].map(isStorable)).toEqual([true, true, true, true, true]);
});

it('the field that holds such a text is named, wherever it stands', () => {
  expect(unstorableField(JSON.stringify({ lines: [{ sku: 'A' }, { sku: 'a\0' }] }))).toBe('lines.1.sku');
  expect(unstorableField('"\\uD83D"')).toBe('');
  expect(unstorableField('{"tags":{"\\u0000":1}}')).toBe('tags');
  expect(unstorableField('{"emoji":"\\uD83D\\uDE00","path":"C:\\\\u0000"}')).toBeNull();
  expect(unstorableField('{"broken":"\\u0000')).toBeNull();
});

it('a document that is nested as deep as it is long takes but a moment', () => {
  const deep = `${'['.repeat(1_000_000)}"\\u0000"${']'.repeat(1_000_000)}`;
  const started = performance.now();
  expect(unstorableField(deep)).toMatch(/^0\.0\.0/);
  expect(performance.now() - started).toBeLessThan(3_000);
});
