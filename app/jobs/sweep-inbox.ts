import { now, nowMs } from '../core/clock.ts';
import { inShop, inSystem } from '../db/scope.ts';
import { priorityOf, type InboxKind } from '../sync/inbox/inbox.ts';
import { boss } from './boss.ts';
import { enqueue } from './enqueue.ts';

const SWEEP_AFTER_MS = 30_000;
const LONG_QUEUE = 500;

/** Shops with so many jobs in the queue that nobody can tell yet whether one of them was lost. */
async function busyShops(): Promise<number[]> {
  const { rows } = await (
    await boss()
  )
    .getDb()
    .executeSql(
      "SELECT group_id FROM pgboss.job WHERE name = 'drain' AND state IN ('created', 'retry') AND group_id IS NOT NULL GROUP BY 1 HAVING count(*) > $1",
      [LONG_QUEUE],
    );
  return (rows as { group_id: string }[]).map(({ group_id: shopId }) => Number(shopId));
}

/**
 * Inbox rows that nobody handled for half a minute: their job was lost with its worker, or its last try failed. Each is nudged again after half
 * a minute, one, two, four, then every five, so that a back office that is down for an hour fills no queue. A shop whose queue is long is being
 * worked through: a burst isn't made longer by being looked after.
 */
export async function sweepInbox(): Promise<void> {
  const busy = await busyShops();
  const waiting = await inSystem(
    'sweep-inbox',
    (tx) => tx.$queryRaw<{ shop_id: number; subject_kind: InboxKind; subject_id: string }[]>`
      WITH due AS (
        SELECT i.shop_id, i.id FROM inbox_item i JOIN shop s ON s.id = i.shop_id AND s.uninstalled_at IS NULL
        WHERE i.handled_at IS NULL AND i.subject_kind <> 'shop-event'
          AND (i.next_nudge <= ${now()} OR (i.next_nudge IS NULL AND i.received_at < ${new Date(nowMs() - SWEEP_AFTER_MS)}))
          AND NOT (i.shop_id = ANY(${busy}))
        ORDER BY coalesce(i.next_nudge, i.received_at) LIMIT 2000 FOR UPDATE OF i SKIP LOCKED),
      nudged AS (
        UPDATE inbox_item i SET nudges = i.nudges + 1, next_nudge = ${now()}::timestamptz + least(interval '30 seconds' * power(2, least(i.nudges, 10)), interval '5 minutes')
        FROM due WHERE i.shop_id = due.shop_id AND i.id = due.id RETURNING i.shop_id, i.subject_kind, i.subject_id)
      SELECT DISTINCT shop_id, subject_kind, subject_id FROM nudged`,
  );
  const byShop = Map.groupBy(waiting, (row) => row.shop_id);
  for (const [shopId, rows] of byShop) {
    await inShop(shopId, async (tx) => {
      for (const row of rows)
        await enqueue(
          tx,
          'drain',
          { shopId, kind: row.subject_kind, id: row.subject_id },
          { priority: priorityOf(row.subject_kind), group: String(shopId) },
        );
    });
  }
}
