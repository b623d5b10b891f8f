import { nowMs } from '../../core/clock.ts';
import { inSystem } from '../../db/scope.ts';

/** The bucket as Shopify reports it with each answer. */
export interface ThrottleStatus {
  maximumAvailable: number;
  currentlyAvailable: number;
  restoreRate: number;
}

/** What a lease was answered: points, or how far the bucket is from them. */
export type Lease = { granted: number } | { granted: 0; waitMs: number };

/** A shop's bucket before Shopify has told us its size: the smallest plan's. */
const assumed = { capacity: 2000, restorePerSec: 100 };

const rowKey = (domain: string): string => `shopify:${domain}`;

/**
 * Takes points out of the shop's row, atomically over all processes: at least `atLeast`, at most `upTo`, never going below `floorShare` of the
 * capacity. An operation that is larger than what lies above the floor is granted when the bucket is full, else it could never run.
 */
export async function leasePoints(
  domain: string,
  { atLeast, upTo, floorShare }: { atLeast: number; upTo: number; floorShare: number },
): Promise<Lease> {
  const key = rowKey(domain);
  const at = nowMs();
  return inSystem('budgets', async (tx) => {
    // the row lock comes first, so that the level is the newest one
    const rows = await tx.$queryRaw<{ level: number; capacity: number; restore: number }[]>`
      INSERT INTO budget (key, capacity, level, restore_per_sec, updated_at_ms) VALUES (${key}, ${assumed.capacity}, ${assumed.capacity}, ${assumed.restorePerSec}, ${BigInt(at)})
      ON CONFLICT (key) DO UPDATE SET
        level = least(budget.capacity, budget.level + greatest(0, ${at}::float8 - budget.updated_at_ms) * budget.restore_per_sec / 1000),
        updated_at_ms = greatest(budget.updated_at_ms, ${BigInt(at)})
      RETURNING level, capacity, restore_per_sec AS restore`;
    const { level, capacity, restore } = rows[0] ?? { level: 0, capacity: assumed.capacity, restore: assumed.restorePerSec };
    const above = level - capacity * floorShare;
    const full = level >= capacity * 0.98;
    if (above < atLeast && !full) {
      const needed = Math.min(atLeast + capacity * floorShare, capacity * 0.98) - level;
      return { granted: 0 as const, waitMs: Math.ceil((needed / Math.max(restore, 1)) * 1000) };
    }
    const granted = Math.max(atLeast, Math.min(upTo, above));
    await tx.$executeRaw`UPDATE budget SET level = level - ${granted} WHERE key = ${key}`;
    return { granted };
  });
}

/** Gives back what was leased and not used. */
export async function returnPoints(domain: string, points: number): Promise<void> {
  await inSystem(
    'budgets',
    (tx) => tx.$executeRaw`UPDATE budget SET level = least(capacity, level + ${points}) WHERE key = ${rowKey(domain)}`,
  );
}

/**
 * Takes over what Shopify says: size and speed of the bucket, and its level where ours is higher. A lower level of ours is not raised: the
 * difference is what other processes hold and haven't spent yet. When nobody holds anything both fill up to the same edge.
 */
export async function correctBudget(domain: string, status: ThrottleStatus): Promise<void> {
  const at = nowMs();
  await inSystem(
    'budgets',
    (tx) => tx.$executeRaw`
      UPDATE budget SET capacity = ${status.maximumAvailable}, restore_per_sec = ${status.restoreRate},
        level = least(${status.currentlyAvailable}::float8, level + greatest(0, ${at}::float8 - updated_at_ms) * restore_per_sec / 1000 + greatest(0, ${status.maximumAvailable} - capacity)),
        updated_at_ms = greatest(updated_at_ms, ${BigInt(at)})
      WHERE key = ${rowKey(domain)}`,
  );
}
