import { createGuardedFetch } from '../connections/guarded-fetch.ts';
import { nowMs } from '../core/clock.ts';
import { NeedsMerchantError, RejectedError } from '../core/errors.ts';
import { createHttpClient } from '../core/http.ts';
import { env } from '../env.server.ts';
import { signingSecrets, type WebhookSecrets } from './recipient-secrets.ts';
import { signedHeaders } from './webhook-signature.ts';

const TIMEOUT_MS = 15_000;
let fetchOnce: ReturnType<typeof createGuardedFetch> | undefined;

/** Calls a webhook once. `id` is the same for each attempt. Throws one of the four errors unless the answer says 2xx. */
export async function sendWebhook(
  webhook: WebhookSecrets,
  { id, body }: { id: string; body: object },
): Promise<{ status: number }> {
  fetchOnce ??= createGuardedFetch({ allowed: env.ALLOWED_PRIVATE_HOSTS });
  const { host } = new URL(webhook.url);
  const http = createHttpClient({ baseUrl: webhook.url, party: host, fetch: fetchOnce, timeoutMs: TIMEOUT_MS });
  const text = JSON.stringify(body);
  const { status } = await http.send({
    method: 'POST',
    path: webhook.url,
    text,
    headers: { 'content-type': 'application/json', ...signedHeaders(id, text, signingSecrets(webhook), nowMs()) },
  });
  const params = { party: host, host, status };
  if (status === 410) throw new NeedsMerchantError('webhook-gone', `${host} wants no more webhooks`, { params });
  if (status >= 300) throw new RejectedError('webhook-refused', `${host} answered ${status}`, { params });
  return { status };
}
