import { Prisma } from '@prisma/client';
import type { Tx } from '../../../db/scope.ts';
import { movedSince } from '../settle-orphaned-writes.ts';

/** Writes that set levels, by runs of the sync and by undoing them. */
const levelWrites = Prisma.sql`kind IN ('stock-set', 'stock-undo')`;

/** A JSON list of levels in a write as a table. */
const levels = (column: Prisma.Sql, name: Prisma.Sql) => Prisma.sql`
  jsonb_to_recordset(CASE WHEN jsonb_typeof(${column}) = 'array' THEN ${column} ELSE '[]' END)
    AS ${name} ("inventoryItemId" text, "locationId" text, available int)`;

const keyOf = (name: Prisma.Sql) => Prisma.sql`${name}."inventoryItemId" || '@' || ${name}."locationId"`;

/**
 * Common table expression `own`: each level that a run changed, with the sum of its changes (`delta`, units) and when it was last
 * written. Only what landed counts, and of a batch that Shopify took in part only its levels that did.
 */
export function ownLevels(shopId: number, runId: string): Prisma.Sql {
  const [a, b, g] = [Prisma.sql`a`, Prisma.sql`b`, Prisma.sql`g`];
  return Prisma.sql`own AS MATERIALIZED (
    SELECT ${keyOf(a)} AS item_key, a."inventoryItemId" AS inventory_item_id, a."locationId" AS location_id,
      sum(a.available - b.available)::int AS delta, max(coalesce(w.sent_at, w.created_at)) AS at
    FROM (SELECT * FROM "write" WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid AND ${levelWrites} AND class = 'reversible' AND state = 'landed') w
    CROSS JOIN LATERAL ${levels(Prisma.sql`w.after`, a)}
    JOIN LATERAL ${levels(Prisma.sql`w.before`, b)} ON b."inventoryItemId" = a."inventoryItemId" AND b."locationId" = a."locationId"
    JOIN LATERAL ${levels(Prisma.sql`w.answer->'landed'`, g)} ON g."inventoryItemId" = a."inventoryItemId" AND g."locationId" = a."locationId"
    GROUP BY 1, 2, 3)`;
}

/**
 * Common table expression `later`: those of `own` that another run wrote after it, or may have written. Their number is that run's by now, and
 * taking an earlier change back from it would be wrong. `exceptRun`: the undo itself.
 */
export function laterLevels(shopId: number, runId: string, exceptRun: string | null): Prisma.Sql {
  const a = Prisma.sql`a`;
  return Prisma.sql`later AS MATERIALIZED (
    SELECT DISTINCT o.item_key
    FROM (
      SELECT after, coalesce(sent_at, created_at) AS at FROM "write"
      WHERE shop_id = ${shopId} AND subject_kind = 'sync' AND ${levelWrites} AND (state IN ('landed', 'sent', 'unknown') OR (state = 'dropped' AND answer->>'code' = ${movedSince}))
        AND run_id IS DISTINCT FROM ${runId}::uuid AND (${exceptRun}::uuid IS NULL OR run_id IS DISTINCT FROM ${exceptRun}::uuid)
        AND coalesce(sent_at, created_at) > (SELECT min(at) FROM own)
    ) w
    CROSS JOIN LATERAL ${levels(Prisma.sql`w.after`, a)}
    JOIN own o ON o.item_key = ${keyOf(a)} AND w.at > o.at)`;
}

/** What of a run can be undone. */
export interface WrittenLevels {
  /** Levels it changed, as far as its writes are still there. */
  levels: number;
  /** Of these, the ones that a later run wrote again. */
  rewritten: number;
}

/** How many levels a run changed for good, and how many of them were written again since then, `exceptRun`'s writes aside. */
export async function countWrittenLevels(
  tx: Tx,
  shopId: number,
  runId: string,
  exceptRun: string | null,
): Promise<WrittenLevels> {
  const rows = await tx.$queryRaw<WrittenLevels[]>`
    WITH ${ownLevels(shopId, runId)}, ${laterLevels(shopId, runId, exceptRun)}
    SELECT count(*)::int AS levels, (count(*) FILTER (WHERE item_key IN (SELECT item_key FROM later)))::int AS rewritten
    FROM own WHERE delta <> 0`;
  return rows[0] ?? { levels: 0, rewritten: 0 };
}
