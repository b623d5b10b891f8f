import { inShop } from '../../db/scope.ts';

export const returnStates = ['seen', 'recorded', 'refunded', 'problem'] as const;
export type ReturnState = (typeof returnStates)[number];

export interface ReturnRow {
  id: string;
  remoteId: string;
  reference: string;
  orderId: string | null;
  orderName: string | null;
  state: ReturnState;
  lines: { sku: string; quantity: number; restocked: boolean }[];
  receivedAt: string;
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
        problem: problem ? { cause: problem.cause, params: problem.params as Record<string, string | number> } : null,
      };
    });
    return { rows, hasNext: found.length > pageSize };
  });
}
