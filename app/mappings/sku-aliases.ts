import { RejectedError } from '../core/errors.ts';
import { inShop, type Tx } from '../db/scope.ts';
import { loadRules } from './mapping-store.ts';

/** Shopify's codes and the back office's, where they differ. What has no alias is the same on both sides. */
export interface SkuAliases {
  /** Shopify's code → the back office's. */
  there(sku: string): string;
  /** The back office's code → Shopify's. */
  here(sku: string): string;
  /** Whether the back office's code is one that Shopify uses for something else: its stock belongs to nothing that is sold here. */
  foreign(sku: string): boolean;
}

const keyOf = (sku: string): string => sku.trim().toLowerCase();

export function skuAliasesOf(pairs: readonly { source: string; target: string }[]): SkuAliases {
  const there = new Map(pairs.map(({ source, target }) => [keyOf(source), target]));
  const here = new Map(pairs.map(({ source, target }) => [keyOf(target), source]));
  return {
    there: (sku) => there.get(keyOf(sku)) ?? sku,
    here: (sku) => here.get(keyOf(sku)) ?? sku,
    foreign: (sku) => there.has(keyOf(sku)) && !here.has(keyOf(sku)),
  };
}

const KEPT = 200;
const known = new Map<string, { version: number; aliases: Promise<SkuAliases> }>();

/** The aliases in force at a version of a connection's mappings; read once for each version. */
export function skuAliases(shopId: number, connectionId: string, version: number): Promise<SkuAliases> {
  const key = `${shopId} ${connectionId}`;
  const had = known.get(key);
  if (had?.version === version) return had.aliases;
  const read = async (): Promise<SkuAliases> => {
    const rules = await inShop(shopId, (tx) => loadRules(tx, shopId, connectionId, 'sku-alias'));
    return skuAliasesOf(rules.map(({ source, target }) => ({ source, target: target.value })));
  };
  const aliases = read();
  known.set(key, { version, aliases });
  aliases.catch(() => known.delete(key));
  // The one that was read first goes.
  const oldest = known.size > KEPT ? known.keys().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
  return aliases;
}

/**
 * An alias must lead back: no code of the back office may stand for two of Shopify's. Looked at after all of a change was saved, so that two
 * codes can be swapped. Throws RejectedError('alias-taken' | 'alias-is-sku').
 */
export async function checkSkuAliases(tx: Tx, shopId: number, connectionId: string): Promise<void> {
  const [clash] = await tx.$queryRaw<{ code: string; target: string; other: string }[]>`
    WITH alias AS (
      SELECT source, lower(btrim(source)) AS source_key, target->>'value' AS target, lower(btrim(target->>'value')) AS target_key
      FROM mapping WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND kind = 'sku-alias'
    )
    SELECT * FROM (
      SELECT 'alias-taken' AS code, a.target, b.source AS other FROM alias a JOIN alias b ON b.target_key = a.target_key AND b.source < a.source
      UNION ALL
      SELECT 'alias-source-twice', a.source, b.source FROM alias a JOIN alias b ON b.source_key = a.source_key AND b.source < a.source
      UNION ALL
      SELECT 'alias-is-sku', a.target, v.product_title FROM alias a
        JOIN variant v ON v.shop_id = ${shopId} AND v.sku_key = a.target_key AND v.deleted_at IS NULL AND v.status <> 'ARCHIVED'
        WHERE a.source_key <> a.target_key AND NOT EXISTS (SELECT 1 FROM alias b WHERE b.source_key = a.target_key)
    ) AS clash LIMIT 1`;
  if (!clash) return;
  const params = { sku: clash.target, other: clash.other };
  const field = { field: 'target', params };
  if (clash.code === 'alias-taken') throw new RejectedError('alias-taken', 'Two codes of the shop would be one', field);
  if (clash.code === 'alias-source-twice')
    throw new RejectedError('alias-source-twice', 'One code would have two aliases', field);
  throw new RejectedError('alias-is-sku', 'The code is the SKU of another product of the shop', field);
}

/**
 * What was linked or counted under these codes is forgotten: the products are linked anew by the code now in force, and their stock is unknown
 * until it is read again.
 */
export async function forgetLinked(tx: Tx, shopId: number, connectionId: string, codes: readonly string[]): Promise<void> {
  const keys = [...new Set(codes.map(keyOf))].filter((key) => key !== '');
  if (keys.length === 0) return;
  await tx.$executeRaw`
    DELETE FROM remote_stock WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND sku_key = ANY(${keys})`;
  await tx.$executeRaw`
    DELETE FROM product_link l USING variant v
    WHERE l.shop_id = ${shopId} AND l.connection_id = ${connectionId}::uuid AND v.shop_id = l.shop_id AND v.id = l.variant_id
      AND (v.sku_key = ANY(${keys}) OR v.barcode_key = ANY(${keys}))`;
}
