import { Prisma } from '@prisma/client';
import { nowMs } from '../core/clock.ts';
import { CRITICAL_COUNT, criticalCauses } from './topics.ts';

/** Something that is wrong now, as the database finds it: the records of one cause are one. */
export interface CauseRow {
  shop_id: number;
  key: string;
  topic: string;
  severity: string;
  connection_id: string | null;
  sync: string | null;
  cause: string;
  params: Record<string, unknown> | null;
  count: number;
  labels: string[];
  since: Date;
}

/** Deliveries are tried again for a while before somebody else is told that they fail. */
const UNDELIVERED_AFTER_MS = 10 * 60_000;

/**
 * Everything that is wrong now, as a subquery: of the shop whose scope it runs in, or of all (the named system query). It looks at what is
 * there, not at what happened, so that nothing has to be told twice and nothing is forgotten when a worker dies.
 */
export function causesNow(): Prisma.Sql {
  const undelivered = new Date(nowMs() - UNDELIVERED_AFTER_MS);
  return Prisma.sql`
    SELECT c.shop_id, 'connection ' || c.id AS key, 'connection' AS topic, 'critical' AS severity, c.id AS connection_id, NULL::text AS sync,
      c.blocked->>'code' AS cause, c.blocked->'params' AS params, 1 AS count, '{}'::text[] AS labels, (c.blocked->>'since')::timestamptz AS since
    FROM connection c WHERE c.state = 'active' AND c.access <> 'none' AND jsonb_typeof(c.blocked) = 'object' AND c.blocked->>'since' IS NOT NULL
    UNION ALL
    SELECT shop_id, concat_ws(' ', topic, connection_id, sync, cause), topic,
      CASE WHEN topic NOT LIKE 'problem-%' OR cause = ANY(${criticalCauses}) OR sum(records) >= ${CRITICAL_COUNT} THEN 'critical' ELSE 'warning' END,
      connection_id, sync, cause, (array_agg(params ORDER BY last_seen_at DESC))[1], sum(records)::int,
      coalesce((array_agg(subject_label ORDER BY opened_at) FILTER (WHERE subject_kind NOT IN ('sync', 'connection')))[1:5], '{}'), min(opened_at)
    FROM (
      SELECT p.*, CASE WHEN p.cause = 'statement-gap' THEN 'gap' WHEN p.cause = 'webhooks-silent' THEN 'silence'
          WHEN p.subject_kind = 'sync' THEN 'failed-run' ELSE 'problem-' || p.sync END AS topic,
        -- A statement is one problem, however many records it could not account for.
        CASE WHEN p.cause = 'statement-gap' AND p.params->>'count' ~ '^[0-9]{1,8}$' THEN (p.params->>'count')::int ELSE 1 END AS records
      FROM (SELECT q.shop_id, q.connection_id, CASE WHEN q.subject_kind = 'sync' THEN NULL ELSE q.sync END AS sync, q.cause, q.params, q.subject_kind,
          coalesce(nullif(q.part, ''), q.subject_label) AS subject_label, q.opened_at, q.last_seen_at FROM problem q WHERE q.closed_at IS NULL) p
        LEFT JOIN connection c ON c.shop_id = p.shop_id AND c.id = p.connection_id
      -- A deactivated connection is quiet on purpose; what a parked one's runs say, the connection's own alert says.
      WHERE (c.id IS NULL OR (c.state = 'active' AND c.access <> 'none'))
        AND NOT (p.subject_kind = 'sync' AND c.blocked IS NOT NULL AND c.blocked->>'code' = p.cause)) problems
    GROUP BY shop_id, topic, connection_id, sync, cause
    UNION ALL
    SELECT r.shop_id, 'braked ' || r.connection_id || ' ' || r.sync, 'braked', 'critical', r.connection_id, r.sync, 'run-awaits-approval',
      (array_agg(r.reason->'params' ORDER BY r.created_at DESC))[1], 1, '{}', min(r.created_at)
    FROM run r WHERE r.state = 'awaiting_approval' AND r.task <> 'undo' GROUP BY r.shop_id, r.connection_id, r.sync
    UNION ALL
    SELECT a.shop_id, 'silence orders', 'silence', 'critical', NULL, NULL, 'orders-silent', a.silence, 1, '{}', a.silent_since
    FROM alert_settings a WHERE a.silent_since IS NOT NULL
    UNION ALL
    SELECT t.shop_id, 'delivery ' || t.id, 'delivery', 'critical', NULL, NULL, 'alert-undelivered',
      jsonb_build_object('name', t.name, 'recipient', t.id, 'code', t.failure->>'code'), 1, '{}', t.failing_since
    FROM alert_recipient t WHERE t.active AND t.failing_since <= ${undelivered}`;
}
