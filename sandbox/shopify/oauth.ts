import { Hono } from 'hono';
import { refuse } from '../kit/refusal.ts';
import { issueOffline, issueOnline, ONLINE_SECONDS, refreshOffline, verifyIdToken } from './access/tokens.ts';
import { shopByDomain } from './core/shops.ts';
import type { World } from './core/world.ts';
import { shopDomain } from './graphql-endpoint.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
const OFFLINE = 'urn:shopify:params:oauth:token-type:offline-access-token';
const ONLINE = 'urn:shopify:params:oauth:token-type:online-access-token';
const FACT = 'shopify.md §2 "Auth"';

export interface UserData {
  firstName: string;
  lastName: string;
  email: string;
  accountOwner: boolean;
  locale: string;
}

/** POST /admin/oauth/access_token: token exchange and refresh. There is no authorization code flow: installs are managed. */
export function oauthRoutes(world: World): Hono {
  const app = new Hono();
  const bad = (error: string, description: string, status = 400) =>
    refuse(FACT, status, { error, error_description: description });

  app.post('/admin/oauth/access_token', async (c) => {
    const shop = shopByDomain(world.state, shopDomain(c.req.raw.headers));
    if (!shop) return refuse(FACT, 404, { errors: 'Not Found' });
    const json = (c.req.header('content-type') ?? '').includes('json');
    const body = (
      json
        ? await c.req.json<Record<string, unknown>>().catch(() => ({}))
        : Object.fromEntries(Object.entries(await c.req.parseBody()))
    ) as Record<string, unknown>;
    const text = (key: string): string => (body[key] === undefined ? '' : String(body[key]));
    if (text('client_id') !== world.apiKey || text('client_secret') !== world.apiSecret)
      return bad('application_cannot_be_found', 'No application was found for these credentials.');
    if (!shop.installed) return bad('app_not_installed', 'The app is not installed on this shop.');

    if (text('grant_type') === 'refresh_token') {
      const tokens = refreshOffline(world, shop, text('refresh_token'));
      if (!tokens) return bad('invalid_grant', 'The refresh token is invalid, expired or was used already.');
      return c.json({ ...tokens, scope: shop.scopes.join(',') });
    }
    if (text('grant_type') !== EXCHANGE)
      return bad(
        'unsupported_grant_type',
        'Only token exchange and refresh_token are offered to apps with managed installation.',
      );
    if (text('subject_token_type') !== ID_TOKEN) return bad('invalid_request', 'subject_token_type must be an id_token.');
    const userId = verifyIdToken(world, shop, text('subject_token'));
    if (userId === undefined) return bad('invalid_subject_token', 'The subject token is invalid or expired.');

    if (text('requested_token_type') === OFFLINE) {
      if (text('expiring') !== '1')
        return bad('invalid_request', 'Public apps must ask for expiring offline tokens (expiring=1).');
      return c.json({ ...issueOffline(world, shop), scope: shop.scopes.join(',') });
    }
    if (text('requested_token_type') !== ONLINE)
      return bad('invalid_request', 'requested_token_type must be an offline or an online access token.');
    const row = world.state.get<{ data: string }>('SELECT data FROM users WHERE id = ? AND shop_id = ?', userId, shop.id);
    if (!row) return bad('invalid_subject_token', 'The user is not a member of the shop’s staff.');
    const user = JSON.parse(row.data) as UserData;
    return c.json({
      access_token: issueOnline(world, shop, userId),
      scope: shop.scopes.join(','),
      expires_in: ONLINE_SECONDS,
      associated_user_scope: shop.scopes.join(','),
      associated_user: {
        id: userId,
        first_name: user.firstName,
        last_name: user.lastName,
        email: user.email,
        email_verified: true,
        account_owner: user.accountOwner,
        locale: user.locale,
        collaborator: false,
      },
    });
  });
  return app;
}
