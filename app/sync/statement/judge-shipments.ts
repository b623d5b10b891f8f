import { Prisma } from '@prisma/client';
import { inShop } from '../../db/scope.ts';
import { expectManyRows } from '../inventory/stock-facts.ts';
import { is } from './bucket-sql.ts';
import { readBefore, type Making } from './making.ts';

const TIMEOUT_MS = 120_000;

/** The parcel's own fulfilments as Shopify shows them: `x.f`. */
const ofParcel = Prisma.sql`jsonb_array_elements(line.shown->'fulfilments') AS x (f) WHERE x.f->>'id' = ANY(r.fulfilment_ids)`;

/** By order line, the units that were put into its fulfilments aren't those that are in them. A fulfilment of more than fifty lines isn't judged. */
const showsOtherUnits = Prisma.sql`r.state = 'mirrored' AND NOT EXISTS (SELECT 1 FROM ${ofParcel} AND (x.f->'fulfillmentLineItems'->'pageInfo'->>'hasNextPage')::boolean) AND EXISTS (
  SELECT 1 FROM (
    SELECT u.line_id, u.mirrored AS units FROM shipment_line u WHERE u.shop_id = r.shop_id AND u.shipment_id = r.id
    UNION ALL
    SELECT n->'lineItem'->>'id', -(n->>'quantity')::int FROM (SELECT jsonb_array_elements(x.f->'fulfillmentLineItems'->'nodes') AS n FROM ${ofParcel}) shown_lines
  ) both_sides GROUP BY line_id HAVING sum(units) <> 0)`;

/** A number that the back office reports stands on none of its fulfilments, or not on all. More numbers than that are somebody's own. */
const showsOtherTracking = Prisma.sql`r.state = 'mirrored' AND EXISTS (
  SELECT 1 FROM jsonb_array_elements(r.tracking) AS told (t), (SELECT x.f FROM ${ofParcel}) own
  WHERE coalesce(told.t->>'number', '') <> '' AND NOT EXISTS (
    SELECT 1 FROM jsonb_array_elements(own.f->'trackingInfo') AS info (i) WHERE info.i->>'number' = told.t->>'number'))`;

/** Puts every parcel of the statement into its bucket, or some: those of these orders, and these, whose order may be unknown. */
export async function judgeShipments(
  making: Making,
  some: { orderIds: readonly string[]; parcels: readonly string[] } | null = null,
): Promise<void> {
  const { statement, shipments, gates } = making;
  const { shopId, runId, connectionId } = statement;
  const due = readBefore(shipments);
  const only = some
    ? Prisma.sql`AND (l.order_id = ANY(${[...some.orderIds]}) OR l.id = ANY(${[...some.parcels]}))`
    : Prisma.empty;
  const onlyOrders = some ? Prisma.sql`AND x.id = ANY(${[...some.orderIds]})` : Prisma.empty;
  const onItsWay = is('held', 'on-its-way');
  const because = (bucket: string, otherwise: string): Prisma.Sql =>
    Prisma.sql`jsonb_build_array(${bucket}::text, coalesce(nullif(r.reason->>'code', ''), ${otherwise}::text), coalesce(r.reason->'params', '{}'::jsonb))`;
  const notMirrored = gates.shopify ? is('held', gates.shopify) : is('gap', 'not-mirrored');
  await inShop(
    shopId,
    async (tx) => {
      if (some === null) await expectManyRows(tx);
      await tx.$executeRaw`
      WITH shown AS MATERIALIZED (
        SELECT x.id, x.facts FROM statement_line x WHERE x.shop_id = ${shopId} AND x.run_id = ${runId}::uuid AND x.kind IN ('order', 'aside') ${onlyOrders}
      ), line AS MATERIALIZED (
        SELECT l.id, l.at, l.facts, l.order_id, shown.facts AS shown FROM statement_line l LEFT JOIN shown ON shown.id = l.order_id
        WHERE l.shop_id = ${shopId} AND l.run_id = ${runId}::uuid AND l.kind = 'shipment' ${only}
      ), trouble AS MATERIALIZED (
        SELECT DISTINCT ON (subject_id) subject_id, cause, params FROM problem
        WHERE shop_id = ${shopId} AND closed_at IS NULL AND subject_kind = 'shipment' ORDER BY subject_id, last_seen_at DESC
      ), waiting AS MATERIALIZED (
        SELECT DISTINCT subject_id FROM inbox_item WHERE shop_id = ${shopId} AND subject_kind = 'order' AND handled_at IS NULL
      ), verdict AS (
        SELECT line.id, r.order_id, CASE
          WHEN r.id IS NULL OR (line.facts ? 'hash' AND r.hash <> line.facts->>'hash') THEN
            CASE WHEN r.id IS NULL AND line.at > ${due} THEN ${onItsWay} ELSE ${is('gap', 'not-recorded')} END
          WHEN r.state = 'cancelled' THEN ${is('excluded', 'cancelled-there')}
          WHEN q.cause IS NOT NULL THEN jsonb_build_array('failed', q.cause, q.params)
          WHEN r.state IN ('problem', 'undone') THEN ${because('failed', 'unknown')}
          WHEN r.state IN ('waiting', 'withheld') THEN ${because('held', 'part-not-complete')}
          WHEN r.state = 'seen' THEN CASE WHEN coalesce(r.tried_at, r.seen_at) > ${due} OR w.subject_id IS NOT NULL THEN ${onItsWay} ELSE ${notMirrored} END
          WHEN line.shown IS NULL OR line.shown ? 'deleted' THEN ${is('excluded', 'deleted-in-shopify')}
          WHEN jsonb_array_length(line.shown->'fulfilments') < 25 AND EXISTS (
            SELECT 1 FROM unnest(r.fulfilment_ids) AS f (id) WHERE NOT EXISTS (
              SELECT 1 FROM jsonb_array_elements(line.shown->'fulfilments') AS x (f) WHERE x.f->>'id' = f.id)) THEN ${is('gap', 'fulfilment-missing')}
          WHEN EXISTS (
            SELECT 1 FROM jsonb_array_elements(line.shown->'fulfilments') AS x (f) WHERE x.f->>'id' = ANY(r.fulfilment_ids) AND x.f->>'status' = 'CANCELLED')
            THEN CASE WHEN w.subject_id IS NOT NULL THEN ${onItsWay} ELSE ${is('gap', 'fulfilment-cancelled')} END
          WHEN ${showsOtherUnits} THEN ${is('gap', 'contents-differ', Prisma.sql`jsonb_build_object('reference', r.reference)`)}
          WHEN ${showsOtherTracking} THEN CASE WHEN w.subject_id IS NOT NULL THEN ${onItsWay} ELSE ${is('gap', 'tracking-differs')} END
          ELSE ${is('matched', '')} END AS v
        FROM line
        LEFT JOIN shipment r ON r.shop_id = ${shopId} AND r.connection_id = ${connectionId}::uuid AND r.remote_id = line.id
        LEFT JOIN trouble q ON q.subject_id = r.id::text
        LEFT JOIN waiting w ON w.subject_id = r.order_id
      )
      UPDATE statement_line l SET bucket = v->>0, code = v->>1, params = v->2, order_id = coalesce(verdict.order_id, l.order_id)
      FROM verdict WHERE l.shop_id = ${shopId} AND l.run_id = ${runId}::uuid AND l.kind = 'shipment' AND l.id = verdict.id`;
    },
    { timeoutMs: TIMEOUT_MS },
  );
}
