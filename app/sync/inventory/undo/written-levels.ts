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
 * written. Only what landed counts, and of a batch that Shopify took in part only its levels that did. `doubtful`: nobody knows whether one of its changes
 * landed, because its answer never came and the level sold before anybody looked, or nobody has looked yet.
 */
export function ownLevels(shopId: number, runId: string): Prisma.Sql {
  const [a, b, g, d] = [Prisma.sql`a`, Prisma.sql`b`, Prisma.sql`g`, Prisma.sql`d`];
  const place = (name: Prisma.Sql) =>
    Prisma.sql`${keyOf(name)} AS item_key, ${name}."inventoryItemId" AS inventory_item_id, ${name}."locationId" AS location_id, coalesce(w.sent_at, w.created_at) AS at`;
  return Prisma.sql`mine AS MATERIALIZED (
    SELECT * FROM "write" WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid AND ${levelWrites} AND class = 'reversible'
  ), own AS MATERIALIZED (
    SELECT item_key, inventory_item_id, location_id, sum(delta)::int AS delta, max(at) AS at, bool_or(doubtful) AS doubtful
    FROM (
      SELECT ${place(a)}, a.available - b.available AS delta, false AS doubtful
      FROM (SELECT * FROM mine WHERE state = 'landed') w
      CROSS JOIN LATERAL ${levels(Prisma.sql`w.after`, a)}
      JOIN LATERAL ${levels(Prisma.sql`w.before`, b)} ON b."inventoryItemId" = a."inventoryItemId" AND b."locationId" = a."locationId"
      JOIN LATERAL ${levels(Prisma.sql`w.answer->'landed'`, g)} ON g."inventoryItemId" = a."inventoryItemId" AND g."locationId" = a."locationId"
      UNION ALL
      SELECT ${place(d)}, 0, true
      FROM (SELECT *, CASE WHEN answer ? 'moved' THEN answer->'moved' WHEN state IN ('sent', 'unknown') OR answer->>'code' = ${movedSince} THEN after END AS unsure FROM mine) w
      CROSS JOIN LATERAL ${levels(Prisma.sql`w.unsure`, d)}
    ) changes GROUP BY 1, 2, 3)`;
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
  /** Levels it changed, as far as its writes are still there and anybody knows. */
  levels: number;
  /** Of these, the ones that a later run wrote again. */
  rewritten: number;
  /** Besides, levels that it may have changed. */
  doubtful: number;
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
    SELECT (count(*) FILTER (WHERE l.item_key IS NOT NULL OR NOT o.doubtful))::int AS levels, count(l.item_key)::int AS rewritten,
      (count(*) FILTER (WHERE l.item_key IS NULL AND o.doubtful))::int AS doubtful
    FROM own o LEFT JOIN later l ON l.item_key = o.item_key WHERE o.delta <> 0 OR o.doubtful`;
  return rows[0] ?? { levels: 0, rewritten: 0, doubtful: 0 };
}
