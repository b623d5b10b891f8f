import { beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
let mug: string;
let orderId: string;
beforeEach(async () => {
  rig = await openRig();
  mug = await rig.product('MUG');
  await rig.control('POST', '/stock', { sku: 'MUG', facility: 'Main Warehouse', available: 10 });
  orderId = (await rig.order('#1001', [[mug, 2]])).body.orderId;
});
const item = (more: Record<string, unknown> = {}) => ({
  idType: 'SKU',
  idValue: 'MUG',
  itemTypeId: 'PRODUCT_ORDER_ITEM',
  status: 'RETURN_RECEIVED',
  orderExternalId: '741001',
  quantity: 1,
  reason: 'COLOR',
  price: '10.00',
  ...more,
});
const payLoad = (items: unknown[], more: Record<string, unknown> = {}) => ({
  externalId: '900',
  type: 'CUSTOMER_RETURN',
  status: 'RETURN_RECEIVED',
  currencyCode: 'USD',
  grandTotal: 10,
  returnIdentifications: [
    { returnIdentificationTypeId: 'SHOPIFY_RTN_ID', returnIdentificationDesc: 'MarketPlace Return', idValue: '900' },
  ],
  shipTo: { facilityId: 'MAIN_WH' },
  items,
  ...more,
});
const make = (body: unknown) => rig.ofbiz('POST', 'createReturn', { payLoad: body });

describe('api/createReturn', () => {
  test('echoes with an empty message, and the return is found by what it was called', async () => {
    await rig.control('POST', '/ship', { reference: '#1001' });
    const body = payLoad([item()]);
    expect((await make(body)).body).toEqual({
      payLoad: body,
      _ERROR_MESSAGE_: '',
      USERNAME: 'crossdock.api',
      _LOGIN_PASSED_: 'TRUE',
    });
    const [found] = (await rig.api('GET', 'oms/returns?externalId=900&dependentLevels=1')).body;
    expect(found).toMatchObject({
      statusId: 'RETURN_RECEIVED',
      destinationFacilityId: 'MAIN_WH',
      identifications: [{ returnIdentificationTypeId: 'SHOPIFY_RTN_ID', idValue: '900' }],
      items: [{ orderId, orderItemSeqId: '01', productId: mug, returnQuantity: 1, returnPrice: 10, returnReasonId: 'COLOR' }],
    });
    expect(await rig.atp(mug)).toBe(9);
    expect((await rig.control('GET', '/ledger')).body.returns).toMatchObject([
      { reference: '#1001', facility: 'Main Warehouse', lines: [{ sku: 'MUG', quantity: 1 }] },
    ]);
  });

  test('is refused with HTTP 200 and words', async () => {
    const early = await make(payLoad([item()]));
    expect([early.status, early.body._ERROR_MESSAGE_, early.fact]).toEqual([
      200,
      expect.stringContaining('not completed'),
      expect.stringContaining('already completed'),
    ]);
    await rig.control('POST', '/ship', { reference: '#1001' });
    for (const [body, word] of [
      [payLoad([item({ quantity: 3 })]), '2 left'],
      [payLoad([item({ quantity: 0 })]), 'more than 0'],
      [payLoad([item({ idValue: 'CAP' })]), 'CAP'],
      [payLoad([item({ orderExternalId: '5' })]), 'no order 5'],
      [payLoad([item({ reason: 'WHIM' })]), 'WHIM'],
      [payLoad([item({ colour: 'red' })]), 'colour'],
      [payLoad([]), 'items'],
      [payLoad([item()], { shipTo: { facilityId: 'NOWHERE' } }), 'NOWHERE'],
      [payLoad([item()], { status: 'RETURN_LOST' }), 'RETURN_LOST'],
      [payLoad([item()], { colour: 'red' }), 'colour'],
    ] as const) {
      const answer = await make(body);
      expect([answer.status, answer.body._ERROR_MESSAGE_]).toEqual([200, expect.stringContaining(word)]);
    }
    expect((await rig.ofbiz('POST', 'createReturn', {})).body._ERROR_MESSAGE_).toContain('payLoad');
    expect((await rig.api('GET', 'oms/returns')).body).toEqual([]);
  });

  test('of part after part stops at what was shipped', async () => {
    await rig.control('POST', '/ship', { reference: '#1001' });
    for (let time = 0; time < 2; time += 1) expect((await make(payLoad([item({ orderId })]))).body._ERROR_MESSAGE_).toBe('');
    expect((await make(payLoad([item({ orderItemSeqId: '01' })]))).body._ERROR_MESSAGE_).toContain('0 left');
  });
});

test('the list comes bare or wrapped with the count of the page', async () => {
  await rig.control('POST', '/ship', { reference: '#1001' });
  for (let time = 0; time < 2; time += 1)
    expect((await rig.control('POST', '/return', { reference: '#1001', lines: [{ sku: 'MUG', quantity: 1 }] })).status).toBe(201);
  expect((await rig.api('GET', 'oms/returns')).body).toHaveLength(2);
  await rig.control('POST', '/limits', { wrappedReturns: 1 });
  const wrapped = (await rig.api('GET', 'oms/returns?pageSize=1')).body as Json;
  expect([wrapped.returns.length, wrapped.returnsCount, wrapped.returns[0].items[0].returnQuantity]).toEqual([1, 1, 1]);
  expect((await rig.control('POST', '/return', { reference: '#1001', lines: [{ sku: 'MUG', quantity: 9 }] })).status).toBe(409);
});

test('a raw return is a record and moves no stock', async () => {
  const made = await rig.api('POST', 'oms/returns', {
    returnHeaderTypeId: 'CUSTOMER_RETURN',
    statusId: 'RETURN_REQUESTED',
    items: [{ orderId, orderItemSeqId: '01', productId: mug, returnQuantity: 1 }],
  });
  expect(made.body).toEqual({ returnId: expect.any(String) });
  expect(await rig.atp(mug)).toBe(10);
  expect((await rig.api('POST', 'oms/returns', { statusId: 'RETURN_LOST' })).status).toBe(400);
});

test('finding by entity: OFBiz has no record to tell of, Moqui an empty list', async () => {
  const find = (body: unknown) => rig.ofbiz('POST', 'performFind', body);
  expect(
    (await find({ entityName: 'OrderHeader', inputFields: { orderName: '#1001' }, fieldList: ['orderId'], viewSize: 10 })).body,
  ).toEqual({ count: 1, docs: [{ orderId }] });
  const none = await find({ entityName: 'OrderHeader', inputFields: { orderName: '#9' } });
  expect([none.status, none.body, none.fact]).toEqual([200, { error: 'No record found' }, expect.stringContaining('§3.11')]);
  expect((await find({ entityName: 'OrderHeader', inputFields: {} })).body).toEqual({ error: 'No record found' });
  expect((await find({ entityName: 'Facility', noConditionFind: 'Y', viewSize: 2 })).body).toMatchObject({
    count: 10,
    docs: [{}, {}],
  });
  expect((await find({ entityName: 'Spaceship' })).body._ERROR_MESSAGE_).toContain('Spaceship');
  expect((await find({ entityName: 'Facility', colour: 'red' })).body._ERROR_MESSAGE_).toContain('colour');
  const data = (body: unknown) => rig.api('POST', 'oms/entityData', body);
  expect(
    (await data({ selectedEntity: 'org.apache.ofbiz.product.facility.Facility', customParametersMap: { facilityId: 'MAIN_WH' } }))
      .body,
  ).toMatchObject({ entityValueList: [{ facilityId: 'MAIN_WH' }], entityValueListCount: 1 });
  expect((await data({ selectedEntity: 'OrderHeader', customParametersMap: { orderName: '#9' } })).body).toEqual({
    entityValueList: [],
    entityValueListCount: 0,
  });
  expect((await data({ selectedEntity: 'Spaceship' })).status).toBe(400);
  expect((await rig.api('POST', 'oms/dataDocumentView', { dataDocumentId: 'X' })).body.errors).toContain('not imitated');
});
