import { randomUUID } from 'node:crypto';
import { inShop } from '../../db/scope.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { takeIn } from './inbox.ts';

/** The topic of a knock by "Sync again". */
export const SYNC_AGAIN = 'sync-again';

/** "Sync again" on one order: the same corridor as a webhook. `by` is who pressed it, shown in the timeline. */
export async function nudgeOrder({ shopId, orderId, by }: { shopId: number; orderId: string; by: string }): Promise<void> {
  await inShop(shopId, async (tx) => {
    await takeIn(tx, shopId, {
      key: `button ${randomUUID()}`,
      door: 'button',
      topic: SYNC_AGAIN,
      subjectKind: 'order',
      subjectId: orderId,
      triggeredAt: null,
    });
    await noteEvent(tx, shopId, { kind: 'order', id: orderId }, 'sync-again', { by });
  });
}
