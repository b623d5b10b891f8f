import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterTime, labels } from './assumptions.ts';
import { baseUrlOf } from './base-url.ts';
import { timeOf } from './changes.ts';
import { readCursor, writeCursor } from './cursor.ts';
import authSample from './fixtures/auth.json' with { type: 'json' };
import availabilitySample from './fixtures/availability.json' with { type: 'json' };
import errorSamples from './fixtures/errors.json' with { type: 'json' };
import orderSample from './fixtures/sales-order.json' with { type: 'json' };
import eventSample from './fixtures/webhook-event.json' with { type: 'json' };
import { complaintsIn, refusedRecord } from './refusal.ts';
import { settings } from './settings.ts';
import * as wire from './wire.ts';

const given = (changes: Record<string, unknown> = {}) => settings.parse({ username: 'tenant_user', password: 'x', ...changes });

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

describe('times and cursors', () => {
  it('are UTC where PULPO names no zone', () => {
    expect(timeOf('2020-06-26T13:29:51')).toBe(Date.UTC(2020, 5, 26, 13, 29, 51));
    expect([timeOf('2020-06-26 13:29:51'), timeOf('2020-06-26T15:29:51+02:00')]).toEqual([
      timeOf('2020-06-26T13:29:51Z'),
      timeOf('2020-06-26T13:29:51Z'),
    ]);
    expect(filterTime(timeOf('2020-06-26T13:29:51') ?? 0)).toBe('2020-06-26T13:29:51');
    for (const none of ['yesterday', '', '20/11/2026 10:00:00', '+275760-09-13T00:00:00Z']) expect(timeOf(none)).toBe(null);
  });

  it('come back as they were written', () => {
    const some = fc.record({
      since: fc.integer({ min: 0, max: 4e12 }),
      waiting: fc.array(fc.stringMatching(/^\d{1,9}$/), { maxLength: labels.waitForMost }),
    });
    fc.assert(fc.property(some, (cursor) => void expect(readCursor(writeCursor(cursor, Infinity))).toEqual(cursor)));
    expect(readCursor(null)).toEqual({ since: null, waiting: [] });
    expect(readCursor('2026-11-21')).toEqual({ since: Date.parse('2026-11-21'), waiting: [] });
  });
});
