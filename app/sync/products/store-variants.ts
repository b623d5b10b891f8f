import { Prisma } from '@prisma/client';
import { now } from '../../core/clock.ts';
import type { Tx } from '../../db/scope.ts';
import { analyseAfterLoad } from './analyse-after-load.ts';
import type { ProductRow, VariantRow } from './variant-rows.ts';

const productColumns = Prisma.sql`product_id text, title text, vendor text, product_type text, status text, tags jsonb, is_gift_card boolean, image_url text, updated_at timestamptz`;
const variantColumns = Prisma.sql`id text, product_id text, inventory_item_id text, title text, sku text, barcode text, price bigint, cost bigint, weight_grams float8,
  country_of_origin text, hs_code text, tracked boolean, requires_shipping boolean, has_components boolean, when_out_of_stock text, options jsonb, updated_at timestamptz`;

/** Tags as PostgreSQL keeps them. */
const tagsOf = (column: Prisma.Sql) => Prisma.sql`ARRAY(SELECT jsonb_array_elements_text(${column}))`;

/**
 * Writes variants with their products' share in one statement. `seenAt` is when Shopify was asked: what was changed after that stays, and what was
 * deleted after that stays deleted. `products` joins each variant `v` with its product `p`, a row with the columns of ProductRow (tags as text[]).
 *
 * Nothing is joined with what was written so far (an EXISTS or LATERAL with OFFSET is no join, and a conflict finds its row by the key): until PostgreSQL
 * has analysed a table that is being filled it takes it for empty, and read all of it for each batch, which took seconds and grew with the square of the
 * catalogue. A row that is older than ours changes nothing but when it was read.
 */
async function upsert(tx: Tx, shopId: number, variants: Prisma.Sql, products: Prisma.Sql, seenAt: Date): Promise<number> {
  const readAt = now();
  return tx.$executeRaw`
    WITH incoming AS (
      SELECT DISTINCT ON (v.id) v.*, p.title AS product_title, p.vendor, p.product_type, p.status, p.tags, p.is_gift_card, p.image_url,
        greatest(v.updated_at, p.updated_at) AS changed_at
      FROM ${variants} ${products}
      ORDER BY v.id, v.updated_at DESC
    )
    INSERT INTO variant (shop_id, id, product_id, inventory_item_id, sku, barcode, product_title, title, product_type, vendor, tags, status, price, cost,
      weight_grams, country_of_origin, hs_code, image_url, tracked, requires_shipping, is_gift_card, has_components, when_out_of_stock, options, shopify_updated_at, read_at)
    SELECT ${shopId}::int, id, product_id, inventory_item_id, sku, barcode, product_title, title, product_type, vendor, tags, status, price, cost,
      weight_grams, country_of_origin, hs_code, image_url, tracked, requires_shipping, is_gift_card, has_components, when_out_of_stock, options, changed_at, ${readAt}
    FROM incoming
    ON CONFLICT (shop_id, id) DO UPDATE SET (product_id, inventory_item_id, sku, barcode, product_title, title, product_type, vendor, tags, status, price, cost,
      weight_grams, country_of_origin, hs_code, image_url, tracked, requires_shipping, is_gift_card, has_components, when_out_of_stock, options, shopify_updated_at,
      read_at, deleted_at) = (
        SELECT r.product_id, r.inventory_item_id, r.sku, r.barcode, r.product_title, r.title, r.product_type, r.vendor, r.tags, r.status, r.price, r.cost,
          r.weight_grams, r.country_of_origin, r.hs_code, r.image_url, r.tracked, r.requires_shipping, r.is_gift_card, r.has_components, r.when_out_of_stock,
          r.options, r.shopify_updated_at, greatest(variant.read_at, excluded.read_at),
          CASE WHEN i.older OR variant.deleted_at > ${seenAt} THEN variant.deleted_at END
        FROM (SELECT variant.shopify_updated_at > excluded.shopify_updated_at AS older) i,
          LATERAL (SELECT variant.* WHERE i.older UNION ALL SELECT excluded.* WHERE NOT i.older) r)`;
}

/** Writes whole products: all their variants as Shopify showed them at `seenAt`; variants that are no longer among them are marked deleted. */
export async function storeProducts(
  tx: Tx,
  shopId: number,
  products: ProductRow[],
  variants: VariantRow[],
  seenAt: Date,
): Promise<void> {
  await upsert(
    tx,
    shopId,
    Prisma.sql`jsonb_to_recordset(${JSON.stringify(variants)}::jsonb) AS v (${variantColumns})`,
    Prisma.sql`JOIN (SELECT product_id, title, vendor, product_type, status, ${tagsOf(Prisma.sql`tags`)} AS tags, is_gift_card, image_url, updated_at
      FROM jsonb_to_recordset(${JSON.stringify(products)}::jsonb) AS r (${productColumns})) AS p ON p.product_id = v.product_id`,
    seenAt,
  );
  const ids = variants.map((variant) => variant.id);
  await tx.$executeRaw`
    UPDATE variant SET deleted_at = ${now()}, read_at = ${now()}
    WHERE shop_id = ${shopId} AND product_id = ANY(${products.map((product) => product.product_id)}) AND deleted_at IS NULL
      AND NOT (id = ANY(${ids})) AND read_at < ${seenAt}`;
}

/** Marks a product's variants as deleted, unless they were read after `seenAt`. */
export async function markProductDeleted(tx: Tx, shopId: number, productId: string, seenAt: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE variant SET deleted_at = ${now()}, read_at = ${now()}
    WHERE shop_id = ${shopId} AND product_id = ${productId} AND deleted_at IS NULL AND read_at < ${seenAt}`;
}

/**
 * Writes a batch of a catalogue import. Variants may stand far from their products in the file: products are kept aside for the length of the
 * import, and a variant that comes before its product waits for it.
 */
export async function storeImportedBatch(
  tx: Tx,
  shopId: number,
  operation: { id: string; startedAt: Date },
  products: ProductRow[],
  variants: VariantRow[],
): Promise<void> {
  if (products.length > 0) {
    await tx.$executeRaw`
      INSERT INTO imported_product (shop_id, operation_id, product_id, title, vendor, product_type, status, tags, is_gift_card, image_url, updated_at)
      SELECT DISTINCT ON (product_id) ${shopId}::int, ${operation.id}, product_id, title, vendor, product_type, status, ${tagsOf(Prisma.sql`tags`)}, is_gift_card, image_url, updated_at
      FROM jsonb_to_recordset(${JSON.stringify(products)}::jsonb) AS p (${productColumns})
      ON CONFLICT (shop_id, operation_id, product_id) DO NOTHING`;
  }
  if (variants.length === 0) return;
  const rows = JSON.stringify(variants);
  await upsert(
    tx,
    shopId,
    Prisma.sql`jsonb_to_recordset(${rows}::jsonb) AS v (${variantColumns})`,
    importedProducts(shopId, operation.id),
    operation.startedAt,
  );
  await tx.$executeRaw`
    INSERT INTO imported_variant (shop_id, operation_id, variant_id, product_id, data)
    SELECT ${shopId}::int, ${operation.id}, v->>'id', v->>'product_id', v FROM jsonb_array_elements(${rows}::jsonb) AS v
    WHERE NOT EXISTS (
      SELECT 1 FROM imported_product p WHERE p.shop_id = ${shopId} AND p.operation_id = ${operation.id} AND p.product_id = v->>'product_id' OFFSET 0)
    ON CONFLICT (shop_id, operation_id, variant_id) DO NOTHING`;
}

const importedProducts = (shopId: number, operationId: string) =>
  Prisma.sql`CROSS JOIN LATERAL (
    SELECT * FROM imported_product o WHERE o.shop_id = ${shopId} AND o.operation_id = ${operationId} AND o.product_id = v.product_id OFFSET 0) AS p`;

/** Ends an import: writes the variants that waited, marks as deleted what the catalogue no longer holds, and clears what was kept aside. */
export async function finishImport(tx: Tx, shopId: number, operation: { id: string; startedAt: Date }): Promise<void> {
  await upsert(
    tx,
    shopId,
    Prisma.sql`(SELECT r.* FROM imported_variant w CROSS JOIN LATERAL jsonb_to_record(w.data) AS r (${variantColumns})
      WHERE w.shop_id = ${shopId} AND w.operation_id = ${operation.id}) AS v`,
    importedProducts(shopId, operation.id),
    operation.startedAt,
  );
  await tx.$executeRaw`
    UPDATE variant SET deleted_at = ${now()}, read_at = ${now()} WHERE shop_id = ${shopId} AND deleted_at IS NULL AND read_at < ${operation.startedAt}`;
  analyseAfterLoad(tx, 'variant');
  await tx.importedVariant.deleteMany({ where: { shopId, operationId: operation.id } });
  await tx.importedProduct.deleteMany({ where: { shopId, operationId: operation.id } });
}
