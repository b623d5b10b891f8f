import { z } from 'zod';
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

// Bytes that are no UTF-8 are refused and not replaced: what is read must be what was signed.
const utf8 = new TextDecoder('utf-8', { fatal: true });

function refuse(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

/** The shop that a body names itself: the compliance topics as `shop_domain`, those about the shop as `myshopify_domain`. */
const namedShop = z.object({ shop_domain: z.string().nullish(), myshopify_domain: z.string().nullish() });

/**
 * The signature covers the body alone. So a body that names its shop must come for that shop: otherwise one that was overheard could be
 * sent again for another, which matters where it asks to forget.
 */
function namesAnother(payload: unknown, domain: string): boolean {
  const named = namedShop.safeParse(payload);
  if (!named.success) return false;
  const { shop_domain: shop, myshopify_domain: permanent } = named.data;
  return [shop, permanent].some((name) => typeof name === 'string' && shopDomain(name) !== domain);
}

/**
 * Checks a webhook's signature over the very bytes that came. Throws a Response: 405 not a POST, 401 wrong signature or another shop's body, 400 a header
 * or the JSON is missing. Reads no session and refreshes no token, unlike the library's: a webhook says only what to look at.
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
    payload = body.length === 0 ? {} : JSON.parse(utf8.decode(body));
  } catch {
    throw refuse(400, 'The body is not JSON in UTF-8');
  }
  if (namesAnother(payload, domain)) throw refuse(401, 'The body is about another shop than the header names');
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
