import { createHmac } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import { costs, openTestServer, type SeenCall } from './test-server.ts';

const database = await openTestDatabase();
const server = await openTestServer(0);
process.env['SANDBOX_URL'] = server.url;
process.env['APP_BRIDGE_URL'] = `${server.url}/app-bridge.js`;
const { authenticateAdmin, authenticateExtension, addDocumentResponseHeaders, onInstalled, redirectToInstall } =
  await import('../shopify.server.ts');
const { verifyIdToken } = await import('./id-token.ts');
const { forgetToken } = await import('./sessions/offline-token.ts');
const { deleteSessionsOfShop, loadSession } = await import('./sessions/session-table.ts');
const { inSystem } = await import('../db/scope.ts');
const { prisma } = await import('../db/client.ts');
const { setLogLevel } = await import('../core/logger.ts');
setLogLevel('silent');

const domain = 'pages.myshopify.com';
const browser = 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';
const host = Buffer.from('admin.shopify.com/store/pages').toString('base64').replace(/=+$/, '');

interface Claims {
  secret?: string;
  alg?: string;
  claims?: Record<string, unknown>;
}

function idToken({ secret = 'crossdock-test-secret', alg = 'HS256', claims = {} }: Claims = {}): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(Date.now() / 1000);
  const body = {
    iss: `https://${domain}/admin`,
    dest: `https://${domain}`,
    aud: 'crossdock-test-key',
    sub: '42',
    exp: seconds + 60,
    nbf: seconds,
    iat: seconds,
    jti: 'j',
    sid: 's',
    ...claims,
  };
  const signed = `${part({ alg, typ: 'JWT' })}.${part(body)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const page = (token: string | null = idToken(), path = '/app'): Request => {
  const query = new URLSearchParams({ embedded: '1', shop: domain, host, locale: 'fr', ...(token ? { id_token: token } : {}) });
  return new Request(`http://localhost:3000${path}?${query.toString()}`, { headers: { 'user-agent': browser } });
};
const fetched = (token: string): Request =>
  new Request('http://localhost:3000/app?_data=routes', { headers: { 'user-agent': browser, authorization: `Bearer ${token}` } });

const details = {
  id: 'gid://shopify/Shop/1',
  name: 'Pages',
  myshopifyDomain: domain,
  email: 'owner@example.com',
  shopOwnerName: 'Ada Byron',
  plan: { publicDisplayName: 'Basic', shopifyPlus: false, partnerDevelopment: false },
  currencyCode: 'EUR',
  enabledPresentmentCurrencies: ['EUR'],
  ianaTimezone: 'Europe/Berlin',
  weightUnit: 'KILOGRAMS',
  taxesIncluded: true,
  shopAddress: { countryCodeV2: 'DE' },
  resourceLimits: { locationLimit: 10, maxProductVariants: 2048 },
};

const installations: { domain: string; first: boolean }[] = [];
onInstalled((_, { shop, first }) => {
  installations.push({ domain: shop.domain, first });
  return Promise.resolve();
});

let granted = ['read_orders', 'write_orders'];
beforeEach(async () => {
  await deleteSessionsOfShop(domain);
  await inSystem('install-shop', (tx) => tx.shop.deleteMany({}));
  forgetToken(domain);
  server.refreshes.length = 0;
  server.calls.length = 0;
  installations.length = 0;
  granted = ['read_orders', 'write_orders'];
  server.token = async (body) => {
    await new Promise((resolve) => setTimeout(resolve, 40));
    const online = body['requested_token_type']?.includes('online-access') ?? false;
    const user = {
      id: 42,
      first_name: 'Grace',
      last_name: 'Hopper',
      email: 'grace@example.com',
      email_verified: true,
      account_owner: true,
      locale: 'de',
      collaborator: false,
    };
    return {
      body: online
        ? {
            access_token: 'online',
            scope: granted.join(','),
            expires_in: 86_399,
            associated_user_scope: granted.join(','),
            associated_user: user,
          }
        : {
            access_token: `offline-${server.refreshes.length}`,
            scope: granted.join(','),
            expires_in: 3600,
            refresh_token: 'refresh',
            refresh_token_expires_in: 7_776_000,
          },
    };
  };
  server.graphql = ({ operation }: SeenCall) => ({
    body: {
      data:
        operation === 'ShopDetails'
          ? { shop: details }
          : {
              currentAppInstallation: {
                id: 'gid://shopify/AppInstallation/1',
                accessScopes: granted.map((handle) => ({ handle })),
              },
            },
      extensions: costs(4),
    },
  });
});
afterAll(async () => {
  await prisma.$disconnect();
  await server.close();
  await database.close();
});

const thrown = (call: () => Promise<unknown>): Promise<Response> =>
  call().then(
    () => {
      throw new Error('It was expected to throw a Response');
    },
    (answer: unknown) => answer as Response,
  );

describe('a page of the app', () => {
  it('knows shop and user after the first document, and calls Shopify with the offline token', async () => {
    const { shop, user, admin } = await authenticateAdmin(page());
    expect(shop).toMatchObject({ domain, currency: 'EUR', timeZone: 'Europe/Berlin', scopes: ['read_orders', 'write_orders'] });
    expect(user).toEqual({ id: '42', name: 'Grace Hopper', email: 'grace@example.com', accountOwner: true, locale: 'de' });
    expect(admin.shop.domain).toBe(domain);
    expect(new Set(server.calls.map(({ token }) => token))).toEqual(new Set(['offline-1']));
    expect(await loadSession(`offline_${domain}`)).toMatchObject({ accessToken: 'offline-1', refreshToken: 'refresh' });
  });

  it('exchanges tokens once although its loaders run side by side, and installs once', async () => {
    const token = idToken();
    await Promise.all([
      authenticateAdmin(page(token)),
      authenticateAdmin(fetched(token)),
      authenticateAdmin(page(token, '/app/orders')),
    ]);
    expect(server.refreshes).toHaveLength(2);
    expect(installations).toEqual([{ domain, first: true }]);
  });

  it('asks Shopify nothing when both are known', async () => {
    await authenticateAdmin(page());
    const before = server.refreshes.length + server.calls.length;
    await authenticateAdmin(fetched(idToken()));
    expect(server.refreshes.length + server.calls.length).toBe(before);
  });

  it('resumes after an uninstall', async () => {
    const { shop } = await authenticateAdmin(page());
    await inSystem('install-shop', (tx) => tx.shop.update({ where: { domain }, data: { uninstalledAt: new Date() } }));
    await deleteSessionsOfShop(domain);
    forgetToken(domain);
    const again = await authenticateAdmin(page());
    expect(again.shop.id).toBe(shop.id);
    expect(installations).toEqual([
      { domain, first: true },
      { domain, first: false },
    ]);
  });

  it('takes over newly granted scopes with the next token', async () => {
    await authenticateAdmin(page());
    await deleteSessionsOfShop(domain);
    granted = ['read_orders', 'write_orders', 'read_all_orders'];
    expect((await authenticateAdmin(page())).shop.scopes).toContain('read_all_orders');
  });

  it('installs again when the first attempt failed half-way', async () => {
    const working = server.graphql;
    server.graphql = () => ({ status: 503, raw: 'down' });
    await expect(authenticateAdmin(page())).rejects.toMatchObject({ kind: 'transient' });
    expect(installations).toEqual([]);
    server.graphql = working;
    await authenticateAdmin(page());
    expect(installations).toEqual([{ domain, first: true }]);
  });

  it('without an ID token goes over the bounce page, which the stand-in admin may frame', async () => {
    const bounce = await thrown(() => authenticateAdmin(page(null)));
    expect(bounce.status).toBe(302);
    expect(bounce.headers.get('location')).toContain('/auth/session-token?');
    const rendered = await thrown(() => authenticateAdmin(page(null, '/auth/session-token')));
    expect(rendered.headers.get('content-security-policy')).toContain(`frame-ancestors ${server.url} https://${domain}`);
    expect(await rendered.text()).toContain(`${server.url}/app-bridge.js`);
  });

  it('with an expired ID token asks App Bridge for a new one, and Shopify for nothing', async () => {
    const expired = idToken({ claims: { exp: Math.floor(Date.now() / 1000) - 120 } });
    const answer = await thrown(() => authenticateAdmin(fetched(expired)));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('x-shopify-retry-invalid-session-request')).toBe('1');
    expect(server.refreshes).toEqual([]);
  });

  it('without a shop never shows a form to type one', async () => {
    const answer = await thrown(() =>
      authenticateAdmin(new Request('http://localhost:3000/app', { headers: { 'user-agent': browser } })),
    );
    expect(answer.headers.get('location')).toBe('/auth/login');
    expect(redirectToInstall(new Request('http://localhost:3000/auth/login'))).toBeNull();
    expect(redirectToInstall(new Request('http://localhost:3000/auth/login?shop=evil.example.com'))).toBeNull();
    expect(redirectToInstall(new Request(`http://localhost:3000/auth/login?shop=${domain}`))?.headers.get('location')).toBe(
      'https://admin.shopify.com/store/pages/oauth/install?client_id=crossdock-test-key',
    );
  });

  it('tells the browser which admin may hold it', () => {
    const headers = new Headers();
    addDocumentResponseHeaders(page(), headers);
    expect(headers.get('content-security-policy')).toMatch(
      new RegExp(`^frame-ancestors ${server.url} https://${domain} https://admin.shopify.com`),
    );
  });
});

describe('an ID token', () => {
  it('says who is asking for which shop', () => {
    expect(verifyIdToken(idToken())).toEqual({ domain, userId: '42' });
  });

  it.each<[string, Claims | string]>([
    ['another secret', { secret: 'other' }],
    ['no signature at all', { alg: 'none' }],
    ['another app', { claims: { aud: 'someone-else' } }],
    ['expired', { claims: { exp: Math.floor(Date.now() / 1000) - 60 } }],
    ['not valid yet', { claims: { nbf: Math.floor(Date.now() / 1000) + 600 } }],
    ['two shops', { claims: { iss: 'https://other.myshopify.com/admin' } }],
    ['no shop of Shopify', { claims: { iss: 'https://evil.example.com/admin', dest: 'https://evil.example.com' } }],
    ['nonsense', 'a.b.c'],
    ['two parts', 'a.b'],
  ])('is refused: %s', (_, given) => {
    expect(() => verifyIdToken(typeof given === 'string' ? given : idToken(given))).toThrow();
  });
});

describe('an admin extension', () => {
  const ask = (token: string | null, method = 'GET'): Request =>
    new Request('http://localhost:3000/extension/order', {
      method,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), origin: 'https://extensions.shopifycdn.com' },
    });

  it('is answered for its shop, from any origin', async () => {
    const { shop } = await authenticateAdmin(page());
    const context = await authenticateExtension(ask(idToken()));
    expect(context).toMatchObject({ shop: { id: shop.id, domain }, user: { id: '42' } });
    expect(context.cors['access-control-allow-origin']).toBe('*');
  });

  it('is refused without a valid token or where the app is not installed, in words it can read', async () => {
    expect((await thrown(() => authenticateExtension(ask(null)))).status).toBe(401);
    expect((await thrown(() => authenticateExtension(ask(idToken({ secret: 'other' }))))).status).toBe(401);
    const refused = await thrown(() => authenticateExtension(ask(idToken())));
    expect(refused.status).toBe(403);
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
    expect(await refused.json()).toEqual({ error: 'app-not-installed' });
  });

  it('may ask first whether it may ask', async () => {
    const answer = await thrown(() => authenticateExtension(ask(null, 'OPTIONS')));
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-headers')).toContain('authorization');
  });
});
