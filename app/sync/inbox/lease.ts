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

/** A lease while it is held. */
export interface HeldLease extends Lease {
  /** Gives it back in the transaction that ends the work, which saves one of its own. Nothing may be done under it afterwards. */
  giveBack(tx: Tx): Promise<void>;
}

/** How long a lease outlives the process that held it. */
export const LEASE_SECONDS = 12;

// PostgreSQL's own clock, not core/clock: a lease is about which process lives, and all machines must agree on it.
async function acquire(tx: Tx, shopId: number, key: string, holder: string): Promise<bigint | null> {
  const rows = await tx.$queryRaw<{ fence: bigint }[]>`
    INSERT INTO lease (shop_id, key, fence, holder, until)
    VALUES (${shopId}, ${key}, 1, ${holder}, clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}))
    ON CONFLICT (shop_id, key) DO UPDATE SET fence = lease.fence + 1, holder = excluded.holder, until = excluded.until
    WHERE lease.holder IS NULL OR lease.until < clock_timestamp()
    RETURNING fence`;
  return rows[0]?.fence ?? null;
}

const release = (tx: Tx, shopId: number, key: string, holder: string) =>
  tx.$executeRaw`UPDATE lease SET holder = NULL WHERE shop_id = ${shopId} AND key = ${key} AND holder = ${holder}`;

/** What is read under a lease in the very transaction that takes it. */
type Read<Found> = (tx: Tx) => Promise<Found>;

async function acquireAndRead<Found>(
  shopId: number,
  key: string,
  holder: string,
  read: Read<Found>,
): Promise<{ lease: Lease; found: Found } | null> {
  return inShop(shopId, async (tx) => {
    const fence = await acquire(tx, shopId, key, holder);
    return fence === null ? null : { lease: { key, fence }, found: await read(tx) };
  });
}

/** As withLease, but where somebody else holds the lease nothing is done: null. */
export async function withFreeLease<T>(shopId: number, key: string, work: (lease: HeldLease) => Promise<T>): Promise<T | null> {
  const holder = randomUUID();
  const taken = await acquireAndRead(shopId, key, holder, () => Promise.resolve());
  return taken && hold(shopId, taken.lease, holder, work);
}

/** A lease that was taken in a transaction of the caller's, and how to work under it once that is committed; null where somebody else holds it. */
export async function takeFreeLease(
  tx: Tx,
  shopId: number,
  key: string,
): Promise<{ giveBack: HeldLease['giveBack']; hold<T>(work: (lease: HeldLease) => Promise<T>): Promise<T> } | null> {
  const holder = randomUUID();
  const fence = await acquire(tx, shopId, key, holder);
  if (fence === null) return null;
  return {
    giveBack: async (within) => void (await release(within, shopId, key, holder)),
    hold: (work) => hold(shopId, { key, fence }, holder, work),
  };
}

/**
 * Works on `key` alone, across all processes. Waits up to `waitMs` for another holder, then throws TransientError('busy').
 * The lease is renewed while `work` runs and lapses 12 s after its process died.
 */
export function withLease<T>(
  shopId: number,
  key: string,
  work: (lease: HeldLease) => Promise<T>,
  options: { waitMs?: number } = {},
): Promise<T> {
  return withLeaseAndFound(shopId, key, () => Promise.resolve(), work, options);
}

/** As withLease, with what is found under the lease as the work begins. */
export async function withLeaseAndFound<Found, T>(
  shopId: number,
  key: string,
  read: Read<Found>,
  work: (lease: HeldLease, found: Found) => Promise<T>,
  { waitMs = 10_000 }: { waitMs?: number } = {},
): Promise<T> {
  const holder = randomUUID();
  let taken = await acquireAndRead(shopId, key, holder, read);
  for (let waited = 0; taken === null; waited += 100) {
    if (waited >= waitMs) throw new TransientError('busy', `${key} is being worked on`, { retryAfterMs: 2_000 });
    await sleep(100);
    taken = await acquireAndRead(shopId, key, holder, read);
  }
  const { lease, found } = taken;
  return hold(shopId, lease, holder, (held) => work(held, found));
}

async function hold<T>(shopId: number, lease: Lease, holder: string, work: (lease: HeldLease) => Promise<T>): Promise<T> {
  const { key } = lease;
  let givenBack = false;
  const giveBack = async (tx: Tx) => {
    await release(tx, shopId, key, holder);
    givenBack = true;
  };
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
  let ended = false;
  try {
    const result = await work({ ...lease, giveBack });
    ended = true;
    return result;
  } finally {
    clearInterval(renewal);
    // Given back in a transaction that then failed, it is held still.
    if (!ended || !givenBack)
      await inShop(shopId, (tx) => release(tx, shopId, key, holder)).catch((error: unknown) =>
        logger.warn({ error, key }, 'A lease could not be given back; it lapses by itself'),
      );
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
