import { Prisma } from '@prisma/client';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import type { Tx } from '../../db/scope.ts';
import { typesNotShipped, type GoodsRules } from '../../mappings/goods-rules.ts';
import { productCode, type CodeRule } from './product-code.ts';

/** What of the settings decides which variants go to the back office, and as what. */
export interface ProductRules extends CodeRule {
  shopId: number;
  connectionId: string;
  storeId: string | null;
  physicalOnly: boolean;
  priceSource: 'price' | 'cost';
  tags: boolean;
  images: boolean;
  /** `namespace.key` of metafields that go along. */
  metafields: string[];
  /** What becomes of a product over there that is gone from Shopify. */
  deletedProducts: 'deactivate' | 'keep';
  /** What the mappings say of product types, tags and SKUs. */
  goods: GoodsRules;
}

/** push: goes. deleted: went once and is gone from Shopify. drafted: made from the back office, and still a draft. The rest: left out, with its reason. */
export type ProductVerdict =
  | 'push'
  | 'deleted'
  | 'drafted'
  | 'gift-card'
  | 'type-not-shipped'
  | 'not-shipped'
  | 'archived-twin'
  | 'sku-missing'
  | 'sku-duplicate';

export const excludedVerdicts = ['drafted', 'gift-card', 'type-not-shipped', 'not-shipped', 'archived-twin'] as const;
export const problemVerdicts = ['sku-missing', 'sku-duplicate'] as const;

export function productRulesOf(
  live: Pick<LiveConnection, 'id' | 'shop' | 'storeId'>,
  settings: SyncSettings<'products'>,
  goods: GoodsRules,
): ProductRules {
  const { identifier, identifierFallback, physicalOnly, priceSource, tags, images, metafields, deletedProducts } = settings;
  return {
    ...{ shopId: live.shop.id, connectionId: live.id, storeId: live.storeId },
    ...{ identifier, identifierFallback, physicalOnly, priceSource, tags, images, metafields, deletedProducts, goods },
  };
}

/** Chosen metafields of a variant by `namespace.key`; its own value comes before its product's. */
const attributesOf = (keys: readonly string[]): Prisma.Sql =>
  keys.length === 0
    ? Prisma.sql`'{}'::jsonb`
    : Prisma.sql`(
        SELECT coalesce(jsonb_object_agg(k, coalesce(v.metafields->>('v:' || k), v.metafields->>('p:' || k))), '{}'::jsonb)
        FROM unnest(${[...keys]}::text[]) AS k WHERE coalesce(v.metafields->>('v:' || k), v.metafields->>('p:' || k)) IS NOT NULL)`;

/**
 * Common table expressions ending in `fact`: each of the variants with its verdict, the hash of what the back office should know of it, and its link.
 * Two variants with one SKU can't be told apart in the back office: neither goes, unless all but one are archived.
 */
export function productFacts(rules: ProductRules, variantIds: readonly string[]): Prisma.Sql {
  const { shopId, connectionId } = rules;
  const { code, loose, among } = productCode(rules);
  const shipped = rules.physicalOnly ? Prisma.sql`AND v.requires_shipping` : Prisma.empty;
  const mappedTags =
    rules.goods.tags.length === 0
      ? Prisma.sql`v.tags`
      : Prisma.sql`ARRAY(
          SELECT DISTINCT coalesce(g.value, own.tag) FROM unnest(v.tags) AS own (tag)
          LEFT JOIN jsonb_to_recordset(${JSON.stringify(rules.goods.tags)}::jsonb) AS g (tag text, value text) ON lower(g.tag) = lower(own.tag)
          ORDER BY 1)`;
  const askedTags = rules.tags ? mappedTags : Prisma.sql`'{}'::text[]`;
  const image = rules.images ? Prisma.sql`v.image_url` : Prisma.sql`NULL::text`;
  const typeless = typesNotShipped(rules.goods);
  const price = rules.priceSource === 'cost' ? Prisma.sql`coalesce(v.cost, v.price)` : Prisma.sql`v.price`;
  return Prisma.sql`
    WITH typed AS MATERIALIZED (
      SELECT type, value FROM jsonb_to_recordset(${JSON.stringify(rules.goods.types)}::jsonb) AS t (type text, value text)
    ), item AS MATERIALIZED (
      SELECT v.*, coalesce((SELECT t.value FROM typed t WHERE t.type = v.product_type), v.product_type) AS asked_type, ${askedTags} AS asked_tags,
        ${image} AS asked_image, ${attributesOf(rules.metafields)} AS attributes, ${code} AS code, ${loose} AS loose, ${price} AS asked_price,
        v.status = 'ACTIVE' AND v.deleted_at IS NULL AS active
      FROM variant v WHERE v.shop_id = ${shopId} AND v.id = ANY(${[...variantIds]})
    ), twin AS MATERIALIZED (
      SELECT ${code} AS code, count(*) FILTER (WHERE v.status <> 'ARCHIVED') AS living FROM variant v
      WHERE v.shop_id = ${shopId} AND v.deleted_at IS NULL AND NOT v.is_gift_card AND NOT (v.product_type = ANY(${typeless})) ${shipped}
        AND ${among(Prisma.sql`ARRAY(SELECT loose FROM item WHERE loose <> '')`)}
      GROUP BY 1 HAVING count(*) > 1
    ), told AS MATERIALIZED (
      SELECT i.*, jsonb_build_object('sku', i.code, 'barcode', i.barcode, 'title', i.product_title, 'variantTitle', i.title, 'productType', i.asked_type,
          'vendor', i.vendor, 'tags', to_jsonb(i.asked_tags), 'price', i.asked_price, 'cost', i.cost, 'weight', i.weight_grams,
          'countryOfOrigin', i.country_of_origin, 'hsCode', i.hs_code, 'image', i.asked_image, 'options', i.options, 'attributes', i.attributes,
          'active', i.active, 'store', ${rules.storeId}::text) AS wanted
      FROM item i
    ), fact AS MATERIALIZED (
      SELECT i.*, l.state AS link_state, l.remote_id, l.hash AS link_hash, l.sent AS link_sent, l.pushed_at, md5(i.wanted::text) AS wanted_hash,
        CASE
          WHEN i.deleted_at IS NOT NULL THEN 'deleted'
          WHEN i.status = 'DRAFT' AND EXISTS (
            SELECT 1 FROM product_update u WHERE u.shop_id = i.shop_id AND u.connection_id = ${connectionId}::uuid AND u.sku = i.code AND u.state = 'drafted'
          ) THEN 'drafted'
          WHEN i.is_gift_card THEN 'gift-card'
          WHEN i.product_type = ANY(${typeless}) THEN 'type-not-shipped'
          WHEN ${rules.physicalOnly} AND NOT i.requires_shipping THEN 'not-shipped'
          WHEN btrim(i.code) = '' THEN 'sku-missing'
          WHEN i.status = 'ARCHIVED' AND t.living > 0 THEN 'archived-twin'
          WHEN t.living <> 1 THEN 'sku-duplicate'
          ELSE 'push' END AS verdict
      FROM told i
      LEFT JOIN twin t ON t.code = i.code
      LEFT JOIN product_link l ON l.shop_id = i.shop_id AND l.connection_id = ${connectionId}::uuid AND l.variant_id = i.id
    )`;
}

/** A variant that is to be sent, as it stands. */
export interface PushRow {
  id: string;
  product_id: string;
  inventory_item_id: string;
  code: string;
  barcode: string | null;
  product_title: string;
  title: string;
  asked_type: string;
  vendor: string;
  asked_tags: string[];
  asked_price: bigint;
  cost: bigint | null;
  weight_grams: number | null;
  country_of_origin: string | null;
  hs_code: string | null;
  asked_image: string | null;
  options: { name: string; value: string }[];
  attributes: Record<string, string>;
  active: boolean;
  remote_id: string | null;
  link_hash: string | null;
  link_sent: SentFields | null;
  pushed_at: Date | null;
  wanted: SentFields;
  wanted_hash: string;
}

/** What was or is handed over, field by field. */
export type SentFields = Record<string, unknown>;

/** Condition for a variant that is gone from Shopify and has to be told over there. */
export const goneButThere = (rules: ProductRules): Prisma.Sql =>
  rules.deletedProducts === 'keep'
    ? Prisma.sql`false`
    : Prisma.sql`(verdict = 'deleted' AND link_state = 'linked' AND link_hash IS DISTINCT FROM wanted_hash)`;

/**
 * Those of the variants whose content differs from what was last sent. One that was refused goes again when it changed, after `refusedBefore`, or
 * at once when that is null. `unchanged`: those go, too.
 */
export function variantsToPush(
  tx: Tx,
  rules: ProductRules,
  variantIds: readonly string[],
  { refusedBefore, unchanged = false }: { refusedBefore: Date | null; unchanged?: boolean },
): Promise<PushRow[]> {
  const again = refusedBefore ? Prisma.sql`pushed_at < ${refusedBefore}` : Prisma.sql`true`;
  return tx.$queryRaw<PushRow[]>`
    ${productFacts(rules, variantIds)}
    SELECT id, product_id, inventory_item_id, code, barcode, product_title, title, asked_type, vendor, asked_tags, asked_price, cost, weight_grams,
      country_of_origin, hs_code, asked_image, options, attributes, active, remote_id, link_hash, link_sent, pushed_at, wanted, wanted_hash
    FROM fact
    WHERE (verdict = 'push' AND (${unchanged} OR link_hash IS DISTINCT FROM wanted_hash OR link_state = 'excluded' OR (link_state = 'problem' AND ${again})))
      OR ${goneButThere(rules)}
    ORDER BY id`;
}
