import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../../core/clock.ts';
import { TransientError } from '../../core/errors.ts';
import { inSystem } from '../../db/scope.ts';

/** Longer than anything done under the lock (one token request of at most 15 s, twice), so that a crashed holder blocks a shop only briefly. */
const LEASE_MS = 40_000;
const MAX_WAIT_MS = 45_000;

async function acquire(key: string, holder: string): Promise<boolean> {
  const at = nowMs();
  const taken = await inSystem(
    'budgets',
    (tx) => tx.$executeRaw`
      INSERT INTO budget_slot (key, slot, holder, until_ms) VALUES (${key}, 0, ${holder}, ${BigInt(at + LEASE_MS)})
      ON CONFLICT (key, slot) DO UPDATE SET holder = EXCLUDED.holder, until_ms = EXCLUDED.until_ms WHERE budget_slot.until_ms < ${BigInt(at)}`,
  );
  return taken > 0;
}

async function release(key: string, holder: string): Promise<void> {
  await inSystem('budgets', (tx) => tx.budgetSlot.deleteMany({ where: { key, holder } }));
}

const inThisProcess = new Map<string, Promise<unknown>>();

/**
 * One at a time for each shop, over all processes: whoever refreshes or exchanges a token. A row with a lease and not a held transaction, because
 * Shopify is called meanwhile. Within a process callers queue here first, so that only one of them asks the database.
 */
export async function withShopLock<T>(domain: string, work: () => Promise<T>): Promise<T> {
  const before = inThisProcess.get(domain) ?? Promise.resolve();
  const turn = before.then(() => locked(domain, work));
  const settled = turn.catch(() => undefined);
  inThisProcess.set(domain, settled);
  try {
    return await turn;
  } finally {
    if (inThisProcess.get(domain) === settled) inThisProcess.delete(domain);
  }
}

async function locked<T>(domain: string, work: () => Promise<T>): Promise<T> {
  const key = `token:${domain}`;
  const holder = randomUUID();
  const giveUpAt = performance.now() + MAX_WAIT_MS;
  for (let pause = 20; !(await acquire(key, holder)); pause = Math.min(pause * 1.5, 250)) {
    if (performance.now() > giveUpAt)
      throw new TransientError('shopify-token-busy', `Another process holds the token of ${domain}`, {
        params: { shop: domain },
      });
    await sleep(pause + Math.random() * 20);
  }
  try {
    return await work();
  } finally {
    await release(key, holder);
  }
}
