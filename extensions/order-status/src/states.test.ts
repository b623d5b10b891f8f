import { describe, expect, it } from 'vitest';
import { i18nOf } from '../../shared/src/admin-host.ts';
import { moment } from '../../shared/src/messages.ts';
import { sayWith } from './messages.ts';
import { twoParts } from './order-answer.test-data.ts';
import { appPageOf, summaryOf } from './order-block.tsx';
import { orderWord, parcelWord, partWord } from './states.ts';

const order = (state: string, problem = false) => ({
  order: { id: 'gid://shopify/Order/1', name: '#1', state, reason: null },
  problem: problem ? { title: '', fix: '', others: 0 } : null,
});

describe('a state in words', () => {
  it.each([
    ['waiting', 'order.waiting', 'info'],
    ['held', 'order.held', 'caution'],
    ['sent', 'order.sent', 'info'],
    ['partly-shipped', 'order.partlyShipped', 'info'],
    ['shipped', 'order.shipped', 'success'],
    ['skipped', 'order.skipped', 'neutral'],
    ['cancelled', 'order.cancelled', 'neutral'],
    ['a state of a newer app', 'order.unknown', 'neutral'],
  ])('an order that is %s is "%s", %s', (state, key, tone) => {
    expect(orderWord(order(state))).toEqual({ key, tone });
  });

  it('an order with a problem is critical in whatever state', () => {
    expect(orderWord(order('sent', true))).toEqual({ key: 'order.sent', tone: 'critical' });
  });

  it('an order that was never seen says so', () => {
    expect(orderWord({ order: null, problem: null })).toEqual({ key: 'order.notSeen', tone: 'neutral' });
  });

  it.each([
    ['pending', 'info'],
    ['sent', 'info'],
    ['partly-shipped', 'info'],
    ['shipped', 'success'],
    ['cancelled', 'neutral'],
    ['problem', 'critical'],
    ['constructor', 'neutral'],
  ])('a part that is %s has the tone %s', (state, tone) => {
    expect(partWord({ state }).tone).toBe(tone);
  });

  it('a parcel that shows in Shopify needs no word', () => {
    expect(parcelWord({ state: 'mirrored' })).toBeNull();
    expect(parcelWord({ state: 'seen' })).toEqual({ key: 'parcel.toShopify', tone: 'info' });
    expect(parcelWord({ state: 'withheld' })).toEqual({ key: 'parcel.withheld', tone: 'caution' });
    expect(parcelWord({ state: 'undone' })).toEqual({ key: 'parcel.cancelled', tone: 'neutral' });
    expect(parcelWord({ state: 'problem' })?.tone).toBe('critical');
  });
});

describe('moments and addresses', () => {
  const english = i18nOf('order-status', 'en');

  it('writes a moment in the time zone of the shop, across midnight too', () => {
    expect(moment(english, '2026-11-20T23:30:00.000Z', 'Europe/Berlin')).toMatch(/^Nov 21, 2026, 12:30/);
    expect(moment(english, '2026-11-20T23:30:00.000Z', 'America/New_York')).toMatch(/^Nov 20, 2026, 6:30/);
  });

  it('leaves alone what is no moment', () => {
    expect(moment(english, 'soon', 'UTC')).toBe('soon');
  });

  it('sums the order up in one line', () => {
    expect(summaryOf({ ...twoParts, problem: { title: 'Refused', fix: '', others: 0 } }, sayWith(english))).toBe(
      'Partly shipped · Refused · S-10001',
    );
  });

  it('addresses the page of the order in the app by its number', () => {
    expect(appPageOf('gid://shopify/Order/5001')).toBe('app:app/orders/5001');
  });
});
