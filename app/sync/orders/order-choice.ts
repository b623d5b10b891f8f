import { randomUUID } from 'node:crypto';
import { now } from '../../core/clock.ts';
import { RejectedError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import type { Person } from '../../people/staff.ts';
import { audit } from '../../people/audit.ts';
import { takeIn } from '../inbox/inbox.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { holdsThatCanBeEnded } from './decide-order.ts';

/** `send-now` cuts the edit window (a hold for risk, a wait for goods) short; `leave-out` keeps the order from being sent; `take-back` takes either back. */
export type ChoiceMade = 'send-now' | 'leave-out' | 'take-back';

/**
 * Records what somebody decided about one order and has it judged again through the inbox. Throws RejectedError `order-went-already` where a
 * part of it was handed over: then it is cancelled or changed in Shopify.
 */
export async function chooseForOrder(shopId: number, actor: Person, orderId: string, made: ChoiceMade): Promise<void> {
  await inShop(shopId, async (tx) => {
    const order = await tx.order.findUnique({ where: { shopId_id: { shopId, id: orderId } } });
    const went = await tx.part.count({ where: { shopId, orderId, remoteId: { not: null }, state: { not: 'cancelled' } } });
    const code = (order?.reason as { code?: string } | null)?.code ?? '';
    const stillWaits = made === 'send-now' && order?.verdict === 'hold' && holdsThatCanBeEnded.has(code);
    if (!order || (went > 0 && !stillWaits))
      throw new RejectedError('order-went-already', `${order?.name ?? orderId} was handed over already or is gone`, {
        params: { order: order?.name ?? '' },
      });
    const at = now();
    const data = {
      sendNowAt: made === 'send-now' ? at : null,
      leftOutAt: made === 'leave-out' ? at : null,
    };
    await tx.order.update({ where: { shopId_id: { shopId, id: orderId } }, data });
    await audit(tx, shopId, actor, {
      action: `order-${made}`,
      subject: `order ${order.name}`,
      before: { sendNow: order.sendNowAt !== null, leftOut: order.leftOutAt !== null },
      after: { sendNow: made === 'send-now', leftOut: made === 'leave-out' },
    });
    const subject = { kind: 'order' as const, id: orderId };
    const events = { 'send-now': 'sent-by-hand', 'leave-out': 'left-out-by-hand', 'take-back': 'taken-back' } as const;
    await noteEvent(tx, shopId, subject, events[made], { by: actor.userName });
    await takeIn(tx, shopId, {
      key: `choice ${randomUUID()}`,
      door: 'button',
      topic: made,
      subjectKind: 'order',
      subjectId: orderId,
      triggeredAt: null,
    });
  });
}
