import { parseMoney } from '../../core/money.ts';
import type { ProductFieldsFragment, VariantFieldsFragment } from '../../shopify/operations/generated/graphql.ts';

/** A product as it is stored with each of its variants. Names are the columns'. */
export interface ProductRow {
  product_id: string;
  title: string;
  vendor: string;
  product_type: string;
  status: string;
  tags: string[];
  is_gift_card: boolean;
  image_url: string | null;
  updated_at: string;
}

/** A variant without its product's share. Money in minor units of the shop's currency, weight in grams. */
export interface VariantRow {
  id: string;
  product_id: string;
  inventory_item_id: string;
  title: string;
  sku: string;
  barcode: string | null;
  price: number;
  cost: number | null;
  weight_grams: number | null;
  country_of_origin: string | null;
  hs_code: string | null;
  tracked: boolean;
  requires_shipping: boolean;
  has_components: boolean;
  when_out_of_stock: 'deny' | 'continue';
  /** Empty for the one variant of a product without options. */
  options: { name: string; value: string }[];
  updated_at: string;
}

/** What of Shopify's answer is needed; bulk lines and queries have the same shape. */
export type ShopifyProduct = Pick<
  ProductFieldsFragment,
  'id' | 'title' | 'vendor' | 'productType' | 'status' | 'tags' | 'isGiftCard' | 'updatedAt' | 'featuredMedia'
>;

const gramsIn: Record<string, number> = { GRAMS: 1, KILOGRAMS: 1000, OUNCES: 28.349523125, POUNDS: 453.59237 };

/** What Shopify shows as the options of a product that has none. */
const isNoOption = ({ name, value }: { name: string; value: string }) => name === 'Title' && value === 'Default Title';

export function productRow(product: ShopifyProduct): ProductRow {
  return {
    product_id: product.id,
    title: product.title,
    vendor: product.vendor,
    product_type: product.productType,
    status: product.status,
    tags: product.tags,
    is_gift_card: product.isGiftCard,
    image_url: product.featuredMedia?.preview?.image?.url ?? null,
    updated_at: product.updatedAt,
  };
}

/** The SKU is kept as it was typed, spaces and all: what is sent with an order is the same text. */
export function variantRow(variant: VariantFieldsFragment, productId: string, currency: string): VariantRow {
  const { inventoryItem: item } = variant;
  const weight = item.measurement.weight;
  return {
    id: variant.id,
    product_id: productId,
    inventory_item_id: item.id,
    title: variant.title,
    sku: variant.sku ?? item.sku ?? '',
    barcode: variant.barcode,
    price: parseMoney(variant.price, currency).amount,
    cost: item.unitCost ? parseMoney(item.unitCost.amount, item.unitCost.currencyCode).amount : null,
    weight_grams: weight ? Math.round(weight.value * (gramsIn[weight.unit] ?? 1) * 1000) / 1000 : null,
    country_of_origin: item.countryCodeOfOrigin,
    hs_code: item.harmonizedSystemCode,
    tracked: item.tracked,
    requires_shipping: item.requiresShipping,
    has_components: variant.requiresComponents,
    when_out_of_stock: variant.inventoryPolicy === 'CONTINUE' ? 'continue' : 'deny',
    options: variant.selectedOptions.filter((option) => !isNoOption(option)).map(({ name, value }) => ({ name, value })),
    updated_at: variant.updatedAt,
  };
}
