import { sha256 } from '../core/crypto.ts';
import type { Tx } from '../db/scope.ts';
import type { GoodsClass } from './kinds.ts';
import { parseComponents } from './kit-text.ts';
import { loadRules } from './mapping-store.ts';
import { resolve, type MappingRule } from './resolve.ts';

/** What a product type of the shop is for one connection. */
export interface TypeRule {
  /** As it stands in the shop. */
  type: string;
  /** The back office's type; null: Shopify's text. */
  value: string | null;
  class: GoodsClass;
}

/** One component of a kit: codes as they were entered. */
export interface KitPart {
  kit: string;
  component: string;
  quantity: number;
}

/** What the mappings say of goods, for the statements over the whole catalogue. */
export interface GoodsRules {
  /** Of each type that is mapped. */
  types: TypeRule[];
  /** Shopify tag → the back office's. */
  tags: { tag: string; value: string }[];
  /** Changes with every change of a SKU alias: what was compared under another code is compared anew. */
  aliases: string;
  kits: KitPart[];
}

/** The shop's product types, whatever the size of the catalogue: one step through the index for each type. */
export async function productTypesOf(tx: Tx, shopId: number): Promise<string[]> {
  const rows = await tx.$queryRaw<{ type: string }[]>`
    WITH RECURSIVE step AS (
      (SELECT product_type FROM variant WHERE shop_id = ${shopId} ORDER BY product_type LIMIT 1)
      UNION ALL
      SELECT (SELECT v.product_type FROM variant v WHERE v.shop_id = ${shopId} AND v.product_type > step.product_type ORDER BY v.product_type LIMIT 1)
      FROM step WHERE step.product_type IS NOT NULL
    )
    SELECT product_type AS type FROM step WHERE product_type IS NOT NULL`;
  return rows.map(({ type }) => type);
}

/** What rules make of product types; types without an answer are left out. Pure. */
export function typeRulesOf(rules: readonly MappingRule<'product-type'>[], types: readonly string[]): TypeRule[] {
  return types.flatMap((type) => {
    const target = resolve(rules, [type])?.target;
    return target ? [{ type, value: target.value, class: target.class }] : [];
  });
}

/** A connection's mappings as they concern goods. */
export async function readGoodsRules(tx: Tx, shopId: number, connectionId: string): Promise<GoodsRules> {
  const typed = await loadRules(tx, shopId, connectionId, 'product-type');
  const tagged = await loadRules(tx, shopId, connectionId, 'product-tag');
  const aliases = await loadRules(tx, shopId, connectionId, 'sku-alias');
  const kits = await loadRules(tx, shopId, connectionId, 'kit');
  return {
    types: typed.length > 0 ? typeRulesOf(typed, await productTypesOf(tx, shopId)) : [],
    tags: tagged.filter(({ match }) => match === 'exact').map(({ source, target }) => ({ tag: source, value: target.value })),
    aliases: aliases.length > 0 ? sha256(JSON.stringify(aliases.map(({ source, target }) => [source, target.value]))) : '',
    kits: kits.flatMap(({ source, target }) =>
      (parseComponents(target.value) ?? []).map(({ sku, quantity }) => ({
        kit: source,
        component: sku,
        quantity,
      })),
    ),
  };
}

/** The types whose goods are neither stocked nor handed over. */
export const typesNotShipped = ({ types }: Pick<GoodsRules, 'types'>): string[] =>
  types.filter((one) => one.class !== 'physical').map(({ type }) => type);
