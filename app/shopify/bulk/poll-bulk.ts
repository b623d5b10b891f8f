import { now } from '../../core/clock.ts';
import { inShop, inSystem } from '../../db/scope.ts';
import type { ShopifyAdmin } from '../client.ts';
import { BulkCancelDocument, BulkStatusDocument } from '../operations/generated/graphql.ts';
import { refuseUserErrors } from '../user-errors.ts';

/** How a bulk operation stands. */
export interface BulkState {
  id: string;
  purpose: string;
  runId: string | null;
  /** `completed` has a result that nobody took yet (or none, when there was nothing: url null). */
  state: 'running' | 'completed' | 'taken' | 'failed';
  /** Valid for seven days. On failure the part that was ready, if any. */
  url: string | null;
  /** Records so far. */
  objects: number;
  /** Shopify's own: ACCESS_DENIED, INTERNAL_SERVER_ERROR, TIMEOUT. */
  errorCode: string | null;
}

/**
 * Asks Shopify how an operation of ours stands and records it. The finish webhook may be lost, so that this is called by the clock too. Null
 * when it isn't ours.
 */
export async function pollBulk(admin: ShopifyAdmin, id: string): Promise<BulkState | null> {
  const { shop } = admin;
  const where = { shopId_id: { shopId: shop.id, id } };
  const row = await inShop(shop.id, (tx) => tx.bulkOperation.findUnique({ where }));
  if (!row) return null;
  const base = { id, purpose: row.purpose, runId: row.runId };
  if (row.state === 'taken' || row.state === 'failed')
    return { ...base, state: row.state, url: row.url, objects: 0, errorCode: null };
  const { bulkOperation } = await admin.run(BulkStatusDocument, { id }, { priority: 'product' });
  // gone from Shopify's memory: it won't come back
  const status = bulkOperation?.status ?? 'EXPIRED';
  const state =
    status === 'COMPLETED'
      ? 'completed'
      : status === 'FAILED' || status === 'CANCELED' || status === 'EXPIRED'
        ? 'failed'
        : 'running';
  const url = bulkOperation?.url ?? bulkOperation?.partialDataUrl ?? null;
  if (state !== row.state || url !== row.url) {
    const finishedAt = state === 'running' ? null : new Date(bulkOperation?.completedAt ?? now());
    await inShop(shop.id, (tx) =>
      tx.bulkOperation.updateMany({ where: { shopId: shop.id, id, state: { not: 'taken' } }, data: { state, url, finishedAt } }),
    );
  }
  return { ...base, state, url, objects: Number(bulkOperation?.objectCount ?? 0), errorCode: bulkOperation?.errorCode ?? null };
}

export async function cancelBulk(admin: ShopifyAdmin, id: string): Promise<void> {
  refuseUserErrors((await admin.run(BulkCancelDocument, { id }, { priority: 'page' })).bulkOperationCancel);
}

/** Every operation that somebody still has to look after, over all shops: running, or completed and not taken. */
export function openBulkOperations(
  limit = 500,
): Promise<{ shopId: number; id: string; purpose: string; runId: string | null }[]> {
  return inSystem('running-bulk-operations', (tx) =>
    tx.bulkOperation.findMany({
      where: { state: { in: ['running', 'completed'] } },
      select: { shopId: true, id: true, purpose: true, runId: true },
      orderBy: { startedAt: 'asc' },
      take: limit,
    }),
  );
}
