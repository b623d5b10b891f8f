import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { browser, openApp } from './open-app.ts';

const world = await openApp({ production: true });
const { prisma, app, routes } = world;
const { bodyLimits, createWebApp } = await import('../../app/web-app.ts');
const { createStockroomApi } = await import('../../app/stockroom/api/create-stockroom-api.ts');
const { makeRoom } = await import('../../app/stockroom/room.fixture.ts');
const { createToken } = await import('../../app/stockroom/tokens.ts');

const asker = { domain: 'doors.myshopify.com', userId: '1' };
let secret = '';
beforeAll(async () => {
  await prisma.shop.create({ data: { domain: asker.domain, installedAt: new Date(), scopes: ['read_orders'] } });
  const room = await makeRoom();
  secret = (await createToken({ ...room, name: 'script', createdBy: 'Ada' })).secret;
});
afterAll(() => world.close());

const here = (path: string, init?: RequestInit) => app.request(`http://localhost:3000${path}`, init);
const token = () => ({ authorization: `Bearer ${secret}` });

/** One answer of every door, good and bad. */
const answers: [string, () => Response | Promise<Response>][] = [
  ['a page', () => world.document(asker, '/app')],
  [
    'the data of a page',
    () =>
      world.ask(
        asker,
        routes.find(({ id }) => id === 'routes/app._index')!,
      ),
  ],
  ['a page that does not exist', () => world.document(asker, '/app/nothing')],
  ['a page for nobody', () => here('/app', { headers: { 'user-agent': browser } })],
  ['the page outside the admin', () => here('/auth/login', { headers: { 'user-agent': browser } })],
  ['a refused webhook', () => here('/webhooks', { method: 'POST', body: '{}' })],
  ['an accepted webhook', () => world.webhook(asker.domain, 'orders/create', { id: 1 })],
  ['an inbound call', () => here('/inbound/unknown/x', { method: 'POST', body: '{}' })],
  ["an extension's call", () => here('/api/extension/order')],
  ["an extension's call about a product", () => here('/api/extension/product')],
  ["an extension's action", () => here('/api/extension/sync', { method: 'POST', body: '{}' })],
  ['the open API', () => here('/stockroom/v1/orders', { headers: token() })],
  ['the open API without a token', () => here('/stockroom/v1/orders')],
  ['its description', () => here('/stockroom/v1/openapi.json')],
  ['a file', () => here('/favicon.svg')],
  ['health', () => here('/healthz')],
  ['readiness', () => here('/readyz')],
  ['a body that is too large', () => here('/webhooks', { method: 'POST', body: 'x'.repeat(bodyLimits.webhooks + 1) })],
];

describe('every answer', () => {
  it.each(answers)('%s: carries the security headers and says nothing of what made it', async (_, ask) => {
    const { headers } = await ask();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=31536000/);
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors /);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  });

  it('has a status that the door meant', async () => {
    const statuses = await Promise.all(answers.map(async ([name, ask]) => [name, (await ask()).status] as const));
    expect(Object.fromEntries(statuses)).toEqual({
      'a page': 200,
      'the data of a page': 200,
      'a page that does not exist': 404,
      'a page for nobody': 302,
      'the page outside the admin': 200,
      'a refused webhook': 401,
      'an accepted webhook': 200,
      'an inbound call': 404,
      "an extension's call": 401,
      "an extension's call about a product": 401,
      "an extension's action": 401,
      'the open API': 200,
      'the open API without a token': 401,
      'its description': 200,
      'a file': 200,
      health: 200,
      readiness: 200,
      'a body that is too large': 413,
    });
  });

  it('has the app’s menu, also where there is no such page', async () => {
    const document = await (await world.document(asker, '/app/nothing')).text();
    expect(document).toContain('There is nothing at this address');
    expect(document).toContain('href="/app/orders"');
  });

  it('prints nothing on the console: an address that is no page holds an ID token all the same', async () => {
    const said: unknown[] = [];
    const spies = (['log', 'warn', 'error'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((...words: unknown[]) => void said.push(words)),
    );
    const { status } = await world.document(asker, '/app/nothing');
    await world.ask(
      asker,
      routes.find(({ id }) => id === 'routes/app._index')!,
      { json: {} },
    );
    for (const spy of spies) spy.mockRestore();
    expect([status, said]).toEqual([404, []]);
  });

  it('is framed by the admin of the shop that it is for and by no other, and whatever is no page of a shop by nobody', async () => {
    const policy = async (ask: Response | Promise<Response>) => (await ask).headers.get('content-security-policy') ?? '';
    expect(await policy(world.document(asker, '/app'))).toContain(`https://${asker.domain} https://admin.shopify.com`);
    expect(await policy(world.document({ ...asker, domain: 'evil.example.com' }, '/app'))).not.toContain('evil');
    for (const path of ['/auth/login', '/healthz', '/stockroom/v1/orders', '/inbound/x'])
      expect(await policy(here(path, { headers: { 'user-agent': browser } }))).toBe("frame-ancestors 'none'");
  });

  it('of a page may be kept by no cache; files that carry their hash may', async () => {
    for (const ask of [
      world.document(asker, '/app'),
      world.ask(
        asker,
        routes.find(({ id }) => id === 'routes/app.people')!,
      ),
    ])
      expect((await ask).headers.get('cache-control')).toBe('no-store');
  });

  it('to a back office or a script, which hold names and addresses of buyers, may be kept by no cache', async () => {
    for (const ask of [
      here('/inbound/unknown/orders', { method: 'POST', body: '{}' }),
      here('/stockroom/v1/orders', { headers: token() }),
      here('/stockroom/v1/orders'),
    ])
      expect((await ask).headers.get('cache-control')).toBe('no-store');
  });

  it('leads out of the frame to no foreign address, and says nothing of why', async () => {
    for (const foreign of ['https://evil.example/', '//evil.example/', 'https://evil.example:8443/auth', 'javascript:alert(1)'])
      for (const data of ['', '&_data=routes%2Fauth.%24']) {
        const answer = await here(
          `/auth/exit-iframe?shop=${asker.domain}&host=YQ&exitIframe=${encodeURIComponent(foreign)}${data}`,
          {
            headers: { 'user-agent': browser },
          },
        );
        const said = `${answer.headers.get('location') ?? ''} ${await answer.text()}`;
        expect.soft(answer.status).toBeGreaterThanOrEqual(400);
        expect.soft(said).not.toMatch(/evil\.example|alert\(1\)/);
        expect.soft(said).not.toMatch(/\bat .*\.(?:ts|js|mjs):\d+|node_modules/);
      }
  });

  it('leads out of the frame to Shopify’s admin', async () => {
    const query = `shop=${asker.domain}&host=YQ&exitIframe=${encodeURIComponent('https://admin.shopify.com/store/x')}`;
    const answer = await here(`/auth/exit-iframe?${query}`, { headers: { 'user-agent': browser } });
    expect(await answer.text()).toContain('window.open("https://admin.shopify.com/store/x"');
  });

  it('asks for strict transport in production only', async () => {
    const plain = createWebApp({
      doors: await import('../../app/doors.ts'),
      pages: () => Promise.resolve(new Response('page')),
      files: 'public',
      version: '0',
      production: false,
      proxies: 0,
    });
    const answer = await plain.request('/healthz');
    expect(answer.headers.get('strict-transport-security')).toBeNull();
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('to our own mistake says nothing of it', async () => {
    const broken = createWebApp({
      doors: { ...(await import('../../app/doors.ts')), acceptWebhook: () => Promise.reject(new Error('password=hunter2')) },
      pages: () => Promise.reject(new Error('password=hunter2')),
      files: 'public',
      version: '0',
      production: true,
      proxies: 0,
    });
    for (const [path, method] of [
      ['/webhooks', 'POST'],
      ['/app', 'GET'],
    ] as const) {
      const answer = await broken.request(path, { method });
      expect(answer.status).toBe(500);
      expect(await answer.text()).not.toContain('hunter2');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

describe('a body that is too large', () => {
  let server: ReturnType<typeof serve>;
  let port = 0;
  beforeAll(
    () =>
      new Promise<void>((ready) => {
        server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (info: AddressInfo) => {
          port = info.port;
          ready();
        });
      }),
  );
  afterAll(() => new Promise<void>((done) => server.close(() => done())));

  /** Sends so many megabytes in pieces, without saying beforehand how many; answers the status and how much was taken. */
  const stream = (path: string, megabytes: number, headers: Record<string, string>): Promise<{ status: number; sent: number }> =>
    new Promise((resolve, reject) => {
      let sent = 0;
      const call = httpRequest({
        port,
        host: '127.0.0.1',
        path,
        method: 'POST',
        headers: { ...headers, 'transfer-encoding': 'chunked' },
      });
      const piece = Buffer.alloc(1024 * 1024, 'x');
      const write = (): void => {
        if (sent >= megabytes || call.destroyed) return void call.end();
        sent += 1;
        call.write(piece, () => setImmediate(write));
      };
      call.on('response', (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode ?? 0, sent });
        call.destroy();
      });
      call.on('error', reject);
      write();
    });

  it.each([
    ['webhooks', '/webhooks', bodyLimits.webhooks, {}],
    ['the open API', '/stockroom/v1/orders', 5 * 1024 * 1024, { 'content-type': 'application/json' }],
  ])('is refused at the door of %s even when it does not say its size', async (_, path, limit, headers) => {
    const { status } = await stream(path, limit / 1024 / 1024 + 3, { ...headers, ...token() });
    expect(status).toBe(413);
  });

  it.each([
    ['webhooks', '/webhooks', bodyLimits.webhooks],
    ['inbound calls', '/inbound/x/y', bodyLimits.inbound],
    ['pages', '/app/people', bodyLimits.pages],
    ['extensions', '/api/extension/order', bodyLimits.pages],
    ['the open API', '/stockroom/v1/orders', 5 * 1024 * 1024],
  ])('is refused at the door of %s by the size that it names', async (_, path, limit) => {
    const refused = await here(path, {
      method: 'POST',
      body: 'x'.repeat(limit + 1),
      headers: { ...token(), 'content-type': 'application/json', 'content-length': String(limit + 1), 'user-agent': browser },
    });
    expect(refused.status).toBe(413);
  });
});

describe('a text that no database holds', () => {
  const post = (reference: string) =>
    here('/stockroom/v1/orders', {
      method: 'POST',
      headers: { ...token(), 'content-type': 'application/json' },
      body: JSON.stringify({ reference, facility: 'A', currency: 'EUR', lines: [{ sku: 'A', quantity: 1 }] }),
    });

  it.each(['a\0b', 'a\uD800b', 'a\uDC00'])('is refused by the open API, with the field that holds it: %j', async (reference) => {
    const answer = await post(reference);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ error: { code: 'text-unstorable', field: 'reference' } });
    expect((await post('a\\u0000b \u{1F600}')).status).not.toBe(500);
  });

  it.each([
    '/stockroom/v1/orders/a%00b',
    '/stockroom/v1/orders?after=%00',
    '/inbound/%00/x',
    '/app/orders?q=%00',
    '/app/products?q=a%00',
    '/app/activity/changes?q=%00',
    '/app/statement-csv?code=%00',
  ])('is refused in any address, before anything is asked: %s', async (path) => {
    const answer = await here(path, { headers: { ...token(), 'user-agent': browser } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'text-unstorable' } });
    // Half of a pair, as bytes: it is read as the sign for what can't be read.
    expect((await here(path.replace('%00', '%ED%A0%80'), { headers: { ...token(), 'user-agent': browser } })).status).not.toBe(
      500,
    );
  });

  it('is refused at the field of the form that holds it', async () => {
    const route = routes.find(({ id }) => id === 'routes/app.people')!;
    for (const text of ['a\0b', 'a\uD800b']) {
      const answer = await world.ask(asker, route, { json: { search: { name: text } } });
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({
        failure: { code: 'invalid-input', fields: { search: { code: 'unstorable' } } },
      });
    }
  });
});

describe('the open API', () => {
  it('looks up no more wrong tokens from one address than its limit, and lets right ones go on meanwhile', async () => {
    const { secret: other } = await createToken({ ...(await makeRoom()), name: 'right', createdBy: 'Ada' });
    const call = (bearer: string, from = '192.0.2.1') =>
      app.request(
        'http://localhost:3000/stockroom/v1/facilities',
        { headers: { authorization: `Bearer ${bearer}` } },
        { incoming: { socket: { remoteAddress: from } } },
      );
    expect((await call(other)).status).toBe(200);
    const wrong = () => `cdsr_${randomBytes(30).toString('base64url')}`;
    const statuses: number[] = [];
    // At once, too: each would be let in if it were counted only when it has been looked up.
    for (let count = 0; count < 10; count++)
      statuses.push(...(await Promise.all(Array.from({ length: 10 }, async () => (await call(wrong())).status))));
    const lookedUp = statuses.filter((status) => status === 401).length;
    expect(lookedUp).toBeGreaterThanOrEqual(30);
    expect(lookedUp).toBeLessThanOrEqual(35);
    const refused = await call(wrong());
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await call(other)).status).toBe(200);
    expect((await call(wrong(), '192.0.2.2')).status).toBe(401);
    // Who has one address of IPv6 has all of its network.
    for (let count = 0; count < 40; count++) await call(wrong(), `2001:db8::${count.toString(16)}`);
    expect((await call(wrong(), '2001:db8::ffff')).status).toBe(429);
    expect((await call(wrong(), '2001:db8:0:1::1')).status).toBe(401);
  });

  it('takes the token of a deactivated connection for a wrong one, once it is refused', async () => {
    const room = await makeRoom();
    const { secret: asleep } = await createToken({ ...room, name: 'asleep', createdBy: 'Ada' });
    await prisma.connection.update({
      where: { shopId_id: { shopId: room.shopId, id: room.connectionId } },
      data: { state: 'deactivated' },
    });
    const statuses: number[] = [];
    for (let count = 0; count < 60; count++)
      statuses.push(
        (
          await app.request(
            'http://localhost:3000/stockroom/v1/facilities',
            { headers: { authorization: `Bearer ${asleep}` } },
            { incoming: { socket: { remoteAddress: '192.0.2.3' } } },
          )
        ).status,
      );
    expect(new Set(statuses)).toEqual(new Set([403, 429]));
    expect(statuses.filter((status) => status === 403).length).toBeLessThanOrEqual(35);
  });

  it('lets a token go on for six hundred calls at once, unless it is told otherwise', async () => {
    const { secret: busy } = await createToken({ ...(await makeRoom()), name: 'busy', createdBy: 'Ada' });
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const statuses: number[] = [];
      for (let count = 0; count < 605; count++)
        statuses.push((await here('/stockroom/v1/facilities', { headers: { authorization: `Bearer ${busy}` } })).status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(600);
      expect(statuses.slice(600)).toEqual([429, 429, 429, 429, 429]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('lets a token go on at its rate, tells how long to wait, and lets no other token wait for it', async () => {
    const room = await makeRoom();
    const [one, other] = await Promise.all(
      ['one', 'other'].map(async (name) => (await createToken({ ...room, name, createdBy: 'Ada' })).secret),
    );
    const api = new Hono().route('/stockroom/v1', createStockroomApi({ rate: { burst: 5, perSecond: 1 } }));
    const call = (bearer = '') => api.request('/stockroom/v1/facilities', { headers: { authorization: `Bearer ${bearer}` } });
    const statuses: number[] = [];
    for (let count = 0; count < 8; count++) statuses.push((await call(one)).status);
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(6);
    const refused = await call(one);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await call(other)).status).toBe(200);
  });
});
