import { describe, expect, it } from 'vitest';
import { decideFulfilmentOrder, decideOrder, type OrderRules } from './decide-order.ts';
import { aFulfilmentOrder, aLine, anOrder } from './order.test-data.ts';

const rules: OrderRules = {
  financialStatuses: ['PAID', 'PARTIALLY_REFUNDED'],
  requiredTags: [],
  requiredTagsMode: 'all',
  excludedTags: [],
  fulfilmentStatuses: ['UNFULFILLED', 'PARTIALLY_FULFILLED'],
  orderStatus: 'open',
  cancelStatuses: [],
  requiredCustomerTags: [],
  requiredCustomerTagsMode: 'any',
  excludedCustomerTags: [],
  onlyChannels: [],
  excludedChannels: [],
  onlyCountries: [],
  excludedCountries: [],
  risk: 'send',
  earliest: new Date('2026-11-01T00:00:00Z'),
  editWindowMinutes: 0,
};
const now = new Date('2026-11-20T10:01:00Z');
const said = (decision: ReturnType<typeof decideOrder>) =>
  [decision.verdict, 'reason' in decision ? decision.reason.code : ''].join(' ').trim();

describe('whether an order goes to a connection', () => {
  it.each([
    ['a paid order', {}, {}, false, 'send'],
    ['a cancelled one', { cancelledAt: '2026-11-20T10:00:30Z' }, {}, false, 'cancel cancelled-in-shopify'],
    ['a cancelled one that was sent', { cancelledAt: '2026-11-20T10:00:30Z' }, {}, true, 'cancel cancelled-in-shopify'],
    ['one that waits for payment', { financialStatus: 'PENDING' }, {}, false, 'hold awaiting-payment'],
    ['a partly paid one', { financialStatus: 'PARTIALLY_PAID' }, {}, false, 'hold awaiting-payment'],
    ['a payment status that is new to us', { financialStatus: 'SOMETHING_NEW' }, {}, false, 'hold awaiting-payment'],
    ['a refunded one that was sent before', { financialStatus: 'REFUNDED' }, {}, true, 'send'],
    ['one from before the syncs were switched on', { placedAt: '2026-10-31T23:59:59Z' }, {}, false, 'skip too-old'],
    ['one with an excluded tag, in another case', { tags: ['B2B '] }, { excludedTags: ['b2b'] }, false, 'skip tag-excluded'],
    ['one without the required tag', { tags: ['x'] }, { requiredTags: ['approved'] }, false, 'hold tag-missing'],
    ['one with all required tags and more', { tags: ['Approved', 'x', 'y'] }, { requiredTags: ['approved', 'y'] }, false, 'send'],
    [
      'one with some of the required tags where any is enough',
      { tags: ['y'] },
      { requiredTags: ['approved', 'y'], requiredTagsMode: 'any' as const },
      false,
      'send',
    ],
    [
      'one with none of the required tags where any is enough',
      { tags: ['z'] },
      { requiredTags: ['approved', 'y'], requiredTagsMode: 'any' as const },
      false,
      'hold tag-missing',
    ],
    ['one that Shopify has not routed yet', { fulfilmentOrders: [] }, {}, false, 'hold awaiting-routing'],
    [
      'a gift card only, fulfilled by itself',
      { fulfilmentOrders: [], fulfilmentStatus: 'FULFILLED' },
      {},
      false,
      'skip nothing-to-ship',
    ],
    [
      'one that waits for a location longer than routing takes',
      { fulfilmentOrders: [], updatedAt: '2026-11-20T09:40:00Z' },
      {},
      false,
      'skip other-service-unseen',
    ],
    [
      'one that a service we can’t see works on',
      { fulfilmentOrders: [], fulfilmentStatus: 'IN_PROGRESS' },
      {},
      false,
      'skip other-service-unseen',
    ],
    [
      'one whose lines were all taken off',
      { fulfilmentOrders: [], lines: [aLine({ currentQuantity: 0 })] },
      {},
      false,
      'skip nothing-to-ship',
    ],
    ['an archived one', { closedAt: '2026-11-20T10:00:30Z' }, {}, false, 'skip archived'],
    ['an archived one where any is wanted', { closedAt: '2026-11-20T10:00:30Z' }, { orderStatus: 'any' as const }, false, 'send'],
    [
      'a partly fulfilled one where only unfulfilled ones are wanted',
      { fulfilmentStatus: 'PARTIALLY_FULFILLED' },
      { fulfilmentStatuses: ['UNFULFILLED' as const] },
      false,
      'skip fulfilment-state',
    ],
    [
      'one whose payment was voided, where that cancels',
      { financialStatus: 'VOIDED' },
      { cancelStatuses: ['VOIDED' as const] },
      true,
      'cancel payment-state-cancels',
    ],
    ['one whose payment was voided, where it doesn’t', { financialStatus: 'VOIDED' }, {}, true, 'send'],
    ['a risky one', { risk: 'CANCEL' }, {}, false, 'send'],
    ['a risky one that is held', { risk: 'CANCEL' }, { risk: 'hold-high' as const }, false, 'hold risk'],
    ['a doubtful one where high risk is held', { risk: 'INVESTIGATE' }, { risk: 'hold-high' as const }, false, 'send'],
    ['a doubtful one where medium risk is held', { risk: 'INVESTIGATE' }, { risk: 'hold-medium' as const }, false, 'hold risk'],
    ['one inside the edit window', {}, { editWindowMinutes: 30 }, false, 'hold edit-window'],
    ['one past the edit window', {}, { editWindowMinutes: 1 }, false, 'send'],
    ['one inside the edit window that was sent', {}, { editWindowMinutes: 30 }, true, 'send'],
  ])('%s', (_, order, change, sent, expected) => {
    expect(said(decideOrder(anOrder(order), { ...rules, ...change }, { now, sent }))).toBe(expected);
  });

  it.each([
    ['sends it inside the edit window', { sendNow: true, leftOut: false }, { editWindowMinutes: 30 }, {}, 'send'],
    ['sends it whatever its risk', { sendNow: true, leftOut: false }, { risk: 'hold-high' as const }, { risk: 'CANCEL' }, 'send'],
    ['doesn’t send it unpaid', { sendNow: true, leftOut: false }, {}, { financialStatus: 'PENDING' }, 'hold awaiting-payment'],
    ['leaves it out', { sendNow: false, leftOut: true }, {}, {}, 'skip left-out-by-hand'],
  ])('somebody who decides about an order %s', (_, choice, change, order, expected) => {
    expect(said(decideOrder(anOrder(order), { ...rules, ...change }, { now, sent: false, choice }))).toBe(expected);
  });

  it('sends what another back office had, though it is from before this connection was switched on, by its rules', () => {
    const old = { placedAt: '2026-10-31T23:59:59Z' };
    const decided = (change: object) =>
      said(decideOrder(anOrder({ ...old, ...change }), rules, { now, sent: false, moved: true }));
    expect([decided({}), decided({ financialStatus: 'PENDING' })]).toEqual(['send', 'hold awaiting-payment']);
  });

  it('says when the edit window ends', () => {
    const decision = decideOrder(anOrder(), { ...rules, editWindowMinutes: 30 }, { now, sent: false });
    expect(decision).toMatchObject({ until: new Date('2026-11-20T10:30:00Z') });
  });
});

describe('whether a fulfilment order is handed over', () => {
  const linked = { connectionId: 'c', facilityId: 'f' };
  const till = {
    deliveryMethod: 'RETAIL',
    status: 'CLOSED',
    lines: aFulfilmentOrder().lines.map((line) => ({ ...line, remaining: 0 })),
  };
  it.each([
    ['shipping', {}, linked, false, 'send'],
    ['local delivery', { deliveryMethod: 'LOCAL' }, linked, false, 'send'],
    ['a pick-up point', { deliveryMethod: 'PICKUP_POINT' }, linked, false, 'send'],
    ['in progress', { status: 'IN_PROGRESS' }, linked, false, 'send'],
    ['local pick-up', { deliveryMethod: 'PICK_UP' }, linked, false, 'skip local-pickup'],
    ['sold in a store', { deliveryMethod: 'RETAIL' }, linked, false, 'skip sold-in-store'],
    ['nothing to deliver', { deliveryMethod: 'NONE' }, null, false, 'skip no-delivery'],
    ['a delivery method new to us', { deliveryMethod: 'DRONE' }, linked, false, 'hold delivery-unknown'],
    ['a status new to us', { status: 'TELEPORTING' }, linked, false, 'hold status-unknown'],
    ['scheduled', { status: 'SCHEDULED', fulfillAt: '2026-12-01T00:00:00Z' }, linked, false, 'hold scheduled'],
    ["the merchant's own hold", { status: 'ON_HOLD' }, linked, false, 'hold on-hold'],
    ['closed', { status: 'CLOSED' }, linked, false, 'skip nothing-to-ship'],
    ['a location without a facility', {}, null, false, 'hold location-unmapped'],
    ["another service's location", {}, null, true, 'skip other-service'],
    ['sold at the till and handed over', till, linked, false, 'skip sold-in-store'],
  ] as const)('%s', (_, change, link, service, expected) => {
    expect(said(decideFulfilmentOrder(aFulfilmentOrder(change), link, service))).toBe(expected);
  });

  it('is recorded when it was sold at the till and the merchant wants it; not at a place without a facility', () => {
    const recordsTill = { physicalOnly: true, recordsTill: true };
    expect(said(decideFulfilmentOrder(aFulfilmentOrder(till), linked, false, recordsTill))).toBe('send');
    expect(said(decideFulfilmentOrder(aFulfilmentOrder(till), null, false, recordsTill))).toBe('skip sold-in-store');
    const open = { ...till, status: 'OPEN', lines: aFulfilmentOrder().lines };
    expect(said(decideFulfilmentOrder(aFulfilmentOrder(open), linked, false, recordsTill))).toBe('skip sold-in-store');
  });

  it('is handed over without being shipped only where the merchant wants digital goods, too', () => {
    const digital = aFulfilmentOrder({ deliveryMethod: 'NONE' });
    expect(said(decideFulfilmentOrder(digital, linked, false))).toBe('skip no-delivery');
    expect(said(decideFulfilmentOrder(digital, linked, false, { physicalOnly: false, recordsTill: false }))).toBe('send');
  });
});
