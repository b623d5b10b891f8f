import { beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
const put = (productVariantJson: unknown, parentProductId?: string) =>
  rig.api('PUT', 'oms/productVariant', { productVariantJson, ...(parentProductId ? { parentProductId } : {}) });
const TEE = {
  internalName: 'TEE-RED-S',
  productName: 'Red / S',
  productTypeId: 'FINISHED_GOOD',
  isVariant: 'Y',
  goodIdentifications: [
    { goodIdentificationTypeId: 'SKU', idValue: 'TEE-RED-S' },
    { goodIdentificationTypeId: 'UPCA', idValue: '0123' },
  ],
  productPrices: {
    productPriceTypeId: 'LIST_PRICE',
    productPricePurposeId: 'PURCHASE',
    currencyUomId: 'USD',
    productStoreGroupId: 'STORE_GROUP',
    price: 19.5,
  },
  features: [
    { productFeatureTypeDesc: 'Color', featureDesc: 'Red', productFeatureApplTypeId: 'STANDARD_FEATURE', sequenceNum: 1 },
  ],
  sequenceNum: 1,
};

describe('PUT oms/productVariant', () => {
  test('creates by internalName, then updates the same product', async () => {
    const made = await put(TEE);
    expect(made.body).toMatchObject({
      productId: expect.stringMatching(/^M1/),
      identifications: [{}, {}],
      prices: [{}],
      featureAppls: [{}],
    });
    const { productId } = made.body;
    rig.clock.advance(1_000);
    const changed = {
      ...TEE,
      productName: 'Rouge / S',
      goodIdentifications: [{ goodIdentificationTypeId: 'UPCA', idValue: '0999' }],
      productPrices: { ...TEE.productPrices, price: 21 },
    };
    expect((await put(changed)).body).toMatchObject({ productId, updatedInfo: { productName: 'Rouge / S' } });
    expect((await rig.api('GET', `oms/products/${productId}`)).body).toMatchObject({
      productName: 'Rouge / S',
      internalName: 'TEE-RED-S',
    });
    expect((await rig.api('GET', `oms/products/${productId}/prices`)).body).toMatchObject([
      { price: 21, productPriceTypeId: 'LIST_PRICE' },
    ]);
    const identifications = (await rig.api('GET', `oms/products/${productId}/identifications`)).body as Json[];
    expect(
      identifications
        .filter(({ thruDate }) => !thruDate)
        .map(({ idValue }) => idValue)
        .sort(),
    ).toEqual(['0999', 'TEE-RED-S']);
    expect((await rig.api('GET', 'oms/products?internalName=TEE-RED-S')).body).toHaveLength(1);
  });

  test('links a parent and the shop’s own variant', async () => {
    const { productId: parent } = (await put({ internalName: 'TEE', isVirtual: 'Y' })).body;
    const { shopId } = (await rig.api('POST', 'oms/shopifyShops/shops', { name: 'A' })).body;
    const { productId } = (
      await put({ ...TEE, shopifyShopProduct: { shopId, shopifyProductId: '4459', shopifyInventoryItemId: '4644' } }, parent)
    ).body;
    expect((await rig.api('GET', `oms/products/${parent}/variants`)).body).toMatchObject([
      { productIdTo: productId, productAssocTypeId: 'PRODUCT_VARIANT' },
    ]);
    expect((await rig.api('GET', `oms/products/${productId}/shopifyShopProducts`)).body).toMatchObject([
      { shopifyProductId: '4459' },
    ]);
    expect((await rig.control('GET', '/ledger')).body.products).toEqual([
      { id: productId, sku: 'TEE-RED-S', name: 'Red / S', type: 'FINISHED_GOOD' },
    ]);
  });

  test('refuses what is no product', async () => {
    const { internalName: _name, ...nameless } = TEE;
    for (const [body, word, section] of [
      [nameless, 'either Shopify Product Id or Shopify Product SKU or Barcode is required', '§3.5'],
      [{ ...TEE, productPrices: [TEE.productPrices] }, 'one map', '§3.5'],
      [{ ...TEE, productTypeId: 'SPACESHIP' }, 'SPACESHIP', '§3.6'],
      [{ ...TEE, colour: 'red' }, 'colour', '§2.3'],
      [{ ...TEE, goodIdentifications: [{ goodIdentificationTypeId: 'ISBN', idValue: '1' }] }, 'ISBN', '§3.6'],
      [{ ...TEE, goodIdentifications: 'SKU' }, 'list', '§3.1'],
      [{ ...TEE, shopifyShopProduct: { shopId: '9', shopifyProductId: '1' } }, 'ShopifyShop 9', '§3.6'],
    ] as const) {
      const answer = await put(body);
      expect([answer.status, answer.body.errors, answer.fact]).toEqual([
        400,
        expect.stringContaining(word),
        expect.stringContaining(section),
      ]);
    }
    expect((await put(TEE, 'M999')).status).toBe(400);
    expect((await rig.api('GET', 'oms/products')).body).toEqual([]);
  });
});

test('POST oms/productVariant is no upsert: twice clashes, with a parent it only links', async () => {
  const post = (parentProductId?: string) =>
    rig.api('POST', 'oms/productVariant', { productVariantJson: TEE, ...(parentProductId ? { parentProductId } : {}) });
  const { productId } = (await post()).body;
  const twice = await post();
  expect([twice.status, twice.fact]).toEqual([400, expect.stringContaining('key clash')]);
  const { productId: parent } = (await put({ internalName: 'TEE', isVirtual: 'Y' })).body;
  expect((await post(parent)).body).toEqual({ productId });
});

test('solr finds products by SKU and identification, and refuses other terms', async () => {
  const { productId } = (await put(TEE)).body;
  const query = (params: unknown) => rig.ofbiz('POST', 'solr-query', { json: { params } });
  for (const q of [
    'docType:PRODUCT',
    'docType:PRODUCT AND sku:TEE-RED-S',
    'goodIdentifications:"UPCA/0123"',
    'internalName:"TEE-RED-S"',
  ])
    expect([q, (await query({ q, wt: 'json', rows: '10' })).body.response]).toMatchObject([
      q,
      { numFound: 1, docs: [{ productId, sku: 'TEE-RED-S' }] },
    ]);
  expect((await query({ q: 'docType:PRODUCT', fq: 'sku:NOBODY' })).body.response).toEqual({ numFound: 0, start: 0, docs: [] });
  for (const params of [{ q: 'colour:red' }, { q: 'docType:ORDER' }, { q: 'docType:PRODUCT', facet: 'true' }]) {
    const answer = await query(params);
    expect([answer.status, typeof answer.body._ERROR_MESSAGE_]).toEqual([200, 'string']);
  }
});
