import { now } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { priorityOf, takeIn } from '../inbox/inbox.ts';

const keyOf = (runId: string, orderId: string) => `run ${runId} ${orderId}`;
const words = { door: 'schedule', topic: 'left-by-run', subjectKind: 'order' } as const;

/** An order that a run could not do waits in the inbox, which keeps at it until it is done. */
export async function leaveToInbox(shopId: number, runId: string, orderId: string): Promise<void> {
  const knock = { ...words, subjectId: orderId, triggeredAt: null };
  await inShop(shopId, (tx) => takeIn(tx, shopId, { ...knock, key: keyOf(runId, orderId) }));
}

/**
 * Works on some orders of a run, each of which waits in the inbox until all of it was done. What was decided about an order is stored before it is
 * done, so a run that is killed in between and goes on would take that order for known: then the sweeper finds it waiting. `work` answers whether all was
 * done; what wasn't is nudged at once.
 */
export async function workThroughInbox(
  shopId: number,
  runId: string,
  orderIds: readonly string[],
  work: (orderId: string) => Promise<boolean>,
): Promise<void> {
  const keys = orderIds.map((orderId) => keyOf(runId, orderId));
  await inShop(
    shopId,
    (tx) => tx.$executeRaw`
      INSERT INTO inbox_item (shop_id, key, door, topic, subject_kind, subject_id, received_at)
      SELECT ${shopId}::int, key, ${words.door}, ${words.topic}, ${words.subjectKind}, id, ${now()}::timestamptz
      FROM unnest(${keys}::text[], ${[...orderIds]}::text[]) AS one (key, id)
      ON CONFLICT (shop_id, key) DO UPDATE SET handled_at = NULL, received_at = excluded.received_at, next_nudge = NULL, nudges = 0`,
  );
  const done = await Promise.all(orderIds.map(work));
  await inShop(shopId, async (tx) => {
    // One that took long was nudged: whoever works on it now may have read newer news of it, and answers for the row.
    await tx.inboxItem.updateMany({
      where: { shopId, key: { in: keys.filter((_, index) => done[index]) }, handledAt: null, nudges: 0 },
      data: { handledAt: now() },
    });
    for (const id of orderIds.filter((_, index) => !done[index]))
      await enqueue(
        tx,
        'drain',
        { shopId, kind: words.subjectKind, id },
        { priority: priorityOf(words.subjectKind), group: String(shopId) },
      );
  });
}
