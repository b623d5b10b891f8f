import { RejectedError } from '../../core/errors.ts';
import type { Product, ProductResult, ProductsPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import { atOnce } from './at-once.ts';
import { productUpdates } from './product-updates.ts';
import { allVariants, variantsBySku } from './variants.ts';
import * as wire from './wire.ts';

const titleOf = ({ title, variantTitle }: Product) => (variantTitle ? `${title} – ${variantTitle}` : title);

/**
 * Products are OrderWise's own: they are linked by their code, with the blanks around it forgiven. Unknown ones are made from the template of
 * the settings, and only then; titles and barcodes follow Shopify only if the merchant says so.
 */
export function productsPort(account: Account): ProductsPort {
  const { client, settings } = account;

  async function update(product: Product, remoteId: string): Promise<ProductResult> {
    const { variantId } = product;
    const shown = settings.productUpdates ? await client.get(`/variants/${remoteId}`, wire.variant) : null;
    const info = shown?.variantInfo;
    const description = titleOf(product);
    const barcode = product.barcode ?? info?.eanCode ?? null;
    if (!info || (info.description === description.trim() && info.eanCode === barcode))
      return { variantId, outcome: 'unchanged', remoteId };
    const body = { variantInfo: { description, ...(barcode === null ? {} : { eanCode: barcode }) } };
    await client.write('PUT', `/variants/${remoteId}`, body, wire.anything);
    return { variantId, outcome: 'updated', remoteId };
  }

  async function make(product: Product): Promise<ProductResult> {
    const { variantId, sku, barcode } = product;
    const { templateVariantId: template } = settings;
    if (template === null) {
      const vendorText = `OrderWise has no variant with code ${sku}, and the connection names no template to make it from.`;
      return { variantId, outcome: 'refused', field: 'sku', vendorText };
    }
    const body = { variantInfo: { code: sku, description: titleOf(product), ...(barcode ? { eanCode: barcode } : {}) } };
    const made = await client.write('POST', '/variants', body, wire.variant, { template_variant_id: template });
    return { variantId, outcome: 'created', remoteId: made.variantInfo.id };
  }

  return {
    batchSize: 200,
    ...(settings.productExportId === null ? {} : { updates: ({ since }) => productUpdates(account, since) }),

    count: async () => (await allVariants(account)).length,

    async upsert(products) {
      const known = variantsBySku(
        await allVariants(account),
        products.map(({ sku }) => sku),
      );
      return atOnce(products, async (product): Promise<ProductResult> => {
        const remoteId = known.get(product.sku)?.variantID;
        try {
          return await (remoteId === undefined ? make(product) : update(product, remoteId));
        } catch (error) {
          if (!(error instanceof RejectedError)) throw error;
          return { variantId: product.variantId, outcome: 'refused', field: error.field ?? null, vendorText: error.vendorText };
        }
      });
    },

    async findBySku(skus) {
      return [...variantsBySku(await allVariants(account), skus)].map(([sku, one]) => ({
        sku,
        remoteId: one.variantID,
        title: one.variantDescription ?? sku,
      }));
    },
  };
}
