import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batteryOrder, batteryProduct } from '../contract/battery-samples.ts';
import { filterTime, labels } from './assumptions.ts';
import { baseUrlOf } from './base-url.ts';
import { isoOf, timeOf } from './changes.ts';
import { addressBody, deliveryDate, isSameOrder, orderBody, ownerOf, remoteOrder, stateOf, unitsOf } from './convert-order.ts';
import { mayGetLabel, returnOf, shipmentOf } from './convert-parcel.ts';
import { isUnchanged, productBody } from './convert-product.ts';
import { readCursor, writeCursor } from './cursor.ts';
import authSample from './fixtures/auth.json' with { type: 'json' };
import availabilitySample from './fixtures/availability.json' with { type: 'json' };
import errorSamples from './fixtures/errors.json' with { type: 'json' };
import goodsSample from './fixtures/incoming-good.json' with { type: 'json' };
import packingSample from './fixtures/packing.json' with { type: 'json' };
import orderSample from './fixtures/sales-order.json' with { type: 'json' };
import eventSample from './fixtures/webhook-event.json' with { type: 'json' };
import { complaintsIn, refusedRecord } from './refusal.ts';
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
const packing = wire.packingOrder.parse(packingSample.order);
const box = wire.packingBox.parse(packingSample.box);
const trackings = packingSample.trackings.map((one) => wire.shipmentTracking.parse(one));
const given = (changes: Record<string, unknown> = {}) => settings.parse({ username: 'tenant_user', password: 'x', ...changes });
const sale = (units: Record<string, number>, changes = {}) => ({
  ...batteryOrder({ facilityId: '3' }, '#1001', units),
  ...changes,
});

describe('settings', () => {
  it('tell the address of each system', () => {
    expect(baseUrlOf(given())).toBe('https://eu.pulpo.co/api/v1');
    expect(baseUrlOf(given({ environment: 'test' }))).toBe('https://eu-show.pulpo.co/api/v1');
    expect(baseUrlOf(given({ environment: 'custom', baseUrl: 'https://wms.example.com' }))).toBe(
      'https://wms.example.com/api/v1',
    );
    expect(baseUrlOf(given({ environment: 'custom', baseUrl: 'https://wms.example.com/pulpo/api/v2/' }))).toBe(
      'https://wms.example.com/pulpo/api/v2',
    );
  });

  it('want an address where another system is chosen, and a merchant where there is a channel', () => {
    const faulty = settings.safeParse({ username: 'u', password: 'p', environment: 'custom', merchantChannelId: 4 });
    expect(faulty.error?.issues.map(({ path, message }) => [path[0], message])).toEqual([
      ['baseUrl', 'missing'],
      ['merchantId', 'missing'],
    ]);
  });
});

describe('documented payloads', () => {
  it('are read', () => {
    expect(wire.token.parse(authSample)).toMatchObject({ expires_in: 43_200 });
    expect(wire.availability.array().parse(availabilitySample)).toEqual([
      { product_id: '7', available_quantity: 41 },
      { product_id: '8', available_quantity: -2 },
    ]);
    expect(wire.event.parse(eventSample)).toMatchObject({
      type: 'incoming_good_created',
      data: { orderNumber: null, documentType: 'return' },
    });
  });

  it('may hold free attributes as an object or as text', () => {
    const read = (attributes: unknown) => wire.salesOrder.parse({ ...orderSample, attributes }).attributes;
    expect(read('{"crossdock_shop":"a"}')).toEqual({ crossdock_shop: 'a' });
    expect([read(null), read('nonsense'), read('7'), read([1])]).toEqual([{}, {}, {}, {}]);
  });
});

describe('errors', () => {
  it('are read in both styles', () => {
    expect(complaintsIn(errorSamples.unauthorized)).toEqual([{ field: null, text: 'unauthorized' }]);
    expect(complaintsIn(errorSamples.columns)).toEqual([
      { field: 'order_num', text: 'has already been taken' },
      { field: 'delivery_date', text: "can't be blank" },
    ]);
    expect(complaintsIn(errorSamples.bulkOrders)).toEqual([{ field: '#1002', text: 'warehouse_id: does not exist' }]);
  });

  it('name the first column and keep all words', () => {
    const error = refusedRecord(complaintsIn(errorSamples.columns), { status: 422 });
    expect([error.code, error.field, error.vendorText]).toEqual([
      ...['pulpo-order-number-refused', 'order_num', "order_num: has already been taken; delivery_date: can't be blank"],
    ]);
    expect(refusedRecord([], { status: 400 })).toMatchObject({
      code: 'pulpo-refused',
      vendorText: 'PULPO answered 400 without a reason',
    });
  });

  it('of any shape never break the reading', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => Array.isArray(complaintsIn(body)) && Array.isArray(complaintsIn({ errors: body }))),
    );
  });
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

  it('keep notes and remarks from the warehouse where the settings say so', () => {
    const [line] = sale({ A: 1 }).lines;
    const noted = sale({ A: 1 }, { note: 'Hello', lines: [{ ...line, attributes: [{ key: 'Engraving', value: 'Ada' }] }] });
    const bodyWith = (notes: string) =>
      orderBody(noted as never, refs, { ...where, settings: given({ notes }) }) as {
        notes?: string;
        items: { notes?: string }[];
      };
    expect([bodyWith('note').notes, bodyWith('note').items[0]?.notes]).toEqual(['Hello', 'Engraving: Ada']);
    expect([bodyWith('none').notes, bodyWith('none').items[0]?.notes]).toEqual([undefined, undefined]);
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

describe('parcels', () => {
  it('are boxes with their lines added up, their labels and their lots', () => {
    expect(shipmentOf(box, trackings, packing, known)).toEqual({
      remoteId: '900',
      reference: '#1001',
      facilityId: '3',
      lines: [{ lineId: 'gid://shopify/LineItem/1', sku: 'SHIRT-M', quantity: 2 }],
      tracking: [{ number: 'JD014600003', carrier: 'DHL', url: 'https://example.com/JD014600003' }],
      shippedAt: '2026-06-26T15:02:10.000Z',
      note: 'SHIRT-M: L-2026-06',
      cancelled: false,
    });
  });

  it('without a line id belong to the only line of their product, or to none', () => {
    const bare = { ...box, items: box.items.map((item) => ({ ...item, line_order_id: null })) };
    expect(shipmentOf(bare, [], packing, known)?.lines).toMatchObject([{ lineId: 'gid://shopify/LineItem/1', quantity: 2 }]);
    const twice = {
      ...known,
      order: { ...order, items: [...order.items, ...order.items.map((item) => ({ ...item, line_order_id: 'x' }))] },
    };
    expect(shipmentOf(bare, [], packing, twice)?.lines).toEqual([{ lineId: null, sku: 'SHIRT-M', quantity: 2 }]);
  });

  it('lose and invent no units', () => {
    const items = fc.array(fc.record({ line: fc.integer({ min: 1, max: 3 }), quantity: fc.integer({ min: 0, max: 5 }) }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(items, (some) => {
        const filled = {
          ...box,
          items: some.map(({ line, quantity }) => ({
            product_id: line === 2 ? '8' : '7',
            quantity,
            line_order_id: `gid://shopify/LineItem/${line}`,
            batches: [],
          })),
        };
        const shipment = shipmentOf(filled, [], packing, known);
        const sum = (all: readonly { quantity: number }[]) => all.reduce((total, { quantity }) => total + quantity, 0);
        expect(sum(shipment?.lines ?? [])).toBe(sum(some));
        expect(new Set(shipment?.lines.map(({ lineId, sku }) => `${lineId} ${sku}`)).size).toBe(shipment?.lines.length ?? 0);
      }),
    );
  });

  it('wait for a label only where one is printed, and not for ever', () => {
    const now = timeOf(packing.end_date ?? '') + 1000;
    expect(mayGetLabel(packing, known, now)).toBe(true);
    expect(mayGetLabel(packing, known, now + labels.waitMs)).toBe(false);
    const unprinted = { ...known, order: { ...order, shipping_method: { name: 'Pickup', carrier: null, fetch_label: false } } };
    expect(mayGetLabel(packing, unprinted, now)).toBe(false);
  });

  it('that came back tell what can be sold again', () => {
    expect(returnOf(wire.incomingGood.parse(goodsSample), known)).toEqual({
      remoteId: '33',
      reference: '#1001',
      facilityId: '3',
      lines: [
        { lineId: 'gid://shopify/LineItem/1', sku: 'SHIRT-M', quantity: 1, restocked: true },
        { lineId: 'gid://shopify/LineItem/2', sku: 'CAP', quantity: 1, restocked: false },
      ],
      receivedAt: '2026-07-02T08:00:00.000Z',
      note: 'box was wet\nCAP: stained',
    });
  });
});

describe('products', () => {
  const shirt = batteryProduct('SHIRT-M', {
    barcode: '400',
    variantTitle: 'M',
    cost: { amount: 1234, currency: 'EUR' },
    hsCode: '6109',
    countryOfOrigin: 'PT',
    tags: ['summer', 'Lots'],
  });

  it('go with weight, cost and management as the settings say', () => {
    expect(productBody(shirt, null, given())).toMatchObject({
      name: 'Article SHIRT-M – M',
      barcodes: ['400'],
      cost_price: 12.34,
      weight: 0.25,
      hs_code: '6109',
      origin_country: 'PT',
      management_type: 'none',
    });
    expect(productBody(shirt, null, given({ lotTag: 'lots', weightUnit: 'g', productTags: true }))).toMatchObject({
      ...{ management_type: 'lot', weight: 250, product_categories: [{ name: 'summer' }, { name: 'Lots' }] },
    });
    expect(productBody(shirt, null, given({ lotTag: 'lots', serialTag: 'SUMMER', weightUnit: 'none' }))).not.toHaveProperty(
      'weight',
    );
  });

  it('are unchanged when PULPO shows all that would be sent', () => {
    const body = productBody(shirt, null, given());
    const shown = wire.product.parse({ id: 7, ...body, attributes: { ...body.attributes, colour: 'red' } });
    const again = productBody(shirt, shown, given());
    expect(again).not.toHaveProperty('management_type');
    expect(isUnchanged(again, shown)).toBe(true);
    expect(isUnchanged(productBody({ ...shirt, title: 'Other' }, shown, given()), shown)).toBe(false);
  });
});

describe('times and cursors', () => {
  it('are UTC where PULPO names no zone', () => {
    expect(isoOf('2020-06-26T13:29:51')).toBe('2020-06-26T13:29:51.000Z');
    expect([timeOf('2020-06-26 13:29:51'), timeOf('2020-06-26T15:29:51+02:00')]).toEqual([
      timeOf('2020-06-26T13:29:51Z'),
      timeOf('2020-06-26T13:29:51Z'),
    ]);
    expect(filterTime(timeOf('2020-06-26T13:29:51'))).toBe('2020-06-26T13:29:51');
    expect(() => timeOf('yesterday')).toThrow('is no time');
  });

  it('come back as they were written', () => {
    const some = fc.record({
      since: fc.integer({ min: 0, max: 4e12 }),
      waiting: fc.array(fc.stringMatching(/^\d{1,9}$/), { maxLength: labels.waitForMost }),
    });
    fc.assert(fc.property(some, (cursor) => void expect(readCursor(writeCursor(cursor))).toEqual(cursor)));
    expect(readCursor(null)).toEqual({ since: null, waiting: [] });
    expect(readCursor('2026-11-21')).toEqual({ since: Date.parse('2026-11-21'), waiting: [] });
  });
});
