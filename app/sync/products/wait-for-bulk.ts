import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import { pollBulk } from '../../shopify/bulk/poll-bulk.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { showLife } from '../runs/runs.ts';

/** How long a run waits for Shopify in one go; after that its job is tried again and goes on waiting. */
const WAIT_MS = 20 * 60_000;

/** Waits until a bulk operation of ours has ended, its run shown alive. Throws TransientError when Shopify gave it up or takes too long. */
export async function waitForBulk(admin: ShopifyAdmin, id: string, runId: string): Promise<void> {
  const giveUpAt = performance.now() + WAIT_MS;
  const { shop } = admin;
  for (let pause = 250; ; pause = Math.min(pause * 1.5, 10_000)) {
    const state = await pollBulk(admin, id);
    if (state?.state === 'completed' || state?.state === 'taken') return;
    if (!state || state.state === 'failed') {
      const params = { shop: shop.domain, code: state?.errorCode ?? 'EXPIRED' };
      throw new TransientError('shopify-bulk-failed', `Shopify gave a bulk operation up: ${params.code}`, { params });
    }
    if (performance.now() > giveUpAt) {
      throw new TransientError('shopify-bulk-slow', 'Shopify is still working on a bulk operation', {
        params: { shop: shop.domain },
        retryAfterMs: 5_000,
      });
    }
    await inShop(shop.id, (tx) => showLife(tx, shop.id, runId));
    await sleep(pause);
  }
}
