import {
  countProducts,
  linkProducts,
  productsBySku,
  upsertProducts,
  type ProductInput,
  type ProductOutcome,
} from '../../stockroom/products.ts';
import { detailedProducts } from '../../stockroom/product-details.ts';
import type { Product, ProductResult, ProductsPort, ProductUpdatePage } from '../contract/index.ts';
import { roomOf, type StockroomContext } from './room.ts';

function asInput(product: Product): ProductInput {
  const {
    remoteId,
    sku,
    variantId,
    barcode,
    title,
    variantTitle,
    productType,
    vendor,
    price,
    cost,
    weight,
    countryOfOrigin,
    hsCode,
    imageUrl,
    tags,
    options,
    attributes,
    active,
    storeId,
  } = product;
  const texts = {
    sku,
    externalId: variantId,
    barcode,
    title,
    variantTitle,
    productType,
    vendor,
    countryOfOrigin,
    hsCode,
    imageUrl,
  };
  return {
    ...texts,
    ...{ tags, options, attributes },
    id: remoteId,
    price: price.amount,
    cost: cost?.amount ?? null,
    currency: price.currency,
    weightGrams: weight,
    active,
    storeId,
  };
}

function asResult(variantId: string, outcome: ProductOutcome | undefined): ProductResult {
  if (outcome && outcome.outcome !== 'refused') return { variantId, outcome: outcome.outcome, remoteId: outcome.id };
  return {
    variantId,
    outcome: 'refused',
    field: outcome?.field ?? null,
    vendorText: outcome?.text ?? 'Stockroom gave no answer for this product.',
  };
}

const UPDATES_A_PAGE = 500;

/** Details that the warehouse keeps of its products, by the names it gave them. */
async function* detailUpdates(context: StockroomContext, since: number | null): AsyncGenerator<ProductUpdatePage> {
  const upTo = context.nowMs();
  for (let after = ''; ;) {
    const from = since === null ? null : new Date(since);
    const rows = await detailedProducts(roomOf(context), from, { after, size: UPDATES_A_PAGE });
    const updates = rows.map(({ sku, title, details }) => ({ sku, title, fields: details }));
    const last = rows.length < UPDATES_A_PAGE ? null : (rows.at(-1)?.sku ?? null);
    // only the last page says that everything was told
    yield { updates, upTo: last === null ? upTo : (since ?? 0) };
    if (last === null) return;
    after = last;
  }
}

export function productsPort(context: StockroomContext): ProductsPort {
  const room = roomOf(context);
  return {
    batchSize: 1000,
    async upsert(products) {
      const outcomes = await upsertProducts({ ...room, products: products.map(asInput) });
      return products.map(({ variantId }, index) => asResult(variantId, outcomes[index]));
    },
    async link(products) {
      const outcomes = await linkProducts({ ...room, products: products.map(asInput) });
      return products.map(({ variantId }, index) => asResult(variantId, outcomes[index]));
    },
    async findBySku(skus) {
      return (await productsBySku({ ...room, skus })).map(({ sku, id, title }) => ({ sku, remoteId: id, title }));
    },
    count: () => countProducts(room),
    updates: ({ since }) => detailUpdates(context, since),
  };
}
