import { nowMs } from '../../core/clock.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import type { ReturnRecordState } from './refund-return.ts';

export const returnStates = [
  'seen',
  'recorded',
  'withheld',
  'refunded',
  'problem',
] as const satisfies readonly ReturnRecordState[];
export type ReturnState = ReturnRecordState;

export interface ReturnRow {
  id: string;
  remoteId: string;
  reference: string;
  orderId: string | null;
  orderName: string | null;
  state: ReturnState;
  lines: { sku: string; quantity: number; restocked: boolean }[];
  receivedAt: string;
  /** What was refunded, minor units of the shop's currency. */
  refunded: number | null;
  /** Why it was kept back or only recorded. */
  reason: Reason | null;
  problem: { cause: string; params: Record<string, string | number> } | null;
}

export interface ReturnFilter {
  connectionId: string;
  state?: ReturnState;
  /** Part of the reference. */
  text?: string;
  page?: number;
}

/** Returns received in the back office, the newest first, 50 to a page. */
export function listReturnRecords(shopId: number, filter: ReturnFilter): Promise<{ rows: ReturnRow[]; hasNext: boolean }> {
  const pageSize = 50;
  return inShop(shopId, async (tx) => {
    const found = await tx.return.findMany({
      where: {
        shopId,
        connectionId: filter.connectionId,
        ...(filter.state ? { state: filter.state } : {}),
        ...(filter.text?.trim() ? { reference: { contains: filter.text.trim(), mode: 'insensitive' } } : {}),
      },
      orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
      skip: ((filter.page ?? 1) - 1) * pageSize,
      take: pageSize + 1,
    });
    const records = found.slice(0, pageSize);
    const orders = await tx.order.findMany({
      where: { shopId, id: { in: records.flatMap((record) => record.orderId ?? []) } },
      select: { id: true, name: true },
    });
    const problems = await tx.problem.findMany({
      where: {
        shopId,
        sync: 'returns',
        closedAt: null,
        subjectKind: 'return',
        subjectId: { in: records.flatMap((record) => [record.id, record.remoteId]) },
      },
    });
    const rows = records.map((record) => {
      const problem = problems.find(({ subjectId }) => subjectId === record.id || subjectId === record.remoteId);
      return {
        id: record.id,
        remoteId: record.remoteId,
        reference: record.reference,
        orderId: record.orderId,
        orderName: orders.find(({ id }) => id === record.orderId)?.name ?? null,
        state: record.state as ReturnState,
        lines: record.lines as unknown as ReturnRow['lines'],
        receivedAt: record.receivedAt.toISOString(),
        refunded: record.refunded === null ? null : Number(record.refunded),
        reason: record.reason as unknown as Reason | null,
        problem: problem ? { cause: problem.cause, params: problem.params as Record<string, string | number> } : null,
      };
    });
    return { rows, hasNext: found.length > pageSize };
  });
}

export interface ReturnCounts {
  total: number;
  /** Reported in the last 24 hours. */
  lastDay: number;
  refunded: number;
  /** Kept back by access level or dry run; what lifting it would refund. */
  withheld: number;
  problems: number;
  lastRefundedAt: Date | null;
}

/** How the returns of a connection stand. */
export async function returnCounts(tx: Tx, shopId: number, connectionId: string): Promise<ReturnCounts> {
  const rows = await tx.$queryRaw<ReturnCounts[]>`
    SELECT count(*)::int AS total, count(*) FILTER (WHERE seen_at >= ${new Date(nowMs() - 24 * 60 * 60_000)})::int AS "lastDay",
      count(*) FILTER (WHERE state = 'refunded')::int AS refunded, count(*) FILTER (WHERE state = 'withheld')::int AS withheld,
      count(*) FILTER (WHERE state = 'problem')::int AS problems, max(refunded_at) AS "lastRefundedAt"
    FROM return_record WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid`;
  return rows[0] ?? { total: 0, lastDay: 0, refunded: 0, withheld: 0, problems: 0, lastRefundedAt: null };
}

/** A return that was opened in Shopify, as far as the back office was told of it. */
export interface AnnouncedReturn {
  /** `#1001-R1`. */
  reference: string;
  orderId: string;
  state: 'announced' | 'withheld';
  units: number;
  at: string;
}

/** The newest returns announced to the back office. */
export async function listAnnounced(tx: Tx, shopId: number, connectionId: string): Promise<AnnouncedReturn[]> {
  const rows = await tx.expectedReturn.findMany({ where: { shopId, connectionId }, orderBy: { at: 'desc' }, take: 10 });
  return rows.map(({ reference, orderId, state, units, at }) => ({
    ...{ reference, orderId, units, at: at.toISOString() },
    state: state === 'announced' ? 'announced' : 'withheld',
  }));
}
