import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponentOf } from '../../core/money.ts';
import { batteryOrder } from '../contract/battery-samples.ts';
import type { Charge, SalesOrder, SalesOrderLine, Tax } from '../contract/index.ts';
import { addressFields } from './convert-address.ts';
import { orderBody } from './convert-order.ts';
import orderSample from './fixtures/order.json' with { type: 'json' };
import { orderAmounts } from './order-amounts.ts';
import { isAnothers, isSameOrder, remoteOrder, stateOf, troubleOf } from './remote-order.ts';
import { settings } from './settings.ts';
import * as wire from './wire.ts';

const given = (changes: Record<string, unknown> = {}) => settings.parse({ apiUser: 'u', apiKey: 'k', ...changes });
const sale = (units: Record<string, number>, changes: Partial<SalesOrder> = {}): SalesOrder => ({
  ...batteryOrder({ facilityId: '7' }, '#1001', units),
  ...changes,
});
const bodyOf = (order: SalesOrder, changes: Record<string, unknown> = {}, location: string | null = null) =>
  orderBody(order, { settings: given(changes), domain: 'sample.myshopify.com', zone: 'Europe/Berlin', location }) as Record<
    string,
    unknown
  > & { items: Record<string, unknown>[] };
const found = (changes: Record<string, unknown> = {}) => wire.order.parse({ ...orderSample, ...changes });

describe('amounts', () => {
  const taxes = fc.array(fc.record({ title: fc.constant('VAT'), rate: fc.constant(0.19), amount: fc.nat(50_000) }), {
    maxLength: 3,
  });
  const line = fc
    .record({
      unitPrice: fc.nat(1_000_000),
      quantity: fc.integer({ min: 1, max: 500 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      taxes,
    })
    .map(
      ({
        unitPrice,
        quantity,
        share,
        taxes: taxed,
      }): Pick<SalesOrderLine, 'unitPrice' | 'quantity' | 'discount' | 'taxes' | 'total'> => {
        const discount = Math.floor(unitPrice * quantity * share);
        return { unitPrice, quantity, discount, taxes: taxed, total: unitPrice * quantity - discount };
      },
    );
  const charge = fc.record({
    kind: fc.constantFrom<Charge['kind']>('shipping', 'tip', 'duty', 'rounding', 'fee'),
    title: fc.constant(''),
    amount: fc.integer({ min: -100, max: 100_000 }),
    discount: fc.nat(100),
    taxes,
  });
  const order = fc.record({
    lines: fc.array(line, { minLength: 1, maxLength: 8 }),
    charges: fc.array(charge, { maxLength: 4 }),
    taxesIncluded: fc.boolean(),
    currency: fc.constantFrom('EUR', 'USD', 'JPY', 'KWD'),
  });
  const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const taxIn = (records: { taxes: Tax[] }[]) => sum(records.flatMap((record) => record.taxes.map(({ amount }) => amount)));

  it('come to the order’s total to the minor unit by IM’s own arithmetic, with no amount below zero', () => {
    fc.assert(
      fc.property(order, (one) => {
        const { lines, totals } = orderAmounts(one as SalesOrder);
        const minor = (decimal: number) => Math.round(decimal * 10 ** exponentOf(one.currency));
        const expected =
          sum(one.lines.map(({ total }) => total)) +
          sum(one.charges.map(({ amount, discount }) => amount - discount)) +
          (one.taxesIncluded ? 0 : taxIn(one.lines) + taxIn(one.charges));
        for (const [index, { price, discount, extended_amount: extended }] of lines.entries())
          expect(minor(extended)).toBe((minor(price) - minor(discount)) * (one.lines[index]?.quantity ?? 0));
        expect(minor(totals.sub_total)).toBe(sum(lines.map(({ extended_amount: extended }) => minor(extended))));
        const grand =
          minor(totals.sub_total) + minor(totals.sales_tax) + minor(totals.shipping_handling) - minor(totals.order_discount);
        expect(minor(totals.grand_total)).toBe(grand);
        expect(grand).toBe(expected);
        expect(minor(totals.order_discount)).toBeGreaterThanOrEqual(sum(lines.map(({ addl_discount: more }) => minor(more))));
        const all = [...lines.flatMap((one) => Object.values(one)), ...Object.values(totals).slice(0, 4)];
        expect(all.filter((amount) => amount < 0)).toEqual([]);
      }),
    );
  });

  it('are written with no more places than the currency has', () => {
    const [only] = orderAmounts(sale({ A: 3 }, { currency: 'JPY' })).lines;
    expect(only).toMatchObject({ price: 1000, extended_amount: 3000 });
    expect(orderAmounts(sale({ A: 3 }, { currency: 'KWD' })).lines[0]).toMatchObject({ price: 1, extended_amount: 3 });
  });
});

describe('a new order', () => {
  it('says whose it is, when, where to and with which lines', () => {
    const body = bodyOf(sale({ A: 2 }, { placedAt: '2026-11-19T23:30:00Z', note: 'Ring twice' }), {}, 'EAST');
    expect(body).toMatchObject({
      cust_ref: '#1001',
      cust_po_no: '#1001',
      order_date: '2026-11-20', // after midnight in Berlin
      ship_first_name: 'Ada',
      ship_last_name: 'Lovelace',
      ship_state: '-',
      ship_country: 'DEU',
      ship_is_billing: true,
      ship_code: 'standard',
      customer_id: '77',
      pay_type: 'shopify_payments',
      location: 'EAST',
      shipping_instructions: 'Ring twice',
      extra_fields: { crossdock_shop: 'sample.myshopify.com', crossdock_order: '1001' },
    });
    expect(body.items).toMatchObject([{ line_no: '1', item: 'A', quantity: 2, price: 10, line_item_id: '100165' }]);
  });

  it('leaves out what there is nothing to say of', () => {
    const body = bodyOf(sale({ A: 1 }, { customer: null, shipping: null, payments: [], billing: null }));
    const absent = ['customer_id', 'ship_code', 'carrier', 'pay_type', 'location', 'gift_message', 'order_source', 'ship_e_mail'];
    expect(absent.filter((name) => name in body)).toEqual([]);
    expect(Object.values(body).filter((value) => value === null || value === undefined || value === '')).toEqual([]);
  });

  it('carries the mapped code with its carrier, Shopify’s own where nothing is mapped or IM maps', () => {
    const mapped = sale({ A: 1 }, { shipping: { title: 'Fast', code: 'FAST', carrier: 'UPS', method: '28' } });
    const unmapped = sale({ A: 1 }, { shipping: { title: 'Fast', code: '', carrier: null, method: null } });
    expect(bodyOf(mapped)).toMatchObject({ ship_code: '28', carrier: 'UPS', ship_code_description: 'Fast' });
    expect(bodyOf(mapped, { shipCode: 'shopify' })).toMatchObject({ ship_code: 'FAST' });
    expect('carrier' in bodyOf(mapped, { shipCode: 'shopify' })).toBe(false);
    expect(bodyOf(unmapped)).toMatchObject({ ship_code: 'Fast' });
  });

  it('has the settings’ named values above what it says itself', () => {
    const body = bodyOf(sale({ A: 1 }), {
      orderFields: 'pay_type=INVOICE; extra.department=7',
      orderSource: 'Web',
      addressType: 'by-company',
    });
    expect(body).toMatchObject({
      ...{ pay_type: 'INVOICE', order_source: 'Web', ship_address_type: 'R' },
      extra_fields: { department: '7', crossdock_order: '1001' },
    });
  });

  it('has notes, remarks and the gift message', () => {
    const [line] = sale({ A: 1 }).lines;
    const noted = sale(
      { A: 1 },
      {
        note: 'Hello',
        attributes: [{ key: 'Gift', value: 'For you' }],
        lines: line ? [{ ...line, attributes: [{ key: 'Engraving', value: 'Ada' }] }] : [],
      },
    );
    const both = bodyOf(noted, { giftMessageAttribute: 'Gift' });
    expect([both['shipping_instructions'], both['gift_message'], both.items[0]?.['line_comment']]).toEqual([
      ...['Hello\nGift: For you', 'For you', 'Engraving: Ada'],
    ]);
    const none = bodyOf(sale({ A: 1 }, { note: null, attributes: [] }));
    expect([none['shipping_instructions'], none['gift_message'], none.items[0]?.['line_comment']]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });

  it('has a billing address of its own where that differs', () => {
    const { billing } = sale({ A: 1 });
    const body = bodyOf(
      sale(
        { A: 1 },
        { billing: billing && { ...billing, name: 'Grace', company: 'Navy', countryCode: 'US', provinceCode: 'VA' } },
      ),
    );
    expect(body).toMatchObject({
      ...{ ship_is_billing: false, cust_first_name: 'Grace', cust_company: 'Navy', cust_state: 'VA', cust_country: 'USA' },
    });
    expect('cust_last_name' in body).toBe(false);
  });

  it('has an address with its first line, and a country that nobody knows as it is', () => {
    const address = { ...sale({ A: 1 }).shipTo, address1: '', address2: 'Rear building', countryCode: 'XX' } as never;
    expect(addressFields('ship_', address, null)).toMatchObject({ ship_address_1: 'Rear building', ship_country: 'XX' });
  });
});

describe('an order there', () => {
  it.each([
    ['new', {}, 'open', null],
    ['new', { on_hold: 'Y' }, 'held', 'On Hold'],
    ['new', { sending_canceled: 'Y' }, 'cancelled', null],
    ['error', { error_reason: 'Address Error', error_msg: 'No such zip' }, 'held', 'Address Error: No such zip'],
    ['error', {}, 'held', 'error'],
    ['error', { sending_canceled: 'Y' }, 'cancelled', null],
    ['at_wms', { shipments: [] }, 'picking', null],
    ['at_wms', {}, 'partly-shipped', null],
    ['at_wms', { on_hold: 'Y', shipments: [] }, 'picking', null],
    ['shipped', {}, 'shipped', null],
    ['confirmed', {}, 'shipped', null],
    ['canceled', {}, 'cancelled', null],
    ['something new', { shipments: [] }, 'picking', null],
  ])('that is %s with %o counts as %s: %s', (order_status, changes, state, trouble) => {
    const order = found({ order_status, ...changes });
    expect([stateOf(order), troubleOf(order)]).toEqual([state, trouble]);
  });

  it('has our line ids, its total in minor units and no line that was struck out', () => {
    expect(remoteOrder(found(), 'EUR')).toMatchObject({
      ...{ remoteId: '#1001', total: 4000, facilityId: '7', state: 'partly-shipped' },
      lines: [
        { lineId: 'gid://shopify/LineItem/11', sku: 'MUG', quantity: 2 },
        { lineId: 'gid://shopify/LineItem/12', sku: 'CAP', quantity: 1 },
        { lineId: 'gid://shopify/LineItem/13', sku: 'CAP', quantity: 1 },
      ],
    });
    expect(remoteOrder(found({ currency_code: 'JPY', grand_total: '4000.00' }), 'EUR').total).toBe(4000);
  });

  it('is told from another’s by its mark, else by our line ids', () => {
    const domain = 'sample.myshopify.com';
    const ours = sale({ A: 1 });
    const marked = (shop: string, order: string) => found({ extra_fields: { crossdock_shop: shop, crossdock_order: order } });
    expect(isSameOrder(marked(domain, '1001'), ours, domain)).toBe(true);
    expect(isSameOrder(marked(domain, '1002'), ours, domain)).toBe(false);
    expect(isSameOrder(marked('other.myshopify.com', '1001'), ours, domain)).toBe(false);
    expect([isAnothers(found(), domain), isAnothers(marked('other.myshopify.com', '1'), domain)]).toEqual([false, true]);
    expect(isSameOrder(found(), ours, domain)).toBe(false);
    const [first] = ours.lines;
    const unmarked = { ...ours, lines: first ? [{ ...first, lineId: 'gid://shopify/LineItem/11' }] : [] };
    expect(isSameOrder(found(), unmarked, domain)).toBe(true);
  });
});
