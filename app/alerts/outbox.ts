import type { Prisma } from '@prisma/client';
import { now, nowMs } from '../core/clock.ts';
import type { Tx } from '../db/scope.ts';
import { enqueue } from '../jobs/enqueue.ts';
import type { DeliveryContent } from './alert.ts';

/** Its own job comes first; the tick looks after it from then on. */
const NUDGE_MS = 30_000;

/** Nobody else makes or ends this shop's alerts, or writes messages of them, until the transaction ends. */
export async function lockAlerts(tx: Tx, shopId: number): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`alerts ${shopId}`}, 0))`;
}

/**
 * Writes a message into the outbox, in the transaction of what it tells of: both are there, or neither. A worker sends it; its job is only a
 * nudge, and the tick finds what was left lying.
 */
export async function putInOutbox(
  tx: Tx,
  shopId: number,
  message: { recipientId: string; kind: 'now' | 'digest' | 'test'; content: DeliveryContent },
): Promise<string> {
  const { recipientId, kind, content } = message;
  const { id } = await tx.alertDelivery.create({
    data: {
      shopId,
      recipientId,
      kind,
      content: content as unknown as Prisma.InputJsonObject,
      state: 'pending',
      createdAt: now(),
      nextAttemptAt: new Date(nowMs() + NUDGE_MS),
    },
    select: { id: true },
  });
  await enqueue(tx, 'deliver', { shopId, deliveryId: id }, { priority: 25, group: String(shopId) });
  return id;
}
