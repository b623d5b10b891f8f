import { now } from '../../core/clock.ts';
import { TransientError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import type { ShopifyAdmin } from '../client.ts';
import { BulkRunMutationDocument, BulkRunQueryDocument, type TypedDocumentString } from '../operations/generated/graphql.ts';
import { refuseUserErrors, userErrorsOf, type MutationPayload } from '../user-errors.ts';
import { innerQuery } from './inner-query.ts';
import { uploadLines } from './upload-lines.ts';

/** Why an operation runs; kept with it, because its end may be heard of by another process, days later. */
export interface BulkOrder {
  purpose: string;
  runId?: string | null;
}

/** Shopify runs five queries and five mutations at a time for a shop and app. */
function refuseWhenBusy(payload: MutationPayload | null | undefined, shop: string): void {
  const busy = userErrorsOf(payload).find(
    ({ code, message }) => code === 'OPERATION_IN_PROGRESS' || code === 'LIMIT_REACHED' || /already in progress/i.test(message),
  );
  if (busy) throw new TransientError('shopify-bulk-busy', busy.message, { params: { shop }, retryAfterMs: 60_000 });
}

async function remember(admin: ShopifyAdmin, id: string, { purpose, runId }: BulkOrder, startedAt: Date): Promise<string> {
  await inShop(admin.shop.id, (tx) =>
    tx.bulkOperation.upsert({
      where: { shopId_id: { shopId: admin.shop.id, id } },
      create: { shopId: admin.shop.id, id, purpose, runId: runId ?? null, state: 'running', startedAt },
      update: {},
    }),
  );
  return id;
}

/**
 * Starts a bulk query and records it. Returns its global id; its end is seen by `pollBulk`. Throws TransientError('shopify-bulk-busy') while five are
 * running. `grouped`: children follow their parent in the result (slower at Shopify), so that `groupsOf` can put records together.
 */
export async function startBulkQuery(
  admin: ShopifyAdmin,
  document: TypedDocumentString<unknown, Record<string, never>>,
  {
    filter = '',
    keys = [],
    grouped = false,
    ...order
  }: BulkOrder & { filter?: string; keys?: readonly string[]; grouped?: boolean },
): Promise<string> {
  // Before it is asked for: what is read by itself from now on is at least as new as what it finds.
  const startedAt = now();
  const { bulkOperationRunQuery } = await admin.run(
    BulkRunQueryDocument,
    { query: innerQuery(document, filter, keys), groupObjects: grouped },
    { priority: 'product' },
  );
  refuseWhenBusy(bulkOperationRunQuery, admin.shop.domain);
  const { bulkOperation } = refuseUserErrors(bulkOperationRunQuery);
  if (!bulkOperation) throw new TransientError('shopify-server-error', 'Shopify started a bulk query without naming it');
  return remember(admin, bulkOperation.id, order, startedAt);
}

/**
 * Uploads one line of variables for each call and starts a bulk mutation. Lines are not worked off in order, and their results carry `__lineNumber`. Throws as
 * `startBulkQuery` does.
 */
export async function startBulkMutation<Variables>(
  admin: ShopifyAdmin,
  document: TypedDocumentString<unknown, Variables>,
  lines: Iterable<Variables> | AsyncIterable<Variables>,
  order: BulkOrder,
): Promise<string> {
  const stagedUploadPath = await uploadLines(admin, lines);
  const startedAt = now();
  const { bulkOperationRunMutation } = await admin.run(
    BulkRunMutationDocument,
    { mutation: document.toString(), stagedUploadPath },
    { priority: 'inventory' },
  );
  refuseWhenBusy(bulkOperationRunMutation, admin.shop.domain);
  const { bulkOperation } = refuseUserErrors(bulkOperationRunMutation);
  if (!bulkOperation) throw new TransientError('shopify-server-error', 'Shopify started a bulk mutation without naming it');
  return remember(admin, bulkOperation.id, order, startedAt);
}
