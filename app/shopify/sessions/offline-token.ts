import { z } from 'zod';
import { nowMs } from '../../core/clock.ts';
import { NeedsMerchantError, TransientError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { env } from '../../env.server.ts';
import { shopifyFetch } from '../fetch.ts';
import { loadSession, offlineSessionId, saveSession, type StoredSession } from './session-table.ts';
import { withShopLock } from './shop-lock.ts';

/** Tokens live 60 minutes; they are renewed when fewer than these are left, so that none dies on its way. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** How long a process trusts its copy: another process may have exchanged a new one, which makes this one die early. */
const TRUST_COPY_MS = 30_000;
const TIMEOUT_MS = 15_000;

const answer = z.object({
  access_token: z.string().min(1),
  scope: z.string().optional(),
  expires_in: z.number().optional(),
  refresh_token: z.string().optional(),
  refresh_token_expires_in: z.number().optional(),
});

const copies = new Map<string, { token: string; trustUntil: number }>();

function reconnect(domain: string, why: string): NeedsMerchantError {
  return new NeedsMerchantError('shopify-reconnect', `${why} (${domain}); the merchant has to open the app once`, {
    params: { shop: domain },
    scope: 'connection',
  });
}

function isFresh(session: StoredSession): boolean {
  return Boolean(session.accessToken) && (session.expires === undefined || session.expires - RENEW_BEFORE_MS > nowMs());
}

function keepCopy(domain: string, session: StoredSession): string {
  const token = session.accessToken;
  if (!token) throw reconnect(domain, 'There is no access token');
  copies.set(domain, { token, trustUntil: Math.min(nowMs() + TRUST_COPY_MS, (session.expires ?? Infinity) - RENEW_BEFORE_MS) });
  return token;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function refresh(domain: string, session: StoredSession): Promise<StoredSession> {
  if (!session.refreshToken) throw reconnect(domain, 'The access token has run out and nothing renews it');
  const params = { shop: domain };
  let status: number;
  let requestId: string;
  let text: string;
  try {
    const response = await shopifyFetch(`https://${domain}/admin/oauth/access_token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({
        client_id: env.SHOPIFY_API_KEY,
        client_secret: env.SHOPIFY_API_SECRET,
        grant_type: 'refresh_token',
        refresh_token: session.refreshToken,
      }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    status = response.status;
    requestId = response.headers.get('x-request-id') ?? '';
    text = await response.text();
  } catch (cause) {
    throw new TransientError('shopify-no-answer', 'Shopify did not answer when the access token was to be renewed', {
      cause,
      params,
    });
  }
  if (status === 429 || status >= 500)
    throw new TransientError('shopify-server-error', `Shopify answered ${status} when the access token was to be renewed`, {
      params: { ...params, status, requestId },
    });
  if (status !== 200) {
    logger.warn({ shop: domain, status, requestId }, 'Shopify refused to renew the access token');
    throw reconnect(domain, `Shopify refused to renew the access token with ${status}`);
  }
  const tokens = answer.safeParse(parseJson(text));
  if (!tokens.success)
    throw new TransientError('shopify-server-error', 'Shopify renewed the access token with an answer that has none', {
      params: { ...params, status, requestId },
    });
  const { access_token, scope, expires_in, refresh_token, refresh_token_expires_in } = tokens.data;
  const renewed: StoredSession = {
    ...session,
    accessToken: access_token,
    scope: scope ?? session.scope,
    expires: expires_in === undefined ? undefined : nowMs() + expires_in * 1000,
    refreshToken: refresh_token ?? session.refreshToken,
    refreshTokenExpires:
      refresh_token_expires_in === undefined ? session.refreshTokenExpires : nowMs() + refresh_token_expires_in * 1000,
  };
  await saveSession(renewed);
  logger.info({ shop: domain, requestId }, 'The Shopify access token was renewed');
  return renewed;
}

/**
 * The shop's offline access token, renewed under the shop's lock when fewer than five minutes are left: exactly one renewal whatever the number of callers
 * and processes. Take it at each call and never keep it. Throws NeedsMerchantError('shopify-reconnect') when only opening the app helps.
 */
export async function offlineToken(domain: string): Promise<string> {
  const copy = copies.get(domain);
  if (copy && copy.trustUntil > nowMs()) return copy.token;
  const session = await loadSession(offlineSessionId(domain));
  if (!session) throw reconnect(domain, 'The shop has no session');
  if (isFresh(session)) return keepCopy(domain, session);
  return renewUnless(domain, isFresh);
}

/** Shopify answered 401 to `refused`: returns the token that has replaced it meanwhile, or renews it, once for all who ask. */
export function replaceToken(domain: string, refused: string): Promise<string> {
  copies.delete(domain);
  return renewUnless(domain, (session) => Boolean(session.accessToken) && session.accessToken !== refused);
}

function renewUnless(domain: string, good: (session: StoredSession) => boolean): Promise<string> {
  return withShopLock(domain, async () => {
    const session = await loadSession(offlineSessionId(domain));
    if (!session) throw reconnect(domain, 'The shop has no session');
    return keepCopy(domain, good(session) ? session : await refresh(domain, session));
  });
}

/** Forgets this process's copy: after an uninstall, or when a new token was exchanged here. */
export function forgetToken(domain: string): void {
  copies.delete(domain);
}
