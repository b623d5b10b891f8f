import { describe, expect, it } from 'vitest';
import { componentsText, parseComponents } from './kit-text.ts';
import { checkMapping } from './mapping-store.ts';

describe('what a kit is made of', () => {
  it.each([
    ['2 × SHIRT, CAP', '2 × SHIRT, 1 × CAP'],
    ['2x SHIRT ,1 * CAP', '2 × SHIRT, 1 × CAP'],
    ['SHIRT, SHIRT', '2 × SHIRT'],
    ['3 x LONG SKU 7', '3 × LONG SKU 7'],
    ['4711', '1 × 4711'],
    ['', null],
    ['SHIRT,', null],
    ['0 × SHIRT', null],
  ])('“%s” reads as %s', (text, expected) => {
    const found = parseComponents(text);
    expect(found && componentsText(found)).toBe(expected);
  });

  it('is kept as it is shown, and refused where it can’t be read', () => {
    expect(checkMapping({ kind: 'kit', source: 'SET', target: { value: 'a, 2x b' } }).target).toEqual({ value: '1 × a, 2 × b' });
    expect(() => checkMapping({ kind: 'kit', source: 'SET', target: { value: ',' } })).toThrow(/kit/i);
    expect(() => checkMapping({ kind: 'kit', match: 'starts', source: 'SET', target: { value: 'a' } })).toThrow();
  });
});
