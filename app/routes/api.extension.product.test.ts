import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import { fakeConnector } from '../connections/fake-connector.test-data.ts';
import type { Tx } from '../db/scope.ts';

const database = await openTestDatabase();
const { inShop, inSystem } = await import('../db/scope.ts');
const { setConnectors } = await import('../connections/known-connectors.ts');
const { stopBoss } = await import('../jobs/boss.ts');
const { action, loader } = await import('./api.extension.product.ts');
const { action: syncAction, loader: syncLoader } = await import('./api.extension.sync.ts');
const { isProductAnswer } = await import('../../extensions/product-status/src/product-answer.ts');

const fake = fakeConnector({ facilities: [], key: 'right-key' });
setConnectors([fake]);
const productId = 'gid://shopify/Product/77';
const at = new Date('2026-11-20T08:03:00.000Z');
const ours = { id: 0, domain: 'ours.myshopify.com' };
const theirs = { id: 0, domain: 'theirs.myshopify.com' };
const connectionId = randomUUID();

beforeAll(async () => {
  for (const shop of [ours, theirs]) {
    const row = await inSystem('install-shop', (tx) =>
      tx.shop.create({ data: { domain: shop.domain, timeZone: 'Europe/Berlin', installedAt: at } }),
    );
    shop.id = row.id;
    const person = { shopId: row.id, firstSeenAt: at, lastSeenAt: at };
    await inShop(row.id, (tx) =>
      tx.staff.createMany({
        data: [
          { ...person, id: '11', name: 'Olga', role: 'operator' },
          { ...person, id: '12', name: 'Vera', role: 'viewer' },
        ],
      }),
    );
  }
  await inShop(ours.id, fillShop);
});

/** A shirt in two sizes: one linked, with stock in Hamburg, one without a SKU. */
async function fillShop(tx: Tx): Promise<void> {
  const shopId = ours.id;
  const of = { shopId, connectionId };
  const connection = { connector: fake.id, name: 'Main warehouse', inboundHash: 'x', createdAt: at, updatedAt: at };
  await tx.connection.create({ data: { shopId, id: connectionId, ...connection } });
  await tx.sync.create({ data: { ...of, kind: 'products', enabled: true } });
  await tx.facility.create({ data: { ...of, id: 'F1', name: 'Hamburg', kind: 'warehouse', active: true, readAt: at } });
  await tx.locationLink.create({ data: { ...of, locationId: 'gid://shopify/Location/1', facilityId: 'F1', createdAt: at } });
  await tx.remoteStock.create({ data: { ...of, facilityId: 'F1', sku: 'SHIRT-S', available: 7, asOf: at } });
  const variant = {
    ...{ shopId, productId, productTitle: 'Shirt', productType: '', vendor: '', tags: [], status: 'ACTIVE', price: 1000n },
    ...{ tracked: true, requiresShipping: true, isGiftCard: false, hasComponents: false, whenOutOfStock: 'deny' },
    ...{ shopifyUpdatedAt: at, readAt: at },
  };
  const gid = (n: number) => `gid://shopify/ProductVariant/${n}`;
  await tx.variant.createMany({
    data: [
      { ...variant, id: gid(1), inventoryItemId: 'i1', sku: 'SHIRT-S', title: 'S' },
      { ...variant, id: gid(2), inventoryItemId: 'i2', sku: '', title: 'M' },
    ],
  });
  await tx.productLink.create({ data: { ...of, variantId: gid(1), state: 'linked', remoteId: 'R-1', pushedAt: at } });
  const subject = { subjectKind: 'variant', subjectId: gid(2), subjectLabel: 'Shirt' };
  await tx.problem.create({
    data: {
      ...of,
      ...subject,
      sync: 'products',
      cause: 'sku-missing',
      params: { title: 'Shirt – M' },
      openedAt: at,
      lastSeenAt: at,
    },
  });
}

beforeEach(async () => {
  await inShop(ours.id, (tx) => tx.run.deleteMany({}));
});
afterAll(async () => {
  await stopBoss();
  await database.close();
});

const seconds = () => Math.floor(Date.now() / 1000);
const idToken = (domain: string, userId: string) =>
  new SignJWT({ dest: `https://${domain}`, sid: 's' })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(`https://${domain}/admin`)
    .setAudience('crossdock-test-key')
    .setSubject(userId)
    .setNotBefore(seconds() - 5)
    .setIssuedAt(seconds() - 5)
    .setExpirationTime(seconds() + 60)
    .sign(new TextEncoder().encode('crossdock-test-secret'));

type Door = (args: { request: Request; params: object; context: object; unstable_pattern: string }) => Promise<Response>;
async function call(
  door: unknown,
  path: string,
  who: { domain: string; userId: string } | null,
  init: RequestInit = {},
): Promise<Response> {
  const headers = { ...(who ? { authorization: `Bearer ${await idToken(who.domain, who.userId)}` } : {}), ...init.headers };
  const request = new Request(`https://app.example${path}`, { ...init, headers });
  const args = { request, params: {}, context: {}, unstable_pattern: '' };
  return (door as Door)(args).catch((thrown: unknown) => {
    if (thrown instanceof Response) return thrown;
    throw thrown;
  });
}
const operator = { domain: ours.domain, userId: '11' };
const viewer = { domain: ours.domain, userId: '12' };
const stranger = { domain: theirs.domain, userId: '11' };
const path = (id = productId, locale = 'en') => `/api/extension/product?id=${encodeURIComponent(id)}&locale=${locale}`;
const runs = () =>
  inShop(ours.id, (tx) => tx.run.findMany({ select: { task: true, argument: true, startedBy: true, connectionId: true } }));

describe('what the block on a product is told', () => {
  it('is where it stands in each back office, with stock, last sync and problem', async () => {
    const response = await call(loader, path(), viewer);
    const answer: unknown = await response.json();
    expect(isProductAnswer(answer)).toBe(true);
    expect(answer).toMatchObject({
      timeZone: 'Europe/Berlin',
      connected: true,
      product: { id: productId, title: 'Shirt' },
      canSync: false,
      syncing: false,
      backOffices: [
        {
          name: 'Main warehouse',
          enabled: true,
          variants: [
            { title: 'M', code: '', state: 'problem', stock: [{ facility: 'Hamburg', available: null }] },
            {
              ...{ title: 'S', code: 'SHIRT-S', state: 'linked', record: 'R-1', lastSync: at.toISOString() },
              ...{ problem: null, stock: [{ facility: 'Hamburg', available: 7 }] },
            },
          ],
        },
      ],
    });
    const [first] = (answer as { backOffices: { variants: { problem: { title: string; fix: string } }[] }[] }).backOffices;
    expect(first?.variants[0]?.problem.fix).not.toBe('');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('is nothing of another shop’s products', async () => {
    expect(await (await call(loader, path(), stranger)).json()).toMatchObject({
      product: null,
      backOffices: [],
      connected: false,
    });
  });

  it('is refused without a token, and for what is no product', async () => {
    expect((await call(loader, path(), null)).status).toBe(401);
    expect(await (await call(loader, path('gid://shopify/Order/1'), viewer)).json()).toEqual({ error: 'not-a-product' });
    expect((await call(loader, path(), null, { method: 'OPTIONS' })).status).toBe(204);
  });
});

describe('"Sync now" on a product', () => {
  it('starts a run for it in the name of the person, and says that it is at work', async () => {
    const answer: unknown = await (await call(action, path(), operator, { method: 'POST' })).json();
    expect(answer).toMatchObject({ syncing: true, canSync: true });
    expect(await runs()).toEqual([{ task: 'chosen', argument: productId, startedBy: 'Olga', connectionId }]);
  });

  it('is refused to a viewer, and to who is nobody here', async () => {
    for (const who of [viewer, { ...operator, userId: '99' }]) {
      const response = await call(action, path(), who, { method: 'POST' });
      expect([response.status, await response.json()]).toEqual([403, { error: 'role-too-low' }]);
    }
    expect(await runs()).toEqual([]);
  });

  it('does nothing for another shop', async () => {
    await call(action, path(), stranger, { method: 'POST' });
    expect(await runs()).toEqual([]);
  });
});

describe('the action on chosen orders and products', () => {
  const post = (who: { domain: string; userId: string } | null, body: unknown) =>
    call(syncAction, '/api/extension/sync', who, { method: 'POST', body: JSON.stringify(body) });
  const orders = ['gid://shopify/Order/1', 'gid://shopify/Order/2', 'gid://shopify/Order/1'];

  it('takes each order through the corridor once', async () => {
    expect(await (await post(operator, { kind: 'orders', ids: orders })).json()).toEqual({ started: 2, connected: true });
    const waiting = await inShop(ours.id, (tx) =>
      tx.inboxItem.findMany({ where: { subjectKind: 'order' }, orderBy: { subjectId: 'asc' } }),
    );
    expect(waiting.map(({ subjectId, door }) => `${door} ${subjectId}`)).toEqual([
      'button gid://shopify/Order/1',
      'button gid://shopify/Order/2',
    ]);
  });

  it('starts one run for all chosen products, and says so where nothing takes them', async () => {
    const ids = [productId, 'gid://shopify/Product/78'];
    expect(await (await post(operator, { kind: 'products', ids })).json()).toEqual({ started: 2, connected: true });
    expect(await runs()).toMatchObject([{ argument: ids.join(',') }]);
    await inShop(ours.id, (tx) => tx.sync.updateMany({ data: { enabled: false } }));
    expect(await (await post(operator, { kind: 'products', ids })).json()).toEqual({ started: 0, connected: false });
    await inShop(ours.id, (tx) => tx.sync.updateMany({ data: { enabled: true } }));
  });

  it('is refused to a viewer, without a token, and for anything else than ids of that kind', async () => {
    expect((await post(viewer, { kind: 'orders', ids: orders })).status).toBe(403);
    expect((await post(null, { kind: 'orders', ids: orders })).status).toBe(401);
    for (const body of [null, { kind: 'orders', ids: [] }, { kind: 'orders', ids: [productId] }, { kind: 'all' }])
      expect(await (await post(operator, body)).json()).toEqual({ error: 'nothing-chosen' });
    expect((await call(syncLoader, '/api/extension/sync', operator)).status).toBe(405);
  });
});
