import { Prisma } from '@prisma/client';
import type { Reason } from '../../connectors/contract/index.ts';
import { containing } from '../../db/find-by-part.ts';
import { inShop, type Tx } from '../../db/scope.ts';

/** Where an order stands as a whole, from the verdict on it and the states of its parts. */
export const orderStates = ['waiting', 'held', 'sent', 'partly-shipped', 'shipped', 'parked', 'skipped', 'cancelled'] as const;
export type OrderState = (typeof orderStates)[number];

export interface OrderRow {
  id: string;
  name: string;
  placedAt: string;
  /** Minor units. */
  total: number;
  currency: string;
  units: number;
  channel: string;
  financialStatus: string;
  state: OrderState;
  reason: Reason | null;
  holdUntil: string | null;
  /** Cause of the newest open problem; null where there is none. */
  problem: string | null;
  problemParams: Record<string, string | number>;
  references: string[];
}

export interface OrderFilter {
  connectionId?: string;
  state?: OrderState;
  /** Only orders with an open problem. */
  attention?: boolean;
  /** Part of the order's name, of a reference or of the back office's number. */
  text?: string;
  page?: number;
}

interface Row {
  id: string;
  name: string;
  placed_at: Date;
  total: bigint;
  currency: string;
  units: number;
  channel: string;
  financial_status: string;
  state: string;
  reason: Reason | null;
  hold_until: Date | null;
  problem: { cause: string; params: OrderRow['problemParams'] } | null;
  refs: string[] | null;
}

/** Verdicts that can lead to a state: lets PostgreSQL leave the other orders out before it looks at their parts. What was sent outweighs a later verdict. */
const verdictsOf: Record<OrderState, string[]> = {
  waiting: ['send'],
  held: ['hold'],
  sent: ['send', 'hold', 'skip'],
  'partly-shipped': ['send', 'hold', 'skip'],
  shipped: ['send', 'hold', 'skip'],
  parked: ['send', 'skip', 'cancel'],
  skipped: ['skip'],
  cancelled: ['send', 'hold', 'skip', 'cancel'],
};

/** The state as SQL over `o` (the order) and `p` (sums over its parts). */
export const orderStateSql = Prisma.sql`CASE
  WHEN coalesce(p.parked, 0) > 0 AND p.parked = p.n - p.cancelled THEN 'parked'
  WHEN o.verdict = 'hold' AND coalesce(p.sent, 0) = 0 THEN 'held'
  WHEN o.verdict = 'skip' AND coalesce(p.sent, 0) = 0 THEN 'skipped'
  WHEN o.verdict = 'cancel' OR (p.n > 0 AND p.n = p.cancelled) THEN 'cancelled'
  WHEN p.n > p.cancelled AND p.shipped = p.n - p.cancelled THEN 'shipped'
  WHEN p.shipped + p.partly > 0 THEN 'partly-shipped'
  WHEN p.sent > 0 THEN 'sent'
  ELSE 'waiting' END`;

export const orderPartsSql = Prisma.sql`LEFT JOIN LATERAL (
  SELECT count(*) AS n, count(*) FILTER (WHERE state = 'cancelled') AS cancelled, count(*) FILTER (WHERE state = 'shipped') AS shipped,
    count(*) FILTER (WHERE state = 'partly-shipped') AS partly, count(*) FILTER (WHERE state = 'parked') AS parked, count(*) FILTER (WHERE state IN ('sent', 'partly-shipped', 'shipped')) AS sent,
    array_agg(reference ORDER BY number) FILTER (WHERE remote_id IS NOT NULL) AS refs
  FROM part WHERE part.shop_id = o.shop_id AND part.order_id = o.id) p ON true`;

/** Orders, the newest first, 50 to a page. */
export async function listOrders(shopId: number, filter: OrderFilter): Promise<{ rows: OrderRow[]; hasNext: boolean }> {
  const pageSize = 50;
  const conditionsIn = async (tx: Tx) => [
    Prisma.sql`o.shop_id = ${shopId}`,
    ...(filter.state ? [Prisma.sql`o.verdict = ANY(${verdictsOf[filter.state]}) AND ${orderStateSql} = ${filter.state}`] : []),
    ...(filter.attention ? [Prisma.sql`problem.found IS NOT NULL`] : []),
    ...(filter.connectionId
      ? [
          Prisma.sql`EXISTS (SELECT 1 FROM part q WHERE q.shop_id = o.shop_id AND q.order_id = o.id AND q.connection_id = ${filter.connectionId}::uuid)`,
        ]
      : []),
    ...(await containing(tx, 'orders', filter.text)),
  ];
  const rows = await inShop(
    shopId,
    async (tx) => tx.$queryRaw<Row[]>`
      SELECT o.id, o.name, o.placed_at, o.total, o.currency, o.units, o.channel, o.financial_status, o.reason, o.hold_until,
        ${orderStateSql} AS state, problem.found AS problem, p.refs
      FROM shop_order o ${orderPartsSql}
      LEFT JOIN LATERAL (
        SELECT jsonb_build_object('cause', x.cause, 'params', x.params) AS found FROM problem x
        WHERE x.shop_id = o.shop_id AND x.subject_kind = 'order' AND x.subject_id = o.id AND x.closed_at IS NULL
        ORDER BY x.last_seen_at DESC LIMIT 1) problem ON true
      WHERE ${Prisma.join(await conditionsIn(tx), ' AND ')}
      ORDER BY o.placed_at DESC, o.id DESC LIMIT ${pageSize + 1} OFFSET ${((filter.page ?? 1) - 1) * pageSize}`,
  );
  return {
    rows: rows.slice(0, pageSize).map((row) => ({
      id: row.id,
      name: row.name,
      placedAt: row.placed_at.toISOString(),
      total: Number(row.total),
      currency: row.currency,
      units: row.units,
      channel: row.channel,
      financialStatus: row.financial_status,
      state: row.state as OrderState,
      reason: row.reason?.code ? row.reason : null,
      holdUntil: row.hold_until?.toISOString() ?? null,
      problem: row.problem?.cause ?? null,
      problemParams: row.problem?.params ?? {},
      references: row.refs ?? [],
    })),
    hasNext: rows.length > pageSize,
  };
}
