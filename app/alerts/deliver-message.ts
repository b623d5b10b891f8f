import { Prisma, type AlertDelivery, type AlertRecipient } from '@prisma/client';
import { now, nowMs } from '../core/clock.ts';
import { asCrossdockError, type CrossdockError } from '../core/errors.ts';
import { logger } from '../core/logger.ts';
import { inShop, inSystem } from '../db/scope.ts';
import { enqueue } from '../jobs/enqueue.ts';
import { appItself } from '../people/actor.ts';
import { audit } from '../people/audit.ts';
import type { DeliveryContent } from './alert.ts';
import { mailOf, webhookOf, type AlertTexts } from './compose-message.ts';
import { openSecrets } from './recipient-secrets.ts';
import { sendMail } from './send-mail.ts';
import { sendWebhook } from './send-webhook.ts';
import { readSettings, type StoredSettings } from './settings-store.ts';

const MINUTE_MS = 60_000;
/** Minutes until each next attempt; after the last one, more than a day later, it is left to people. */
const backOffMinutes = [1, 5, 30, 120, 300, 600, 600];
/** Longer than any attempt takes. */
const LEASE_MS = 2 * MINUTE_MS;
/** A message that was nudged and is still there is nudged again. */
const NUDGE_MS = MINUTE_MS;

interface Claimed {
  delivery: AlertDelivery;
  recipient: AlertRecipient;
  shop: { name: string; domain: string; timeZone: string };
  settings: StoredSettings;
}

/** Takes a message that nobody else is sending; null where there is nothing (more) to send. */
function claim(shopId: number, id: string): Promise<Claimed | null> {
  return inShop(shopId, async (tx) => {
    const { count } = await tx.alertDelivery.updateMany({
      where: { shopId, id, state: 'pending', OR: [{ leasedUntil: null }, { leasedUntil: { lt: now() } }] },
      data: { leasedUntil: new Date(nowMs() + LEASE_MS), triedAt: now(), attempts: { increment: 1 } },
    });
    if (count === 0) return null;
    const where = { shopId_id: { shopId, id } };
    const delivery = await tx.alertDelivery.findUniqueOrThrow({ where });
    const shop = await tx.shop.findUniqueOrThrow({ where: { id: shopId } });
    const recipient = await tx.alertRecipient.findUnique({ where: { shopId_id: { shopId, id: delivery.recipientId } } });
    const wanted = recipient && (recipient.active || delivery.kind === 'test') && !shop.uninstalledAt;
    if (!wanted) {
      await tx.alertDelivery.update({ where, data: { state: 'dropped', leasedUntil: null, nextAttemptAt: null } });
      return null;
    }
    return { delivery, recipient, shop, settings: await readSettings(tx, shopId) };
  });
}

async function send({ delivery, recipient, shop, settings }: Claimed, texts: AlertTexts): Promise<{ status: number }> {
  const content = delivery.content as unknown as DeliveryContent;
  const message = { ...delivery, content, shop };
  if (recipient.channel === 'email')
    return sendMail({ ...mailOf(message, texts), to: recipient.address, id: delivery.id }, settings);
  const secrets = openSecrets(recipient.shopId, recipient.id, recipient.sealed ?? Buffer.alloc(0));
  return sendWebhook(secrets, { id: `msg_${delivery.id}`, body: webhookOf(message, texts) });
}

function settleDelivered({ delivery }: Claimed, answer: { status: number; ms: number }): Promise<void> {
  const { shopId, id, recipientId } = delivery;
  return inShop(shopId, async (tx) => {
    const data = { state: 'delivered', deliveredAt: now(), leasedUntil: null, nextAttemptAt: null, answer };
    await tx.alertDelivery.updateMany({ where: { shopId, id, state: 'pending' }, data });
    await tx.alertRecipient.updateMany({
      where: { shopId, id: recipientId },
      data: { failingSince: null, failure: Prisma.DbNull },
    });
  });
}

function settleFailed({ delivery, recipient }: Claimed, error: CrossdockError): Promise<void> {
  const { shopId, id, recipientId, attempts, kind } = delivery;
  const answer = { code: error.code, params: error.params };
  const wait = backOffMinutes[attempts - 1];
  const gone = error.code === 'webhook-gone';
  // Somebody waits for the answer to a test.
  const last = kind === 'test' || wait === undefined || gone;
  return inShop(shopId, async (tx) => {
    await tx.alertDelivery.updateMany({
      where: { shopId, id, state: 'pending' },
      data: {
        answer,
        leasedUntil: null,
        ...(last
          ? { state: 'failed', nextAttemptAt: null }
          : { nextAttemptAt: new Date(nowMs() + Math.max(wait * MINUTE_MS, retryAfterOf(error))) }),
      },
    });
    const failing = kind === 'test' ? {} : { failingSince: recipient.failingSince ?? now() };
    await tx.alertRecipient.updateMany({
      where: { shopId, id: recipientId },
      data: { failure: answer, ...failing, ...(gone ? { active: false } : {}) },
    });
    if (gone)
      await audit(tx, shopId, appItself, {
        action: 'recipient-changed',
        subject: `recipient ${recipient.name}`,
        before: { active: true },
        after: { active: false },
      });
  });
}

const retryAfterOf = (error: CrossdockError): number => (error as { retryAfterMs?: number }).retryAfterMs ?? 0;

/**
 * Sends one message of the outbox and writes down what came of it. Killed between the two it is sent again, under the same id: whoever receives it can
 * tell. What fails is tried again later, by the tick.
 */
export async function deliverMessage(
  shopId: number,
  deliveryId: string,
  textsOf: (language: string, timeZone: string) => AlertTexts,
): Promise<void> {
  const claimed = await claim(shopId, deliveryId);
  if (!claimed) return;
  const begun = nowMs();
  try {
    const { status } = await send(claimed, textsOf(claimed.recipient.language, claimed.shop.timeZone));
    await settleDelivered(claimed, { status, ms: nowMs() - begun });
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    logger.warn({ shopId, deliveryId, code: error.code, error }, 'An alert could not be delivered');
    await settleFailed(claimed, error);
  }
}

/** Nudges a worker about messages that are due: those to be tried again, and those whose worker was killed. Answers how many. */
export function nudgeDeliveries(): Promise<number> {
  return inSystem('alert-deliveries', async (tx) => {
    const rows = await tx.$queryRaw<{ shop_id: number; id: string }[]>`
      WITH due AS (
        SELECT shop_id, id FROM alert_delivery
        WHERE state = 'pending' AND next_attempt_at <= ${now()} AND (leased_until IS NULL OR leased_until < ${now()})
        ORDER BY next_attempt_at LIMIT 500 FOR UPDATE SKIP LOCKED)
      UPDATE alert_delivery d SET next_attempt_at = ${new Date(nowMs() + NUDGE_MS)} FROM due
      WHERE d.shop_id = due.shop_id AND d.id = due.id RETURNING d.shop_id, d.id`;
    for (const row of rows)
      await enqueue(tx, 'deliver', { shopId: row.shop_id, deliveryId: row.id }, { group: String(row.shop_id) });
    return rows.length;
  });
}
