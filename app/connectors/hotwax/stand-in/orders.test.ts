import { beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
let mug: string;
let cap: string;
beforeEach(async () => {
  rig = await openRig();
  [mug, cap] = [await rig.product('MUG'), await rig.product('CAP')];
});
const post = (body: unknown) => rig.api('POST', 'oms/orders', body);
const only = async (query: string) => (await rig.api('GET', `oms/orders?${query}&dependentLevels=1`)).body as Json[];

describe('creating an order', () => {
  test('writes all that nests, with its parents’ keys, and nothing more: no reservation, no approval', async () => {
    const { partyId } = (await rig.api('POST', 'oms/parties', { partyTypeId: 'PERSON' })).body;
    const { contactMechId } = (
      await rig.api('POST', `oms/customers/${partyId}/postalAddresses`, {
        address1: 'Kai 3',
        city: 'Bremen',
        postalCode: '28195',
        countryGeoId: 'DEU',
        contactMechPurposeTypeId: 'SHIPPING_LOCATION',
      })
    ).body;
    const { body } = await rig.order(
      '#1001',
      [
        [mug, 3],
        [cap, 1],
      ],
      {
        identifications: [{ orderIdentificationTypeId: 'SHOPIFY_ORD_ID', idValue: '7426630516900' }],
        roles: [{ partyId, roleTypeId: 'PLACING_CUSTOMER' }],
        contactMechs: [{ contactMechPurposeTypeId: 'SHIPPING_LOCATION', contactMechId }],
        paymentPreferences: [{ paymentMethodTypeId: 'EXT_SHOP_VISA', maxAmount: 50, statusId: 'PAYMENT_AUTHORIZED' }],
        adjustments: [{ orderAdjustmentTypeId: 'SHIPPING_CHARGES', amount: 5, orderItemSeqId: '_NA_' }],
        attributes: [{ attrName: 'gift', attrValue: 'yes' }],
      },
      { contactMechId },
    );
    expect(body).toEqual({ orderId: expect.stringMatching(/^M1/) });
    const [order] = await only('externalId=741001&productStoreId=STORE');
    expect(order).toMatchObject({
      orderId: body.orderId,
      _entity: 'org.apache.ofbiz.order.order.OrderHeader',
      statusId: 'ORDER_CREATED',
      identifications: [{ idValue: '7426630516900', fromDate: expect.any(Number) }],
      contactMechs: [
        {
          contactMechId,
          contactMech: { contactMechTypeId: 'POSTAL_ADDRESS' },
          postalAddress: { city: 'Bremen', countryGeoId: 'DEU' },
        },
      ],
      paymentPreferences: [{ maxAmount: 50 }],
      adjustments: [{ amount: 5 }],
      shipGroups: [
        {
          facilityId: '_NA_',
          items: [{ orderItemSeqId: '01', quantity: 3, lastUpdatedStamp: expect.any(Number) }, { productId: cap }],
        },
      ],
    });
    expect((await rig.api('GET', `oms/orders?orderId=${body.orderId}`)).body[0]).not.toHaveProperty('shipGroups');
    expect(await rig.atp(mug)).toBeUndefined();
    expect((await rig.api('GET', `oms/orders/${body.orderId}`)).body.orderDetail).toMatchObject({
      orderExternalId: '741001',
      partyId,
      orderStatusId: 'ORDER_CREATED',
    });
  });

  test('takes our own id once, and looks for no twin by externalId', async () => {
    expect((await rig.order('#1001', [[mug, 1]], { orderId: 'X-1001' })).body).toEqual({ orderId: 'X-1001' });
    const twice = await rig.order('#1001', [[mug, 1]], { orderId: 'X-1001' });
    expect([twice.status, twice.body.errors, twice.fact]).toEqual([
      400,
      expect.stringContaining('exists already'),
      expect.stringContaining('fails on the key'),
    ]);
    expect((await rig.order('#1001', [[mug, 1]])).status).toBe(200);
    expect(await only('externalId=741001')).toHaveLength(2);
  });

  test('skips nested single records in silence: what they name must exist', async () => {
    const address = { address1: 'Kai 3', city: 'Bremen' };
    const without = await post({
      orderName: '#1',
      contactMechs: [{ contactMechPurposeTypeId: 'SHIPPING_LOCATION', postalAddress: address }],
    });
    expect([without.status, without.body.errors]).toEqual([400, 'Required field Contact Mech Id is missing']);
    const unknown = await post({
      orderName: '#1',
      contactMechs: [{ contactMechPurposeTypeId: 'SHIPPING_LOCATION', contactMechId: 'M9', postalAddress: address }],
    });
    expect([unknown.status, unknown.fact]).toEqual([400, expect.stringContaining('those rows must exist first')]);
    const { partyId } = (await rig.api('POST', 'oms/parties', { partyTypeId: 'PERSON' })).body;
    const { contactMechId } = (
      await rig.api('POST', `oms/customers/${partyId}/emails`, {
        infoString: 'a@example.com',
        contactMechPurposeTypeId: 'PRIMARY_EMAIL',
      })
    ).body;
    const made = await post({
      orderName: '#1',
      contactMechs: [
        { contactMechPurposeTypeId: 'ORDER_EMAIL', contactMechId, contactMech: { infoString: 'other@example.com' } },
      ],
    });
    const [order] = await only(`orderId=${made.body.orderId}`);
    expect(order.contactMechs[0].contactMech.infoString).toBe('a@example.com');
  });

  test('is refused whole when a part of it is', async () => {
    const group = { facilityId: '_NA_', shipmentMethodTypeId: 'STANDARD' };
    const items = [{ productId: mug, quantity: 1 }];
    for (const [body, word] of [
      [{ orderId: 'AN_ID_OF_MORE_THAN_20' }, 'too long'],
      [{ externalId: 'gid://shopify/Order/7426630516900' }, 'too long'],
      [{ productStoreId: 'NOWHERE' }, 'ProductStore NOWHERE'],
      [{ salesChannelEnumId: 'TV' }, 'Enumeration TV'],
      [{ customer: 'Ada' }, 'customer'],
      [{ shipGroups: [{ ...group, items: [{ productId: 'NOBODY', quantity: 1 }] }] }, 'Product NOBODY'],
      [{ shipGroups: [{ ...group, facilityId: 'NOWHERE', items }] }, 'Facility NOWHERE'],
      [{ shipGroups: [{ ...group, shipmentMethodTypeId: 'ROCKET', items }] }, 'ShipmentMethodType ROCKET'],
      [{ shipGroups: [{ ...group, carrierPartyId: 'ROCKETS', items }] }, 'Party ROCKETS'],
      [{ shipGroups: [{ ...group, items: [{ productId: mug, quantity: 'many' }] }] }, 'number'],
      [{ paymentPreferences: [{ paymentMethodTypeId: 'SHELLS', maxAmount: 1 }] }, 'PaymentMethodType SHELLS'],
      [{ adjustments: [{ orderAdjustmentTypeId: 'WHIM', amount: 1 }] }, 'OrderAdjustmentType WHIM'],
      [{ orderDate: 'yesterday' }, 'date'],
    ] as const) {
      const answer = await post({ orderName: '#1', ...body });
      expect([answer.status, answer.body.errors]).toEqual([400, expect.stringContaining(word)]);
    }
    expect((await rig.api('GET', 'oms/orders')).body).toEqual([]);
    expect((await rig.api('GET', 'oms/orders/NOBODY')).status).toBe(404);
  });
});

test('customers are found by identification; a nested person is skipped', async () => {
  const { partyId } = (
    await rig.api('POST', 'oms/parties', {
      partyTypeId: 'PERSON',
      person: { firstName: 'Ada' },
      identifications: [{ partyIdentificationTypeId: 'SHOPIFY_CUST_ID', idValue: '77' }],
    })
  ).body;
  expect(
    (await rig.api('GET', 'oms/parties/identifications?partyIdentificationTypeId=SHOPIFY_CUST_ID&idValue=77')).body,
  ).toMatchObject([{ partyId }]);
  expect((await rig.api('GET', `oms/parties/${partyId}`)).body).not.toHaveProperty('firstName');
  await rig.api('POST', `oms/parties/${partyId}/roles`, { roleTypeId: 'CUSTOMER' });
  await rig.api('POST', `oms/parties/${partyId}/identifications`, {
    partyIdentificationTypeId: 'SHOPIFY_CUST_ID',
    idValue: '78',
  });
  expect((await rig.api('GET', `oms/parties/${partyId}/identifications`)).body).toMatchObject([{ idValue: '78' }]);
  const { contactMechId } = (
    await rig.api('POST', `oms/customers/${partyId}/telecomNumbers`, {
      contactNumber: '1',
      contactMechPurposeTypeId: 'PRIMARY_PHONE',
    })
  ).body;
  expect((await rig.api('PUT', `oms/customers/${partyId}/telecomNumbers`, { contactMechId, contactNumber: '2' })).body).toEqual({
    contactMechId,
  });
  expect(
    (
      await rig.api('POST', 'oms/customers/NOBODY/emails', {
        infoString: 'a@example.com',
        contactMechPurposeTypeId: 'PRIMARY_EMAIL',
      })
    ).status,
  ).toBe(404);
  expect((await rig.api('POST', 'oms/parties', {})).status).toBe(400);
});
