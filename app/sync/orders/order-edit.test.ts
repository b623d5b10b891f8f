import { describe, expect, it } from 'vitest';
import { differenceOf, formOf, orderEditSchema, withEdit } from './order-edit.ts';
import { anOrder } from './order.test-data.ts';

const shipTo = {
  name: 'Ada',
  company: null,
  address1: 'Weg 1',
  address2: 'c/o B',
  city: 'Ulm',
  zip: '89073',
  province: 'Bavaria',
  provinceCode: 'BY',
  countryCode: 'DE',
  phone: null,
};
const order = anOrder({ shipTo, note: 'Ring twice' });

describe('what somebody changes of an order before it is sent', () => {
  it('is only what differs from Shopify', () => {
    expect(differenceOf(order, formOf(order))).toEqual({});
    expect(
      differenceOf(order, { ...formOf(order), city: 'Bonn', skus: { 'gid://shopify/LineItem/1': 'MUG-2', other: 'X' } }),
    ).toEqual({
      city: 'Bonn',
      skus: { 'gid://shopify/LineItem/1': 'MUG-2' },
    });
  });

  it('is merged into the order as one: address, method, note and SKU', () => {
    const edited = withEdit(order, {
      city: 'Bonn',
      address2: '',
      provinceCode: 'NW',
      shipping: 'Express',
      note: '',
      skus: { 'gid://shopify/LineItem/1': 'MUG-2' },
    });
    expect(edited.shipTo).toEqual({ ...shipTo, city: 'Bonn', address2: null, province: 'NW', provinceCode: 'NW' });
    expect(edited).toMatchObject({ note: null, shippingLines: [{ title: 'Express', code: 'Express', amount: 500 }] });
    expect(edited.lines).toMatchObject([{ sku: 'MUG-2', variantId: null, quantity: 2 }]);
    expect(edited.fulfilmentOrders[0]?.lines).toMatchObject([{ sku: 'MUG-2' }]);
    expect(withEdit(order, null)).toBe(order);
  });

  it('may give an order without an address one, and needs what a parcel needs', () => {
    const form = { ...formOf(order), countryCode: 'at' };
    expect(orderEditSchema.parse(form).countryCode).toBe('AT');
    const refused = orderEditSchema.safeParse({
      ...form,
      city: ' ',
      countryCode: 'Austria',
      skus: { 'gid://shopify/LineItem/1': '' },
    });
    expect(refused.error?.issues.map(({ path }) => path[0])).toEqual(['city', 'countryCode', 'skus']);
    const { phone, ...rest } = formOf(order);
    expect(withEdit(anOrder(), { ...rest, phone }).shipTo).toMatchObject({ city: 'Ulm', phone: null, company: null });
  });
});
