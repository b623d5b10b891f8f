import { Prisma } from '@prisma/client';
import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { pullStockFromBackOffice, type PulledStock } from './pull-stock-from-back-office.ts';
import type { StockRules } from './stock-facts.ts';

/** An order this young is in a change that the next pull tells: changes of the last minute are asked for twice. */
const YOUNG_MS = 60_000;
/** So many are asked for by name in one run; the next run asks for the rest. */
const SKUS_A_RUN = 500;
const DAY_MS = 24 * 3_600_000;

/**
 * SKUs whose number at hand is of before an order that takes from them was known to be there. The back office took the units off at once, but we
 * learnt of it later (the answer got lost and the order was found afterwards): its number hasn't changed since, so no pull of changes
 * tells it again, and until it is read anew the units would be taken off twice.
 */
async function skusCountedTooEarly(
  { shopId, connectionId, shared }: StockRules,
  asOf: number,
  comparedAt: number,
): Promise<string[]> {
  const settled = new Date(asOf - YOUNG_MS);
  const elsewhere = shared
    ? Prisma.sql`
      UNION SELECT r.sku FROM stock_pool_sales(${connectionId}::uuid) q
      JOIN remote_stock r ON r.shop_id = ${shopId} AND r.connection_id = ${connectionId}::uuid AND r.facility_id = q.facility_id AND r.sku = q.sku
      WHERE q.counted_from > r.as_of AND q.counted_from <= ${settled}`
    : Prisma.empty;
  const rows = await inShop(
    shopId,
    (tx) => tx.$queryRaw<{ sku: string }[]>`
      SELECT r.sku FROM part p
      JOIN part_line pl ON pl.shop_id = p.shop_id AND pl.part_id = p.id AND pl.open > 0
      JOIN remote_stock r ON r.shop_id = p.shop_id AND r.connection_id = p.connection_id AND r.sku_key = lower(btrim(pl.sku))
        AND (r.facility_id = p.facility_id OR pl.places @> jsonb_build_array(jsonb_build_object('facility_id', r.facility_id)))
      WHERE p.shop_id = ${shopId} AND p.connection_id = ${connectionId}::uuid AND p.cancelled_at IS NULL
        AND p.accepted_at > r.as_of AND p.accepted_at <= ${settled}
        AND p.accepted_at > ${new Date(comparedAt - DAY_MS)}
      ${elsewhere}
      ORDER BY 1 LIMIT ${SKUS_A_RUN}`,
  );
  return rows.map(({ sku }) => sku);
}

/**
 * Streams what changed since into `remote_stock`, and reads anew the numbers that are older than what we know to be in them. `comparedAt`: when
 * everything was last read (epoch ms); every number is of then or later, or as old as the back office's own last word at that time.
 */
export async function pullStockChanges(
  live: LiveConnection,
  run: { id: string },
  rules: StockRules,
  { since, comparedAt }: { since: number; comparedAt: number },
): Promise<PulledStock> {
  const changed = await pullStockFromBackOffice(live, run, { since });
  const late = rules.reservesOnAccept ? await skusCountedTooEarly(rules, changed.asOf, comparedAt) : [];
  if (late.length === 0) return changed;
  const again = await pullStockFromBackOffice(live, run, { since: null, skus: late });
  return {
    ...changed,
    rows: changed.rows + again.rows,
    skus: changed.skus && again.skus && [...new Set([...changed.skus, ...again.skus])],
  };
}
