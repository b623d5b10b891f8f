import type { ShopifyAdmin } from '../../shopify/client.ts';
import {
  ProductByIdDocument,
  ProductsUpdatedSinceDocument,
  type ProductByIdQuery,
  type VariantFieldsFragment,
} from '../../shopify/operations/generated/graphql.ts';
import { productRow, variantRow, type ProductRow, type VariantRow } from './variant-rows.ts';

/** A product with all its variants, as rows. */
export interface ReadProduct {
  product: ProductRow;
  variants: VariantRow[];
}

type ShopifyProductWithVariants = NonNullable<ProductByIdQuery['product']>;

async function withAllVariants(
  admin: Pick<ShopifyAdmin, 'run'>,
  product: ShopifyProductWithVariants,
  currency: string,
): Promise<ReadProduct> {
  const variants: VariantFieldsFragment[] = [...product.variants.nodes];
  let { hasNextPage, endCursor } = product.variants.pageInfo;
  while (hasNextPage && endCursor) {
    const next = await admin.run(ProductByIdDocument, { id: product.id, after: endCursor }, { priority: 'product' });
    variants.push(...(next.product?.variants.nodes ?? []));
    ({ hasNextPage, endCursor } = next.product?.variants.pageInfo ?? { hasNextPage: false, endCursor: null });
  }
  return { product: productRow(product), variants: variants.map((variant) => variantRow(variant, product.id, currency)) };
}

/** One product with all its variants, or null where Shopify has none of that id. */
export async function readProduct(
  admin: Pick<ShopifyAdmin, 'run'>,
  productId: string,
  currency: string,
): Promise<ReadProduct | null> {
  const { product } = await admin.run(ProductByIdDocument, { id: productId }, { priority: 'product' });
  return product ? withAllVariants(admin, product, currency) : null;
}

/** Products changed since, the oldest change first, page by page. May give a product twice when it changes meanwhile. */
export async function* readChangedProducts(
  admin: Pick<ShopifyAdmin, 'run'>,
  since: Date,
  currency: string,
): AsyncGenerator<ReadProduct[]> {
  const query = `updated_at:>='${since.toISOString()}'`;
  for (let after: string | undefined; ;) {
    const { products } = await admin.run(
      ProductsUpdatedSinceDocument,
      { query, ...(after ? { after } : {}) },
      { priority: 'product' },
    );
    const page: ReadProduct[] = [];
    for (const product of products.nodes) page.push(await withAllVariants(admin, product, currency));
    yield page;
    if (!products.pageInfo.hasNextPage || !products.pageInfo.endCursor) return;
    after = products.pageInfo.endCursor;
  }
}
