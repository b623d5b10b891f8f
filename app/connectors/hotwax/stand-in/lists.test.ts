import { beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
const names = (answer: { body: Json }): string[] =>
  (answer.body as { internalName: string }[]).map(({ internalName }) => internalName);
const get = (query: string) => rig.api('GET', `oms/products${query}`);
const header = (answer: { headers: Headers }, name: string) => Number(answer.headers.get(`x-${name}`));

describe('a list', () => {
  test('is a bare array that stops at 100 rows in silence; headers tell the rest', async () => {
    for (let index = 0; index < 130; index += 1) await rig.product(`P${String(index).padStart(3, '0')}`);
    const first = await get('');
    expect([first.body.length, header(first, 'total-count'), header(first, 'page-size')]).toEqual([100, 130, 100]);
    const second = await get('?pageIndex=1&pageSize=100');
    expect([second.body.length, header(second, 'page-index'), header(second, 'page-max-index')]).toEqual([30, 1, 1]);
    expect([header(second, 'page-range-low'), header(second, 'page-range-high')]).toEqual([101, 130]);
    expect((await get('?pageSize=250')).body).toHaveLength(130);
    expect((await get('?pageNoLimit=true')).body).toHaveLength(130);
    // a page without a size is a small one
    expect(names(await get('?pageIndex=1'))[0]).toBe('P020');
    await rig.control('POST', '/limits', { pageSize: 50 });
    expect((await get('?pageSize=250')).body).toHaveLength(50);
  });

  test('is filtered by every documented suffix', async () => {
    const stamps: number[] = [];
    for (const sku of ['Alpha', 'Beta', 'Gamma', 'ALPHA2']) {
      await rig.product(sku, sku === 'Beta' ? { brandName: 'Acme' } : {});
      stamps.push((await get(`?internalName=${sku}`)).body[0].lastUpdatedStamp as number);
      rig.clock.advance(60_000);
    }
    const cases: [string, string[]][] = [
      ['?internalName=Beta', ['Beta']],
      ['?internalName=beta&internalName_ic=Y', ['Beta']],
      ['?internalName=Beta&internalName_not=Y', ['Alpha', 'Gamma', 'ALPHA2']],
      ['?internalName_op=in&internalName=Alpha,Beta', ['Alpha', 'Beta']],
      ['?internalName_op=in&internalName=Alpha&internalName=Gamma', ['Alpha', 'Gamma']],
      ['?internalName_op=in&internalName=Alpha,Beta&internalName_not=Y', ['Gamma', 'ALPHA2']],
      ['?internalName_op=contains&internalName=amm', ['Gamma']],
      ['?internalName_op=begins&internalName=Al', ['Alpha']],
      ['?internalName_op=begins&internalName=al&internalName_ic=Y', ['Alpha', 'ALPHA2']],
      ['?brandName_op=empty', ['Alpha', 'Gamma', 'ALPHA2']],
      ['?brandName_op=empty&brandName_not=Y', ['Beta']],
      // as in SQL: a negation passes over what is empty
      ['?brandName=Other&brandName_not=Y', ['Beta']],
      [`?lastUpdatedStamp_from=${stamps[2]}`, ['Gamma', 'ALPHA2']],
      [`?lastUpdatedStamp_thru=${stamps[1]}`, ['Alpha', 'Beta']],
      [`?lastUpdatedStamp_from=${new Date(stamps[3] ?? 0).toISOString()}`, ['ALPHA2']],
      ['?orderByField=-internalName', ['Gamma', 'Beta', 'Alpha', 'ALPHA2']],
      ['?orderByField=brandName,-lastUpdatedStamp', ['ALPHA2', 'Gamma', 'Alpha', 'Beta']],
    ];
    for (const [query, expected] of cases) expect([query, names(await get(query))]).toEqual([query, expected]);
  });

  test('leaves empty fields out and gives dates in ms', async () => {
    await rig.product('Alpha');
    const [row] = (await get('')).body;
    expect(row).not.toHaveProperty('brandName');
    expect(typeof row.lastUpdatedStamp).toBe('number');
    expect((await rig.api('GET', 'oms/products/NOBODY')).text).toBe('');
  });

  test('of nothing may be 200 with no bytes at all', async () => {
    expect((await get('')).body).toEqual([]);
    await rig.control('POST', '/limits', { emptyBodies: 1 });
    const empty = await get('');
    expect([empty.status, empty.text, header(empty, 'total-count')]).toEqual([200, '', 0]);
  });

  test('refuses what nobody documented by name', async () => {
    for (const [query, word] of [
      ['?colour=red', 'colour'],
      ['?internalName_like=x', 'internalName_like'],
      ['?internalName_op=sounds', 'sounds'],
      ['?orderByField=colour', 'colour'],
      ['?pageSize=many', 'many'],
      ['?lastUpdatedStamp_from=yesterday', 'yesterday'],
      ['?filter=x', 'filter'],
    ] as const) {
      const answer = await get(query);
      expect([query, answer.status, answer.body.errors]).toEqual([query, 400, expect.stringContaining(word)]);
    }
    expect((await get('?colour=red')).fact).toContain('never ignored');
  });
});

test('unknown paths and methods are named and recorded', async () => {
  const answer = await rig.api('GET', 'oms/unheard');
  expect([answer.status, answer.body]).toEqual([
    404,
    { errorCode: 404, errors: expect.stringContaining('GET /oms/unheard is not imitated') },
  ]);
  expect((await rig.api('DELETE', 'oms/orders')).status).toBe(404);
  expect(rig.calls.list({ target: 'hotwax' }).at(-1)?.fact).toContain('not imitated');
});

test('the lists that others choose from are there', async () => {
  const ids = async (path: string, key: string) => ((await rig.api('GET', path)).body as Json[]).map((row) => row[key] as string);
  expect(await ids('oms/shippingGateways/shipmentMethodTypes?orderByField=sequenceNum', 'shipmentMethodTypeId')).toContain(
    'NEXT_DAY',
  );
  expect(await ids('oms/shippingGateways/carrierParties?roleTypeId=CARRIER', 'partyId')).toEqual([
    'DHL',
    'FEDEX',
    'UPS',
    'USPS',
    '_NA_',
  ]);
  expect(await ids('oms/shippingGateways/carrierParties', 'partyId')).toContain('COMPANY');
  expect(await ids('oms/shippingGateways/carrierShipmentMethods?partyId=DHL', 'shipmentMethodTypeId')).toEqual([
    'NEXT_DAY',
    'STANDARD',
  ]);
  expect(await ids('oms/productStores/STORE/shipmentMethods?partyId=USPS', 'shipmentMethodTypeId')).toEqual(['STANDARD']);
  expect(await ids('oms/paymentMethodTypes', 'paymentMethodTypeId')).toHaveLength(16);
  expect(await ids('admin/enums?enumTypeId=ORDER_SALES_CHANNEL', 'enumId')).toHaveLength(9);
  expect(await ids('oms/statuses?statusTypeId=ORDER_STATUS', 'statusId')).toContain('ORDER_APPROVED');
  expect(await ids('admin/productStores', 'productStoreId')).toEqual(['OUTLET', 'STORE']);
  expect(await ids('oms/products/productTypes', 'productTypeId')).toContain('DIGITAL_GOOD');
  for (const path of [
    'goodIdentificationTypes',
    'returnTypes',
    'returnReasons',
    'returnItemTypes',
    'shippingGateways/orderAdjustmentTypes',
  ])
    expect([path, (await rig.api('GET', `oms/${path}`)).body.length > 0]).toEqual([path, true]);
  await rig.control('POST', '/features', { productTypes: 'absent' });
  expect((await rig.api('GET', 'oms/products/productTypes')).status).toBe(404);
});

test('methods and carriers are made, changed and taken away', async () => {
  const base = 'oms/shippingGateways';
  expect(
    (await rig.api('POST', `${base}/shipmentMethodTypes`, { shipmentMethodTypeId: 'SAME_DAY', description: 'Same Day' })).body,
  ).toEqual({
    shipmentMethodTypeId: 'SAME_DAY',
  });
  expect((await rig.api('POST', `${base}/shipmentMethodTypes`, { shipmentMethodTypeId: 'SAME_DAY' })).status).toBe(400);
  await rig.api('PUT', `${base}/shipmentMethodTypes/SAME_DAY`, { description: 'Today' });
  expect((await rig.api('GET', `${base}/shipmentMethodTypes?shipmentMethodTypeId=SAME_DAY`)).body[0].description).toBe('Today');
  const { partyId } = (await rig.api('POST', `${base}/carrierParties`, { partyId: 'GLS', groupName: 'GLS' })).body;
  const method = { partyId, roleTypeId: 'CARRIER', shipmentMethodTypeId: 'SAME_DAY' };
  await rig.api('POST', `${base}/carrierShipmentMethods`, method);
  expect((await rig.api('POST', `${base}/carrierShipmentMethods`, method)).status).toBe(400);
  await rig.api('PUT', `${base}/carrierShipmentMethods`, { ...method, carrierServiceCode: 'EXPRESS' });
  expect((await rig.api('GET', `${base}/carrierShipmentMethods?partyId=GLS`)).body).toMatchObject([
    { carrierServiceCode: 'EXPRESS' },
  ]);
  await rig.api('DELETE', `${base}/carrierShipmentMethods?partyId=GLS&roleTypeId=CARRIER&shipmentMethodTypeId=SAME_DAY`);
  expect((await rig.api('GET', `${base}/carrierShipmentMethods?partyId=GLS`)).body).toEqual([]);
});
