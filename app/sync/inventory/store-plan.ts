import { Prisma } from '@prisma/client';
import type { Reason } from '../../connectors/contract/index.ts';
import type { Tx } from '../../db/scope.ts';
import { looseCodes, productCode } from '../products/product-code.ts';
import { withKin } from './kit-flight.ts';
import { expectManyRows, physicalVariants, stockFacts, type StockRules } from './stock-facts.ts';

/** One level: an inventory item at a location. */
export interface LevelKey {
  inventoryItemId: string;
  locationId: string;
}

export const planKeyOf = ({ inventoryItemId, locationId }: LevelKey): string => `${inventoryItemId}@${locationId}`;

export function levelOfPlanKey(key: string): LevelKey {
  const [inventoryItemId = '', locationId = ''] = key.split('@');
  return { inventoryItemId, locationId };
}

/** What a plan comes to. */
export interface PlanSummary {
  /** Levels with a target. */
  levels: number;
  /** Lines that would be written. */
  writes: number;
  /** Of these, levels that show stock and would show none. */
  zeroes: number;
  /** Lines that are left out, each with its reason. */
  skips: number;
}

/**
 * Works out the differences between the back office's stock and Shopify's, and keeps them as the run's plan: one statement, whatever the
 * number of levels. A full plan replaces the run's earlier one; one over some items only replaces theirs.
 */
export async function storePlan(tx: Tx, rules: StockRules, runId: string, items: string[] | null): Promise<PlanSummary> {
  const { shopId } = rules;
  if (!items) await expectManyRows(tx);
  const ofItems = items ? Prisma.sql`AND split_part(item_key, '@', 1) = ANY(${items})` : Prisma.empty;
  await tx.$executeRaw`DELETE FROM plan_item WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid ${ofItems}`;
  const [summary] = await tx.$queryRaw<PlanSummary[]>`
    ${stockFacts(rules, items)}, planned AS (
      INSERT INTO plan_item (shop_id, run_id, item_key, action, label, before, after, reason)
      SELECT ${shopId}, ${runId}::uuid, inventory_item_id || '@' || location_id,
        CASE WHEN verdict = 'ok' THEN action ELSE 'skip' END, 
          CASE WHEN code = '' THEN title ELSE code END || coalesce(' · ' || (SELECT l.name FROM location l WHERE l.shop_id = ${shopId} AND l.id = fact.location_id), ''),
        available, target,
        CASE WHEN verdict <> 'ok' THEN jsonb_build_object('code', CASE WHEN verdict IN ('unknown', 'unknown-here') THEN 'stock-unknown' ELSE verdict END, 'params', jsonb_build_object('sku', code))
             WHEN action = 'skip' THEN jsonb_build_object('code', 'level-inactive', 'params', jsonb_build_object('sku', code)) END
      FROM fact
      WHERE action <> 'none' OR (verdict NOT IN ('ok', 'archived-twin') AND (active OR verdict IN ('sku-duplicate', 'sku-ambiguous')))
      ON CONFLICT (shop_id, run_id, item_key) DO UPDATE SET action = excluded.action, before = excluded.before, after = excluded.after, reason = excluded.reason
      RETURNING action
    )
    SELECT (count(*) FILTER (WHERE verdict = 'ok'))::int AS levels, (count(*) FILTER (WHERE action = 'zero'))::int AS zeroes,
      (SELECT count(*) FROM planned WHERE action <> 'skip')::int AS writes, (SELECT count(*) FROM planned WHERE action = 'skip')::int AS skips
    FROM fact`;
  return summary ?? { levels: 0, writes: 0, zeroes: 0, skips: 0 };
}

/** The next lines to write after `after`, in the plan's own order. */
export async function nextPlannedLevels(
  tx: Tx,
  shopId: number,
  runId: string,
  after: string,
  limit: number,
  action?: 'create',
): Promise<LevelKey[]> {
  const actions = action ? [action] : ['create', 'update', 'zero'];
  const rows = await tx.$queryRaw<{ item_key: string }[]>`
    SELECT item_key FROM plan_item WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid AND item_key > ${after} AND action = ANY(${actions})
    ORDER BY item_key LIMIT ${limit}`;
  return rows.map((row) => levelOfPlanKey(row.item_key));
}

/** Says of planned lines why they weren't written; `unlessExplained` leaves the better reason that one has already. */
export async function explainPlanned(
  tx: Tx,
  shopId: number,
  runId: string,
  keys: LevelKey[],
  reason: Reason,
  { unlessExplained = false } = {},
): Promise<void> {
  await tx.$executeRaw`
    UPDATE plan_item SET reason = ${JSON.stringify(reason)}::jsonb
    WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid AND item_key = ANY(${keys.map(planKeyOf)})
      AND NOT (${unlessExplained} AND reason IS NOT NULL)`;
}

/**
 * The items whose levels must be read before a plan counts: never read, noted as changed, different from their target as last known, or with
 * units in flight (Shopify's committed moves without `available`). Everything else stands as it was published.
 */
export async function itemsToRead(tx: Tx, rules: StockRules, items: string[] | null): Promise<string[]> {
  if (!items) await expectManyRows(tx);
  const rows = await tx.$queryRaw<{ inventory_item_id: string }[]>`
    ${stockFacts(rules, items)}
    SELECT DISTINCT inventory_item_id FROM fact
    WHERE read_at IS NULL OR in_flight > 0 OR action <> 'none'
      OR inventory_item_id IN (SELECT inventory_item_id FROM noted_level WHERE shop_id = ${rules.shopId} AND connection_id = ${rules.connectionId}::uuid)`;
  return rows.map((row) => row.inventory_item_id);
}

/** Tracked items after `after`, in order: for a run that reads all of Shopify's levels without holding a million ids. */
export async function nextItems(tx: Tx, rules: StockRules, after: string, limit: number): Promise<string[]> {
  const rows = await tx.$queryRaw<{ inventory_item_id: string }[]>`
    SELECT DISTINCT inventory_item_id FROM variant v
    WHERE v.shop_id = ${rules.shopId} AND v.inventory_item_id > ${after} AND v.deleted_at IS NULL AND v.tracked AND NOT v.has_components
      ${physicalVariants(rules)}
    ORDER BY inventory_item_id LIMIT ${limit}`;
  return rows.map((row) => row.inventory_item_id);
}

/**
 * Items that some SKUs of the back office stand for, those noted as changed, those with committed units, and their kin among kits: what a run by
 * changes looks at.
 */
export async function itemsConcerned(tx: Tx, rules: StockRules, skus: readonly string[]): Promise<string[]> {
  const { among } = productCode(rules);
  const rows = await tx.$queryRaw<{ inventory_item_id: string }[]>`
    SELECT v.inventory_item_id FROM variant v
    WHERE v.shop_id = ${rules.shopId} AND v.deleted_at IS NULL AND v.tracked AND NOT v.has_components AND ${among(looseCodes(skus))}
    UNION SELECT inventory_item_id FROM noted_level WHERE shop_id = ${rules.shopId} AND connection_id = ${rules.connectionId}::uuid
    UNION SELECT s.inventory_item_id FROM stock_level s
      JOIN location_link l ON l.shop_id = s.shop_id AND l.location_id = s.location_id AND l.connection_id = ${rules.connectionId}::uuid
      WHERE s.shop_id = ${rules.shopId} AND s.committed > 0`;
  return withKin(
    tx,
    rules,
    rows.map((row) => row.inventory_item_id),
  );
}

/** Levels of the connection that show stock, as last known. */
export async function stockedLevels(tx: Tx, rules: StockRules): Promise<number> {
  const [row] = await tx.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM stock_level s
    JOIN location_link l ON l.shop_id = s.shop_id AND l.location_id = s.location_id AND l.connection_id = ${rules.connectionId}::uuid AND l.carries_stock
    WHERE s.shop_id = ${rules.shopId} AND s.active AND s.available > 0`;
  return row?.n ?? 0;
}
