import { expect, test } from 'vitest';
import { knownConnectors, readOptions } from './options.ts';

test('seeds are one, a list or a range', () => {
  expect(readOptions(['--seed', '3']).seeds).toEqual([3]);
  expect(readOptions(['--seed', '1,2,9']).seeds).toEqual([1, 2, 9]);
  expect(readOptions(['--seed', '1..5']).seeds).toEqual([1, 2, 3, 4, 5]);
  expect(() => readOptions(['--seed', 'x'])).toThrow('--seed');
});

test('every connector with a stand-in takes part, and an unknown one is refused by name', () => {
  expect(knownConnectors()).toEqual(expect.arrayContaining(['stockroom', 'pulpo']));
  expect(readOptions(['--connector', 'all']).connectors).toEqual(knownConnectors());
  expect(readOptions(['--connector', 'stockroom,pulpo']).connectors).toEqual(['stockroom', 'pulpo']);
  expect(() => readOptions(['--connector', 'abacus'])).toThrow('abacus');
});

test('a wrong number is refused', () => {
  expect(() => readOptions(['--orders', '0'])).toThrow('--orders');
});
