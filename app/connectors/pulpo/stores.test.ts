import { describe, expect, it } from 'vitest';
import { settings } from './settings.ts';
import { sharedStock, store, tenantOf } from './stores.ts';

type Given = Parameters<typeof settings.parse>[0] & object;
const given = { environment: 'live', username: 'acme_shop', password: 'x' };
const keyOf = (changes: Given = {}) => {
  if (sharedStock === 'joining') throw new Error('PULPO counts for everybody');
  return sharedStock.keyOf(settings.parse({ ...given, ...changes }));
};

describe('the stock of a PULPO tenant', () => {
  it.each<[string, Given]>([
    ['another user of the tenant', { username: 'acme_second', password: 'y' }],
    ['capitals in the user’s name', { username: 'ACME_shop' }],
    ['the live system’s address typed by hand', { environment: 'custom', baseUrl: 'https://EU.pulpo.co/api/v1/' }],
    ['another way to work', { priority: 3, weightUnit: 'g', webhooks: false }],
  ])('is the same for %s', (_what, changes) => {
    expect(keyOf(changes)).toBe(keyOf());
  });

  it.each<[string, Given]>([
    ['of another tenant', { username: 'apex_shop' }],
    ['in the test system', { environment: 'test' }],
    ['at another address', { environment: 'custom', baseUrl: 'https://pulpo.example.com' }],
    ['of a merchant', { merchantId: 7 }],
  ])('is another one %s', (_what, changes) => {
    expect(keyOf(changes)).not.toBe(keyOf());
  });

  it('is one for all channels of a merchant, and another for each merchant', () => {
    const merchant = keyOf({ merchantId: 7 });
    expect(keyOf({ merchantId: 7, merchantChannelId: 3 })).toBe(merchant);
    expect(keyOf({ merchantId: 8 })).not.toBe(merchant);
  });
});

it('a supplier or a customer is a record of a tenant, whoever of it logs in', () => {
  const of = (changes: Given = {}) => tenantOf(settings.parse({ ...given, ...changes }));
  expect(of({ username: 'acme_second', password: 'y', merchantId: 7 })).toBe(of());
  expect(new Set([of(), of({ username: 'apex_shop' }), of({ environment: 'test' })]).size).toBe(3);
});

describe('a PULPO store', () => {
  it.each([
    [null, { merchantId: null, merchantChannelId: null }],
    ['7', { merchantId: 7, merchantChannelId: null }],
    ['7/3', { merchantId: 7, merchantChannelId: 3 }],
  ])('%s is a merchant and its channel', (id, chosen) => {
    expect(store.toSettings(id)).toEqual(chosen);
    expect(store.idOf(settings.parse({ ...given, ...chosen }))).toBe(id);
  });

  it.each(['', '0', 'x', '7/', '7/0', '7/3/1', '-7'])('is never “%s”', (id) => {
    expect(store.toSettings(id)).toBeNull();
  });
});
