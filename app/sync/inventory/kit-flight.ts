import { Prisma } from '@prisma/client';
import type { Tx } from '../../db/scope.ts';
import type { KitPart } from '../../mappings/goods-rules.ts';
import { kitKey } from '../../mappings/kit-text.ts';
import { looseCodes, productCode, type CodeRule } from '../products/product-code.ts';

/** Keys of the codes that share a shelf with some of `codes`: kits, what they are made of, and kits made of the same. Pure. */
export function kinOf(kits: readonly KitPart[], codes: Iterable<string>): Set<string> {
  const found = new Set([...codes].map(kitKey));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const part of kits) {
      const [kit, component] = [kitKey(part.kit), kitKey(part.component)];
      if (!found.has(kit) && !found.has(component)) continue;
      found.add(kit);
      found.add(component);
    }
  }
  return found;
}

interface KitRules extends CodeRule {
  shopId: number;
  kits: readonly KitPart[];
}

/** These items, with all whose stock follows from theirs or theirs from: a kit that is sold takes from its components, which are other items. */
export async function withKin(tx: Tx, rules: KitRules, items: string[]): Promise<string[]> {
  if (rules.kits.length === 0 || items.length === 0) return items;
  const { loose, among } = productCode(rules);
  const touched = [...new Set(rules.kits.flatMap(({ kit, component }) => [kit, component]))];
  const rows = await tx.$queryRaw<{ code: string; id: string }[]>`
    SELECT t.code, v.inventory_item_id AS id FROM variant v JOIN unnest(${touched}::text[]) AS t (code) ON lower(btrim(t.code)) = ${loose}
    WHERE v.shop_id = ${rules.shopId} AND v.deleted_at IS NULL AND ${among(looseCodes(touched))}`;
  const given = new Set(items);
  const kin = kinOf(
    rules.kits,
    rows.filter(({ id }) => given.has(id)).map(({ code }) => code),
  );
  return [...new Set([...items, ...rows.filter(({ code }) => kin.has(kitKey(code))).map(({ id }) => id)])];
}

/**
 * Common table expressions behind `item` and `flight`, ending in `kin`: units in flight that kits sold of an item, and, of a kit, what its components
 * lost otherwise. Shopify commits the kit that was ordered, not what it is made of; until the back office has reserved the components their numbers there still
 * hold them. A kit loses as many as its scarcest component, each rounded up, which is never too few: floor((a − x) / q) ≥ floor(a / q) − ceil(x / q).
 */
export const kinTables = (kits: readonly KitPart[]): Prisma.Sql => Prisma.sql`
    kit_part AS MATERIALIZED (
      SELECT lower(btrim(kit)) AS kit, lower(btrim(component)) AS component, quantity FROM jsonb_to_recordset(${JSON.stringify(kits)}::jsonb) AS r (kit text, component text, quantity int)
    ), demand AS MATERIALIZED (
      SELECT q.component, f.location_id, f.inventory_item_id, f.units * q.quantity AS units
      FROM flight f JOIN item i ON i.inventory_item_id = f.inventory_item_id JOIN kit_part q ON q.kit = i.loose
      UNION ALL
      SELECT i.loose, f.location_id, f.inventory_item_id, f.units
      FROM flight f JOIN item i ON i.inventory_item_id = f.inventory_item_id WHERE i.loose IN (SELECT component FROM kit_part)
    ), kin AS MATERIALIZED (
      SELECT inventory_item_id, location_id, sum(units)::int AS units FROM (
        SELECT i.inventory_item_id, d.location_id, sum(d.units) AS units
        FROM item i JOIN demand d ON d.component = i.loose AND d.inventory_item_id <> i.inventory_item_id GROUP BY 1, 2
        UNION ALL
        SELECT inventory_item_id, location_id, max(units) FROM (
          SELECT i.inventory_item_id, d.location_id, ceil(sum(d.units)::numeric / q.quantity) AS units
          FROM item i JOIN kit_part q ON q.kit = i.loose JOIN demand d ON d.component = q.component AND d.inventory_item_id <> i.inventory_item_id
          GROUP BY i.inventory_item_id, d.location_id, q.component, q.quantity) AS each_component
        GROUP BY 1, 2) AS taken
      GROUP BY 1, 2
    ),`;
