import { onlyKnown, readBody, type Api } from './api.ts';
import { FACTS } from './facts.ts';
import { rowBy, rowsBy } from './finding.ts';
import { create, store, update } from './records.ts';
import { refuseMoqui } from './refusals.ts';
import { entityNamed } from './schema.ts';
import { isFields, type Fields, type World } from './world.ts';

const NESTED = ['goodIdentifications', 'productPrices', 'features', 'sequenceNum', 'shopifyShopProduct'];
const NO_NAME = 'either Shopify Product Id or Shopify Product SKU or Barcode is required';

/**
 * `PUT oms/productVariant`, the upsert by internalName, and `POST`, which is none. Source: hotwax.md §3.5 [X]. There is no lock around find
 * and create in the original; here calls come one by one, so two at once never double a product.
 */
export function productVariant(api: Api, world: World): void {
  api.put('/oms/productVariant', async (c) => {
    const { variant, parentProductId } = readVariant(await readBody(c));
    return c.json(world.state.transaction(() => write(world, variant, parentProductId, byInternalName(world, variant))));
  });

  api.post('/oms/productVariant', async (c) => {
    const { variant, parentProductId } = readVariant(await readBody(c));
    const existing = byInternalName(world, variant);
    if (!existing) return c.json(world.state.transaction(() => write(world, variant, parentProductId, undefined)));
    if (!parentProductId)
      throw refuseMoqui(
        FACTS.variantTwice,
        400,
        `Tried to create a Product that exists already, with internalName ${String(variant['internalName'])}`,
      );
    return c.json(
      world.state.transaction(() => {
        linkShopProduct(world, existing, variant['shopifyShopProduct']);
        linkParent(world, existing, parentProductId, variant['sequenceNum']);
        return { productId: existing };
      }),
    );
  });
}

function readVariant(body: Fields): { variant: Fields; parentProductId: string | undefined } {
  onlyKnown(body, ['productVariantJson', 'parentProductId'], 'oms/productVariant');
  const variant = body['productVariantJson'];
  if (!isFields(variant)) throw refuseMoqui(FACTS.missingKey, 400, 'Required field productVariantJson is missing');
  const product = [...entityNamed('Product').fields.keys()];
  onlyKnown(variant, [...product, ...NESTED], 'productVariantJson');
  const name = variant['internalName'];
  if (typeof name !== 'string' || name === '') throw refuseMoqui(FACTS.internalName, 400, NO_NAME);
  if (variant['productPrices'] !== undefined && !isFields(variant['productPrices']))
    throw refuseMoqui(FACTS.singlePrice, 400, 'productPrices must be one map');
  const parent = body['parentProductId'];
  return { variant, parentProductId: typeof parent === 'string' && parent !== '' ? parent : undefined };
}

const byInternalName = (world: World, variant: Fields): string | undefined =>
  rowBy(world, 'Product', { internalName: String(variant['internalName']) })?.['productId'] as string | undefined;

function write(world: World, variant: Fields, parentProductId: string | undefined, existing: string | undefined): Fields {
  const own = Object.fromEntries(Object.entries(variant).filter(([name]) => !NESTED.includes(name)));
  const productId =
    existing === undefined
      ? String(
          create(world, 'Product', { productTypeId: 'FINISHED_GOOD', isVirtual: 'N', createdDate: world.now(), ...own })[
            'productId'
          ],
        )
      : String(update(world, 'Product', { ...own, productId: existing })['productId']);
  const answer: Fields = { productId };
  const identifications = listOf(variant, 'goodIdentifications');
  if (identifications.length > 0) answer['identifications'] = identifications.map((one) => identify(world, productId, one));
  if (isFields(variant['productPrices'])) answer['prices'] = [price(world, productId, variant['productPrices'])];
  const features = listOf(variant, 'features');
  if (features.length > 0) answer['featureAppls'] = features.map((one) => applyFeature(world, productId, one));
  if (parentProductId) answer['assocs'] = [linkParent(world, productId, parentProductId, variant['sequenceNum'])];
  linkShopProduct(world, productId, variant['shopifyShopProduct']);
  if (existing) answer['updatedInfo'] = own;
  return answer;
}

function listOf(variant: Fields, name: string): Fields[] {
  const value = variant[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isFields)) throw refuseMoqui(FACTS.badBody, 400, `${name} must be a list of maps`);
  return value;
}

/** One value of each type is in force; a new one ends the old. */
function identify(world: World, productId: string, given: Fields): Fields {
  onlyKnown(given, ['goodIdentificationTypeId', 'idValue'], 'goodIdentifications');
  const type = String(given['goodIdentificationTypeId']);
  const current = rowsBy(world, 'GoodIdentification', { productId, goodIdentificationTypeId: type }).filter(
    (row) => !row['thruDate'],
  );
  if (current.some((row) => row['idValue'] === given['idValue'])) return given;
  const now = world.now();
  for (const row of current)
    update(world, 'GoodIdentification', { productId, goodIdentificationTypeId: type, fromDate: row['fromDate'], thruDate: now });
  // two changes in the same millisecond are two rows
  const last = Math.max(now, ...current.map((row) => Number(row['fromDate']) + 1));
  return create(world, 'GoodIdentification', { ...given, productId, fromDate: last });
}

/** Read as LIST_PRICE and PURCHASE whatever is said. Source: hotwax.md §3.5. */
function price(world: World, productId: string, given: Fields): Fields {
  onlyKnown(
    given,
    ['productPriceTypeId', 'productPricePurposeId', 'currencyUomId', 'productStoreGroupId', 'price'],
    'productPrices',
  );
  const key = {
    productId,
    productPriceTypeId: 'LIST_PRICE',
    productPricePurposeId: 'PURCHASE',
    currencyUomId: String(given['currencyUomId']),
    productStoreGroupId: String(given['productStoreGroupId'] ?? '_NA_'),
  };
  const current = rowBy(world, 'ProductPrice', key);
  return store(world, 'ProductPrice', { ...key, price: given['price'], fromDate: current?.['fromDate'] ?? world.now() });
}

/** Types and features are made on the fly. Source: hotwax.md §3.5. */
function applyFeature(world: World, productId: string, given: Fields): Fields {
  onlyKnown(given, ['productFeatureTypeDesc', 'featureDesc', 'productFeatureApplTypeId', 'sequenceNum'], 'features');
  const type = String(given['productFeatureTypeDesc'] ?? '')
    .toUpperCase()
    .replaceAll(/\W+/g, '_')
    .slice(0, 20);
  store(world, 'ProductFeatureType', { productFeatureTypeId: type, description: given['productFeatureTypeDesc'] });
  const description = String(given['featureDesc'] ?? '');
  const feature = rowBy(world, 'ProductFeature', { productFeatureTypeId: type, description });
  const productFeatureId = String(
    feature?.['productFeatureId'] ??
      create(world, 'ProductFeature', { productFeatureTypeId: type, description })['productFeatureId'],
  );
  // another value of the same option takes the place of the one before
  world.state.run(
    'DELETE FROM ProductFeatureAppl WHERE productId = ? AND productFeatureId IN (SELECT productFeatureId FROM ProductFeature WHERE productFeatureTypeId = ?)',
    productId,
    type,
  );
  return create(world, 'ProductFeatureAppl', {
    productId,
    productFeatureId,
    productFeatureApplTypeId: given['productFeatureApplTypeId'] ?? 'STANDARD_FEATURE',
    sequenceNum: given['sequenceNum'],
  });
}

function linkShopProduct(world: World, productId: string, given: unknown): void {
  if (given === undefined || given === null) return;
  if (!isFields(given)) throw refuseMoqui(FACTS.badBody, 400, 'shopifyShopProduct must be a map');
  store(world, 'ShopifyShopProduct', { ...given, productId });
}

function linkParent(world: World, productId: string, parentProductId: string, sequenceNum: unknown): Fields {
  const key = { productId: parentProductId, productIdTo: productId, productAssocTypeId: 'PRODUCT_VARIANT' };
  const fromDate = rowBy(world, 'ProductAssoc', key)?.['fromDate'] ?? world.now();
  return store(world, 'ProductAssoc', { ...key, fromDate, sequenceNum });
}
