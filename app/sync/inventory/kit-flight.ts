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

interface KinRules extends Pick<KitRules, 'shopId' | 'kits'> {
  connectionId: string;
  shared: boolean;
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

const soldOfComponents = Prisma.sql`
      UNION ALL
      SELECT i.loose, e.location_id, e.inventory_item_id, e.units
      FROM elsewhere e JOIN item i ON i.inventory_item_id = e.inventory_item_id WHERE i.loose IN (SELECT component FROM kit_part)`;

/**
 * Common table expressions behind `item` and `flight`, ending in `kin`: units in flight that kits sold of an item, and, of a kit, what its components
 * lost otherwise. Shopify commits the kit that was ordered, not what it is made of; until the back office has reserved the components their numbers there still
 * hold them. `shared`: what other shops sold of a component counts for kits, too (behind `elsewhere`; what their kits took is told by component).
 *
 * A kit loses as many as its scarcest component: with a pieces there and K kits made of q each, s = a − q·K are over, and x sold leave
 * floor((a − x) / q) = K − ceil((x − s) / q). Of several facilities the one with least over counts, because nobody knows which of them x will be taken from.
 */
export const kinTables = ({ shopId, connectionId, kits, shared }: KinRules): Prisma.Sql => Prisma.sql`
    kit_part AS MATERIALIZED (
      SELECT lower(btrim(kit)) AS kit, lower(btrim(component)) AS component, btrim(component) AS sku, quantity FROM jsonb_to_recordset(${JSON.stringify(kits)}::jsonb) AS r (kit text, component text, quantity int)
    ), demand AS MATERIALIZED (
      SELECT q.component, f.location_id, f.inventory_item_id, f.units * q.quantity AS units
      FROM flight f JOIN item i ON i.inventory_item_id = f.inventory_item_id JOIN kit_part q ON q.kit = i.loose
      UNION ALL
      SELECT i.loose, f.location_id, f.inventory_item_id, f.units
      FROM flight f JOIN item i ON i.inventory_item_id = f.inventory_item_id WHERE i.loose IN (SELECT component FROM kit_part)
      ${shared ? soldOfComponents : Prisma.empty}
    ), spare AS MATERIALIZED (
      SELECT q.kit, q.component, o.location_id, min(greatest(0, c.available - q.quantity * k.available)) AS units
      FROM kit_part q
      JOIN remote_stock k ON k.shop_id = ${shopId} AND k.connection_id = ${connectionId}::uuid AND k.sku_key = q.kit
      JOIN remote_stock c ON c.shop_id = ${shopId} AND c.connection_id = ${connectionId}::uuid AND c.sku_key = q.component AND c.facility_id = k.facility_id
      JOIN source o ON o.facility_id = k.facility_id
      GROUP BY 1, 2, 3
    ), kin AS MATERIALIZED (
      SELECT inventory_item_id, location_id, sum(units)::int AS units FROM (
        SELECT i.inventory_item_id, d.location_id, sum(d.units) AS units
        FROM item i JOIN demand d ON d.component = i.loose AND d.inventory_item_id <> i.inventory_item_id GROUP BY 1, 2
        UNION ALL
        SELECT inventory_item_id, location_id, max(units) FROM (
          SELECT i.inventory_item_id, d.location_id, ceil(greatest(0, sum(d.units) - coalesce(min(v.units), 0))::numeric / q.quantity) AS units
          FROM item i JOIN kit_part q ON q.kit = i.loose JOIN demand d ON d.component = q.component AND d.inventory_item_id <> i.inventory_item_id
          LEFT JOIN spare v ON v.kit = q.kit AND v.component = q.component AND v.location_id = d.location_id
          GROUP BY i.inventory_item_id, d.location_id, q.component, q.quantity) AS each_component
        GROUP BY 1, 2) AS taken
      GROUP BY 1, 2
    ),`;
