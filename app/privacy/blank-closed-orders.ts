import { Prisma } from '@prisma/client';
import { inSystem } from '../db/scope.ts';

/** Blanks in which another system speaks in its own words, and may have quoted an address. */
const quoted = Prisma.sql`ARRAY['vendorText', 'message', 'text']`;
const TIMEOUT = { timeoutMs: 120_000 };

/** Whether what a record `t` is about belongs to an order that was closed before that moment: by its own id, or by that of a part, shipment or return. */
const ofClosedOrder = (before: Date): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT 1 FROM shop_order o WHERE o.shop_id = t.shop_id AND o.closed_at < ${before} AND o.id = CASE t.subject_kind
    WHEN 'order' THEN t.subject_id
    WHEN 'part' THEN (SELECT p.order_id FROM part p WHERE p.shop_id = t.shop_id AND p.id = t.subject_id::uuid)
    WHEN 'shipment' THEN (SELECT coalesce(s.order_id, p.order_id) FROM shipment s LEFT JOIN part p ON p.shop_id = s.shop_id AND p.id = s.part_id
      WHERE s.shop_id = t.shop_id AND s.id = t.subject_id::uuid)
    WHEN 'return' THEN (SELECT r.order_id FROM return_record r WHERE r.shop_id = t.shop_id AND r.id = t.subject_id::uuid) END)`;

/**
 * Bodies of writes about orders that were closed before a moment, and what was said when they failed: the key stays, so that the write is never repeated.
 * One that is under way keeps them. Answers how many.
 */
export function blankWrites(before: Date): Promise<number> {
  return inSystem(
    'purge',
    (tx) => tx.$executeRaw`
      UPDATE write t SET before = NULL, after = NULL, answer = NULL, trace = NULL
      WHERE (t.before IS NOT NULL OR t.after IS NOT NULL OR t.answer IS NOT NULL OR t.trace IS NOT NULL)
        AND (t.state IN ('landed', 'refused', 'dropped', 'unknown') OR t.created_at < ${before}) AND ${ofClosedOrder(before)}`,
    TIMEOUT,
  );
}

/** What the other side said in its own words of orders that were closed before a moment; answers how many records. */
export async function blankQuotes(before: Date): Promise<number> {
  const run = (query: Prisma.Sql) => inSystem('purge', (tx) => tx.$executeRaw(query), TIMEOUT);
  const without = Prisma.sql`t.params - ${quoted}`;
  const problems = await run(Prisma.sql`
    UPDATE problem t SET params = ${without}, detail = CASE WHEN t.detail IN (t.params->>'vendorText', t.params->>'message') THEN '' ELSE t.detail END
    WHERE t.params ?| ${quoted} AND ${ofClosedOrder(before)}`);
  const events = await run(Prisma.sql`
    UPDATE timeline_event t SET params = ${without} WHERE t.params ?| ${quoted} AND ${ofClosedOrder(before)}`);
  let reasons = 0;
  for (const [table, id] of [
    ['shop_order', 'id'],
    ['shipment', 'order_id'],
    ['return_record', 'order_id'],
  ] as const)
    reasons += await run(Prisma.sql`
      UPDATE ${Prisma.raw(table)} t SET reason = jsonb_set(t.reason, '{params}', (t.reason->'params') - ${quoted})
      WHERE t.reason->'params' ?| ${quoted}
        AND EXISTS (SELECT 1 FROM shop_order o WHERE o.shop_id = t.shop_id AND o.id = t.${Prisma.raw(id)} AND o.closed_at < ${before})`);
  return problems + events + reasons;
}
