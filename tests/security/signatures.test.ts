import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idToken, type IdTokenOptions } from './id-token.ts';
import { browser, openApp } from './open-app.ts';
import { addressOf } from './routes-on-disk.ts';

const world = await openApp();
const { prisma, app, routes } = world;

const domain = 'signed.myshopify.com';
const other = 'other.myshopify.com';
let shopId = 0;
beforeAll(async () => {
  const made = await Promise.all(
    [domain, other].map((name) =>
      prisma.shop.create({ data: { domain: name, installedAt: new Date(), scopes: ['read_orders'] } }),
    ),
  );
  shopId = made[0]?.id ?? 0;
});
afterAll(() => world.close());

/** Everything that a webhook could leave behind. */
const traces = async () => {
  const [jobs] = await prisma.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM pgboss.job`;
  return { inbox: await prisma.inboxItem.count(), jobs: jobs?.count };
};

const order = { id: 5001, admin_graphql_api_id: 'gid://shopify/Order/5001', updated_at: '2026-11-20T10:00:00Z' };
const sign = (body: Buffer, secret = 'crossdock-test-secret') => createHmac('sha256', secret).update(body).digest('base64');

/** A delivery of Shopify, with whatever is to be wrong about it. */
function deliver(
  headers: Record<string, string | null> = {},
  body: Buffer = Buffer.from(JSON.stringify(order)),
  signature = sign(body),
) {
  const all: Record<string, string | null> = {
    'x-shopify-hmac-sha256': signature,
    'x-shopify-topic': 'orders/create',
    'x-shopify-shop-domain': domain,
    'x-shopify-webhook-id': 'w-negative',
    ...headers,
  };
  const given = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== null);
  return app.request('http://localhost:3000/webhooks', { method: 'POST', body: new Uint8Array(body), headers: given });
}

describe('a webhook', () => {
  beforeAll(async () => {
    // The engine makes its tables with its first job.
    await deliver({ 'x-shopify-webhook-id': 'w-first' });
  });

  const body = Buffer.from(JSON.stringify(order));
  const changed = (at: number) => {
    const copy = Buffer.from(body);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };
  const notUtf8 = Buffer.concat([Buffer.from('{"id":5001,"note":"'), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from('"}')]);
  const hex = createHmac('sha256', 'crossdock-test-secret').update(body).digest('hex');

  it.each<[string, number, () => Response | Promise<Response>]>([
    ['signed with another key', 401, () => deliver({}, body, sign(body, 'another-secret'))],
    ['signed with an empty key', 401, () => deliver({}, body, createHmac('sha256', '').update(body).digest('base64'))],
    ['whose first byte was changed', 401, () => deliver({}, changed(0), sign(body))],
    ['whose last byte was changed', 401, () => deliver({}, changed(body.length - 1), sign(body))],
    ['with a byte more', 401, () => deliver({}, Buffer.concat([body, Buffer.from(' ')]), sign(body))],
    ['with an empty body under the signature of a full one', 401, () => deliver({}, Buffer.alloc(0), sign(body))],
    ['signed in hexadecimal', 401, () => deliver({}, body, hex)],
    ['with half a signature', 401, () => deliver({}, body, sign(body).slice(0, 22))],
    ['without a signature', 401, () => deliver({ 'x-shopify-hmac-sha256': null })],
    ['with an empty signature', 401, () => deliver({ 'x-shopify-hmac-sha256': '' })],
    ['without a topic', 400, () => deliver({ 'x-shopify-topic': null })],
    ['without a shop', 400, () => deliver({ 'x-shopify-shop-domain': null })],
    ['without an id', 400, () => deliver({ 'x-shopify-webhook-id': null })],
    ["with a shop that isn't Shopify's", 400, () => deliver({ 'x-shopify-shop-domain': 'evil.example.com' })],
    ['whose signed body is no UTF-8', 400, () => deliver({}, notUtf8)],
    ['whose signed body is no JSON', 400, () => deliver({}, Buffer.from('{"id":'))],
    [
      'whose signed body asks to forget another shop than the header names',
      401,
      () => deliver({ 'x-shopify-topic': 'shop/redact' }, Buffer.from(JSON.stringify({ shop_id: 1, shop_domain: other }))),
    ],
    [
      "whose signed body tells of another shop's uninstall",
      401,
      () => deliver({ 'x-shopify-topic': 'app/uninstalled' }, Buffer.from(JSON.stringify({ id: 1, myshopify_domain: other }))),
    ],
  ])('%s is refused with %s and leaves nothing behind', async (_, status, send) => {
    const before = await traces();
    expect((await send()).status).toBe(status);
    expect(await traces()).toEqual(before);
  });

  it('with a good signature is stored once, however often it is sent again', async () => {
    const before = await traces();
    const answers = await Promise.all(Array.from({ length: 5 }, async () => deliver({ 'x-shopify-webhook-id': 'w-again' })));
    answers.push(await deliver({ 'x-shopify-webhook-id': 'w-again' }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    const after = await traces();
    expect(after.inbox - before.inbox).toBe(1);
    expect(await prisma.inboxItem.count({ where: { shopId, key: 'webhook w-again' } })).toBe(1);
  });

  it('that asks to forget a customer and is sent again asks once', async () => {
    const request = { shop_id: 1, shop_domain: domain, customer: { id: 7 }, orders_to_redact: [5001] };
    const send = () => world.webhook(domain, 'customers/redact', request, 'w-redact');
    const before = await traces();
    expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
    const after = await traces();
    expect([after.inbox - before.inbox, (after.jobs ?? 0) - (before.jobs ?? 0)]).toEqual([1, 1]);
  });
});

const seconds = () => Math.floor(Date.now() / 1000);
const wrong: [string, () => string | null][] = [
  ['no token', () => null],
  ['an empty token', () => ''],
  ['nonsense', () => 'a.b.c'],
  ['a token signed with another key', () => idToken({ domain, secret: 'another-secret' })],
  ['a token signed with an empty key', () => idToken({ domain, secret: '' })],
  ['alg none, signed all the same', () => idToken({ domain, alg: 'none' })],
  ['alg none and no signature', () => `${idToken({ domain, alg: 'none' }).split('.').slice(0, 2).join('.')}.`],
  ['another algorithm', () => idToken({ domain, alg: 'HS512' })],
  ['another app’s token', () => idToken({ domain, claims: { aud: 'another-app' } })],
  ['an expired token', () => idToken({ domain, claims: { exp: seconds() - 60 } })],
  ['a token of tomorrow', () => idToken({ domain, claims: { nbf: seconds() + 600 } })],
  ['a token without an end', () => idToken({ domain, claims: { exp: undefined } })],
  ['a token for another shop than its issuer’s', () => idToken({ domain, claims: { dest: `https://${other}` } })],
  ['a token of no shop of Shopify', () => idToken({ domain: 'evil.example.com' })],
  [
    'a token whose content was changed',
    () => {
      const [head = '', , signature = ''] = idToken({ domain }).split('.');
      const [, body = ''] = idToken({ domain: other }).split('.');
      return `${head}.${body}.${signature}`;
    },
  ],
];

/** These alone answer somebody who proves nothing: the frame of a document, the way in, and "no such page". */
const open = ['root', 'routes/_index', 'routes/auth.login', 'routes/privacy', 'routes/support', 'routes/$'];

describe('every route', () => {
  const closed = routes.filter(({ id, module }) => !open.includes(id) && ('loader' in module || 'action' in module));

  it('is found on disk', () => {
    expect(closed.length).toBeGreaterThan(25);
    for (const id of open) expect(routes.map((route) => route.id)).toContain(id);
  });

  it('lets somebody in who proves who they are', async () => {
    const home = routes.find(({ id }) => id === 'routes/app._index')!;
    expect((await world.ask({ domain, userId: '1' }, home)).status).toBe(200);
  });

  it.each(wrong)('refuses %s, as a page’s own fetch and as a document, and changes nothing', async (_, make) => {
    const token = make();
    const before = [await prisma.staff.count(), await prisma.session.count(), await prisma.auditEntry.count(), await traces()];
    const letIn: string[] = [];
    for (const route of closed) {
      const address = `http://localhost:3000${addressOf(routes, route, { id: crypto.randomUUID(), connector: 'stockroom' })}`;
      const headers = { 'user-agent': browser, ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
      const data = `${address}?_data=${encodeURIComponent(route.id)}&id=${encodeURIComponent('gid://shopify/Order/1')}`;
      const calls: [string, Request][] = [];
      if ('loader' in route.module) {
        calls.push(['data', new Request(data, { headers })]);
        const query = new URLSearchParams({ embedded: '1', shop: domain, host: 'eA', ...(token ? { id_token: token } : {}) });
        calls.push(['document', new Request(`${address}?${query.toString()}`, { headers: { 'user-agent': browser } })]);
      }
      if ('action' in route.module)
        calls.push([
          'action',
          new Request(data, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{}' }),
        ]);
      for (const [kind, request] of calls) {
        const { status, headers: answered } = await app.request(request);
        // Remix answers a fetch with 204 where a document would be redirected to the page that fetches a token.
        const refused = [302, 401, 403, 410].includes(status) || (status === 204 && answered.has('x-remix-redirect'));
        if (!refused) letIn.push(`${kind} of ${route.id}: ${status}`);
      }
    }
    expect(letIn).toEqual([]);
    expect([await prisma.staff.count(), await prisma.session.count(), await prisma.auditEntry.count(), await traces()]).toEqual(
      before,
    );
  });

  it('shows each asker the shop of their own token, whatever shop the address names', async () => {
    const home = routes.find(({ id }) => id === 'routes/app')!;
    const names = async (options: IdTokenOptions) => {
      const answer = await app.request(
        `http://localhost:3000/app?_data=${encodeURIComponent(home.id)}&shop=${options.domain === domain ? other : domain}`,
        { headers: { 'user-agent': browser, authorization: `Bearer ${idToken(options)}` } },
      );
      return ((await answer.json()) as { context?: { shop: { domain: string } } }).context?.shop.domain;
    };
    expect([undefined, domain]).toContain(await names({ domain, userId: '1' }));
    expect([undefined, other]).toContain(await names({ domain: other, userId: '1' }));
  });
});
