import { inShop } from '../../db/scope.ts';
import { takeIn } from '../inbox/inbox.ts';

/** An order that a run could not do waits in the inbox, which keeps at it until it is done. */
export async function leaveToInbox(shopId: number, runId: string, orderId: string): Promise<void> {
  const knock = { door: 'schedule', topic: 'left-by-run', subjectKind: 'order', subjectId: orderId, triggeredAt: null } as const;
  await inShop(shopId, (tx) => takeIn(tx, shopId, { ...knock, key: `run ${runId} ${orderId}` }));
}
