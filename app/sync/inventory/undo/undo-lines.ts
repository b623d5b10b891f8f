import type { Reason } from '../../../connectors/contract/index.ts';
import { now } from '../../../core/clock.ts';
import { Prisma } from '@prisma/client';
import type { Tx } from '../../../db/scope.ts';
import { levelOfPlanKey, type LevelKey } from '../store-plan.ts';
import { undoTarget } from './undo-target.ts';
import { laterLevels, ownLevels } from './written-levels.ts';

/** One level of an undo's plan. */
export interface UndoLine extends LevelKey {
  key: string;
  label: string;
  variantId: string;
  /** What the undone run had changed it by. */
  delta: number;
  /** As Shopify shows it, when last read; null where it was never read. */
  available: number | null;
  active: boolean;
}

/** What a line of the plan becomes. */
export interface UndoVerdict {
  key: string;
  action: 'update' | 'zero' | 'skip';
  before: number | null;
  after: number | null;
  reason: Reason;
  outcome: 'done' | 'skipped' | 'failed' | 'held' | null;
}

/**
 * Makes an undo's plan anew: a line for each level that the undone run changed, with the change; left out are those that a later run wrote, those
 * that it may or may not have changed, and those that no longer belong to the connection. What Shopify shows is filled in afterwards.
 */
export async function openUndoLines(
  tx: Tx,
  shopId: number,
  connectionId: string,
  runId: string,
  undoneId: string,
): Promise<void> {
  await tx.planItem.deleteMany({ where: { shopId, runId } });
  await tx.$executeRaw`
    WITH ${ownLevels(shopId, undoneId)}, ${laterLevels(shopId, undoneId, runId)},
      judged AS (
        SELECT o.item_key, o.delta, v.code, p.name AS place,
          CASE
            WHEN l.item_key IS NOT NULL THEN 'undo-rewritten'
            WHEN o.doubtful THEN 'undo-doubtful'
            WHEN v.code IS NULL THEN 'undo-gone'
            WHEN k.location_id IS NULL THEN 'undo-unlinked' END AS skip
        FROM own o
        LEFT JOIN later l ON l.item_key = o.item_key
        LEFT JOIN LATERAL (
          SELECT CASE WHEN v.sku = '' THEN v.product_title ELSE v.sku END AS code FROM variant v
          WHERE v.shop_id = ${shopId} AND v.inventory_item_id = o.inventory_item_id AND v.deleted_at IS NULL AND v.tracked LIMIT 1) v ON true
        LEFT JOIN location p ON p.shop_id = ${shopId} AND p.id = o.location_id
        LEFT JOIN location_link k ON k.shop_id = ${shopId} AND k.location_id = o.location_id AND k.connection_id = ${connectionId}::uuid
        WHERE o.delta <> 0 OR o.doubtful)
    INSERT INTO plan_item (shop_id, run_id, item_key, action, label, reason)
    SELECT ${shopId}, ${runId}::uuid, item_key, CASE WHEN skip IS NULL THEN 'update' ELSE 'skip' END,
      coalesce(code, split_part(item_key, '@', 1)) || coalesce(' · ' || place, ''),
      jsonb_build_object('code', coalesce(skip, 'undo-delta'), 'params', jsonb_build_object('delta', delta))
    FROM judged`;
}

/** The next lines that are still to be done after `after`, with what is known of their levels now. */
export async function nextUndoLines(tx: Tx, shopId: number, runId: string, after: string, limit: number): Promise<UndoLine[]> {
  const rows = await tx.$queryRaw<
    { item_key: string; label: string; variant_id: string; delta: number; available: number | null; active: boolean }[]
  >`
    SELECT i.item_key, i.label, coalesce(v.id, '') AS variant_id, (i.reason->'params'->>'delta')::int AS delta, s.available, coalesce(s.active, false) AS active
    FROM (
      SELECT * FROM plan_item WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid AND item_key > ${after}
        AND action IN ('update', 'zero') AND outcome IS NULL
      ORDER BY item_key LIMIT ${limit}
    ) i
    LEFT JOIN stock_level s ON s.shop_id = ${shopId} AND s.inventory_item_id = split_part(i.item_key, '@', 1) AND s.location_id = split_part(i.item_key, '@', 2)
    LEFT JOIN LATERAL (
      SELECT v.id FROM variant v WHERE v.shop_id = ${shopId} AND v.inventory_item_id = split_part(i.item_key, '@', 1) AND v.deleted_at IS NULL LIMIT 1) v ON true
    ORDER BY i.item_key`;
  return rows.map(({ item_key: key, variant_id: variantId, ...row }) => ({ key, ...levelOfPlanKey(key), variantId, ...row }));
}

/** The same lines with what is known of their levels now. */
export async function sameUndoLines(tx: Tx, shopId: number, lines: readonly UndoLine[]): Promise<UndoLine[]> {
  const rows = await tx.stockLevel.findMany({
    where: { shopId, inventoryItemId: { in: [...new Set(lines.map((line) => line.inventoryItemId))] } },
    select: { inventoryItemId: true, locationId: true, available: true, active: true },
  });
  const known = new Map(rows.map((row) => [`${row.inventoryItemId}@${row.locationId}`, row]));
  return lines.map((line) => {
    const level = known.get(line.key);
    return { ...line, available: level?.available ?? null, active: level?.active ?? false };
  });
}

/** What undoing makes of one level as it is now. */
export function judgeUndoLine({ key, delta, available, active }: UndoLine): UndoVerdict {
  // a quantity written to an inactive level would vanish without an error
  if (available === null || !active)
    return {
      key,
      action: 'skip',
      before: null,
      after: null,
      reason: { code: 'undo-inactive', params: { delta } },
      outcome: 'skipped',
    };
  const { target, missing } = undoTarget(available, delta);
  if (target === available) {
    const reason = { code: 'undo-nothing-left', params: { delta } };
    return { key, action: 'skip', before: available, after: available, reason, outcome: 'skipped' };
  }
  return {
    key,
    action: target === 0 && available > 0 ? 'zero' : 'update',
    before: available,
    after: target,
    reason: missing > 0 ? { code: 'undo-floored', params: { delta, missing } } : { code: 'undo-delta', params: { delta } },
    outcome: null,
  };
}

/** Writes down what became of lines. */
export async function keepVerdicts(tx: Tx, shopId: number, runId: string, verdicts: readonly UndoVerdict[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE plan_item i SET action = r.action, before = r.before, after = r.after, reason = r.reason, outcome = r.outcome,
      done_at = CASE WHEN r.outcome IS NULL THEN NULL ELSE ${now()}::timestamptz END
    FROM jsonb_to_recordset(${JSON.stringify(verdicts)}::jsonb) AS r (key text, action text, before int, after int, reason jsonb, outcome text)
    WHERE i.shop_id = ${shopId} AND i.run_id = ${runId}::uuid AND i.item_key = r.key`;
}

/**
 * Brings the plan in line with what is certain when a run begins to write or goes on: what it wrote before is done, whatever the plan says, and what
 * another run wrote since the plan was made is left out.
 */
export async function settleUndoLines(tx: Tx, shopId: number, runId: string, undoneId: string): Promise<void> {
  await tx.$executeRaw`
    WITH ${ownLevels(shopId, runId)}
    UPDATE plan_item i SET outcome = 'done', done_at = coalesce(i.done_at, ${now()}::timestamptz) FROM own o
    WHERE i.shop_id = ${shopId} AND i.run_id = ${runId}::uuid AND i.item_key = o.item_key AND NOT o.doubtful AND i.outcome IS DISTINCT FROM 'done'`;
  await tx.$executeRaw`
    WITH ${ownLevels(shopId, undoneId)}, ${laterLevels(shopId, undoneId, runId)}
    UPDATE plan_item i SET action = 'skip', outcome = 'skipped', reason = jsonb_build_object('code', 'undo-rewritten', 'params', i.reason->'params')
    FROM later l WHERE i.shop_id = ${shopId} AND i.run_id = ${runId}::uuid AND i.item_key = l.item_key AND i.outcome IS NULL AND i.action <> 'skip'`;
}

/** What a plan comes to. */
export interface UndoSums {
  /** Levels that are written, or were. */
  levels: number;
  /** Units they go up and down by. */
  up: number;
  down: number;
  /** Of the levels, those where less than the change can be taken back. */
  floored: number;
  /** Levels left out, each with its reason. */
  left: number;
  done: number;
  failed: number;
}

export async function sumUndoLines(tx: Tx, shopId: number, runId: string): Promise<UndoSums> {
  const written = Prisma.sql`FILTER (WHERE action <> 'skip')`;
  const [sums] = await tx.$queryRaw<UndoSums[]>`
    SELECT (count(*) ${written})::int AS levels, coalesce(sum(greatest(0, after - before)) ${written}, 0)::int AS up,
      coalesce(sum(greatest(0, before - after)) ${written}, 0)::int AS down,
      (count(*) FILTER (WHERE reason->>'code' = 'undo-floored'))::int AS floored, (count(*) FILTER (WHERE action = 'skip'))::int AS left,
      (count(*) FILTER (WHERE outcome = 'done'))::int AS done, (count(*) FILTER (WHERE outcome = 'failed'))::int AS failed
    FROM plan_item WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid`;
  return sums ?? { levels: 0, up: 0, down: 0, floored: 0, left: 0, done: 0, failed: 0 };
}
