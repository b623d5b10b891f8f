import { now, nowMs } from '../core/clock.ts';
import { inShop, inSystem } from '../db/scope.ts';
import { readSubject, shopEventOf } from '../sync/inbox/shop-events.ts';
import { enqueue } from './enqueue.ts';

/** A job's own tries last about eight minutes. */
const SWEEP_AFTER_MS = 15 * 60_000;

/**
 * News of a shop's life that nobody could handle, uninstalled shops' too: Shopify was answered and never says it again, and what it asked for (to forget
 * somebody, to forget the shop) is owed. Each is nudged again after a quarter of an hour, half an hour, one hour and so on, at least once a day.
 */
export async function sweepShopEvents(): Promise<void> {
  const waiting = await inSystem(
    'sweep-inbox',
    (tx) => tx.$queryRaw<{ shop_id: number; key: string; topic: string; subject_id: string }[]>`
      WITH due AS (
        SELECT i.shop_id, i.id FROM inbox_item i
        WHERE i.handled_at IS NULL AND i.subject_kind = 'shop-event'
          AND (i.next_nudge <= ${now()} OR (i.next_nudge IS NULL AND i.received_at < ${new Date(nowMs() - SWEEP_AFTER_MS)}))
        ORDER BY coalesce(i.next_nudge, i.received_at) LIMIT 500 FOR UPDATE OF i SKIP LOCKED)
      UPDATE inbox_item i SET nudges = i.nudges + 1,
        next_nudge = ${now()}::timestamptz + least(interval '15 minutes' * power(2, least(i.nudges, 10)), interval '1 day')
      FROM due WHERE i.shop_id = due.shop_id AND i.id = due.id RETURNING i.shop_id, i.key, i.topic, i.subject_id`,
  );
  for (const { shop_id: shopId, key, topic, subject_id: subjectId } of waiting) {
    const event = shopEventOf(topic);
    if (!event) continue;
    const { orderIds } = readSubject(subjectId);
    await inShop(shopId, (tx) => enqueue(tx, 'shop', { shopId, event, inboxKey: key, orderIds }, { priority: 40 }));
  }
}
