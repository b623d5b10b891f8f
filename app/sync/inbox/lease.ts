import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { inShop, type Tx } from '../../db/scope.ts';

/** Proof of who may work on a key now. A later holder has a higher fence, and a write under an older one is refused. */
export interface Lease {
  key: string;
  fence: bigint;
}

const LEASE_SECONDS = 12;

// PostgreSQL's own clock, not core/clock: a lease is about which process lives, and all machines must agree on it.
async function acquire(shopId: number, key: string, holder: string): Promise<bigint | null> {
  const rows = await inShop(
    shopId,
    (tx) => tx.$queryRaw<{ fence: bigint }[]>`
      INSERT INTO lease (shop_id, key, fence, holder, until)
      VALUES (${shopId}, ${key}, 1, ${holder}, clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}))
      ON CONFLICT (shop_id, key) DO UPDATE SET fence = lease.fence + 1, holder = excluded.holder, until = excluded.until
      WHERE lease.holder IS NULL OR lease.until < clock_timestamp()
      RETURNING fence`,
  );
  return rows[0]?.fence ?? null;
}

/** As withLease, but where somebody else holds the lease nothing is done: null. */
export async function withFreeLease<T>(shopId: number, key: string, work: (lease: Lease) => Promise<T>): Promise<T | null> {
  const holder = randomUUID();
  const fence = await acquire(shopId, key, holder);
  return fence === null ? null : hold(shopId, { key, fence }, holder, work);
}

/**
 * Works on `key` alone, across all processes. Waits up to `waitMs` for another holder, then throws TransientError('busy').
 * The lease is renewed while `work` runs and lapses 12 s after its process died.
 */
export async function withLease<T>(
  shopId: number,
  key: string,
  work: (lease: Lease) => Promise<T>,
  { waitMs = 10_000 } = {},
): Promise<T> {
  const holder = randomUUID();
  let fence = await acquire(shopId, key, holder);
  for (let waited = 0; fence === null; waited += 100) {
    if (waited >= waitMs) throw new TransientError('busy', `${key} is being worked on`, { retryAfterMs: 2_000 });
    await sleep(100);
    fence = await acquire(shopId, key, holder);
  }
  return hold(shopId, { key, fence }, holder, work);
}

async function hold<T>(shopId: number, lease: Lease, holder: string, work: (lease: Lease) => Promise<T>): Promise<T> {
  const { key } = lease;
  const renewal = setInterval(
    () => {
      inShop(
        shopId,
        (tx) => tx.$executeRaw`
        UPDATE lease SET until = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
        WHERE shop_id = ${shopId} AND key = ${key} AND holder = ${holder}`,
      ).catch((error: unknown) => logger.warn({ error, key }, 'A lease could not be renewed; its fence protects what follows'));
    },
    (LEASE_SECONDS * 1000) / 3,
  );
  try {
    return await work(lease);
  } finally {
    clearInterval(renewal);
    await inShop(
      shopId,
      (tx) => tx.$executeRaw`UPDATE lease SET holder = NULL WHERE shop_id = ${shopId} AND key = ${key} AND holder = ${holder}`,
    ).catch((error: unknown) => logger.warn({ error, key }, 'A lease could not be given back; it lapses by itself'));
  }
}

/** Throws unless the lease still is the newest on its key: a worker that stalled must not write over its successor. */
export async function checkFence(tx: Tx, shopId: number, lease: Lease): Promise<void> {
  const rows = await tx.$queryRaw<
    { fence: bigint }[]
  >`SELECT fence FROM lease WHERE shop_id = ${shopId} AND key = ${lease.key} FOR SHARE`;
  if (rows[0]?.fence !== lease.fence)
    throw new TransientError('lease-lost', `Another worker took over ${lease.key}`, { retryAfterMs: 1_000 });
}
