import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { shopByDomain } from '../core/shops.ts';
import type { Shop, World } from '../core/world.ts';

/** Lifetimes (facts: shopify.md §2): offline 60 minutes, its refresh token 90 days, online a day. Seconds. */
export const OFFLINE_SECONDS = 3_600;
export const REFRESH_SECONDS = 7_776_000;
export const ONLINE_SECONDS = 86_399;
export const ID_TOKEN_SECONDS = 60;

interface TokenRow {
  token: string;
  shop_id: number;
  kind: string;
  user_id: number | null;
  expires_at: number;
  used: number;
}

/** The shop that a token opens, if it is that shop's, not expired, and the app is installed there. */
export function shopOfToken(
  world: World,
  domain: string,
  token: string | undefined,
): { shop: Shop; userId: number | undefined } | undefined {
  const shop = shopByDomain(world.state, domain);
  if (!shop?.installed || !token) return undefined;
  const row = world.state.get<TokenRow>('SELECT * FROM tokens WHERE token = ?', token);
  if (!row || row.shop_id !== shop.id || row.expires_at <= world.clock.now()) return undefined;
  // a refresh token that was traded in dies when its successor is first used
  if (row.used === 0) world.state.run('UPDATE tokens SET used = 1 WHERE token = ?', token);
  return { shop, userId: row.user_id ?? undefined };
}

export interface OfflineTokens {
  access_token: string;
  expires_in: number;
  refresh_token: string;
  refresh_token_expires_in: number;
}

/** A new pair of offline tokens. Older access tokens live on until they expire. */
export function issueOffline(world: World, shop: Shop): OfflineTokens {
  const now = world.clock.now();
  const access = `shpat_${randomBytes(16).toString('hex')}`;
  const refresh = `shprt_${randomBytes(16).toString('hex')}`;
  world.state.run(
    "INSERT INTO tokens (token, shop_id, kind, expires_at) VALUES (?, ?, 'offline', ?)",
    access,
    shop.id,
    now + OFFLINE_SECONDS * 1000,
  );
  world.state.run(
    'INSERT INTO refresh_tokens (token, shop_id, expires_at, access_token) VALUES (?,?,?,?)',
    refresh,
    shop.id,
    now + REFRESH_SECONDS * 1000,
    access,
  );
  return { access_token: access, expires_in: OFFLINE_SECONDS, refresh_token: refresh, refresh_token_expires_in: REFRESH_SECONDS };
}

export function issueOnline(world: World, shop: Shop, userId: number): string {
  const token = `shpua_${randomBytes(16).toString('hex')}`;
  world.state.run(
    "INSERT INTO tokens (token, shop_id, kind, user_id, expires_at) VALUES (?, ?, 'online', ?, ?)",
    token,
    shop.id,
    userId,
    world.clock.now() + ONLINE_SECONDS * 1000,
  );
  return token;
}

/**
 * Trades a refresh token for a new pair, once. The same old token may be tried again (an answer got lost) until the pair it gave
 * was first used; then it is dead (facts: shopify.md §2 "Shopify lets the old refresh token be retried until the new one is used").
 */
export function refreshOffline(world: World, shop: Shop, token: string): OfflineTokens | undefined {
  const { state } = world;
  return state.transaction(() => {
    const row = state.get<{ shop_id: number; expires_at: number; used: number; next_token: string | null }>(
      'SELECT * FROM refresh_tokens WHERE token = ?',
      token,
    );
    const now = world.clock.now();
    if (!row || row.shop_id !== shop.id || row.expires_at <= now) return undefined;
    if (row.used === 0 || row.next_token === null) {
      const pair = issueOffline(world, shop);
      state.run('UPDATE refresh_tokens SET used = 1, next_token = ? WHERE token = ?', pair.refresh_token, token);
      return pair;
    }
    const next = state.get<{ used: number; access_token: string; expires_at: number }>(
      'SELECT * FROM refresh_tokens WHERE token = ?',
      row.next_token,
    );
    const access =
      next && state.get<{ used: number; expires_at: number }>('SELECT * FROM tokens WHERE token = ?', next.access_token);
    if (!next || !access || next.used === 1 || access.used === 1) return undefined;
    return {
      access_token: next.access_token,
      expires_in: Math.max(0, Math.round((access.expires_at - now) / 1000)),
      refresh_token: row.next_token,
      refresh_token_expires_in: Math.max(0, Math.round((next.expires_at - now) / 1000)),
    };
  });
}

/** Every token of a shop is dead at once: the app was uninstalled. */
export function revokeTokens(world: World, shop: Shop): void {
  world.state.run('DELETE FROM tokens WHERE shop_id = ?', shop.id);
  world.state.run('DELETE FROM refresh_tokens WHERE shop_id = ?', shop.id);
}

const base64url = (value: string | Buffer): string => Buffer.from(value).toString('base64url');
const sign = (secret: string, text: string): Buffer => createHmac('sha256', secret).update(text).digest();

/** An id_token as the admin hands it to the app (claims: facts shopify.md §2). */
export function signIdToken(world: World, shop: Shop, userId: number): string {
  // The machine's own time: the app's library checks these claims against it, whatever day the sandbox's clock shows.
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: `https://${shop.domain}/admin`,
    dest: `https://${shop.domain}`,
    aud: world.apiKey,
    sub: String(userId),
    exp: now + ID_TOKEN_SECONDS,
    nbf: now - 1,
    iat: now,
    jti: randomBytes(16).toString('hex'),
    sid: randomBytes(32).toString('hex'),
  };
  const text = `${base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT' }))}.${base64url(JSON.stringify(claims))}`;
  return `${text}.${base64url(sign(world.apiSecret, text))}`;
}

/** Who an id_token speaks for; undefined unless it is ours, for this shop and app, and in its minute. */
export function verifyIdToken(world: World, shop: Shop, token: string): number | undefined {
  const [head, body, signature] = token.split('.');
  if (!head || !body || !signature) return undefined;
  const given = Buffer.from(signature, 'base64url');
  const expected = sign(world.apiSecret, `${head}.${body}`);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  let claims: { alg?: string; dest?: string; iss?: string; aud?: string; sub?: string; exp?: number; nbf?: number };
  try {
    if ((JSON.parse(Buffer.from(head, 'base64url').toString()) as { alg?: string }).alg !== 'HS256') return undefined;
    claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as typeof claims;
  } catch {
    return undefined;
  }
  const now = Date.now() / 1000;
  if (claims.dest !== `https://${shop.domain}` || claims.iss !== `https://${shop.domain}/admin` || claims.aud !== world.apiKey)
    return undefined;
  if (!claims.exp || claims.exp < now - 5 || (claims.nbf ?? 0) > now + 5) return undefined;
  return Number(claims.sub);
}
