import { formatDecimal } from '../../core/money.ts';
import type { Product } from '../contract/index.ts';
import type { Settings } from './settings.ts';
import type { Product as PulpoProduct } from './wire.ts';

type Rules = Pick<Settings, 'productTags' | 'lotTag' | 'serialTag' | 'weightUnit'>;

const sameTag = (tag: string, tags: readonly string[]) =>
  tag !== '' && tags.some((one) => one.toLowerCase() === tag.toLowerCase());

function managementOf({ tags }: Product, { lotTag, serialTag }: Rules): string | null {
  if (sameTag(serialTag, tags)) return 'serial';
  return sameTag(lotTag, tags) ? 'lot' : null;
}

function weightOf({ weight }: Product, { weightUnit }: Rules): number | null {
  if (weightUnit === 'none' || !weight) return null;
  return weightUnit === 'g' ? weight : weight / 1000;
}

/**
 * What PULPO should know of a product, beside owner and supplier. What Shopify doesn't know is left out, so that what people entered in
 * PULPO stays; their further barcodes stay too.
 */
export function productBody(product: Product, existing: PulpoProduct | null, rules: Rules) {
  const { sku, barcode, title, variantTitle, cost, countryOfOrigin, hsCode, active, tags } = product;
  const management = managementOf(product, rules) ?? (existing ? null : 'none');
  const weight = weightOf(product, rules);
  return {
    sku,
    name: variantTitle ? `${title} – ${variantTitle}` : title,
    active,
    ...(barcode && !existing?.barcodes.includes(barcode) ? { barcodes: [barcode, ...(existing?.barcodes ?? [])] } : {}),
    ...(cost ? { cost_price: Number(formatDecimal(cost)) } : {}),
    ...(weight === null ? {} : { weight }),
    ...(hsCode ? { hs_code: hsCode } : {}),
    ...(countryOfOrigin ? { origin_country: countryOfOrigin } : {}),
    ...(management ? { management_type: management } : {}),
    ...(rules.productTags && tags.length > 0 ? { product_categories: tags.map((name) => ({ name })) } : {}),
    attributes: {
      ...existing?.attributes,
      ...product.attributes,
      shopify_variant_id: product.variantId,
      shopify_product_id: product.productId,
    },
  };
}

/** Whether PULPO shows already what would be sent. */
export function isUnchanged(body: ReturnType<typeof productBody>, existing: PulpoProduct): boolean {
  const shown: Record<string, unknown> = {
    ...existing,
    product_categories: existing.product_categories.map(({ name }) => ({ name })),
  };
  return Object.entries(body).every(([key, value]) => JSON.stringify(shown[key]) === JSON.stringify(value));
}
