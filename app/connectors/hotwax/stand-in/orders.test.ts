import { beforeEach, describe, expect, test } from 'vitest';
import { openRig, type Json, type Rig } from './test-rig.ts';

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

describe('changing an order', () => {
  let orderId: string;
  beforeEach(async () => {
    orderId = (
      await rig.order('#1001', [
        [mug, 3],
        [cap, 1],
      ])
    ).body.orderId;
    for (const sku of ['MUG', 'CAP']) await rig.control('POST', '/stock', { sku, facility: 'Main Warehouse', available: 10 });
  });
  const cancel = (...seqs: string[]) =>
    rig.api('POST', `oms/orders/${orderId}/items/cancel`, {
      items: seqs.map((orderItemSeqId) => ({ orderItemSeqId, shipGroupSeqId: '00001', reason: 'X', comment: 'c' })),
    });

  test('cancels items, frees their stock, and is cancelled with the last of them', async () => {
    await rig.control('POST', '/broker', { reference: '#1001', facility: 'Main Warehouse' });
    expect((await cancel('01')).body).toMatchObject({ cancelledItems: [{ orderItemSeqId: '01', cancelQuantity: 3 }] });
    expect([await rig.atp(mug), await rig.atp(cap)]).toEqual([10, 9]);
    expect(await rig.ledger()).toMatchObject({ state: 'open', lines: [{ sku: 'CAP' }] });
    const twice = await cancel('01');
    expect([twice.status, twice.fact]).toEqual([400, expect.stringContaining('cancelled item refuses')]);
    await cancel('02');
    expect(await rig.ledger()).toMatchObject({ state: 'cancelled', vendorState: 'ORDER_CANCELLED' });
    expect((await rig.api('GET', `oms/orders/${orderId}/status`)).body.map(({ statusId }: Json) => statusId)).toContain(
      'ORDER_CANCELLED',
    );
  });

  test('does not cancel what is picked, packed or shipped, nor a part of what was asked', async () => {
    await rig.control('POST', '/ship', { reference: '#1001', lines: [{ sku: 'MUG', quantity: 1 }] });
    const late = await cancel('02', '01');
    expect([late.status, late.fact]).toEqual([400, expect.stringContaining('§3.6')]);
    expect(await rig.ledger()).toMatchObject({ lines: [{ sku: 'MUG' }, { sku: 'CAP' }] });
    await rig.control('POST', '/pick', { reference: '#1001' });
    expect((await cancel('02')).body.errors).toContain('being picked');
    expect((await rig.api('POST', `oms/orders/${orderId}/items/cancel`, { items: [] })).status).toBe(400);
    expect((await cancel('77')).status).toBe(400);
  });

  test('by its status approves, holds and cancels, and refuses other ways', async () => {
    const put = (statusId: string) => rig.api('PUT', `oms/orders/${orderId}`, { statusId });
    await put('ORDER_HOLD');
    expect(await rig.ledger()).toMatchObject({ state: 'held' });
    await put('ORDER_APPROVED');
    expect((await rig.api('GET', `oms/orders/${orderId}/items`)).body[0].statusId).toBe('ITEM_APPROVED');
    const wrong = await put('ORDER_COMPLETED');
    expect([wrong.status, wrong.fact]).toEqual([400, expect.stringContaining('§2.3')]);
    await put('ORDER_CANCELLED');
    expect(await rig.ledger()).toMatchObject({ state: 'cancelled' });
    expect((await put('ORDER_APPROVED')).status).toBe(400);
  });

  test('of a header or a ship group goes by PUT; moving an approved group moves its reservation', async () => {
    await rig.api('PUT', `oms/orders/${orderId}`, { priority: '1' });
    expect((await only(`orderId=${orderId}`))[0].priority).toBe('1');
    await rig.control('POST', '/approve', { reference: '#1001' });
    await rig.api('PUT', `oms/orders/${orderId}/shipGroups/00001`, { facilityId: 'MAIN_WH', giftMessage: 'Hi' });
    expect(await rig.atp(mug)).toBe(7);
    expect((await rig.api('GET', `oms/orders/${orderId}/shipGroups`)).body).toMatchObject([
      { facilityId: 'MAIN_WH', giftMessage: 'Hi' },
    ]);
    expect((await rig.api('PUT', `oms/orders/${orderId}/shipGroups/00009`, { giftMessage: 'Hi' })).status).toBe(404);
    expect((await rig.api('PUT', `oms/orders/${orderId}`, { shipGroups: [] })).body.errors).toContain('not imitated');
  });

  test('makes the header new only when the header itself is written', async () => {
    rig.clock.advance(60_000);
    const since = rig.clock.now();
    const changed = async () => (await only(`lastUpdatedStamp_from=${since}`)).length;
    await rig.control('POST', '/approve', { reference: '#1001' });
    expect(await changed()).toBe(1);
    rig.clock.advance(60_000);
    const later = rig.clock.now();
    await rig.control('POST', '/ship', { reference: '#1001', lines: [{ sku: 'MUG', quantity: 1 }] });
    expect(await only(`lastUpdatedStamp_from=${later}`)).toHaveLength(0);
    await rig.control('POST', '/ship', { reference: '#1001' });
    expect(await only(`lastUpdatedStamp_from=${later}`)).toHaveLength(1);
  });

  test('by the people there: part of a line, then the rest', async () => {
    await rig.control('POST', '/cancel', { reference: '#1001', lines: [{ sku: 'MUG', quantity: 1 }] });
    expect(await rig.ledger()).toMatchObject({ state: 'open', lines: [{ sku: 'MUG', quantity: 2 }, { sku: 'CAP' }] });
    await rig.control('POST', '/cancel', { reference: '1001' });
    expect(await rig.ledger()).toMatchObject({ state: 'cancelled' });
    expect((await rig.control('POST', '/cancel', { reference: '#1001' })).status).toBe(409);
    expect((await rig.control('POST', '/ship', { reference: '#9' })).status).toBe(404);
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
