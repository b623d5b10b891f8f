import { BugError, TransientError } from '../../core/errors.ts';
import type { ShopifyAdmin } from '../client.ts';
import { shopifyFetch } from '../fetch.ts';
import { StageUploadsDocument } from '../operations/generated/graphql.ts';
import { refuseUserErrors } from '../user-errors.ts';

/** Shopify takes 100 MB. */
const MAX_BYTES = 100 * 1024 * 1024;
const TIMEOUT_MS = 300_000;

async function asBlob(lines: Iterable<unknown> | AsyncIterable<unknown>): Promise<Blob> {
  const parts: Blob[] = [];
  let text = '';
  let size = 0;
  for await (const line of lines) {
    text += `${JSON.stringify(line)}\n`;
    // a Blob keeps its bytes outside the heap
    if (text.length > 1_000_000) {
      parts.push(new Blob([text]));
      size += parts.at(-1)?.size ?? 0;
      text = '';
      if (size > MAX_BYTES) break;
    }
  }
  const blob = new Blob([...parts, text], { type: 'text/jsonl' });
  if (blob.size > MAX_BYTES)
    throw new BugError('shopify-bulk-input-too-large', 'The input of a bulk mutation is larger than 100 MB: split it');
  if (blob.size === 0) throw new BugError('shopify-bulk-input-empty', 'A bulk mutation needs at least one line');
  return blob;
}

/** Uploads JSON lines where Shopify says; returns the path that `bulkOperationRunMutation` wants. */
export async function uploadLines(admin: ShopifyAdmin, lines: Iterable<unknown> | AsyncIterable<unknown>): Promise<string> {
  const blob = await asBlob(lines);
  const input = [
    {
      resource: 'BULK_MUTATION_VARIABLES' as const,
      filename: 'lines.jsonl',
      mimeType: 'text/jsonl',
      httpMethod: 'POST' as const,
    },
  ];
  const { stagedUploadsCreate } = await admin.run(StageUploadsDocument, { input }, { priority: 'inventory' });
  const target = refuseUserErrors(stagedUploadsCreate).stagedTargets?.[0];
  const path = target?.parameters.find(({ name }) => name === 'key')?.value;
  if (!target?.url || !path)
    throw new TransientError('shopify-server-error', 'Shopify named no place to upload to', {
      params: { shop: admin.shop.domain },
    });
  const form = new FormData();
  for (const { name, value } of target.parameters) form.append(name, value);
  // the file comes last, as the storage behind it requires
  form.append('file', blob, 'lines.jsonl');
  let response: Response;
  try {
    response = await shopifyFetch(target.url, { method: 'POST', body: form, signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.arrayBuffer();
  } catch (cause) {
    throw new TransientError('shopify-no-answer', "Shopify's storage did not take the upload", {
      cause,
      params: { shop: admin.shop.domain },
    });
  }
  if (!response.ok) {
    throw new TransientError('shopify-server-error', `Shopify's storage answered ${response.status} to the upload`, {
      params: { shop: admin.shop.domain, status: response.status },
    });
  }
  return path;
}
