import { describe, expect, it } from 'vitest';
import { settings } from './settings.ts';
import { sharedStock } from './stores.ts';

const given = { apiUser: 'cart', apiKey: 'x', merchantApiUser: 'merchant', merchantApiKey: 'y' };
const keyOf = (changes: Record<string, unknown> = {}) => {
  if (sharedStock === 'joining') throw new Error('IM counts for everybody');
  return sharedStock.keyOf(settings.parse({ ...given, ...changes }));
};

describe('the stock of an IM merchant', () => {
  it('is the same for all the merchant’s carts', () => {
    expect(keyOf({ apiUser: 'other', apiKey: 'z', orderSource: 'second-shop' })).toBe(keyOf());
  });

  it('is another one of another merchant, or at another address', () => {
    const keys = [keyOf(), keyOf({ merchantApiUser: 'other' }), keyOf({ baseUrl: 'https://im.example.com/v1' })];
    expect(new Set(keys).size).toBe(3);
  });

  it('can’t be told from a cart’s keys alone', () => {
    expect(keyOf({ merchantApiUser: '', merchantApiKey: '' })).toBeNull();
  });
});
