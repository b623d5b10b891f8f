import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import type { Tx } from '../db/scope.ts';
import { fakeConnector } from '../connections/fake-connector.test-data.ts';

const database = await openTestDatabase();
const { inShop, inSystem } = await import('../db/scope.ts');
const { setConnectors } = await import('../connections/known-connectors.ts');
const { stopBoss } = await import('../jobs/boss.ts');
const { action, loader } = await import('./api.extension.order.ts');
const { isOrderAnswer } = await import('../../extensions/order-status/src/order-answer.ts');

const fake = fakeConnector({ facilities: [], key: 'right-key' });
const english = {
  errors: { 'no-such-sku': { title: 'The article {{sku}} is unknown there', fix: 'Create it there.' } },
  reasons: { 'picked-late': 'Goes at {{when}}' },
};
const german = { ...english, reasons: { 'picked-late': 'Geht um {{when}}' } };
setConnectors([{ ...fake, messages: { en: english, de: german } }]);

const orderId = 'gid://shopify/Order/5001';
const heldId = 'gid://shopify/Order/5002';
const at = new Date('2026-11-20T08:03:00.000Z');
const shops = { ours: { id: 0, domain: 'ours.myshopify.com' }, theirs: { id: 0, domain: 'theirs.myshopify.com' } };

beforeAll(async () => {
  for (const shop of Object.values(shops)) {
    const row = await inSystem('install-shop', (tx) =>
      tx.shop.create({ data: { domain: shop.domain, timeZone: 'Europe/Berlin', installedAt: at } }),
    );
    shop.id = row.id;
    const of = { shopId: row.id };
    const person = { ...of, firstSeenAt: at, lastSeenAt: at };
    await inShop(row.id, (tx) =>
      tx.staff.createMany({
        data: [
          { ...person, id: '11', name: 'Olga', role: 'operator' },
          { ...person, id: '12', name: 'Vera', role: 'viewer' },
        ],
      }),
    );
  }
  await inShop(shops.ours.id, fillShop);
});

/** Order #1001, shipped and with two problems, and #1002, held. */
async function fillShop(tx: Tx): Promise<void> {
  const of = { shopId: shops.ours.id };
  const connectionId = randomUUID();
  await tx.connection.create({
    data: {
      ...of,
      id: connectionId,
      connector: fake.id,
      name: 'Main warehouse',
      inboundHash: 'x',
      createdAt: at,
      updatedAt: at,
    },
  });
  await tx.facility.create({
    data: { ...of, connectionId, id: 'F1', name: 'Hamburg', kind: 'warehouse', active: true, readAt: at },
  });
  const order = {
    ...of,
    shopifyUpdatedAt: at,
    placedAt: at,
    financialStatus: 'PAID',
    fulfilmentStatus: 'UNFULFILLED',
    currency: 'EUR',
    total: 1000n,
    units: 1,
    firstSeenAt: at,
    decidedAt: at,
  };
  await tx.order.createMany({
    data: [
      { ...order, id: orderId, name: '#1001', verdict: 'send' },
      {
        ...order,
        id: heldId,
        name: '#1002',
        verdict: 'hold',
        reason: { code: 'picked-late', params: { when: '2026-11-20T23:30:00.000Z' } },
      },
    ],
  });
  const part = {
    ...of,
    connectionId,
    number: 1,
    locationId: 'gid://shopify/Location/1',
    facilityId: 'F1',
    fulfilmentOrderIds: [],
    createdAt: at,
  };
  await tx.part.createMany({
    data: [
      { ...part, orderId, reference: '#1001', state: 'shipped', remoteId: '7', remoteNumber: 'S-10001' },
      { ...part, orderId: heldId, reference: '#1002' },
    ],
  });
  await tx.shipment.create({
    data: {
      ...of,
      connectionId,
      remoteId: 'p1',
      reference: '#1001',
      orderId,
      state: 'mirrored',
      lines: [],
      tracking: [
        { number: 'JD01', carrier: 'DHL', url: 'https://dhl.example/JD01' },
        { number: 'JD02', carrier: null, url: 'java\nscript:alert(1)' },
        { number: 'JD03', carrier: null, url: null },
      ],
      hash: 'h',
      shippedAt: at,
      fulfilmentIds: [],
      seenAt: at,
    },
  });
  const problem = {
    ...of,
    connectionId,
    sync: 'orders',
    subjectKind: 'order',
    subjectId: orderId,
    subjectLabel: '#1001',
    openedAt: at,
  };
  await tx.problem.createMany({
    data: [
      { ...problem, cause: 'no-such-sku', params: { sku: 'RED-1' }, lastSeenAt: new Date(at.getTime() + 1000) },
      { ...problem, cause: 'something-nobody-wrote-about', params: {}, lastSeenAt: at },
    ],
  });
}

afterAll(async () => {
  await stopBoss();
  await database.close();
});

const seconds = () => Math.floor(Date.now() / 1000);
const idToken = (domain: string, userId: string, { secret = 'crossdock-test-secret', expires = 60 } = {}) =>
  new SignJWT({ dest: `https://${domain}`, sid: 's' })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(`https://${domain}/admin`)
    .setAudience('crossdock-test-key')
    .setSubject(userId)
    .setNotBefore(seconds() - 5)
    .setExpirationTime(seconds() + expires)
    .sign(new TextEncoder().encode(secret));

interface Asked {
  method?: string;
  id?: string;
  locale?: string;
  token?: string | null;
}

async function ask({ method = 'GET', id = orderId, locale = 'en', token }: Asked = {}): Promise<{
  response: Response;
  body: unknown;
}> {
  const bearer = token === undefined ? await idToken(shops.ours.domain, '11') : token;
  const url = `http://localhost:3000/api/extension/order?${new URLSearchParams({ id, locale }).toString()}`;
  const request = new Request(url, { method, headers: bearer ? { authorization: `Bearer ${bearer}` } : {} });
  // a thrown answer is sent as it is, as the framework does
  const response = await (method === 'GET' || method === 'OPTIONS' ? loader : action)({ request, params: {}, context: {} }).catch(
    (thrown: unknown) => {
      if (thrown instanceof Response) return thrown;
      throw thrown;
    },
  );
  const text = await response.text();
  return { response, body: text ? JSON.parse(text) : null };
}

const pressed = (shopId: number) => inShop(shopId, (tx) => tx.inboxItem.count({ where: { shopId, door: 'button' } }));

describe('the block on an order asks where it stands', () => {
  it('and gets parts, parcels and the latest problem in the words of its connector', async () => {
    const { response, body } = await ask();
    expect(response.status).toBe(200);
    expect(isOrderAnswer(body)).toBe(true);
    expect(body).toEqual({
      timeZone: 'Europe/Berlin',
      connected: true,
      canSyncAgain: true,
      syncing: false,
      order: { id: orderId, name: '#1001', state: 'shipped', reason: null },
      parts: [
        {
          reference: '#1001',
          backOffice: 'Main warehouse',
          backOfficeNumber: 'S-10001',
          backOfficeUrl: null,
          facility: 'Hamburg',
          state: 'shipped',
          shipments: [
            {
              state: 'mirrored',
              shippedAt: at.toISOString(),
              // What a carrier's address may lead to is ours to decide: one that runs as a script is left out.
              tracking: [
                { number: 'JD01', carrier: 'DHL', url: 'https://dhl.example/JD01' },
                { number: 'JD02', carrier: null, url: null },
                { number: 'JD03', carrier: null, url: null },
              ],
            },
          ],
        },
      ],
      problem: { title: 'The article RED-1 is unknown there', fix: 'Create it there.', others: 1 },
    });
  });

  it('and is told why an order is held, in its own language and the shop’s zone', async () => {
    expect((await ask({ id: heldId })).body).toMatchObject({
      order: { state: 'held', reason: expect.stringMatching(/^Goes at Nov 21, 2026, 12:30/) as string },
    });
    expect((await ask({ id: heldId, locale: 'de' })).body).toMatchObject({ order: { reason: 'Geht um 21.11.2026, 00:30' } });
  });

  it('and may read the answer from whatever origin Shopify runs it on, but nobody may keep it', async () => {
    const { response } = await ask();
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('after a preflight that needs no token', async () => {
    const { response } = await ask({ method: 'OPTIONS', token: null });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
  });

  it('and is told of an order that was never seen, and of a shop without a back office', async () => {
    expect((await ask({ id: 'gid://shopify/Order/9' })).body).toMatchObject({
      order: null,
      parts: [],
      problem: null,
      connected: true,
    });
    expect((await ask({ token: await idToken(shops.theirs.domain, '11') })).body).toMatchObject({ connected: false });
  });
});

describe('whoever asks', () => {
  it('never sees the order of another shop', async () => {
    const { response, body } = await ask({ token: await idToken(shops.theirs.domain, '11') });
    expect(response.status).toBe(200);
    expect(body).toMatchObject({ order: null, parts: [], problem: null });
  });

  it.each([
    ['no token', () => Promise.resolve(null), 401, 'id-token-missing'],
    [
      'a token signed by somebody else',
      () => idToken(shops.ours.domain, '11', { secret: 'another-secret' }),
      401,
      'id-token-invalid',
    ],
    ['a token of yesterday', () => idToken(shops.ours.domain, '11', { expires: -3600 }), 401, 'id-token-invalid'],
    ['a shop without the app', () => idToken('gone.myshopify.com', '11'), 403, 'app-not-installed'],
  ])('is refused with %s, in a way that the block can read', async (_, token, status, error) => {
    const { response, body } = await ask({ token: await token() });
    expect(response.status).toBe(status);
    expect(body).toEqual({ error });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it.each(['', '5001', 'gid://shopify/Product/1', 'gid://shopify/Order/1?x', "gid://shopify/Order/1' OR 1=1"])(
    'must name an order: not "%s"',
    async (id) => {
      const { response, body } = await ask({ id });
      expect(response.status).toBe(400);
      expect(body).toEqual({ error: 'not-an-order' });
    },
  );
});

describe('"Sync again" in the block', () => {
  it('is for operators: a viewer and a stranger are told so, and nothing happens', async () => {
    for (const userId of ['12', '99']) {
      const token = await idToken(shops.ours.domain, userId);
      expect((await ask({ token })).body).toMatchObject({ canSyncAgain: false });
      const { response, body } = await ask({ method: 'POST', token });
      expect([response.status, body]).toEqual([403, { error: 'role-too-low' }]);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
    }
    expect(await pressed(shops.ours.id)).toBe(0);
  });

  it('is no link: only a POST does it', async () => {
    expect((await ask({ method: 'DELETE' })).response.status).toBe(405);
    expect(await pressed(shops.ours.id)).toBe(0);
  });

  it('puts the order in its own shop’s inbox and says that it is under way', async () => {
    const { body } = await ask({ method: 'POST' });
    expect(body).toMatchObject({ syncing: true, order: { name: '#1001' } });
    expect([await pressed(shops.ours.id), await pressed(shops.theirs.id)]).toEqual([1, 0]);
    const where = { shopId: shops.ours.id, subjectId: orderId };
    const events = await inShop(shops.ours.id, (tx) =>
      tx.timelineEvent.findMany({ where, select: { kind: true, params: true } }),
    );
    expect(events).toEqual([{ kind: 'sync-again', params: { by: 'Olga' } }]);
    await inShop(shops.ours.id, (tx) => tx.inboxItem.updateMany({ where, data: { handledAt: at } }));
    expect((await ask()).body).toMatchObject({ syncing: false });
  });
});
