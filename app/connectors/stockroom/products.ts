import { productsBySku, upsertProducts, type ProductInput, type ProductOutcome } from '../../stockroom/products.ts';
import type { Product, ProductResult, ProductsPort } from '../contract/index.ts';
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
    active,
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
    id: remoteId,
    price: price.amount,
    cost: cost?.amount ?? null,
    currency: price.currency,
    weightGrams: weight,
    active,
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

export function productsPort(context: StockroomContext): ProductsPort {
  const room = roomOf(context);
  return {
    batchSize: 1000,
    async upsert(products) {
      const outcomes = await upsertProducts({ ...room, products: products.map(asInput) });
      return products.map(({ variantId }, index) => asResult(variantId, outcomes[index]));
    },
    async findBySku(skus) {
      return (await productsBySku({ ...room, skus })).map(({ sku, id, title }) => ({ sku, remoteId: id, title }));
    },
  };
}
