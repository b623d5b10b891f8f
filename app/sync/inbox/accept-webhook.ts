import { now } from '../../core/clock.ts';
import { inShop, inSystem } from '../../db/scope.ts';
import { authenticateWebhook } from '../../shopify.server.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { readWebhook } from '../../shopify/webhooks/read-webhook.ts';
import { takeIn, type SubjectKind } from './inbox.ts';

/** The life of the shop itself: handled by its own job, also when nothing else may run. */
const shopEvents: Record<string, string> = {
  'app/uninstalled': 'uninstalled',
  'app/scopes_update': 'scopes-changed',
  'customers/data_request': 'customer-data-request',
  'customers/redact': 'customer-redact',
  'shop/redact': 'shop-redact',
};

/**
 * The webhook door: verify, store under the webhook's own id, enqueue, in one transaction, then answer. A repeat is answered the
 * same way and changes nothing. Whatever can't be stored is not answered with 2xx, so that Shopify sends it again.
 */
export async function acceptWebhook(request: Request): Promise<Response> {
  const { topic, shop: domain, payload, webhookId, headers } = await authenticateWebhook(request);
  const shop = await inSystem('find-shop-by-domain', (tx) => tx.shop.findUnique({ where: { domain }, select: { id: true } }));
  // A shop we know nothing of (redacted, or never installed): nothing to do, and nothing to keep.
  if (!shop) return new Response(null, { status: 200 });
  const news = readWebhook(topic, payload, headers);
  await inShop(shop.id, async (tx) => {
    const event = shopEvents[news.topic];
    const key = `webhook ${webhookId}`;
    const knock = { key, door: 'webhook' as const, topic: news.topic, subjectId: news.subjectId, triggeredAt: news.triggeredAt };
    if (!event) {
      await takeIn(tx, shop.id, { ...knock, subjectKind: news.subjectKind as SubjectKind });
      return;
    }
    const added = await tx.inboxItem.createMany({
      data: [{ shopId: shop.id, ...knock, subjectKind: 'shop-event', receivedAt: now() }],
      skipDuplicates: true,
    });
    if (added.count > 0) await enqueue(tx, 'shop', { shopId: shop.id, event, inboxKey: key, subject: news.redact ?? {} }, { priority: 40 });
  });
  return new Response(null, { status: 200 });
}
