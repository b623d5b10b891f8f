import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batteryOrder } from '../contract/battery-samples.ts';
import { addressBody, deliveryDate, isSameOrder, orderBody, ownerOf, remoteOrder, stateOf, unitsOf } from './convert-order.ts';
import orderSample from './fixtures/sales-order.json' with { type: 'json' };
import { settings } from './settings.ts';
import * as wire from './wire.ts';

const order = wire.salesOrder.parse(orderSample);
const known = {
  order,
  skuOf: new Map([
    ['7', 'SHIRT-M'],
    ['8', 'CAP'],
  ]),
};
const given = (changes: Record<string, unknown> = {}) => settings.parse({ username: 'tenant_user', password: 'x', ...changes });
const sale = (units: Record<string, number>, changes = {}) => ({
  ...batteryOrder({ facilityId: '3' }, '#1001', units),
  ...changes,
});

describe('orders', () => {
  const refs = { thirdPartyId: 9, warehouseId: 3, shippingMethodId: 5, productIds: new Map([['A', 7]]) };
  const where = { domain: 'sample.myshopify.com', zone: 'Europe/Berlin' };

  it.each([
    ['2026-11-19T10:00:00Z', 'days', 0, '2026-11-19 12:00:00'],
    ['2026-11-19T23:30:00Z', 'days', 0, '2026-11-20 12:00:00'], // after midnight in Berlin
    ['2026-11-19T10:00:00Z', 'days', 3, '2026-11-22 12:00:00'],
    ['2026-11-20T10:00:00Z', 'working-days', 1, '2026-11-23 12:00:00'],
    ['2026-11-21T10:00:00Z', 'working-days', 0, '2026-11-23 12:00:00'], // a Saturday
    ['2026-11-21T10:00:00Z', 'none', 4, null],
  ] as const)('placed at %s are due after %s (%s): %s', (placedAt, rule, days, due) => {
    expect(deliveryDate(placedAt, 'Europe/Berlin', { deliveryDate: rule, deliveryDays: days })).toBe(due);
  });

  it('due after working days are never due on a weekend, nor earlier with more days', () => {
    const moment = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, fc.integer({ min: 0, max: 40 }), (at, days) => {
        const due = (after: number) =>
          deliveryDate(at.toISOString(), 'Europe/Berlin', { deliveryDate: 'working-days', deliveryDays: after }) ?? '';
        expect([0, 6]).not.toContain(new Date(`${due(days).slice(0, 10)}T12:00:00Z`).getUTCDay());
        expect(due(days + 1) > due(days)).toBe(true);
      }),
    );
  });

  it('say nothing where there is nothing to say', () => {
    const body = orderBody(
      sale({ A: 2 }, { channel: null, shipTo: null }),
      { ...refs, shippingMethodId: null },
      { ...where, settings: given({ deliveryDate: 'none' }) },
    );
    expect(Object.keys(body).sort()).toEqual([
      'attributes',
      'external_order_num',
      'items',
      'order_num',
      'third_party_id',
      'type',
      'warehouse_id',
    ]);
    expect(body.items).toEqual([{ product_id: 7, quantity: 2, line_order_id: sale({ A: 2 }).lines[0]?.lineId }]);
  });

  it('have the note, the details and each line’s remarks for the warehouse, and nothing where there are none', () => {
    const [line] = sale({ A: 1 }).lines;
    const textsOf = (note: string | null, attributes: { key: string; value: string }[]) => {
      const order = sale({ A: 1 }, { note, attributes, lines: [{ ...line, attributes }] });
      const body = orderBody(order as never, refs, { ...where, settings: given({}) }) as {
        notes?: string;
        items: { notes?: string }[];
      };
      return [body.notes, body.items[0]?.notes];
    };
    expect(textsOf('Hello', [{ key: 'Engraving', value: 'Ada' }])).toEqual(['Hello\nEngraving: Ada', 'Engraving: Ada']);
    expect(textsOf(null, [])).toEqual([undefined, undefined]);
  });

  it('have an address with a street, whatever is missing', () => {
    const bare = {
      name: '',
      company: null,
      address1: '',
      address2: 'Hinterhaus',
      city: '',
      zip: null,
      province: 'Bayern',
      provinceCode: null,
      countryCode: 'DE',
      phone: null,
    };
    expect(addressBody(bare, null)).toEqual({
      name: '—',
      address: { street: 'Hinterhaus', state: 'Bayern', country: 'Germany', country_alpha2: 'DE' },
    });
    expect(addressBody({ ...bare, address2: null, countryCode: '?' }, 'a@example.com').address).toMatchObject({
      street: '—',
      country: '?',
      email: 'a@example.com',
    });
  });

  it.each([
    ['queue', 0, 'open'],
    ['picking', 0, 'picking'],
    ['picking', 1, 'partly-shipped'],
    ['packing', 0, 'packed'],
    ['packing', 1, 'partly-shipped'],
    ['shipping', 0, 'packed'],
    ['ended', 2, 'shipped'],
    ['cancelled', 1, 'cancelled'],
    ['paused', 0, 'held'],
    ['something new', 0, 'picking'],
  ])('in state %s with %s shipped are %s', (state, shipped, expected) => {
    const [item] = order.items;
    expect(stateOf({ state, items: item ? [{ ...item, fulfilled_quantity: shipped }] : [] })).toBe(expected);
  });

  it('are told apart by mark, by our line ids, by lines', () => {
    const ours = sale({ 'SHIRT-M': 2, CAP: 1 }, { shopifyOrderId: 'gid://shopify/Order/5512' });
    const domain = 'sample.myshopify.com';
    const found = (changes: object) => ({ ...order, ...changes });
    expect([ownerOf(order, domain), ownerOf(order, 'other.myshopify.com')]).toEqual(['ours', 'other']);
    expect(isSameOrder(order, ours, domain, known.skuOf)).toBe(true);
    expect(isSameOrder(order, { ...ours, shopifyOrderId: 'gid://shopify/Order/1' }, domain, known.skuOf)).toBe(false);
    const unmarked = found({ attributes: {}, items: order.items.map((item) => ({ ...item, line_order_id: null })) });
    expect(ownerOf(unmarked, domain)).toBe('unmarked');
    expect(isSameOrder(unmarked, ours, domain, known.skuOf)).toBe(true);
    expect(isSameOrder(unmarked, sale({ CAP: 1 }), domain, known.skuOf)).toBe(false);
    expect(isSameOrder(found({ attributes: { crossdock_shop: 'other.myshopify.com' } }), ours, domain, known.skuOf)).toBe(false);
    const byLines = found({ attributes: {} });
    expect(ownerOf(byLines, domain)).toBe('ours');
    expect(isSameOrder(byLines, sale({ CAP: 1 }), domain, known.skuOf)).toBe(false);
  });

  it('are compared by units, in any order and split', () => {
    const lines = fc.array(fc.record({ sku: fc.constantFrom('A', 'B', 'C'), quantity: fc.integer({ min: 1, max: 9 }) }));
    fc.assert(fc.property(lines, (some) => unitsOf(some) === unitsOf([...some].reverse())));
    expect(
      unitsOf([
        { sku: 'A', quantity: 1 },
        { sku: 'A', quantity: 2 },
      ]),
    ).toBe(unitsOf([{ sku: 'A', quantity: 3 }]));
  });

  it('show SKUs that are not embedded', () => {
    const bare = { ...order, items: order.items.map((item) => ({ ...item, product: null })) };
    expect(remoteOrder(bare, known.skuOf).lines.map(({ sku }) => sku)).toEqual(['SHIRT-M', 'CAP']);
  });
});
