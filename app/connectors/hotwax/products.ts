import { NeedsMerchantError, RejectedError } from '../../core/errors.ts';
import type { Product, ProductResult, ProductsPort } from '../contract/index.ts';
import { once, type Account } from './account.ts';
import { productsInACall } from './assumptions.ts';
import { atOnce } from './at-once.ts';
import { variantBody } from './convert-product.ts';
import { productsBySku } from './product-lookup.ts';
import { productTypesOf } from './reference-data.ts';
import { findShopRecord } from './shop-record.ts';
import * as wire from './wire.ts';

const path = '/oms/productVariant';

export function productsPort(account: Account): ProductsPort {
  const { client, settings } = account;

  /** The shop's record, so that HotWax knows the variant by Shopify's id too. Without the right to see it products go without. */
  const shopId = once(async () => {
    try {
      return (await findShopRecord(account))?.shopId ?? null;
    } catch (error) {
      if (error instanceof NeedsMerchantError || error instanceof RejectedError) return null;
      throw error;
    }
  });

  const types = once(async () => new Set((await productTypesOf(account)).map(({ id }) => id)));

  async function sendOne(product: Product, isThere: boolean): Promise<ProductResult> {
    const { variantId } = product;
    try {
      const body = variantBody(product, await shopId(), { ...settings, types: await types() });
      const { productId } = await client.write('PUT', path, body, wire.productWritten);
      return { variantId, outcome: isThere ? 'updated' : 'created', remoteId: productId };
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
      return { variantId, outcome: 'refused', field: error.field ?? null, vendorText: error.vendorText };
    }
  }

  return {
    batchSize: productsInACall,

    async upsert(products) {
      const bySku = await productsBySku(
        account,
        products.map(({ sku }) => sku),
      );
      // HotWax looks a name up and then creates it, without a lock: of one name one goes after the other.
      const groups = [...Map.groupBy(products, ({ sku }) => sku).values()];
      const results = await atOnce(groups, async (group) => {
        const answers: ProductResult[] = [];
        let isThere = bySku.has(group[0]?.sku ?? '');
        for (const product of group) {
          const answer = await sendOne(product, isThere);
          isThere ||= answer.outcome !== 'refused';
          answers.push(answer);
        }
        return answers;
      });
      return results.flat();
    },

    async findBySku(skus) {
      const found = await productsBySku(account, skus);
      return [...found].map(([sku, { productId, productName }]) => ({ sku, remoteId: productId, title: productName ?? sku }));
    },
  };
}
