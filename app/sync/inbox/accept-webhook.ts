import { now } from '../../core/clock.ts';
import { BugError, RejectedError, TransientError } from '../../core/errors.ts';
import { inGroups } from '../../core/in-groups.ts';
import { logger } from '../../core/logger.ts';
import { inShop } from '../../db/scope.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { findShopId } from '../../shopify/install.ts';
import { authenticateWebhook } from '../../shopify/webhooks/authenticate-webhook.ts';
import { readWebhook } from '../../shopify/webhooks/read-webhook.ts';
import { sharesOf, shopEventOf, subjectOf } from './shop-events.ts';
import { takeInMany, type AddressedKnock } from './take-in-many.ts';

/** Webhooks that come together share a transaction: one by one each would wait for the disk alone. */
const takeInGrouped = inGroups<AddressedKnock>(takeInMany, {
  atOnce: 1,
  most: 200,
  isCommon: (error) => error instanceof TransientError,
});

/**
 * The webhook door: verify, store under the webhook's own id, enqueue, in one transaction, then answer. A repeat is answered the
 * same way and changes nothing. Whatever can't be stored is not answered with 2xx, so that Shopify sends it again.
 */
export async function acceptWebhook(request: Request): Promise<Response> {
  try {
    return await storeWebhook(request);
  } catch (thrown) {
    // The refusals of authenticateWebhook: not a POST, a wrong signature, a header missing.
    if (thrown instanceof Response) return thrown;
    if (thrown instanceof RejectedError) {
      // Sending it again would not mend it: answered, named in the log, and the sweep reads what it was about.
      logger.error({ code: thrown.code, params: thrown.params }, 'A webhook could not be read');
      return new Response(null, { status: 200 });
    }
    throw thrown;
  }
}

async function storeWebhook(request: Request): Promise<Response> {
  const signed = await authenticateWebhook(request);
  const news = readWebhook(signed.topic, signed.payload, signed);
  const event = shopEventOf(news.topic);
  const triggeredAt = news.triggeredAt ? new Date(news.triggeredAt) : null;
  const knock = {
    key: `webhook ${signed.webhookId}`,
    door: 'webhook' as const,
    topic: news.topic,
    subjectId: news.subjectId,
    triggeredAt,
  };
  if (event) await storeShopEvent(signed.domain, event, knock, news.related);
  else if (news.subjectKind === 'customer') throw new BugError('webhook-unrouted', `Nothing is done with ${news.topic}`);
  else await takeInGrouped({ ...knock, domain: signed.domain, subjectKind: news.subjectKind });
  return new Response(null, { status: 200 });
}

async function storeShopEvent(
  domain: string,
  event: string,
  knock: { key: string; door: 'webhook'; topic: string; subjectId: string; triggeredAt: Date | null },
  orderIds: string[],
): Promise<void> {
  const shopId = await findShopId(domain);
  // A shop we know nothing of (redacted, or never installed): nothing to do, and nothing to keep.
  if (shopId === null) return;
  await inShop(shopId, async (tx) => {
    for (const [index, share] of sharesOf(orderIds).entries()) {
      const key = index === 0 ? knock.key : `${knock.key} ${index + 1}`;
      const subjectId = subjectOf(knock.subjectId, share);
      const added = await tx.inboxItem.createMany({
        data: [{ shopId, ...knock, key, subjectId, subjectKind: 'shop-event', receivedAt: now() }],
        skipDuplicates: true,
      });
      if (added.count > 0) await enqueue(tx, 'shop', { shopId, event, inboxKey: key, orderIds: share }, { priority: 40 });
    }
  });
}
