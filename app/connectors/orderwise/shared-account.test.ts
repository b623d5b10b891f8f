import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { SettingMeta } from '../contract/index.ts';
import { orderwise } from './index.ts';

const rest = { mode: 'rest', baseUrl: 'acme', username: 'api', password: 'x', sessionId: 7 };
const classic = { mode: 'classic', stockLocations: '5 = Main' };
const parsed = (settings: object) => orderwise.settings.parse(settings);
const keyOf = (settings: object) =>
  orderwise.sharedStock && orderwise.sharedStock !== 'joining' ? orderwise.sharedStock.keyOf(parsed(settings)) : null;

/** The settings that make a till, as far as they belong to the mode at hand. */
function tillOf(settings: object): unknown[] {
  const values = parsed(settings) as Record<string, unknown>;
  return (orderwise.exclusive ?? []).map((name) => {
    const when = (orderwise.settings.shape as Record<string, z.ZodType>)[name]?.meta()?.['when'] as SettingMeta['when'];
    return when === undefined || String(values[when.name]) === when.is ? values[name] : null;
  });
}

describe('a session of OrderWise is a till of one connection', () => {
  it.each([
    'ACME',
    ' acme ',
    'https://acme.orderwisecloud.com/OWAPI/',
    'HTTPS://Acme.OrderWiseCloud.com/OWAPI',
    'acme.orderwisecloud.com/OWAPI/docs',
  ])('two that call the same instance, typed as “%s”, with one session are the same', (baseUrl) => {
    expect(tillOf({ ...rest, baseUrl, username: 'other' })).toEqual(tillOf(rest));
    expect(tillOf(rest)).not.toContain(null);
  });

  it('another session is another till, and so is another instance', () => {
    expect(tillOf({ ...rest, sessionId: 8 })).not.toEqual(tillOf(rest));
    expect(tillOf({ ...rest, baseUrl: 'apex' })).not.toEqual(tillOf(rest));
  });

  it('two classic sessions are none: nobody tells which instance calls', () => {
    expect(tillOf(classic)).toEqual([null, null]);
    expect(tillOf({ ...classic, baseUrl: 'acme', sessionId: 7 })).toEqual([null, null]);
  });

  it('says why in each language', () => {
    for (const messages of Object.values(orderwise.messages))
      expect(messages).toMatchObject({ errors: { 'account-shared': { title: /./ as unknown, fix: /./ as unknown } } });
  });
});

describe('the stock of an OrderWise instance', () => {
  it('is one, whichever session orders come in through and however its address is typed', () => {
    expect(keyOf({ ...rest, baseUrl: 'HTTPS://ACME.orderwisecloud.com/OWAPI/', sessionId: 8 })).toBe(keyOf(rest));
    expect(keyOf({ ...rest, baseUrl: 'apex' })).not.toBe(keyOf(rest));
  });

  it('can’t be told in classic mode', () => {
    expect(keyOf(classic)).toBeNull();
  });

  it('has calls that count for the instance, whoever logs in', () => {
    const limitOf = (changes: object) => orderwise.limits(parsed({ ...rest, ...changes })).key;
    expect(limitOf({ baseUrl: 'Acme', username: 'other', sessionId: 8 })).toBe(limitOf({}));
    expect(limitOf({ baseUrl: 'apex' })).not.toBe(limitOf({}));
  });
});
