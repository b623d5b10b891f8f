import { hmacBase64, sameSecret } from '../../core/crypto.ts';
import { env } from '../../env.server.ts';
import { shopDomain } from '../shop-domain.ts';

/** A delivery whose signature is Shopify's. */
export interface SignedWebhook {
  /** As in shopify.app.toml: `orders/create`. */
  topic: string;
  domain: string;
  /** Unique to a delivery and the same on its retries: what to de-duplicate by. */
  webhookId: string;
  /** The same for one event over several subscriptions. */
  eventId: string | null;
  /** ISO 8601, when it happened in Shopify. */
  triggeredAt: string | null;
  apiVersion: string | null;
  payload: unknown;
}

function refuse(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

/**
 * Checks a webhook's signature over the very bytes that came. Throws a Response: 405 not a POST, 401 wrong signature, 400 a header or the JSON is missing.
 * Reads no session and refreshes no token, unlike the library's: a webhook says only what to look at.
 */
export async function authenticateWebhook(request: Request): Promise<SignedWebhook> {
  if (request.method !== 'POST') throw new Response(null, { status: 405, headers: { allow: 'POST' } });
  const body = Buffer.from(await request.arrayBuffer());
  const signature = request.headers.get('x-shopify-hmac-sha256');
  if (!signature || !sameSecret(signature, hmacBase64(env.SHOPIFY_API_SECRET, body))) {
    throw refuse(401, 'The signature is missing or wrong. Was it signed with the secret of this app?');
  }
  const topic = request.headers.get('x-shopify-topic')?.toLowerCase();
  const domain = shopDomain(request.headers.get('x-shopify-shop-domain'));
  const webhookId = request.headers.get('x-shopify-webhook-id');
  if (!topic || !domain || !webhookId)
    throw refuse(400, 'A webhook needs the headers X-Shopify-Topic, X-Shopify-Shop-Domain and X-Shopify-Webhook-Id');
  let payload: unknown;
  try {
    payload = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    throw refuse(400, 'The body is not JSON');
  }
  return {
    topic,
    domain,
    webhookId,
    eventId: request.headers.get('x-shopify-event-id'),
    triggeredAt: request.headers.get('x-shopify-triggered-at'),
    apiVersion: request.headers.get('x-shopify-api-version'),
    payload,
  };
}
