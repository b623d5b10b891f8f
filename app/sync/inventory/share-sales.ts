import { Prisma } from '@prisma/client';
import { tellSharers } from '../../connections/shared-store/sharing.ts';
import type { Tx } from '../../db/scope.ts';
import { withKin } from './kit-flight.ts';
import { expectManyRows, stockFacts, unsettledPart, type StockRules } from './stock-facts.ts';

/** What the kits among the items are made of, each under the code that it has there. */
const madeOf = Prisma.sql`made_of AS MATERIALIZED (
      SELECT q.kit, q.quantity, coalesce((
        SELECT min(n.sku) FROM item i JOIN named n ON n.inventory_item_id = i.inventory_item_id WHERE i.loose = q.component), q.sku) AS sku
      FROM kit_part q WHERE q.kit IN (SELECT loose FROM item)
    ),`;

const componentSales = Prisma.sql`
        UNION ALL
        SELECT s.facility_id, c.sku, s.counted_from, s.units * c.quantity
        FROM sale s JOIN named n ON n.sku = s.sku JOIN item i ON i.inventory_item_id = n.inventory_item_id JOIN made_of c ON c.kit = i.loose
        WHERE s.units > 0`;

/**
 * Writes down, for whoever shares the store, what this shop sold of some items (null: of all) that a count by the back office may not lack yet, and tells
 * the others when it changed. Nothing for a connection that has its store to itself.
 *
 * Others counted at another moment than we did, so a figure alone won't do: units of an accepted order are entered with the moment of its
 * acceptance, and count for everybody whose count is older; what Shopify has committed beyond that counts for all. An acceptance is believed
 * only when Shopify's level was read after it: before, its units needn't be among the committed ones, and crediting them would hide another order's.
 * A kit counts as itself and as what it is made of: the others may sell either.
 */
export async function shareSales(tx: Tx, rules: StockRules, asked: string[] | null): Promise<void> {
  if (!rules.shared) return;
  const items = asked && (await withKin(tx, rules, asked));
  const { shopId, connectionId } = rules;
  if (!items) await expectManyRows(tx);
  // Of two that look at the same items the one that looked later has the last word.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`share-sales ${shopId} ${connectionId}`}, 0))`;
  const only = (column: Prisma.Sql) => (items ? Prisma.sql`AND ${column} = ANY(${items})` : Prisma.empty);
  const kits = rules.kits.length > 0;
  const changed = await tx.$queryRaw<{ sku: string }[]>`
    ${stockFacts(rules, items)}, named AS MATERIALIZED (
      SELECT i.inventory_item_id, coalesce(m.remote_sku, i.code) AS sku
      FROM item i LEFT JOIN match m ON m.inventory_item_id = i.inventory_item_id WHERE coalesce(m.remote_sku, i.code) <> ''
    ), credited AS MATERIALIZED (
      SELECT n.sku, pl.inventory_item_id, pl.location_id, l.facility_id, p.accepted_at, sum(pl.open)::int AS units
      FROM part p
      JOIN part_line pl ON pl.shop_id = p.shop_id AND pl.part_id = p.id
      JOIN link l ON l.location_id = pl.location_id AND l.facility_id = p.facility_id
      JOIN stock_level s ON s.shop_id = p.shop_id AND s.inventory_item_id = pl.inventory_item_id AND s.location_id = pl.location_id
      JOIN named n ON n.inventory_item_id = pl.inventory_item_id
      WHERE ${rules.reservesOnAccept} AND p.shop_id = ${shopId} AND p.connection_id = ${connectionId}::uuid AND pl.open > 0
        ${only(Prisma.sql`pl.inventory_item_id`)} AND p.accepted_at <= s.read_at AND p.cancelled_at IS NULL AND NOT ${unsettledPart()}
      GROUP BY 1, 2, 3, 4, 5
    ), sale AS (
      SELECT facility_id, sku, accepted_at AS counted_from, units FROM credited
      UNION ALL
      SELECT l.facility_id, n.sku, 'infinity', s.committed - coalesce((
        SELECT sum(c.units) FROM credited c WHERE c.inventory_item_id = s.inventory_item_id AND c.location_id = s.location_id), 0)
      FROM stock_level s
      JOIN link l ON l.location_id = s.location_id
      JOIN named n ON n.inventory_item_id = s.inventory_item_id
      WHERE s.shop_id = ${shopId} AND s.committed > 0 ${only(Prisma.sql`s.inventory_item_id`)}
    ), ${kits ? madeOf : Prisma.empty} wanted AS MATERIALIZED (
      SELECT facility_id, sku, counted_from, sum(units)::int AS units FROM (
        SELECT facility_id, sku, counted_from, units FROM sale ${kits ? componentSales : Prisma.empty}) AS every_sale
      WHERE units > 0 GROUP BY 1, 2, 3
    ), gone AS (
      DELETE FROM stock_pool_sale t
      WHERE t.shop_id = ${shopId} AND t.connection_id = ${connectionId}::uuid ${items ? Prisma.sql`AND (t.sku IN (SELECT sku FROM named) ${kits ? Prisma.sql`OR t.sku IN (SELECT sku FROM made_of)` : Prisma.empty})` : Prisma.empty}
        AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.facility_id = t.facility_id AND w.sku = t.sku AND w.counted_from = t.counted_from)
      RETURNING t.sku
    ), put AS (
      INSERT INTO stock_pool_sale AS t (shop_id, connection_id, facility_id, sku, counted_from, units)
      SELECT ${shopId}, ${connectionId}::uuid, facility_id, sku, counted_from, units FROM wanted
      ON CONFLICT (shop_id, connection_id, facility_id, sku, counted_from) DO UPDATE SET units = excluded.units WHERE t.units <> excluded.units
      RETURNING t.sku
    )
    SELECT sku FROM gone UNION SELECT sku FROM put`;
  if (changed.length === 0) return;
  await tellSharers(
    tx,
    shopId,
    connectionId,
    changed.map(({ sku }) => sku),
  );
}
