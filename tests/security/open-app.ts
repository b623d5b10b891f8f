import { createHmac } from 'node:crypto';
import pg from 'pg';
import { openTestServer, type TestServer } from '../../app/shopify/test-server.ts';
import { openTestDatabase } from '../setup/database.ts';
import { idToken } from './id-token.ts';
import { addressOf, routesOnDisk, serverBuild, type RouteOnDisk } from './routes-on-disk.ts';

export const browser = 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';

/** The shop and the user for whom a page is asked. */
export interface Asker {
  domain: string;
  userId: string;
}

/** The user that `openApp`'s Shopify knows by this id: owners have an id below 10. */
const owns = (userId: string): boolean => Number(userId) < 10;

/**
 * The whole web process as one function, without a build: every route from disk behind the real doors, limits and headers; a real
 * database; and of Shopify just the token exchange. `graphql` of `shopify` may be set.
 */
export async function openApp({ production = false } = {}) {
  const database = await openTestDatabase();
  const shopify: TestServer = await openTestServer(0);
  process.env['SANDBOX_URL'] = shopify.url;
  process.env['APP_BRIDGE_URL'] = `${shopify.url}/app-bridge.js`;
  // Looks at the database past the product, as the owner of its tables.
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { createRequestHandler } = await import('@remix-run/node');
  const doors = await import('../../app/doors.ts');
  const entry = await import('../../app/entry.server.tsx');
  const { createWebApp } = await import('../../app/web-app.ts');
  const { prisma } = await import('../../app/db/client.ts');
  const routes = await routesOnDisk();
  const pages = createRequestHandler(serverBuild(routes, entry), 'production');
  const app = createWebApp({ doors, pages: (request) => pages(request), files: 'public', version: '0', production, proxies: 0 });

  // Who is asked for stands in the ID token that the library hands on.
  shopify.token = (body) => {
    const claims = JSON.parse(Buffer.from((body['subject_token'] ?? '').split('.')[1] ?? '', 'base64url').toString() || '{}') as {
      sub?: string;
    };
    const online = body['requested_token_type']?.includes('online-access') ?? false;
    const user = {
      id: Number(claims.sub),
      first_name: 'User',
      last_name: claims.sub,
      email: `user${claims.sub ?? ''}@example.com`,
      email_verified: true,
      account_owner: owns(claims.sub ?? ''),
      locale: 'en',
      collaborator: false,
    };
    const granted = { access_token: `token-${Math.random()}`, scope: 'read_orders' };
    return {
      body: online
        ? { ...granted, expires_in: 86_399, associated_user_scope: 'read_orders', associated_user: user }
        : { ...granted, expires_in: 3600, refresh_token: 'refresh', refresh_token_expires_in: 7_776_000 },
    };
  };

  const headersOf = (asker: Asker | null): Record<string, string> => ({
    'user-agent': browser,
    ...(asker ? { authorization: `Bearer ${idToken(asker)}` } : {}),
  });
  /** A loader or an action of one route, as the page's own fetch calls it. */
  const ask = (
    asker: Asker | null,
    route: RouteOnDisk,
    given: { params?: Record<string, string>; query?: Record<string, string>; json?: unknown } = {},
  ) => {
    const query = new URLSearchParams({ ...given.query, _data: route.id });
    return app.request(`http://localhost:3000${addressOf(routes, route, given.params ?? {})}?${query.toString()}`, {
      method: 'json' in given ? 'POST' : 'GET',
      headers: { ...headersOf(asker), ...('json' in given ? { 'content-type': 'application/json' } : {}) },
      ...('json' in given ? { body: JSON.stringify(given.json) } : {}),
    });
  };
  /** A whole document, as the admin opens it in its frame. */
  const document = (asker: Asker, address: string) => {
    const host = Buffer.from('admin.shopify.com/store/x').toString('base64').replace(/=+$/, '');
    const query = new URLSearchParams({ embedded: '1', shop: asker.domain, host, id_token: idToken(asker) });
    return app.request(`http://localhost:3000${address}?${query.toString()}`, { headers: { 'user-agent': browser } });
  };
  /** A webhook signed as Shopify signs it. */
  const webhook = (domain: string, topic: string, payload: unknown, id: string = Math.random().toString()) => {
    const body = JSON.stringify(payload);
    return app.request('http://localhost:3000/webhooks', {
      method: 'POST',
      body,
      headers: {
        'x-shopify-hmac-sha256': createHmac('sha256', 'crossdock-test-secret').update(body).digest('base64'),
        'x-shopify-topic': topic,
        'x-shopify-shop-domain': domain,
        'x-shopify-webhook-id': id,
      },
    });
  };
  return {
    app,
    routes,
    shopify,
    client,
    prisma,
    ask,
    document,
    webhook,
    async close() {
      await doors.stopBoss();
      await client.end();
      await prisma.$disconnect();
      await shopify.close();
      await database.close();
    },
  };
}

export type OpenApp = Awaited<ReturnType<typeof openApp>>;
