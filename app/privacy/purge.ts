import { Prisma } from '@prisma/client';
import { nowMs } from '../core/clock.ts';
import { inSystem } from '../db/scope.ts';
import { blankClosedOrders, isOver, type Over } from './blank-closed-orders.ts';
import { personalDataHolders } from './personal-data-holders.ts';

const DAY_MS = 86_400_000;
const BATCH = 5_000;

/** Days that records are kept; docs/operations.md tells merchants. Customer data: after the order was closed or cancelled, else after its last news. */
export const retentionDays = {
  inbox: 7,
  plans: 30,
  runs: 90,
  bulkOperations: 30,
  leases: 30,
  levelWrites: 30,
  customerData: 60,
  untouchedOrders: 365,
  closedProblems: 180,
  closedAlerts: 180,
  alertMessages: 90,
  shareCodes: 30,
  timeline: 400,
  audit: 730,
} as const;

interface Rule {
  table: string;
  expired: Prisma.Sql;
}

const before = (days: number) => new Date(nowMs() - days * DAY_MS);

const longUnused = () => BigInt(Math.min(Date.now(), nowMs()) - retentionDays.leases * DAY_MS);

/**
 * Whether a connector's document `t` is about an order that still has to leave, by our reference, the back office's id or Shopify's: of a pre-order there
 * may be no news for months, and its parcel would then be nobody's. One that was closed or cancelled a while ago has its time, too.
 */
const ofOrderUnderWay = (over: Over): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT 1 FROM shop_order o WHERE o.shop_id = t.shop_id AND NOT ${isOver(over)}
    AND (o.id = t.key AND o.fulfilment_status <> 'FULFILLED' OR o.id IN (
      SELECT p.order_id FROM part p WHERE p.shop_id = t.shop_id AND p.connection_id = t.connection_id AND p.state NOT IN ('shipped', 'cancelled', 'parked')
        AND (p.reference = t.key OR p.remote_id = t.key))))`;

const ordersOver = (): Over => ({ closed: before(retentionDays.customerData), untouched: before(retentionDays.untouchedOrders) });

function deletions(): Rule[] {
  return [
    { table: 'inbox_item', expired: Prisma.sql`handled_at < ${before(retentionDays.inbox)}` },
    {
      table: 'plan_item',
      expired: Prisma.sql`NOT EXISTS (SELECT 1 FROM run r WHERE r.shop_id = t.shop_id AND r.id = t.run_id AND
        (r.finished_at IS NULL OR r.finished_at >= ${before(retentionDays.plans)}))`,
    },
    { table: 'run', expired: Prisma.sql`finished_at < ${before(retentionDays.runs)}` },
    // A statement goes with the run that made it.
    {
      table: 'statement_line',
      expired: Prisma.sql`NOT EXISTS (SELECT 1 FROM run r WHERE r.shop_id = t.shop_id AND r.id = t.run_id)`,
    },
    { table: 'statement', expired: Prisma.sql`NOT EXISTS (SELECT 1 FROM run r WHERE r.shop_id = t.shop_id AND r.id = t.run_id)` },
    { table: 'bulk_operation', expired: Prisma.sql`finished_at < ${before(retentionDays.bulkOperations)}` },
    { table: 'lease', expired: Prisma.sql`until < ${before(retentionDays.leases)}` },
    {
      table: 'write',
      expired: Prisma.sql`(subject_kind = 'level' OR kind IN ('stock-set', 'stock-undo')) AND state IN ('landed', 'refused', 'dropped') AND settled_at < ${before(retentionDays.levelWrites)}`,
    },
    {
      table: 'connection_record',
      expired: Prisma.sql`updated_at < ${before(retentionDays.customerData)} AND NOT ${ofOrderUnderWay(ordersOver())}`,
    },
    { table: 'problem', expired: Prisma.sql`closed_at < ${before(retentionDays.closedProblems)}` },
    { table: 'alert', expired: Prisma.sql`closed_at < ${before(retentionDays.closedAlerts)}` },
    {
      table: 'alert_delivery',
      expired: Prisma.sql`state <> 'pending' AND created_at < ${before(retentionDays.alertMessages)}`,
    },
    { table: 'timeline_event', expired: Prisma.sql`at < ${before(retentionDays.timeline)}` },
    // Budgets nobody draws on: a new row is a full one. Theirs is the clock of the processes.
    { table: 'budget', expired: Prisma.sql`updated_at_ms < ${longUnused()}` },
    { table: 'budget_slot', expired: Prisma.sql`until_ms < ${longUnused()}` },
    { table: 'stock_pool_code', expired: Prisma.sql`expires_at < ${before(retentionDays.shareCodes)}` },
    { table: 'audit_entry', expired: Prisma.sql`at < ${before(retentionDays.audit)}` },
  ];
}

async function deleteInBatches({ table, expired }: Rule): Promise<number> {
  const name = Prisma.raw(`"${table}"`);
  let deleted = 0;
  for (;;) {
    const batch = await inSystem(
      'purge',
      (tx) =>
        tx.$executeRaw`DELETE FROM ${name} WHERE ctid = ANY (ARRAY(SELECT t.ctid FROM ${name} t WHERE ${expired} LIMIT ${BATCH}))`,
      { timeoutMs: 60_000 },
    );
    deleted += batch;
    if (batch < BATCH) return deleted;
  }
}

/** Removes what has outlived its purpose, in all shops. Run daily; again changes nothing. Answers how many records by table. */
export async function purgeExpired(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const rule of deletions()) counts[rule.table] = await deleteInBatches(rule);
  const over = ordersOver();
  Object.assign(counts, await blankClosedOrders(over));
  const shops = await inSystem('list-shops', (tx) => tx.shop.findMany({ select: { id: true } }));
  for (const { name, purge } of personalDataHolders()) {
    counts[name] = 0;
    for (const { id } of shops) counts[name] += await purge(id, over.closed, over.untouched);
  }
  return counts;
}
