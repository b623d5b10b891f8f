import { Prisma } from '@prisma/client';
import type { RecordsOfOrders } from './orders-of-person.ts';

type Sql = Prisma.Sql;
const { sql } = Prisma;

/** What a column of a row `t` holds instead: once its buyer asked to be forgotten, and once the order's time is over. */
interface Words {
  redacted: Sql;
  expired: Sql;
}

/** How a row `t` says of which order it is: asked for certain orders, and the other way round. */
interface Link {
  of(records: RecordsOfOrders): Sql;
  order: Sql;
}

/** A table of the engine that may hold words about an order's buyer. */
export interface PersonalPlace {
  /** In the answer to a data request. */
  name: string;
  table: string;
  link: Link;
  /** By column; without any it says what was ordered, which an answer has to tell, too. */
  words: Record<string, Words>;
  /** When a row was written whose order we never had. */
  writtenAt?: Sql;
  /** Which rows may be blanked when their time is over: what is under way still needs its words. */
  settled?: (before: Date) => Sql;
}

const both = (value: Sql): Words => ({ redacted: value, expired: value });
const gone = both(sql`NULL`);
const empty = both(sql`''`);

/** Blanks in which another system speaks in its own words, and may have quoted an address. */
const quoted = sql`ARRAY['vendorText', 'message', 'text']`;
/** Blanks without what could say who bought; a tracking number leads to where the parcel went. What happened can still be told. */
const unquoted = (params: Sql): Sql => sql`CASE WHEN jsonb_typeof(${params}) = 'object'
  THEN ((${params}) - ${quoted}) || CASE WHEN (${params}) ? 'tracking' THEN '{"tracking": ""}'::jsonb ELSE '{}'::jsonb END ELSE ${params} END`;
const noParams = sql`'{}'::jsonb`;

const params: Words = { redacted: noParams, expired: unquoted(sql`t.params`) };

/** Of a reason, { code, params }, its blanks. */
const reasonWith = (value: Sql): Sql =>
  sql`CASE WHEN jsonb_typeof(t.reason->'params') = 'object' THEN jsonb_set(t.reason, '{params}', ${value}) ELSE t.reason END`;
const reason: Words = { redacted: reasonWith(noParams), expired: reasonWith(unquoted(sql`t.reason->'params'`)) };

// A statement took parcels as they were reported, and fulfilments as Shopify shows them.
const facts = both(sql`CASE WHEN t.facts ? 'report'
  THEN jsonb_set(jsonb_set(t.facts, '{report,tracking}', '[]'), '{report,note}', 'null') ELSE t.facts - 'fulfilments' END`);

const itself: Link = { of: ({ orderIds }) => sql`t.id = ANY(${orderIds})`, order: sql`t.id` };
const byOrder: Link = { of: ({ orderIds }) => sql`t.order_id = ANY(${orderIds})`, order: sql`t.order_id` };
const byPart: Link = {
  of: ({ partIds }) => sql`t.part_id = ANY(${partIds}::uuid[])`,
  order: sql`(SELECT p.order_id FROM part p WHERE p.shop_id = t.shop_id AND p.id = t.part_id)`,
};
const byOrderOrPart: Link = {
  of: (records) => sql`(${byOrder.of(records)} OR ${byPart.of(records)})`,
  order: sql`coalesce(t.order_id, ${byPart.order})`,
};
const byItem: Link = { of: ({ subjectIds }) => sql`t.item_key = ANY(${subjectIds})`, order: sql`t.item_key` };
const byStatement: Link = {
  of: ({ orderIds, subjectIds }) => sql`(t.order_id = ANY(${orderIds}) OR t.id = ANY(${subjectIds}))`,
  order: sql`coalesce(t.order_id, t.id)`,
};
const bySubject: Link = {
  of: ({ subjectIds }) => sql`t.subject_id = ANY(${subjectIds})`,
  order: sql`CASE t.subject_kind
    WHEN 'order' THEN CASE WHEN t.subject_id LIKE 'gid://%' THEN t.subject_id ELSE 'gid://shopify/Order/' || t.subject_id END
    WHEN 'part' THEN (SELECT p.order_id FROM part p WHERE p.shop_id = t.shop_id AND p.id = t.subject_id::uuid)
    WHEN 'shipment' THEN (SELECT coalesce(s.order_id, p.order_id) FROM shipment s LEFT JOIN part p ON p.shop_id = s.shop_id AND p.id = s.part_id
      WHERE s.shop_id = t.shop_id AND s.id = t.subject_id::uuid)
    WHEN 'return' THEN (SELECT r.order_id FROM return_record r WHERE r.shop_id = t.shop_id AND r.id = t.subject_id::uuid) END`,
};
/** Of products, levels and connections nobody bought anything. */
const aboutOrders = (at: Sql): Sql => sql`CASE WHEN t.subject_kind IN ('order', 'part', 'shipment', 'return') THEN ${at} END`;

/**
 * Where words about a buyer may stand in the tables of the engine. Redaction, retention and the answer to a data request go by this one list, so that
 * none of them misses a place that another knows. Ids, numbers and the codes of reasons stay. Whoever keeps such words elsewhere is a PersonalDataHolder.
 */
export const personalPlaces: readonly PersonalPlace[] = [
  { name: 'orders', table: 'shop_order', link: itself, words: { reason } },
  { name: 'parts', table: 'part', link: byOrder, words: {} },
  { name: 'lines', table: 'part_line', link: byPart, words: {} },
  {
    ...{ name: 'shipments', table: 'shipment', link: byOrderOrPart, writtenAt: sql`t.seen_at` },
    words: { tracking: both(sql`'[]'::jsonb`), mirrored_tracking: gone, note: gone, reason },
  },
  {
    ...{ name: 'returns', table: 'return_record', link: byOrderOrPart, writtenAt: sql`t.seen_at` },
    words: { note: gone, reason },
  },
  { name: 'announced returns', table: 'expected_return', link: byOrder, writtenAt: sql`t.at`, words: { reason } },
  {
    ...{ name: 'writes', table: 'write', link: bySubject, writtenAt: aboutOrders(sql`t.created_at`) },
    // What was said in a failed attempt was masked by the names of fields, which can't know every one. The key stays, so that no write is repeated.
    words: { before: gone, after: gone, answer: gone, trace: gone },
    settled: (before) => sql`(t.state IN ('landed', 'refused', 'dropped', 'unknown') OR t.created_at < ${before})`,
  },
  {
    ...{ name: 'problems', table: 'problem', link: bySubject, writtenAt: aboutOrders(sql`t.last_seen_at`) },
    words: {
      params,
      note: empty,
      detail: {
        redacted: sql`''`,
        expired: sql`CASE WHEN t.detail IN (t.params->>'vendorText', t.params->>'message') THEN '' ELSE t.detail END`,
      },
    },
  },
  {
    ...{ name: 'timeline', table: 'timeline_event', link: bySubject, writtenAt: aboutOrders(sql`t.at`) },
    words: { params },
  },
  { name: 'plans', table: 'plan_item', link: byItem, words: { reason } },
  {
    ...{ name: 'statements', table: 'statement_line', link: byStatement },
    words: { params, facts },
    settled: () =>
      sql`EXISTS (SELECT 1 FROM run r WHERE r.shop_id = t.shop_id AND r.id = t.run_id AND r.finished_at IS NOT NULL)`,
  },
];

/** Puts away the words of one place where they still stand. */
export function blankWords({ table, words }: PersonalPlace, how: keyof Words, which: Sql): Sql {
  const columns = Object.entries(words).map(([column, value]) => ({ column: Prisma.raw(`"${column}"`), value: value[how] }));
  const set = Prisma.join(columns.map(({ column, value }) => sql`${column} = ${value}`));
  const stand = Prisma.join(
    columns.map(({ column, value }) => sql`t.${column} IS DISTINCT FROM (${value})`),
    ' OR ',
  );
  return sql`UPDATE ${Prisma.raw(table)} t SET ${set} WHERE (${stand}) AND ${which}`;
}
