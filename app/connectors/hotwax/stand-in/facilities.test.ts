import { beforeEach, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
const ids = async (query: string) =>
  ((await rig.api('GET', `oms/facilities${query}`)).body as Json[]).map(({ facilityId }) => facilityId as string);

test('virtual facilities are told by the parent of their type, not by their type', async () => {
  expect(await ids('?parentTypeId=VIRTUAL_FACILITY')).toEqual([
    'BACKORDER_PARKING',
    'GENERAL_OPS_PARKING',
    'PRE_ORDER_PARKING',
    'RELEASED_ORD_PARKING',
    '_NA_',
  ]);
  expect(await ids('?parentTypeId=VIRTUAL_FACILITY&parentTypeId_not=Y&pageSize=250')).toEqual([
    'DOWNTOWN',
    'EAST_WH',
    'MAIN_WH',
    'OLD_DEPOT',
  ]);
  expect(await ids('?facilityTypeId=VIRTUAL_FACILITY')).toEqual([]);
  expect((await rig.api('GET', 'admin/facilities?facilityId=MAIN_WH')).body[0]).toMatchObject({
    facilityName: 'Main Warehouse',
    parentTypeId: 'DISTRIBUTION_CENTER',
    typeDescription: 'Warehouse',
  });
  expect((await rig.api('GET', 'oms/facilityTypes?parentTypeId=PHYSICAL_STORE')).body).toHaveLength(2);
});

test('a facility is made with address, location, store and identity', async () => {
  const { facilityId } = (
    await rig.api('POST', 'admin/facilities', { facilityName: 'Dock 9', facilityTypeId: 'WAREHOUSE', ownerPartyId: 'COMPANY' })
  ).body;
  const address = {
    facilityId,
    contactMechPurposeTypeId: 'PRIMARY_LOCATION',
    toName: 'Dock 9',
    address1: 'Kai 3',
    city: 'Bremen',
    postalCode: '28195',
    countryGeoId: 'DEU',
  };
  expect((await rig.api('POST', 'oms/facilityContactMechs/facilityAddress', address)).body).toEqual({
    contactMechId: expect.any(String),
  });
  await rig.api('POST', 'oms/facilityContactMechs/facilityPhone', {
    facilityId,
    contactNumber: '1',
    contactMechPurposeTypeId: 'PRIMARY_PHONE',
  });
  await rig.api('POST', 'oms/facilityContactMechs/facilityEmail', {
    facilityId,
    infoString: 'a@example.com',
    contactMechPurposeTypeId: 'PRIMARY_EMAIL',
  });
  expect((await rig.api('GET', `oms/facilityContactMechs?facilityId=${facilityId}`)).body.facilityContactMechs).toHaveLength(3);
  const shelf = {
    areaId: 'TL',
    aisleId: 'TL',
    sectionId: 'TL',
    levelId: 'LL',
    positionId: '01',
    locationTypeEnumId: 'FLT_PICKLOC',
  };
  expect((await rig.api('POST', `oms/facilities/${facilityId}/locations`, shelf)).body).toMatchObject({
    locationSeqId: 'TLTLTLLL01',
  });
  await rig.api('POST', `oms/facilities/${facilityId}/productStores`, { productStoreId: 'STORE', fromDate: 1_700_000_000_000 });
  await rig.api('POST', `admin/productStores/OUTLET/facilities/${facilityId}/association`, {
    productStoreId: 'OUTLET',
    facilityId,
    fromDate: 1_700_000_000_000,
  });
  for (const store of ['STORE', 'OUTLET'])
    expect((await rig.api('GET', `admin/productStores/${store}/facilities?facilityId=${facilityId}`)).body).toMatchObject([
      { facilityName: 'Dock 9' },
    ]);
  await rig.api('POST', `oms/facilities/${facilityId}/identifications`, { facilityIdenTypeId: 'SHOPIFY_FAC_ID', idValue: '99' });
  expect((await rig.api('GET', 'oms/facilities/identifications?idValue=99')).body).toMatchObject([
    { facilityId, facilityIdenTypeId: 'SHOPIFY_FAC_ID' },
  ]);
  await rig.api('PUT', `oms/facilities/${facilityId}`, { facilityName: 'Dock 10' });
  expect((await rig.api('GET', `oms/facilities/${facilityId}`)).body.facilityName).toBe('Dock 10');
  expect((await rig.api('DELETE', `oms/facilities/${facilityId}`)).status).toBe(200);
});

test('what a facility can’t be is refused', async () => {
  for (const [body, word, section] of [
    [{ facilityTypeId: 'WAREHOUSE' }, 'facilityName', '§3.6'],
    [{ facilityName: 'X', facilityTypeId: 'SPACESHIP' }, 'SPACESHIP', '§3.6'],
    [{ facilityName: 'X', facilityTypeId: 'WAREHOUSE', facilityId: 'MAIN_WH' }, 'exists already', '§3.6'],
    [{ facilityName: 'X', facilityTypeId: 'WAREHOUSE', facilityId: 'AN_ID_OF_MORE_THAN_20' }, 'too long', '§3.6'],
    [{ facilityName: 'X', facilityTypeId: 'WAREHOUSE', colour: 'red' }, 'colour', '§2.3'],
  ] as const) {
    const answer = await rig.api('POST', 'oms/facilities', body);
    expect([answer.status, answer.body.errors, answer.fact]).toEqual([
      400,
      expect.stringContaining(word),
      expect.stringContaining(section),
    ]);
  }
  expect((await rig.api('PUT', 'oms/facilities/NOWHERE', { facilityName: 'X' })).status).toBe(404);
  const bare = await rig.api('POST', 'oms/facilityContactMechs/facilityAddress', {
    facilityId: 'MAIN_WH',
    contactMechPurposeTypeId: 'PRIMARY_LOCATION',
  });
  expect([bare.status, bare.body.errors]).toEqual([400, expect.stringContaining('address1')]);
});
