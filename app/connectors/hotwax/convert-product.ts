import { formatDecimal } from '../../core/money.ts';
import type { Product } from '../contract/index.ts';
import { productTypes } from './assumptions.ts';
import { tailOf } from './ids.ts';
import type { Settings } from './settings.ts';

interface Rules extends Pick<Settings, 'productType' | 'priceGroup'> {
  /** Ids of HotWax's own types: a product that carries one was mapped to it. */
  types: ReadonlySet<string>;
}

/** HotWax's type of a product: the mapped one, else HotWax's own starter mapping, else the settings' one. */
export const productTypeOf = (
  productType: string,
  { types, productType: fallback }: Pick<Rules, 'types' | 'productType'>,
): string => (types.has(productType) ? productType : (productTypes[productType.trim().toLowerCase()] ?? fallback));

/** Options as features: HotWax makes types and values of features that it doesn't know yet (hotwax.md §3.5). */
const featuresOf = ({ options }: Product) =>
  options.map(({ name, value }, index) => ({
    productFeatureTypeDesc: name,
    featureDesc: value,
    productFeatureApplTypeId: 'STANDARD_FEATURE',
    sequenceNum: index + 1,
  }));

/** The body of `PUT productVariant`, which creates or updates by internal name. What Shopify doesn't know is left out. */
export function variantBody(product: Product, shopId: string | null, rules: Rules) {
  const { sku, barcode, title, variantTitle, price, variantId, inventoryItemId } = product;
  const features = featuresOf(product);
  return {
    productVariantJson: {
      internalName: sku,
      productName: variantTitle ? `${title} – ${variantTitle}` : title,
      productTypeId: productTypeOf(product.productType, rules),
      isVariant: 'Y',
      goodIdentifications: [
        { goodIdentificationTypeId: 'SKU', idValue: sku },
        ...(barcode ? [{ goodIdentificationTypeId: 'UPCA', idValue: barcode }] : []),
        { goodIdentificationTypeId: 'SHOPIFY_PROD_ID', idValue: tailOf(variantId) },
      ],
      productPrices: {
        productPriceTypeId: 'LIST_PRICE',
        productPricePurposeId: 'PURCHASE',
        currencyUomId: price.currency,
        productStoreGroupId: rules.priceGroup,
        price: Number(formatDecimal(price)),
      },
      ...(features.length > 0 ? { features } : {}),
      ...(shopId
        ? { shopifyShopProduct: { shopId, shopifyProductId: tailOf(variantId), shopifyInventoryItemId: tailOf(inventoryItemId) } }
        : {}),
    },
  };
}
