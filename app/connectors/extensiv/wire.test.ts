import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseUrlOf } from './base-url.ts';
import { envelopeOf, fieldOf } from './envelope.ts';
import envelopes from './fixtures/envelopes.json' with { type: 'json' };
import inventorySample from './fixtures/inventory.json' with { type: 'json' };
import orderSample from './fixtures/order.json' with { type: 'json' };
import { readOrderFields } from './order-fields.ts';
import { settings } from './settings.ts';
import * as wire from './wire.ts';

const said = (body: unknown) => envelopeOf({ text: typeof body === 'string' ? body : JSON.stringify(body) });

describe('the address', () => {
  it.each([
    ['https://api.cartrover.com', 'https://api.cartrover.com/v1'],
    ['https://api.cartrover.com/', 'https://api.cartrover.com/v1'],
    ['https://api.cartrover.com/v1/', 'https://api.cartrover.com/v1'],
    ['https://im.example.com:8443/api/v2', 'https://im.example.com:8443/api/v2'],
  ])('%s means %s', (typed, meant) => expect(baseUrlOf({ baseUrl: typed })).toBe(meant));

  it('is IM’s own where none is typed', () => {
    expect(baseUrlOf(settings.parse({ apiUser: 'u', apiKey: 'k' }))).toBe('https://api.cartrover.com/v1');
  });
});

describe('settings', () => {
  it('want both of the merchant’s keys or neither, and fields that IM has', () => {
    const problems = (given: object) =>
      settings.safeParse({ apiUser: 'u', apiKey: 'k', ...given }).error?.issues.map(({ path, message }) => [path[0], message]);
    expect(problems({})).toBeUndefined();
    expect(problems({ merchantApiUser: 'm' })).toEqual([['merchantApiKey', 'missing']]);
    expect(problems({ merchantApiKey: 'm', orderFields: 'grand_total=0' })).toEqual([
      ['merchantApiUser', 'missing'],
      ['orderFields', 'malformed'],
    ]);
  });

  it.each([
    ['', { fields: {}, extras: {} }],
    [' custom_field_1 = Web ;\nextra.department=7; ', { fields: { custom_field_1: 'Web' }, extras: { department: '7' } }],
    ['gift_wrap=Y; ship_address_type=C', { fields: { gift_wrap: 'Y', ship_address_type: 'C' }, extras: {} }],
    ['pay_type=a=b', { fields: { pay_type: 'a=b' }, extras: {} }],
    ['gift_wrap=yes', null],
    ['custom_field_6=x', null],
    ['custom_field_1', null],
    ['custom_field_1=', null],
    ['custom_field_1=a; custom_field_1=b', null],
    ['cust_ref=1', null],
    ['__proto__=1', null],
  ])('read the fields "%s"', (text, read) => expect(readOrderFields(text)).toEqual(read));
});

describe('envelopes', () => {
  it('tell a refusal by success_code, with its words wherever they stand', () => {
    expect(said(envelopes.created)).toMatchObject({ refusal: null, body: { cust_ref: 'TEST21' } });
    expect(said(envelopes.invalid)).toEqual({
      refusal: { code: 'Invalid', text: 'Order missing required field(s): ship_zip' },
    });
    expect(said(envelopes.older)).toEqual({ refusal: { code: 'Failure', text: 'OrderDuplicate' } });
    expect(said({ success_code: 'false' })).toEqual({ refusal: { code: '', text: '' } });
  });

  it.each(['', '<html>', '[]', 'null', '7', '{"errors":["no"]}'])('are not seen in %s', (text) => expect(said(text)).toBeNull());

  it('never throw, whatever comes', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void envelopeOf({ text })));
  });

  it.each([
    ['Order missing required field(s): ship_zip, ship_city', 'ship_zip'],
    ['items[0].quantity must be a whole number above 0.', 'items[0].quantity'],
    ['order_discount must not be negative.', 'order_discount'],
    ['OrderDuplicate', undefined],
  ])('name the field of "%s": %s', (text, field) => expect(fieldOf(text)).toBe(field));
});

describe('documented payloads', () => {
  it('are read: numbers as text, flags, empty maps as lists', () => {
    const order = wire.order.parse(orderSample);
    expect(order).toMatchObject({ sending_canceled: false, on_hold: false, extra_fields: {}, inventory_warehouse_pk: '7' });
    expect(order.items.map(({ quantity, filtered_sku: out }) => [quantity, out])).toEqual([
      [2, false],
      [1, false],
      [1, false],
      [1, true],
    ]);
    const [mug, cap] = wire.inventoryRow.array().parse(inventorySample);
    expect(mug?.warehouses).toEqual({
      7: { warehouse: 'EAST', qty_available: 12 },
      8: { warehouse: 'WEST', qty_available: 5 },
    });
    expect(cap).toEqual({ sku: 'CAP', qty_available: -1, aliases: {}, warehouses: {} });
    expect(wire.created.parse(envelopes.created)).toEqual({ cust_ref: 'TEST21', order_number: 'TEST21' });
    expect(wire.wmsCancel.parse(envelopes.wmsCancel).response.success).toBe(false);
    expect(wire.wmsCancel.parse({ response: { success: 'true', message: '' } }).response.success).toBe(true);
  });

  it('may leave out what a list has no place for', () => {
    expect(wire.order.parse({ cust_ref: 1001, order_status: 'partial' })).toMatchObject({
      cust_ref: '1001',
      items: [],
      shipments: [],
    });
  });
});
