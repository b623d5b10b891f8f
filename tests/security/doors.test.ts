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

describe('the open API', () => {
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
