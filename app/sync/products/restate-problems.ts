import { Prisma } from '@prisma/client';
import { now, nowMs } from '../../core/clock.ts';
import type { Tx } from '../../db/scope.ts';
import type { SyncKind } from '../../connectors/contract/index.ts';

/** A problem that was there an hour ago and still is needn't be written again at each run. */
const SEEN_AGAIN_MS = 3_600_000;

/**
 * States the problems of many variants at once: opens those in `found`, and closes those of `causes` that were opened by this sync, lie
 * within `scope` and are no longer found. `found` is a SELECT of (cause, variant_id, label, params jsonb, detail) with at most one row a
 * variant and cause; `withTables` the common table expressions it uses. `scope` holds for the problem `q` (null: all variants).
 */
export async function restateVariantProblems(
  tx: Tx,
  shopId: number,
  which: {
    connectionId: string;
    sync: SyncKind;
    causes: readonly string[];
    evidence: string;
    withTables: Prisma.Sql;
    found: Prisma.Sql;
    scope: Prisma.Sql | null;
  },
): Promise<void> {
  const at = now();
  await tx.$executeRaw`
    ${which.withTables}, found AS MATERIALIZED (${which.found}), opened AS (
      INSERT INTO problem (shop_id, connection_id, sync, cause, subject_kind, subject_id, subject_label, params, detail, opened_at, last_seen_at)
      SELECT ${shopId}, ${which.connectionId}::uuid, ${which.sync}, cause, 'variant', variant_id, label, params, detail, ${at}, ${at} FROM found
      ON CONFLICT (shop_id, coalesce(connection_id, '00000000-0000-0000-0000-000000000000'), cause, subject_kind, subject_id, part) WHERE closed_at IS NULL
      DO UPDATE SET occurrences = problem.occurrences + 1, last_seen_at = excluded.last_seen_at, params = excluded.params, detail = excluded.detail
      WHERE problem.last_seen_at < ${new Date(nowMs() - SEEN_AGAIN_MS)} OR problem.params <> excluded.params OR problem.detail <> excluded.detail
    )
    UPDATE problem q SET closed_at = ${at}, evidence = ${which.evidence}
    WHERE q.shop_id = ${shopId} AND q.connection_id = ${which.connectionId}::uuid AND q.sync = ${which.sync} AND q.closed_at IS NULL
      AND q.subject_kind = 'variant' AND q.cause = ANY(${[...which.causes]}) ${which.scope ? Prisma.sql`AND ${which.scope}` : Prisma.empty}
      AND NOT EXISTS (SELECT 1 FROM found WHERE found.cause = q.cause AND found.variant_id = q.subject_id)`;
}
