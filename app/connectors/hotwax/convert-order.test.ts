import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponentOf, parseMoney } from '../../core/money.ts';
import { batteryOrder } from '../contract/battery-samples.ts';
import type { Charge, SalesOrder } from '../contract/index.ts';
import { channelOf, orderBody, type OrderRefs } from './convert-order.ts';
import { isOurs, itemsOf, lineIdOf, remoteOrder, stateOf } from './order-state.ts';
import { facilityIdBeside, facilityIdOf, orderIdOf, partyIdOf } from './ids.ts';
import { settings } from './settings.ts';
import * as wire from './wire.ts';

const rules = settings.parse({ baseUrl: 'demo', username: 'u', password: 'p', productStoreId: 'STORE' });
const domain = 'shop.myshopify.com';
const refs: OrderRefs = {
  companyPartyId: 'COMPANY',
  customerPartyId: 'P1',
  productIds: new Map([
    ['A', '1'],
    ['B', '2'],
  ]),
  shipmentMethodTypeId: 'STANDARD',
  carrierPartyId: 'FEDEX',
  paymentTypes: new Map([['paypal', 'EXT_SHOP_PAYPAL']]),
  contacts: { email: 'C1', shipping: 'C2', billing: 'C2', phone: null },
};
const order = (changes: Partial<SalesOrder> = {}): SalesOrder => ({
  ...batteryOrder({ facilityId: '_NA_' }, '#1001', { A: 2, B: 1 }),
  ...changes,
});
const bodyOf = (changes: Partial<SalesOrder> = {}, given = rules) => orderBody(order(changes), refs, { settings: given, domain });

describe('an order for HotWax', () => {
  it('has our reference as its name, Shopify’s id beside it, and an id that follows from shop and reference', () => {
    const body = bodyOf();
    expect(body).toMatchObject({ orderName: '#1001', externalId: '1001', orderId: orderIdOf(domain, '#1001') });
    expect(body.orderId).toMatch(/^XD[0-9A-Z]{18}$/);
    expect(orderIdOf('other.myshopify.com', '#1001')).not.toBe(body.orderId);
    expect(orderIdOf(domain, '#1001_2')).not.toBe(body.orderId);
    const one = order();
    const again = () => orderBody(one, refs, { settings: rules, domain });
    expect(again()).toEqual(again());
  });

  it('carries its lines with Shopify’s line ids, its contacts by id and its people in their roles', () => {
    const { shipGroups, contactMechs, roles, identifications } = bodyOf();
    expect(shipGroups).toMatchObject([
      {
        ...{ facilityId: '_NA_', carrierPartyId: 'FEDEX', shipmentMethodTypeId: 'STANDARD', contactMechId: 'C2', maySplit: 'Y' },
        items: [
          { orderItemSeqId: '00001', productId: '1', quantity: 2, unitPrice: 10 },
          { orderItemSeqId: '00002', productId: '2', quantity: 1 },
        ],
      },
    ]);
    const ids = shipGroups.flatMap(({ items }) => items.map(({ externalId }) => lineIdOf(externalId)));
    expect(ids).toEqual(order().lines.map(({ lineId }) => lineId));
    expect(contactMechs.map(({ contactMechPurposeTypeId: purpose }) => purpose)).toEqual([
      'ORDER_EMAIL',
      'SHIPPING_LOCATION',
      'BILLING_LOCATION',
    ]);
    expect(roles.map(({ roleTypeId }) => roleTypeId)).toContain('SHIP_TO_CUSTOMER');
    expect(identifications).toContainEqual({ orderIdentificationTypeId: 'SHOPIFY_ORD_NAME', idValue: '#1001' });
  });

  it('has one ship group for each facility its lines are at, and every item once', () => {
    const lines = order().lines.map((line, index) => ({ ...line, facilityId: index === 0 ? 'EAST' : 'WEST' }));
    const { shipGroups } = bodyOf({ lines });
    expect(shipGroups.map(({ shipGroupSeqId, facilityId, items }) => [shipGroupSeqId, facilityId, items.length])).toEqual([
      ['00001', 'EAST', 1],
      ['00002', 'WEST', 1],
    ]);
  });

  it('leaves the carrier to HotWax where none is mapped, and whether it may split to the settings', () => {
    const body = orderBody(order(), { ...refs, carrierPartyId: null }, { settings: { ...rules, allowSplit: false }, domain });
    expect(body.shipGroups[0]).toMatchObject({ carrierPartyId: '_NA_', maySplit: 'N' });
  });

  it.each([
    ['web', '', 'WEB_SALES_CHANNEL'],
    ['pos', '', 'POS_SALES_CHANNEL'],
    ['shopify_draft_order', '', 'CSR_SALES_CHANNEL'],
    ['draft_orders', '', 'CSR_SALES_CHANNEL'],
    ['iphone', '', 'PHONE_SALES_CHANNEL'],
    ['facebook', '', 'FACEBOOK_SALES_CH'],
    ['PHONE_SALES_CHANNEL', '', 'PHONE_SALES_CHANNEL'],
    [null, '', 'WEB_SALES_CHANNEL'],
    ['pos', 'MKTP_SALES_CHANNEL', 'MKTP_SALES_CHANNEL'],
  ])('puts Shopify’s channel %s with the setting “%s” into %s', (channel, setting, wanted) => {
    expect(channelOf(channel, setting)).toBe(wanted);
  });

  it('keeps its note and its details', () => {
    const { attributes } = bodyOf({ note: 'Ring twice', attributes: [{ key: 'gift wrap', value: 'x'.repeat(300) }] });
    const further = attributes.filter(({ attrName }) => !attrName.startsWith('crossdock'));
    expect(further.map(({ attrName }) => attrName)).toEqual(['shopify_note', 'gift wrap']);
    expect(Math.max(...attributes.map(({ attrValue }) => attrValue.length))).toBeLessThanOrEqual(255);
  });

  it('names an attribute that comes twice once: the name is part of HotWax’s key', () => {
    const attributes = [1, 2].map((value) => ({ key: 'a', value: String(value) }));
    const written = bodyOf({ attributes }).attributes;
    expect(written.filter(({ attrName }) => attrName === 'a')).toEqual([{ attrName: 'a', attrValue: '1' }]);
  });

  it('pays never more than this part comes to', () => {
    const payments = [
      { gateway: 'paypal', method: null, amount: 9000, paid: true },
      { gateway: 'other', method: null, amount: 9000, paid: false },
    ];
    expect(bodyOf({ payments }).paymentPreferences).toEqual([
      { paymentMethodTypeId: 'EXT_SHOP_PAYPAL', maxAmount: 35, statusId: 'PAYMENT_SETTLED' },
    ]);
    expect(bodyOf({ payments: payments.map((one) => ({ ...one, amount: 2000 })) }).paymentPreferences).toEqual([
      { paymentMethodTypeId: 'EXT_SHOP_PAYPAL', maxAmount: 20, statusId: 'PAYMENT_SETTLED' },
      { paymentMethodTypeId: 'EXT_SHOP_OTHR_GTWAY', maxAmount: 15, statusId: 'PAYMENT_NOT_RECEIVED' },
    ]);
  });

  it('tells a tax inside the prices in words and adds none of it', () => {
    const taxes = bodyOf().adjustments.filter(({ orderAdjustmentTypeId: type }) => type === 'VAT_TAX');
    expect(taxes[0]).toEqual({
      orderAdjustmentTypeId: 'VAT_TAX',
      amount: 0,
      comments: 'VAT 19%, included: 3.19',
      orderItemSeqId: '00001',
    });
  });
});

describe('money', () => {
  const amount = fc.integer({ min: 0, max: 5_000_000 });
  const tax = fc.array(fc.record({ title: fc.constantFrom('VAT', 'State'), rate: fc.constantFrom(0.19, 0.0825), amount }), {
    maxLength: 2,
  });
  const anOrder = fc
    .record({
      currency: fc.constantFrom('EUR', 'JPY', 'KWD'),
      taxesIncluded: fc.boolean(),
      lines: fc.array(
        fc.record({
          quantity: fc.integer({ min: 1, max: 20 }),
          unitPrice: amount,
          cut: fc.nat(1000),
          taxes: tax,
          facilityId: fc.constantFrom('N', 'S'),
        }),
        { minLength: 1, maxLength: 6 },
      ),
      charges: fc.array(
        fc.record({
          kind: fc.constantFrom<Charge['kind']>('shipping', 'tip', 'duty', 'fee', 'rounding'),
          title: fc.constant('x'),
          amount: fc.integer({ min: -500, max: 100_000 }),
          discount: fc.nat(500),
          taxes: tax,
        }),
        { maxLength: 4 },
      ),
    })
    .map(({ currency, taxesIncluded, lines, charges }): SalesOrder => {
      const made = lines.map(({ quantity, unitPrice, cut, taxes, facilityId }, index) => {
        const discount = Math.floor((unitPrice * quantity * cut) / 1000);
        const [line] = order().lines as [SalesOrder['lines'][number]];
        return {
          ...line,
          lineId: `gid://shopify/LineItem/${index + 1}`,
          quantity,
          unitPrice,
          discount,
          taxes,
          facilityId,
          total: unitPrice * quantity - discount,
        };
      });
      const taxed = [...made, ...charges].flatMap((one) => one.taxes).reduce((sum, one) => sum + one.amount, 0);
      const net =
        made.reduce((sum, line) => sum + line.total, 0) +
        charges.reduce((sum, charge) => sum + charge.amount - charge.discount, 0);
      return order({
        currency,
        taxesIncluded,
        lines: made,
        charges,
        total: { amount: net + (taxesIncluded ? 0 : taxed), currency },
      });
    });
  const minor = (decimal: number, currency: string) => parseMoney(decimal.toFixed(exponentOf(currency)), currency).amount;

  it('adds up: unit prices and adjustments are the total, to the minor unit, in every currency', () => {
    fc.assert(
      fc.property(anOrder, (one) => {
        const body = orderBody(one, refs, { settings: rules, domain });
        const items = body.shipGroups.flatMap((group) => group.items);
        const goods = items.reduce((sum, { unitPrice, quantity }) => sum + minor(unitPrice, one.currency) * quantity, 0);
        const beside = body.adjustments.reduce((sum, adjustment) => sum + minor(adjustment.amount, one.currency), 0);
        expect(goods + beside).toBe(one.total.amount);
        expect(minor(body.grandTotal, one.currency)).toBe(one.total.amount);
        expect(items).toHaveLength(one.lines.length);
        expect(new Set(items.map(({ orderItemSeqId }) => orderItemSeqId)).size).toBe(items.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('whose order it is', () => {
  const row = { orderName: '#1', attributes: [] };
  it('is told by its id, or by its mark where HotWax gave an id of its own', () => {
    expect(isOurs({ ...row, orderId: orderIdOf(domain, '#1') }, domain)).toBe(true);
    expect(isOurs({ ...row, orderId: orderIdOf('other.myshopify.com', '#1') }, domain)).toBe(false);
    expect(isOurs({ ...row, orderId: 'M1', attributes: [{ attrName: 'crossdock_shop', attrValue: domain }] }, domain)).toBe(true);
    expect(isOurs({ ...row, orderId: 'M1', orderName: null }, domain)).toBe(false);
  });
});

describe('where an order stands', () => {
  const detail = (orderStatusId: string, items: string[], group: Record<string, unknown> = {}) =>
    wire.orderDetail.parse({
      orderId: 'X',
      orderStatusId,
      shipGroups: [
        {
          shipGroupSeqId: '1',
          ...group,
          items: items.map((itemStatusId, index) => ({ orderItemSeqId: `${index}`, itemStatusId, productId: 'p', quantity: 1 })),
        },
      ],
    });
  it.each([
    ['ORDER_CREATED', ['ITEM_CREATED'], {}, 'open'],
    ['ORDER_HOLD', ['ITEM_CREATED'], {}, 'held'],
    ['ORDER_APPROVED', ['ITEM_APPROVED'], {}, 'open'],
    ['ORDER_APPROVED', ['ITEM_APPROVED'], { picklistId: '9' }, 'picking'],
    ['ORDER_APPROVED', ['ITEM_APPROVED'], { shipmentStatusId: 'SHIPMENT_INPUT' }, 'picking'],
    ['ORDER_APPROVED', ['ITEM_APPROVED'], { shipmentStatusId: 'SHIPMENT_PACKED' }, 'packed'],
    ['ORDER_APPROVED', ['ITEM_COMPLETED', 'ITEM_APPROVED'], {}, 'partly-shipped'],
    ['ORDER_APPROVED', ['ITEM_COMPLETED', 'ITEM_CANCELLED'], {}, 'shipped'],
    ['ORDER_APPROVED', ['ITEM_CANCELLED'], {}, 'cancelled'],
    ['ORDER_COMPLETED', ['ITEM_COMPLETED'], {}, 'shipped'],
    ['ORDER_CANCELLED', ['ITEM_CREATED'], {}, 'cancelled'],
    ['ORDER_SOMETHING_NEW', [], {}, 'open'],
  ] as const)('is told from %s, items %s and ship group %o: %s', (status, items, group, wanted) => {
    expect(stateOf(detail(status, [...items], group))).toBe(wanted);
  });

  it('adds up an item that HotWax split over ship groups, and leaves cancelled ones out', () => {
    const one = detail('ORDER_APPROVED', ['ITEM_APPROVED', 'ITEM_APPROVED', 'ITEM_CANCELLED']);
    expect(remoteOrder(one, '#1', new Map([['p', 'A']])).lines).toEqual([{ lineId: null, sku: 'A', quantity: 2 }]);
  });
});

describe('items', () => {
  const item = { orderItemSeqId: '1', productId: 'p', quantity: 1 };
  it('are read within ship groups or beside them', () => {
    const inside = wire.orderRow.parse({ orderId: 'X', shipGroups: [{ shipGroupSeqId: '7', facilityId: 'F', items: [item] }] });
    const beside = wire.orderRow.parse({
      ...{ orderId: 'X', shipGroups: [{ shipGroupSeqId: '7', facilityId: 'F' }], items: [{ ...item, shipGroupSeqId: '7' }] },
    });
    for (const row of [inside, beside])
      expect(itemsOf(row)).toMatchObject([{ orderItemSeqId: '1', shipGroupSeqId: '7', facilityId: 'F' }]);
  });
});

describe('our ids', () => {
  it.each([
    ['Main Warehouse', 'MAIN_WAREHOUSE'],
    ['Kiel Süd', 'KIEL_SUD'],
    ['  14th St. ', '14TH_ST'],
  ])('of the facility %s is %s', (name, wanted) => {
    expect(facilityIdOf(name)).toBe(wanted);
  });

  it('always fit OFBiz’s columns and differ for different names', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60 }), (name) => {
        for (const id of [facilityIdOf(name), facilityIdBeside(name), orderIdOf(name, name), partyIdOf(name, name)])
          expect(id).toMatch(/^[A-Z0-9_]{1,20}$/);
      }),
    );
    expect(facilityIdBeside('倉庫')).not.toBe(facilityIdBeside('店'));
  });
});
