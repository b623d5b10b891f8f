import { describe, expect, it } from 'vitest';
import { hotwax } from './index.ts';
import { settings } from './settings.ts';
import { sharedStock } from './stores.ts';

const given = { baseUrl: 'demo', username: 'one', password: 'x', productStoreId: 'STORE' };
const keyOf = (changes: Partial<typeof given> = {}) => {
  if (sharedStock === 'joining') throw new Error('HotWax counts for everybody');
  return sharedStock.keyOf(settings.parse({ ...given, ...changes }));
};

it('a party or a facility is a record of an instance, whichever of its servers is typed', () => {
  const of = (baseUrl: string) => hotwax.records?.instanceOf(settings.parse({ ...given, baseUrl }));
  expect(of('demo-oms.hotwax.io')).toBe(of('demo'));
  expect(of('demo2')).not.toBe(of('demo'));
});

describe('the stock of a product store', () => {
  it.each(['DEMO', 'https://demo.hotwax.io/', 'demo-oms.hotwax.io', 'https://demo-maarg.hotwax.io/rest/s1'])(
    'is the same in one instance, typed as %s, whoever logs in',
    (baseUrl) => {
      expect(keyOf({ baseUrl, username: 'two', password: 'y' })).toBe(keyOf());
    },
  );

  it('is another one in another instance, and of another product store', () => {
    expect(new Set([keyOf(), keyOf({ baseUrl: 'demo2' }), keyOf({ productStoreId: 'OTHER' })]).size).toBe(3);
  });

  it('can’t be told before a product store is chosen', () => {
    expect(keyOf({ productStoreId: '' })).toBeNull();
  });

  it('has calls that count for one user, whichever of the instance’s servers is typed', () => {
    const limitOf = (changes: Partial<typeof given>) => hotwax.limits(settings.parse({ ...given, ...changes })).key;
    expect(limitOf({ baseUrl: 'demo-oms.hotwax.io' })).toBe(limitOf({}));
    expect(limitOf({ username: 'two' })).not.toBe(limitOf({}));
  });
});
