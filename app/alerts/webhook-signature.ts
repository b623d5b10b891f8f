import { createHmac, randomBytes } from 'node:crypto';

/** A secret as Standard Webhooks has it: `whsec_` and 32 random bytes as base64. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/**
 * The headers of one webhook by Standard Webhooks (github.com/standard-webhooks): HMAC-SHA256 over `id.timestamp.body`. While a secret is being
 * replaced there is a signature of each, so that nothing is refused meanwhile.
 */
export function signedHeaders(id: string, body: string, secrets: readonly string[], nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const sign = (secret: string): string => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  };
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': secrets.map(sign).join(' ') };
}
