import { Prisma } from '@prisma/client';
import { inShop } from '../../db/scope.ts';
import { holdsThatNeedSomebody } from '../orders/decide-order.ts';
import { earliestOrder } from '../orders/earliest-order.ts';
import { expectManyRows } from '../inventory/stock-facts.ts';
import { is } from './bucket-sql.ts';
import { settledBefore, type Making } from './making.ts';
import { verdictOutdated } from './outdated-verdict.ts';

const TIMEOUT_MS = 120_000;

const asDecided = (bucket: string): Prisma.Sql =>
  Prisma.sql`jsonb_build_array(${bucket}::text, coalesce(nullif(s.reason->>'code', ''), 'unknown'), coalesce(s.reason->'params', '{}'::jsonb))`;

/** A back office has the part `p`. One that left is there, though its answer to the hand-over got lost and nobody asked again before it had left. */
const isThere = Prisma.sql`(p.remote_id IS NOT NULL OR p.state IN ('shipped', 'partly-shipped'))`;

/** What the orders are judged by: our row, this connection's parts, what its back office said of them, open problems, waiting news. */
function orderTables({ statement: { shopId, runId, connectionId } }: Making, ids: readonly string[] | null): Prisma.Sql {
  const only = ids ? Prisma.sql`AND l.id = ANY(${[...ids]})` : Prisma.empty;
  return Prisma.sql`line AS MATERIALIZED (
      SELECT l.kind, l.id, l.at, l.facts FROM statement_line l WHERE l.shop_id = ${shopId} AND l.run_id = ${runId}::uuid AND l.kind IN ('order', 'gone') ${only}
    ), mine AS MATERIALIZED (
      SELECT p.order_id, count(*) AS n,
        count(*) FILTER (WHERE p.state <> 'cancelled' AND ${isThere}) AS sent,
        count(*) FILTER (WHERE p.state <> 'cancelled' AND NOT ${isThere}) AS pending,
        min(p.reference) FILTER (WHERE p.state IN ('sent', 'offered') AND p.remote_id IS NOT NULL) AS lives,
        (array_agg(jsonb_build_array(c.bucket, c.code, c.params) ORDER BY p.number) FILTER (WHERE c.bucket = 'gap'
          AND (c.code = 'not-cancelled-there') = (p.state = 'cancelled') AND p.remote_id IS NOT NULL))[1] AS differs,
        bool_or(c.code = 'not-asked') AS unasked
      FROM line JOIN part p ON p.shop_id = ${shopId} AND p.order_id = line.id AND p.connection_id = ${connectionId}::uuid
      LEFT JOIN statement_line c ON c.shop_id = p.shop_id AND c.run_id = ${runId}::uuid AND c.kind = 'part' AND c.id = p.id::text
      GROUP BY 1
    ), other AS MATERIALIZED (
      SELECT DISTINCT ON (p.order_id) p.order_id, c.name FROM line JOIN part p ON p.shop_id = ${shopId} AND p.order_id = line.id
      JOIN connection c ON c.shop_id = p.shop_id AND c.id = p.connection_id
      WHERE p.connection_id <> ${connectionId}::uuid AND p.state <> 'cancelled' ORDER BY p.order_id, p.number
    ), waiting AS MATERIALIZED (
      SELECT DISTINCT subject_id FROM inbox_item WHERE shop_id = ${shopId} AND subject_kind = 'order' AND handled_at IS NULL
    ), trouble AS MATERIALIZED (
      SELECT DISTINCT ON (subject_id) subject_id, cause, params FROM problem
      WHERE shop_id = ${shopId} AND closed_at IS NULL AND subject_kind = 'order' AND sync = 'orders'
        AND (connection_id IS NULL OR connection_id = ${connectionId}::uuid) AND NOT (cause = ANY(${[...holdsThatNeedSomebody]}))
      ORDER BY subject_id, last_seen_at DESC
    )`;
}

/**
 * Puts every order of the statement (or some) into its bucket: one statement, whatever their number. What has waiting news, or is younger than news
 * takes, is on its way and not missing.
 */
export async function judgeOrders(making: Making, ids: readonly string[] | null = null): Promise<void> {
  const { statement, live, orders, gates } = making;
  const { shopId, runId } = statement;
  const settled = settledBefore();
  const oldest = earliestOrder(orders.settings, orders.enabledAt, live.shop.timeZone) ?? new Date(0);
  const onItsWay = is('held', 'on-its-way');
  const cancelled = is('excluded', 'cancelled-in-shopify');
  const stuck = live.blocked ? is('held', 'connection-parked') : gates.backOffice ? is('held', gates.backOffice) : null;
  const fresh = Prisma.sql`w.subject_id IS NOT NULL OR s.decided_at > ${settled}`;
  // Nothing can be mended while nothing may be handed over.
  const outdated = stuck
    ? Prisma.sql`false`
    : Prisma.sql`NOT (${fresh}) AND s.cancelled_at IS NULL AND ${verdictOutdated(making)}`;
  const named = Prisma.sql`jsonb_build_object('reference', m.lives, 'backOffice', ${live.name}::text)`;
  const bySent = Prisma.sql`CASE
    WHEN m.differs->>1 = 'cancelled-in-back-office' THEN jsonb_build_array('failed', m.differs->>1, m.differs->2)
    WHEN m.differs->>1 <> 'units-differ-there' THEN m.differs
    WHEN t.cause IS NOT NULL THEN jsonb_build_array('failed', t.cause, t.params)
    WHEN s.cancelled_at IS NOT NULL AND m.lives IS NOT NULL THEN ${stuck ?? Prisma.sql`CASE WHEN ${fresh} THEN ${onItsWay} ELSE ${is('gap', 'not-cancelled-there', named)} END`}
    WHEN m.differs IS NOT NULL THEN ${stuck ?? Prisma.sql`CASE WHEN ${fresh} THEN ${onItsWay} ELSE m.differs END`}
    WHEN m.sent > 0 AND m.pending = 0 THEN jsonb_build_array('matched', CASE WHEN m.unasked THEN 'not-asked' ELSE '' END, '{}'::jsonb)
    WHEN ${outdated} THEN ${is('gap', 'verdict-outdated')}
    WHEN s.verdict = 'hold' THEN ${asDecided('held')}
    WHEN m.pending > 0 THEN ${stuck ?? Prisma.sql`CASE WHEN ${fresh} THEN ${onItsWay} ELSE ${is('gap', 'not-sent')} END`}
    WHEN s.verdict = 'cancel' OR s.cancelled_at IS NOT NULL THEN ${cancelled}
    WHEN s.verdict = 'skip' THEN ${asDecided('excluded')}
    WHEN o.order_id IS NOT NULL THEN ${is('excluded', 'other-connection', Prisma.sql`jsonb_build_object('connection', o.name)`)}
    WHEN m.n > 0 THEN ${is('excluded', 'nothing-to-ship')}
    WHEN ${fresh} THEN ${onItsWay}
    ELSE ${is('gap', 'not-sent')} END`;
  await inShop(
    shopId,
    async (tx) => {
      if (ids === null) await expectManyRows(tx);
      await tx.$executeRaw`
      WITH ${orderTables(making, ids)}, verdict AS (
        SELECT line.kind, line.id, CASE
          WHEN line.kind = 'gone' THEN CASE
            WHEN s.reason->>'code' = 'deleted-in-shopify' THEN ${is('excluded', 'deleted-in-shopify')}
            WHEN w.subject_id IS NOT NULL THEN ${onItsWay} ELSE ${is('gap', 'gone-from-shopify')} END
          WHEN line.facts ? 'deleted' THEN ${is('excluded', 'deleted-in-shopify')}
          WHEN s.id IS NULL THEN CASE
            WHEN line.at < ${oldest} THEN ${is('excluded', 'too-old', Prisma.sql`jsonb_build_object('earliest', ${oldest.toISOString()}::text)`)}
            WHEN w.subject_id IS NOT NULL OR line.at > ${settled} THEN ${onItsWay}
            ELSE ${is('gap', 'never-seen')} END
          WHEN s.shopify_updated_at < (line.facts->>'updatedAt')::timestamptz AND NOT w.subject_id IS NOT NULL AND (line.facts->>'updatedAt')::timestamptz < ${settled}
            THEN ${is('gap', 'out-of-date')}
          ELSE ${bySent} END AS v
        FROM line
        LEFT JOIN shop_order s ON s.shop_id = ${shopId} AND s.id = line.id
        LEFT JOIN mine m ON m.order_id = line.id
        LEFT JOIN other o ON o.order_id = line.id
        LEFT JOIN trouble t ON t.subject_id = line.id
        LEFT JOIN waiting w ON w.subject_id = line.id
      )
      UPDATE statement_line l SET bucket = v->>0, code = v->>1, params = v->2
      FROM verdict WHERE l.shop_id = ${shopId} AND l.run_id = ${runId}::uuid AND l.kind = verdict.kind AND l.id = verdict.id`;
    },
    { timeoutMs: TIMEOUT_MS },
  );
}
