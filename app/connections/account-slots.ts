import { inSystem } from '../db/scope.ts';

const SLOT_MS = 60_000;
const rowOf = (key: string) => `account ${key}`;

// PostgreSQL's own clock, not core/clock: this is about which process lives and how fast it may really call.

/** Takes any free place of `places`; null when all are held. Places of dead processes lapse after a minute. */
export async function takeSlot(key: string, places: number, holder: string): Promise<number | null> {
  const rows = await inSystem(
    'budgets',
    (tx) => tx.$queryRaw<{ slot: number }[]>`
      WITH clock AS (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms)
      INSERT INTO budget_slot (key, slot, holder, until_ms)
      SELECT ${rowOf(key)}, free.slot, ${holder}, clock.ms + ${SLOT_MS}
      FROM clock, LATERAL (
        SELECT s AS slot FROM generate_series(0, ${places}::int - 1) s LEFT JOIN budget_slot b ON b.key = ${rowOf(key)} AND b.slot = s
        WHERE b.slot IS NULL OR b.until_ms < clock.ms ORDER BY random() LIMIT 1) free
      ON CONFLICT (key, slot) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms
      WHERE budget_slot.until_ms < excluded.until_ms - ${SLOT_MS}
      RETURNING slot`,
  );
  return rows[0]?.slot ?? null;
}

export async function renewSlot(key: string, slot: number, holder: string): Promise<void> {
  await inSystem(
    'budgets',
    (tx) => tx.$executeRaw`
      UPDATE budget_slot SET until_ms = (extract(epoch FROM clock_timestamp()) * 1000)::bigint + ${SLOT_MS}
      WHERE key = ${rowOf(key)} AND slot = ${slot} AND holder = ${holder}`,
  );
}

export async function giveSlotBack(key: string, slot: number, holder: string): Promise<void> {
  await inSystem(
    'budgets',
    (tx) => tx.$executeRaw`DELETE FROM budget_slot WHERE key = ${rowOf(key)} AND slot = ${slot} AND holder = ${holder}`,
  );
}

/**
 * Reserves the next place in an account that takes `perSecond` calls a second, and says how many ms to wait for it. The level may fall
 * below zero: that is the queue, so that nobody has to ask twice. Null when the wait would be longer than `longestWaitMs`; then nothing
 * is reserved. `emptyForMs` empties the account for so long instead (the vendor asked for a pause).
 */
export async function reservePlace(
  key: string,
  perSecond: number,
  { longestWaitMs = Infinity, emptyForMs }: { longestWaitMs?: number; emptyForMs?: number },
): Promise<number | null> {
  const capacity = Math.max(1, perSecond);
  const lowest = Number.isFinite(longestWaitMs) ? -(longestWaitMs * perSecond) / 1000 : -1e12;
  const pause = emptyForMs === undefined ? null : -(emptyForMs * perSecond) / 1000;
  const rows = await inSystem('budgets', async (tx) => {
    await tx.$executeRaw`
      INSERT INTO budget (key, capacity, level, restore_per_sec, updated_at_ms)
      VALUES (${rowOf(key)}, ${capacity}, ${capacity}, ${perSecond}, (extract(epoch FROM clock_timestamp()) * 1000)::bigint) ON CONFLICT (key) DO NOTHING`;
    return tx.$queryRaw<{ level: number }[]>`
      WITH row AS (SELECT level, updated_at_ms FROM budget WHERE key = ${rowOf(key)} FOR UPDATE),
        clock AS (SELECT level, greatest(updated_at_ms, (extract(epoch FROM clock_timestamp()) * 1000)::bigint) AS ms, updated_at_ms FROM row),
        now AS (SELECT ms, least(${capacity}::float, level + (ms - updated_at_ms) * ${perSecond}::float / 1000) AS level FROM clock),
        next AS (SELECT ms, CASE WHEN ${pause}::float IS NULL THEN level - 1 ELSE least(level, ${pause}::float) END AS level FROM now)
      UPDATE budget SET level = next.level, updated_at_ms = next.ms, capacity = ${capacity}, restore_per_sec = ${perSecond}
      FROM next WHERE key = ${rowOf(key)} AND (${pause}::float IS NOT NULL OR next.level >= ${lowest}::float)
      RETURNING budget.level`;
  });
  const level = rows[0]?.level;
  return level === undefined ? null : Math.max(0, Math.ceil((-level / perSecond) * 1000));
}
