import { Prisma } from '@prisma/client';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Tx } from '../../db/scope.ts';
import { typesNotShipped, type GoodsRules } from '../../mappings/goods-rules.ts';

/** What of the settings decides which variants go to the back office, and as what. */
export interface ProductRules {
  shopId: number;
  connectionId: string;
  storeId: string | null;
  identifier: 'sku' | 'barcode';
  physicalOnly: boolean;
  priceSource: 'price' | 'cost';
  /** What the mappings say of product types, tags and SKUs. */
  goods: GoodsRules;
}

/** push: goes. deleted: went once and is gone from Shopify. The rest: left out, with its reason. */
export type ProductVerdict =
  'push' | 'deleted' | 'gift-card' | 'type-not-shipped' | 'not-shipped' | 'archived-twin' | 'sku-missing' | 'sku-duplicate';

export const excludedVerdicts = ['gift-card', 'type-not-shipped', 'not-shipped', 'archived-twin'] as const;
export const problemVerdicts = ['sku-missing', 'sku-duplicate'] as const;

export function productRulesOf(
  live: Pick<LiveConnection, 'id' | 'shop' | 'storeId'>,
  settings: { identifier: 'sku' | 'barcode'; physicalOnly: boolean; priceSource: 'price' | 'cost' },
  goods: GoodsRules,
): ProductRules {
  const { identifier, physicalOnly, priceSource } = settings;
  return { shopId: live.shop.id, connectionId: live.id, storeId: live.storeId, identifier, physicalOnly, priceSource, goods };
}

/**
 * Common table expressions ending in `fact`: each of the variants with its verdict, the hash of what the back office should know of it, and its link.
 * Two variants with one SKU can't be told apart in the back office: neither goes, unless all but one are archived.
 */
export function productFacts(rules: ProductRules, variantIds: readonly string[]): Prisma.Sql {
  const { shopId, connectionId } = rules;
  const code = rules.identifier === 'sku' ? Prisma.sql`v.sku` : Prisma.sql`coalesce(v.barcode, '')`;
  const indexed = rules.identifier === 'sku' ? Prisma.sql`v.sku_key` : Prisma.sql`v.barcode_key`;
  const shipped = rules.physicalOnly ? Prisma.sql`AND v.requires_shipping` : Prisma.empty;
  const askedTags =
    rules.goods.tags.length === 0
      ? Prisma.sql`v.tags`
      : Prisma.sql`ARRAY(
          SELECT DISTINCT coalesce(g.value, own.tag) FROM unnest(v.tags) AS own (tag)
          LEFT JOIN jsonb_to_recordset(${JSON.stringify(rules.goods.tags)}::jsonb) AS g (tag text, value text) ON lower(g.tag) = lower(own.tag)
          ORDER BY 1)`;
  const typeless = typesNotShipped(rules.goods);
  const price = rules.priceSource === 'cost' ? Prisma.sql`coalesce(v.cost, v.price)` : Prisma.sql`v.price`;
  return Prisma.sql`
    WITH typed AS MATERIALIZED (
      SELECT type, value FROM jsonb_to_recordset(${JSON.stringify(rules.goods.types)}::jsonb) AS t (type text, value text)
    ), item AS MATERIALIZED (
      SELECT v.*, coalesce((SELECT t.value FROM typed t WHERE t.type = v.product_type), v.product_type) AS asked_type, ${askedTags} AS asked_tags, ${code} AS code, ${indexed} AS loose, ${price} AS asked_price, v.status = 'ACTIVE' AND v.deleted_at IS NULL AS active
      FROM variant v WHERE v.shop_id = ${shopId} AND v.id = ANY(${[...variantIds]})
    ), twin AS MATERIALIZED (
      SELECT ${code} AS code, count(*) FILTER (WHERE v.status <> 'ARCHIVED') AS living FROM variant v
      WHERE v.shop_id = ${shopId} AND v.deleted_at IS NULL AND NOT v.is_gift_card AND NOT (v.product_type = ANY(${typeless})) ${shipped}
        AND ${indexed} = ANY(ARRAY(SELECT loose FROM item WHERE loose <> ''))
      GROUP BY 1 HAVING count(*) > 1
    ), fact AS MATERIALIZED (
      SELECT i.*, l.state AS link_state, l.remote_id, l.hash AS link_hash, l.pushed_at,
        md5(jsonb_build_array(i.code, i.barcode, i.product_title, i.title, i.asked_type, i.vendor, i.asked_tags, i.asked_price, i.cost, i.weight_grams,
          i.country_of_origin, i.hs_code, i.image_url, i.active, ${rules.storeId}::text)::text) AS wanted_hash,
        CASE
          WHEN i.deleted_at IS NOT NULL THEN 'deleted'
          WHEN i.is_gift_card THEN 'gift-card'
          WHEN i.product_type = ANY(${typeless}) THEN 'type-not-shipped'
          WHEN ${rules.physicalOnly} AND NOT i.requires_shipping THEN 'not-shipped'
          WHEN btrim(i.code) = '' THEN 'sku-missing'
          WHEN i.status = 'ARCHIVED' AND t.living > 0 THEN 'archived-twin'
          WHEN t.living <> 1 THEN 'sku-duplicate'
          ELSE 'push' END AS verdict
      FROM item i
      LEFT JOIN twin t ON t.code = i.code
      LEFT JOIN product_link l ON l.shop_id = i.shop_id AND l.connection_id = ${connectionId}::uuid AND l.variant_id = i.id
    )`;
}

/** A variant that is to be sent, as it stands. */
export interface PushRow {
  id: string;
  product_id: string;
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
  image_url: string | null;
  active: boolean;
  remote_id: string | null;
  link_hash: string | null;
  pushed_at: Date | null;
  wanted_hash: string;
}

/**
 * Those of the variants whose content differs from what was last sent. One that was refused goes again when it changed, after `refusedBefore`, or
 * at once when that is null.
 */
export function variantsToPush(
  tx: Tx,
  rules: ProductRules,
  variantIds: readonly string[],
  refusedBefore: Date | null,
): Promise<PushRow[]> {
  const again = refusedBefore ? Prisma.sql`pushed_at < ${refusedBefore}` : Prisma.sql`true`;
  return tx.$queryRaw<PushRow[]>`
    ${productFacts(rules, variantIds)}
    SELECT id, product_id, code, barcode, product_title, title, asked_type, vendor, asked_tags, asked_price, cost, weight_grams, country_of_origin, hs_code,
      image_url, active, remote_id, link_hash, pushed_at, wanted_hash
    FROM fact
    WHERE (verdict = 'push' AND (link_hash IS DISTINCT FROM wanted_hash OR link_state = 'excluded' OR (link_state = 'problem' AND ${again})))
      OR (verdict = 'deleted' AND link_state = 'linked' AND link_hash IS DISTINCT FROM wanted_hash)
    ORDER BY id`;
}
