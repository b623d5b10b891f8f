import { beforeEach, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
  const mug = await rig.product('MUG');
  await rig.control('POST', '/stock', { sku: 'MUG', facility: 'Main Warehouse', available: 100 });
  for (const name of ['#1', '#2', '#3']) await rig.order(name, [[mug, 1]]);
});
const get = async (query: string) => (await rig.api('GET', `poorti/shipments?${query}`)).body as Json;
const trackings = async (query: string) =>
  ((await get(query)).shipments as Json[]).map(({ trackingIdNumber }) => trackingIdNumber as string);

test('shipments are filtered as documented, paged and counted', async () => {
  await rig.control('POST', '/ship', { reference: '#1', tracking: 'A', carrier: 'DHL' });
  rig.clock.advance(60_000);
  const since = rig.clock.now();
  await rig.control('POST', '/ship', { reference: '#2', tracking: 'B', carrier: 'UPS' });
  await rig.control('POST', '/pack', { reference: '#3', tracking: 'C' });
  const orderId = (await rig.api('GET', 'oms/orders?orderName=%232')).body[0].orderId as string;
  const cases: [string, string[]][] = [
    ['shipmentTypeId=SALES_SHIPMENT', ['A', 'B', 'C']],
    [`orderId=${orderId}`, ['B']],
    ['statusId=SHIPMENT_PACKED', ['C']],
    ['statusId_op=in&statusId=SHIPMENT_PACKED,SHIPMENT_SHIPPED', ['A', 'B', 'C']],
    ['statusId_op=in&statusId=SHIPMENT_PACKED&statusId=SHIPMENT_SHIPPED&carrierPartyId=DHL', ['A']],
    ['statusId=SHIPMENT_PACKED&statusId_not=Y', ['A', 'B']],
    [`shippedDateFrom=${since}`, ['B']],
    ['originFacilityId=EAST_WH', []],
    ['originFacilityId=MAIN_WH&productStoreId=STORE&shipmentMethodTypeIds=STANDARD', ['A', 'B', 'C']],
    ['productStoreId=OUTLET', []],
    ['keyword=%233', ['C']],
    ['orderBy=-shippedDate', ['B', 'A', 'C']],
  ];
  for (const [query, expected] of cases) expect([query, await trackings(query)]).toEqual([query, expected]);
  const page = await get('pageSize=2&pageIndex=1');
  expect([page.shipmentCount, page.shipments.length]).toEqual([3, 1]);
});

test('what nobody documented is refused by name', async () => {
  for (const [query, word] of [
    ['colour=red', 'colour'],
    ['orderByField=shipmentId', 'orderByField'],
    ['orderBy=colour', 'colour'],
    ['statusId=SHIPMENT_PACKED,SHIPMENT_SHIPPED', 'statusId_op'],
    ['shippedDateFrom=yesterday', 'yesterday'],
  ] as const)
    expect([query, (await get(query)).errors]).toEqual([query, expect.stringContaining(word)]);
});

test('tracking is changed by a call, and read by segments', async () => {
  await rig.control('POST', '/pack', { reference: '#1' });
  const [{ shipmentId }] = (await get('')).shipments;
  expect((await get('')).shipments[0]).not.toHaveProperty('trackingIdNumber');
  expect((await rig.api('PUT', 'poorti/updateShipmentTracking', { shipmentId })).status).toBe(400);
  await rig.api('PUT', 'poorti/updateShipmentTracking', { shipmentId, trackingIdNumber: 'T1', carrierPartyId: 'DHL' });
  expect((await rig.api('GET', `poorti/shipmentPackageRouteSegDetails?shipmentId=${shipmentId}`)).body).toMatchObject([
    { carrierServiceStatusId: 'SHRSCS_VOIDED' },
    { trackingCode: 'T1', labelImageUrl: expect.any(String) },
  ]);
  expect((await rig.api('POST', 'poorti/shipments/NOBODY/ship')).status).toBe(404);
});
