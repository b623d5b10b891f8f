import { beforeEach, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
let mug: string;
let cap: string;
beforeEach(async () => {
  rig = await openRig();
  [mug, cap] = [await rig.product('MUG'), await rig.product('CAP')];
  await rig.control('POST', '/stock', {
    levels: [
      { sku: 'MUG', facility: 'Main Warehouse', available: 10, minimumStock: 2 },
      { sku: 'MUG', facility: 'Downtown Store', available: 3, allowBrokering: 'N' },
      { sku: 'CAP', facility: 'Main Warehouse', available: -1 },
    ],
  });
});
const rows = async (query: string) => (await rig.api('GET', `oms/productFacilities?${query}`)).body as Json[];

test('a product has a row at a facility, with its safety stock, below zero if need be, or none at all', async () => {
  expect(await rows(`productId_op=in&productId=${mug},${cap}&facilityId=MAIN_WH&pageSize=250`)).toMatchObject([
    { productId: mug, lastInventoryCount: 10, minimumStock: 2, computedLastInventoryCount: 8 },
    { productId: cap, lastInventoryCount: -1, computedLastInventoryCount: 0 },
  ]);
  expect(await rows(`productId=${cap}&facilityId=EAST_WH`)).toEqual([]);
  expect((await rows(`productId=${mug}&facilityId=MAIN_WH`))[0]).not.toHaveProperty('allowBrokering');
  await rig.control('POST', '/stock', { sku: 'CAP', facility: 'Main Warehouse', available: null });
  expect(await rows(`productId=${cap}`)).toEqual([]);
  expect((await rig.api('GET', `oms/inventoryLogs?productId=${cap}`)).body).toMatchObject([{ quantityOnHandTotal: -1 }]);
});

test('the other reads tell the same', async () => {
  expect((await rig.api('GET', `oms/productFacilities/search?productId=${mug}&facilityId=MAIN_WH`)).body).toEqual({
    products: [
      { productId: mug, facilityId: 'MAIN_WH', inventoryConfig: expect.objectContaining({ atp: 10, qoh: 10, minimumStock: 2 }) },
    ],
    totalCount: 1,
  });
  expect((await rig.api('GET', `poorti/getInventoryAvailableByFacility?productId=${mug}&facilityId=MAIN_WH`)).body).toEqual({
    qoh: 10,
    atp: 10,
  });
  expect(
    (await rig.api('POST', 'ofbiz-oms-usl/checkShippingInventory', { productStoreId: 'STORE', internalNames: ['MUG'] })).body
      .resultList,
  ).toMatchObject([{ productId: mug, totalAtp: 13, totalSafetyStock: 2, totalComputedAtp: 11, facilities: [{}, {}] }]);
  expect((await rig.ledger('none')) ?? null).toBeNull();
  expect((await rig.control('GET', '/ledger?orders=0')).body.stock).toContainEqual({
    sku: 'MUG',
    facility: 'Main Warehouse',
    available: 10,
    safetyStock: 2,
  });
});

test('online ATP leaves out facilities without brokering, safety stock and what waits in the queue, and is never below 0', async () => {
  const atp = async (skus: string) =>
    (await rig.api('GET', `oms/getProductOnlineAtp?productStoreId=STORE&${skus}`)).body.productOnlineAtp;
  expect(await atp('sku=MUG&sku=CAP&sku=NOBODY')).toEqual([
    { productId: mug, sku: 'MUG', atp: 8 },
    { productId: cap, sku: 'CAP', atp: 0 },
  ]);
  await rig.order('#1001', [[mug, 3]]);
  expect(await atp('sku=MUG')).toMatchObject([{ atp: 5 }]);
  await rig.control('POST', '/broker', { reference: '#1001', facility: 'Main Warehouse' });
  expect(await atp('sku=MUG')).toMatchObject([{ atp: 5 }]);
  expect(await atp('sku=MUG&facilityGroupId=ONLINE_FAC_GRP')).toMatchObject([{ atp: 5 }]);
  expect(await atp('sku=MUG&facilityGroupId=NO_GROUP')).toMatchObject([{ atp: 0 }]);
  expect((await rig.api('GET', 'oms/getProductOnlineAtp?productStoreId=STORE')).status).toBe(400);
  expect((await rig.api('GET', 'oms/getProductOnlineAtp?productStoreId=STORE&sku=MUG&colour=red')).status).toBe(400);
});

test('a difference is booked by external facility id, echoed, and refused in OFBiz’s way', async () => {
  const book = (body: unknown) => rig.ofbiz('POST', 'service/updateInventoryByIdentification', body);
  const body = {
    facilityId: 'WH-01',
    availableDelta: -4,
    idType: 'SKU',
    idValue: 'MUG',
    locationSeqId: 'TLTLTLLL01',
    varianceReasonId: 'VAR_MANUAL',
  };
  expect((await book(body)).body).toEqual(body);
  expect(await rig.atp(mug)).toBe(6);
  for (const [change, word] of [
    [{ facilityId: 'MAIN_WH' }, 'external id MAIN_WH'],
    [{ idValue: 'NOBODY' }, 'NOBODY'],
    [{ availableDelta: 'some' }, 'availableDelta'],
    [{ colour: 'red' }, 'colour'],
  ] as const) {
    const answer = await book({ ...body, ...change });
    expect([answer.status, answer.body._ERROR_MESSAGE_]).toEqual([200, expect.stringContaining(word)]);
  }
  const history = (
    await rig.api('GET', `oms/inventoryItem/detail?productId=${mug}&facilityId=MAIN_WH&orderByField=-effectiveDate`)
  ).body;
  expect(history).toHaveLength(2);
  expect(history).toContainEqual(
    expect.objectContaining({
      availableToPromiseDiff: -4,
      quantityOnHandDiff: -4,
      lastAvailableToPromise: 6,
      reasonEnumId: 'VAR_MANUAL',
    }),
  );
});

test('what changed since shows by lastUpdatedStamp', async () => {
  rig.clock.advance(60_000);
  const since = rig.clock.now();
  await rig.control('POST', '/stock', { sku: 'MUG', facility: 'Downtown Store', available: 9 });
  expect((await rows(`lastUpdatedStamp_from=${since}`)).map(({ facilityId }) => facilityId)).toEqual(['DOWNTOWN']);
});

test('stock for what nobody knows is skipped and named', async () => {
  const levels = [
    { sku: 'MUG', facility: 'Nowhere', available: 1 },
    { sku: 'NOBODY', facility: 'Main Warehouse', available: 1 },
    { sku: ' CAP ', facility: 'Main Warehouse', available: 4 },
  ];
  expect((await rig.control('POST', '/stock', { levels })).body).toMatchObject({
    set: 1,
    skipped: [{ facility: 'Nowhere' }, { sku: 'NOBODY' }],
  });
  expect((await rig.control('POST', '/stock', levels[0])).status).toBe(404);
  await rig.control('POST', '/facility', { name: 'Nowhere', type: 'RETAIL_STORE', store: null });
  expect((await rig.control('POST', '/stock', levels[0])).body).toEqual({ set: 1, skipped: [] });
});
