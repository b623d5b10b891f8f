import { beforeEach, describe, expect, test } from 'vitest';
import { openRig, type Rig } from './test-rig.ts';

const BASE = 'oms/shopifyShops';
let rig: Rig;
let shopId: string;
beforeEach(async () => {
  rig = await openRig();
  shopId = (
    await rig.api('POST', `${BASE}/shops`, {
      shopifyShopId: '5512',
      productStoreId: 'STORE',
      myshopifyDomain: 'a.myshopify.com',
      name: 'A',
    })
  ).body.shopId;
});

test('a shop is found, changed, and its store must exist', async () => {
  expect((await rig.api('GET', `${BASE}/shops?myshopifyDomain=a.myshopify.com`)).body).toMatchObject([
    { shopId, productStoreId: 'STORE' },
  ]);
  await rig.api('PUT', `${BASE}/shops/${shopId}`, {
    planName: 'basic',
    shopOwner: 'Ada',
    timezone: 'Europe/Berlin',
    weightUnit: 'kg',
    currency: 'EUR',
  });
  expect((await rig.api('GET', `${BASE}/shops/${shopId}`)).body).toMatchObject({ planName: 'basic', currency: 'EUR' });
  expect((await rig.api('PUT', `${BASE}/shops/${shopId}`, { productStoreId: 'NOWHERE' })).status).toBe(400);
});

describe('mappings', () => {
  test('of locations and types are upserts, of shipping a create that fails the second time', async () => {
    const location = { shopId, facilityId: 'MAIN_WH', shopifyLocationId: '1' };
    for (const shopifyLocationId of ['1', '2'])
      expect((await rig.api('POST', `${BASE}/locations`, { ...location, shopifyLocationId })).status).toBe(200);
    expect((await rig.api('GET', `${BASE}/locations?shopId=${shopId}`)).body).toMatchObject([
      { facilityId: 'MAIN_WH', shopifyLocationId: '2' },
    ]);
    expect((await rig.api('GET', 'oms/ShopFacilityMappings')).body).toMatchObject([
      { facilityId: 'MAIN_WH', myshopifyDomain: 'a.myshopify.com' },
    ]);
    const shipping = { shopId, shopifyShippingMethod: 'Express', carrierPartyId: 'DHL', shipmentMethodTypeId: 'NEXT_DAY' };
    expect((await rig.api('POST', `${BASE}/carrierShipments`, shipping)).status).toBe(200);
    const twice = await rig.api('POST', `${BASE}/carrierShipments`, { ...shipping, carrierPartyId: 'UPS' });
    expect([twice.status, twice.fact]).toEqual([400, expect.stringContaining('§3.4')]);
    expect((await rig.api('GET', `${BASE}/carrierShipments`)).body[0].carrierPartyId).toBe('DHL');
  });

  test('of types share their keys whatever their type, and an empty value retires them', async () => {
    const map = (mappedTypeId: string, mappedValue: string) =>
      rig.api('POST', `${BASE}/typeMappings`, { shopId, mappedTypeId, mappedKey: 'pos', mappedValue });
    await map('SHOPIFY_ORDER_SOURCE', 'POS_SALES_CHANNEL');
    await map('SHOPIFY_PAYMENT_TYPE', 'EXT_SHOP_VISA');
    expect((await rig.api('GET', `${BASE}/typeMappings`)).body).toMatchObject([
      { mappedKey: 'pos', mappedTypeId: 'SHOPIFY_PAYMENT_TYPE', mappedValue: 'EXT_SHOP_VISA' },
    ]);
    await map('SHOPIFY_PAYMENT_TYPE', '');
    const [row] = (await rig.api('GET', `${BASE}/typeMappings`)).body;
    expect([row.mappedKey, 'mappedValue' in row]).toEqual(['pos', false]);
    expect((await map('NO_SUCH_TYPE', 'x')).status).toBe(400);
    expect((await rig.api('GET', `${BASE}/mappingTypes?enumTypeId=SHOPIFY_TYPE`)).body).toHaveLength(7);
  });

  test('have no DELETE, and shipping ones no PUT', async () => {
    for (const [method, path] of [
      ['DELETE', `${BASE}/locations`],
      ['DELETE', `${BASE}/carrierShipments`],
      ['PUT', `${BASE}/carrierShipments`],
      ['DELETE', `${BASE}/typeMappings`],
      ['DELETE', `${BASE}/shops/${shopId}`],
      ['POST', 'oms/ShopFacilityMappings'],
      ['GET', 'oms/systemMessageRemotes/SHOPIFY_1'],
    ] as const) {
      const answer = await rig.api(method, path);
      expect([method, path, answer.status, answer.body.errorCode]).toEqual([method, path, 405, 405]);
      expect(answer.fact).toContain('§3.4');
    }
  });

  test('can be made and seen by HotWax’s own people', async () => {
    await rig.control('POST', '/mappings', {
      shopId,
      locations: [{ shopifyLocationId: '7', facility: 'East Warehouse' }],
      carrierShipments: [{ shopifyShippingMethod: 'Standard', carrierPartyId: 'UPS', shipmentMethodTypeId: 'STANDARD' }],
      typeMappings: [{ mappedTypeId: 'SHOPIFY_PRODUCT_TYPE', mappedKey: 'Insurance', mappedValue: 'DIGITAL_GOOD' }],
    });
    expect((await rig.api('GET', `${BASE}/locations`)).body).toMatchObject([{ facilityId: 'EAST_WH', shopifyLocationId: '7' }]);
    expect((await rig.control('GET', '/mappings')).body).toMatchObject({
      shops: [{ shopId }],
      typeMappings: [{ mappedKey: 'Insurance' }],
    });
  });
});

test('access to the shop is on its remote, which is listed, changed and deleted', async () => {
  await rig.control('POST', '/access', { shopId, accessScopeEnumId: 'SHOP_READ_WRITE_ACCESS' });
  const [remote] = (await rig.api('GET', `oms/systemMessageRemotes?internalId=${shopId}`)).body;
  expect(remote.accessScopeEnumId).toBe('SHOP_READ_WRITE_ACCESS');
  await rig.api('PUT', `oms/systemMessageRemotes/${remote.systemMessageRemoteId}`, { accessScopeEnumId: 'SHOP_RW_ACCESS' });
  expect((await rig.api('GET', 'oms/systemMessageRemotes')).body[0].accessScopeEnumId).toBe('SHOP_RW_ACCESS');
  expect(
    (await rig.api('PUT', `oms/systemMessageRemotes/${remote.systemMessageRemoteId}`, { accessScopeEnumId: 'SHOP_ANY' })).status,
  ).toBe(400);
  expect((await rig.api('DELETE', `oms/systemMessageRemotes/${remote.systemMessageRemoteId}`)).status).toBe(200);
  expect((await rig.api('POST', 'oms/systemMessageRemotes', { systemMessageRemoteId: 'MINE', internalId: shopId })).status).toBe(
    200,
  );
});
