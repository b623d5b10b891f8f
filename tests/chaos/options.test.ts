import { expect, test } from 'vitest';
import { backOffices, limitsOf } from './back-offices.ts';
import { readOptions } from './options.ts';

test('seeds are one, a list or a range', () => {
  expect(readOptions(['--seed', '3']).seeds).toEqual([3]);
  expect(readOptions(['--seed', '1,2,9']).seeds).toEqual([1, 2, 9]);
  expect(readOptions(['--seed', '1..5']).seeds).toEqual([1, 2, 3, 4, 5]);
  expect(() => readOptions(['--seed', 'x'])).toThrow('--seed');
});

test('every connector with a stand-in takes part, in each of its modes, and an unknown one is refused by name', () => {
  const names = (connector: string) => readOptions(['--connector', connector]).backOffices.map(({ name }) => name);
  expect(names('all')).toEqual(backOffices.map(({ name }) => name));
  expect(names('all')).toEqual(['stockroom', 'extensiv', 'hotwax', 'orderwise', 'pulpo', 'orderwise-classic']);
  expect(names('stockroom,pulpo')).toEqual(['stockroom', 'pulpo']);
  expect(() => names('abacus')).toThrow('abacus');
});

test('what a back office can’t do is what the vendors’ documents say: a connector that declares less is not let off', () => {
  const [stockroom] = backOffices;
  expect(stockroom && limitsOf(stockroom)).toEqual(['no network between us: nothing of it can fail on its own']);
  expect(
    backOffices.map(({ name, hasApi, wholeOrders, amends, cancels, returns }) => [
      name,
      ...Object.entries({ hasApi, wholeOrders, amends, cancels, returns }).flatMap(([what, can]) => (can ? [what] : [])),
    ]),
  ).toEqual([
    ['stockroom', 'amends', 'cancels', 'returns'],
    ['extensiv', 'hasApi', 'cancels'],
    ['hotwax', 'hasApi', 'wholeOrders', 'cancels', 'returns'],
    ['orderwise', 'hasApi', 'wholeOrders', 'returns'],
    ['pulpo', 'hasApi', 'amends', 'cancels', 'returns'],
    ['orderwise-classic', 'wholeOrders'],
  ]);
});

test('a database is put back only beside back offices that can be asked what they have', () => {
  expect(readOptions(['--restore', '--connector', 'pulpo,orderwise'])).toMatchObject({ plays: 'restore' });
  for (const name of ['stockroom', 'orderwise-classic'])
    expect(() => readOptions(['--restore', '--connector', name])).toThrow(name);
});

test('a wrong number is refused', () => {
  expect(readOptions([])).toMatchObject({ burst: undefined, plays: 'storm' });
  expect(readOptions(['--burst', '14400']).burst).toBe(14_400);
  expect(() => readOptions(['--burst', 'many'])).toThrow('--burst');
  expect(() => readOptions(['--orders', '0'])).toThrow('--orders');
});
