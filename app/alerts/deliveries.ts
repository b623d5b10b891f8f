import { Prisma } from '@prisma/client';
import { now } from '../core/clock.ts';
import { NeedsMerchantError, RejectedError } from '../core/errors.ts';
import { inShop } from '../db/scope.ts';
import { enqueue } from '../jobs/enqueue.ts';
import type { Actor } from '../people/actor.ts';
import type { DeliveryContent, Entry } from './alert.ts';
import { noteSentAgain, putTestInOutbox } from './by-hand.ts';

const PAGE = 25;

export const deliveryStates = ['pending', 'delivered', 'failed', 'dropped'] as const;

/** One message of the log; moments are ISO 8601. */
export interface DeliveryView {
  id: string;
  /** Empty for one that is gone. */
  recipientName: string;
  channel: string;
  kind: 'now' | 'digest' | 'test';
  state: (typeof deliveryStates)[number];
  attempts: number;
  createdAt: string;
  deliveredAt: string | null;
  nextAttemptAt: string | null;
  /** What it tells first, and of how many alerts it tells. */
  first: Entry | null;
  entries: number;
  /** The other side's status and how long it took, or what went wrong. */
  answer: { status?: number; ms?: number; code?: string; params?: Record<string, string | number> } | null;
}

/** The log, the newest message first. */
export function listDeliveries(
  shopId: number,
  filter: { recipientId?: string; state?: string; page?: number } = {},
): Promise<{ rows: DeliveryView[]; hasNext: boolean }> {
  const { page = 1, recipientId, state } = filter;
  return inShop(shopId, async (tx) => {
    const rows = await tx.alertDelivery.findMany({
      where: { shopId, ...(recipientId ? { recipientId } : {}), ...(state ? { state } : {}) },
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
      skip: (page - 1) * PAGE,
      take: PAGE + 1,
    });
    const recipients = await tx.alertRecipient.findMany({ where: { shopId }, select: { id: true, name: true, channel: true } });
    const byId = new Map(recipients.map((one) => [one.id, one]));
    const views = rows.slice(0, PAGE).map((row): DeliveryView => {
      const entries = (row.content as Partial<DeliveryContent>).entries ?? [];
      const recipient = byId.get(row.recipientId);
      return {
        id: row.id,
        recipientName: recipient?.name ?? '',
        channel: recipient?.channel ?? '',
        kind: row.kind as DeliveryView['kind'],
        state: row.state as DeliveryView['state'],
        attempts: row.attempts,
        createdAt: row.createdAt.toISOString(),
        deliveredAt: row.deliveredAt?.toISOString() ?? null,
        nextAttemptAt: row.attempts > 0 ? (row.nextAttemptAt?.toISOString() ?? null) : null,
        first: entries[0] ?? null,
        entries: entries.length,
        answer: row.answer as DeliveryView['answer'],
      };
    });
    return { rows: views, hasNext: rows.length > PAGE };
  });
}

/** Sends a message again, as it was and under its own id, whatever became of it. A test says nothing that could be lost: it becomes another one. */
export function sendAgain(shopId: number, actor: Actor, id: string): Promise<void> {
  return inShop(shopId, async (tx) => {
    const row = await tx.alertDelivery.findUnique({ where: { shopId_id: { shopId, id } } });
    if (!row) throw new NeedsMerchantError('message-gone', `Message ${id} does not exist`);
    const recipient = await tx.alertRecipient.findUnique({ where: { shopId_id: { shopId, id: row.recipientId } } });
    if (!recipient) throw new NeedsMerchantError('recipient-gone', `Recipient ${row.recipientId} does not exist`);
    if (!recipient.active) throw new RejectedError('recipient-off', `Recipient ${recipient.id} is switched off`);
    if (row.kind === 'test') {
      await putTestInOutbox(tx, actor, recipient);
      return;
    }
    await noteSentAgain(tx, actor, recipient);
    const { count } = await tx.alertDelivery.updateMany({
      where: { shopId, id, OR: [{ leasedUntil: null }, { leasedUntil: { lt: now() } }] },
      data: { state: 'pending', attempts: 0, nextAttemptAt: now(), leasedUntil: null, deliveredAt: null, answer: Prisma.DbNull },
    });
    if (count === 0) throw new RejectedError('busy', `Message ${id} is being sent`);
    await enqueue(tx, 'deliver', { shopId, deliveryId: id }, { priority: 25, group: String(shopId) });
  });
}
