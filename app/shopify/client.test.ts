import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import { costs, openTestServer, throttleStatus, type Answer, type TestServer } from './test-server.ts';
import type { CrossdockError } from '../core/errors.ts';

const database = await openTestDatabase();
const server: TestServer = await openTestServer(0);
process.env['SANDBOX_URL'] = server.url;
const { adminFor } = await import('./client.ts');
const { refuseUserErrors } = await import('./user-errors.ts');
const { saveSession } = await import('./sessions/session-table.ts');
const { forgetToken } = await import('./sessions/offline-token.ts');
const { OrdersCountDocument, TagsAddDocument, OrderReadDocument, TypedDocumentString } =
  await import('./operations/generated/graphql.ts');
const { prisma } = await import('../db/client.ts');
const { setLogLevel } = await import('../core/logger.ts');
setLogLevel('silent');

const domain = 'client-test.myshopify.com';
const admin = adminFor({ id: 1, domain });
const count = (options = {}) => admin.run(OrdersCountDocument, { query: 'status:open' }, { priority: 'order', ...options });
const tag = (options = {}) =>
  admin.run(TagsAddDocument, { id: 'gid://shopify/Order/1', tags: ['x'] }, { priority: 'order', ...options });
const counted: Answer = { body: { data: { ordersCount: { count: 3, precision: 'EXACT' } }, extensions: costs(10) } };

async function failure(
  call: () => Promise<unknown>,
): Promise<CrossdockError & { retryAfterMs?: number; mayHaveLanded?: boolean; scope?: string }> {
  return (await call().then(
    () => {
      throw new Error('It was expected to fail');
    },
    (error: unknown) => error,
  )) as CrossdockError;
}

afterAll(async () => {
  await prisma.$disconnect();
  await server.close();
  await database.close();
});
beforeEach(async () => {
  server.calls.length = 0;
  server.refreshes.length = 0;
  server.token = () => ({
    body: {
      access_token: 'renewed',
      expires_in: 3600,
      refresh_token: 'next',
      refresh_token_expires_in: 7_776_000,
      scope: 'read_orders',
    },
  });
  forgetToken(domain);
  await saveSession({
    id: `offline_${domain}`,
    shop: domain,
    state: '',
    isOnline: false,
    accessToken: 'first',
    refreshToken: 'refresh',
    expires: Date.now() + 3_600_000,
  });
});

describe('the Admin API client', () => {
  it('sends the offline token to the current version and returns typed data', async () => {
    server.graphql = () => counted;
    expect((await count()).ordersCount?.count).toBe(3);
    expect(server.calls).toMatchObject([
      { shop: domain, operation: 'OrdersCount', token: 'first', variables: { query: 'status:open' } },
    ]);
  });

  it('waits when throttled and goes on, as Shopify says how long', async () => {
    const answers: Answer[] = [
      {
        body: {
          errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
          extensions: costs(10, null, throttleStatus(5, 2000, 100)),
        },
      },
      counted,
    ];
    server.graphql = () => answers.shift() ?? counted;
    await count();
    expect(server.calls).toHaveLength(2);
  });

  it('sends the first of its kind alone, so that the others are taken for what they cost', async () => {
    const unpriced = new TypedDocumentString('query Unpriced($query: String) { ordersCount(query: $query) { count } }');
    const before: number[] = [];
    let answered = 0;
    server.graphql = async () => {
      before.push(answered);
      await new Promise((resolve) => setTimeout(resolve, 10));
      answered += 1;
      return { body: { data: { ordersCount: { count: 3 } }, extensions: costs(500) } };
    };
    await Promise.all(['a', 'b', 'c'].map((query) => admin.run(unpriced, { query }, { priority: 'order' })));
    expect([before.slice(0, 2), before.length]).toEqual([[0, 1], 3]);
    // Who could not be answered keeps nobody waiting.
    const failing = new TypedDocumentString('query Failing($query: String) { ordersCount(query: $query) { count } }');
    server.graphql = () => ({ status: 503, body: {} });
    const all = ['a', 'b'].map((query) => failure(() => admin.run(failing, { query }, { priority: 'order' })));
    expect((await Promise.all(all)).map(({ code }) => code)).toEqual(['shopify-server-error', 'shopify-server-error']);
  });

  it('gives up being throttled within its limit, and says when to come back', async () => {
    server.graphql = () => ({
      body: {
        errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
        extensions: costs(900, null, throttleStatus(0, 1000, 10)),
      },
    });
    await prisma.$executeRaw`DELETE FROM budget`;
    const error = await failure(() => count({ maxWaitMs: 300 }));
    expect(error).toMatchObject({ kind: 'transient', code: 'shopify-throttled' });
    expect(error.retryAfterMs).toBeGreaterThan(10_000);
    await prisma.$executeRaw`DELETE FROM budget`;
  });

  it('renews a refused token once and repeats the call', async () => {
    server.graphql = ({ token }) =>
      token === 'renewed'
        ? counted
        : { status: 401, body: { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' } };
    await count();
    expect(server.calls.map(({ token }) => token)).toEqual(['first', 'renewed']);
    expect(server.refreshes).toHaveLength(1);
  });

  it('renews once for many calls that were refused at the same time', async () => {
    server.graphql = ({ token }) => (token === 'renewed' ? counted : { status: 401, body: { errors: 'Invalid' } });
    await Promise.all([count(), count(), count(), count(), count()]);
    expect(server.refreshes).toHaveLength(1);
  });

  it('asks the merchant to open the app when the renewed token is refused too', async () => {
    server.graphql = () => ({ status: 401, body: { errors: 'Invalid' } });
    expect(await failure(count)).toMatchObject({
      kind: 'needs-merchant',
      code: 'shopify-reconnect',
      scope: 'connection',
      params: { requestId: 'req-1' },
    });
    expect(server.calls).toHaveLength(2);
  });

  it('returns what it may read when personal fields are withheld, and names them', async () => {
    server.graphql = () => ({
      body: {
        data: { order: { id: 'gid://shopify/Order/1', email: null, shippingAddress: null } },
        errors: [
          {
            message: 'This app is not approved to use the email field.',
            path: ['order', 'email'],
            extensions: { code: 'ACCESS_DENIED' },
          },
          {
            message: 'This app is not approved to access the MailingAddress object.',
            path: ['order', 'shippingAddress'],
            extensions: { code: 'ACCESS_DENIED' },
          },
        ],
        extensions: costs(59),
      },
    });
    const { data, denied } = await admin.runNotingDenied(
      OrderReadDocument,
      { id: 'gid://shopify/Order/1' },
      { priority: 'order' },
    );
    expect(data.order?.id).toBe('gid://shopify/Order/1');
    expect(denied).toEqual(['order.email', 'order.shippingAddress']);
  });

  const errors = (...list: { message: string; code: string; path?: string[]; requiredAccess?: string }[]): Answer => ({
    body: {
      data: null,
      errors: list.map(({ message, path, ...extensions }) => ({ message, path, extensions })),
      extensions: costs(10),
    },
  });

  it.each<[string, Answer, Record<string, unknown>]>([
    [
      '429',
      { status: 429, headers: { 'retry-after': '2.5' } },
      { kind: 'transient', code: 'shopify-throttled', retryAfterMs: 2500, mayHaveLanded: false },
    ],
    [
      '500',
      { status: 500, body: { errors: 'Internal Server Error' } },
      { kind: 'transient', code: 'shopify-server-error', mayHaveLanded: true },
    ],
    [
      '502 with a page instead of JSON',
      { status: 502, raw: '<html>Bad gateway</html>', headers: { 'content-type': 'text/html' } },
      { kind: 'transient', code: 'shopify-server-error' },
    ],
    ['503 in JSON clothes', { status: 503, raw: 'nonsense' }, { kind: 'transient', code: 'shopify-server-error' }],
    ['200 that is no JSON', { raw: '<html>' }, { kind: 'transient', code: 'shopify-no-answer', mayHaveLanded: true }],
    [
      '402 shop frozen',
      { status: 402, body: { errors: 'Unavailable Shop' } },
      { kind: 'needs-merchant', code: 'shopify-shop-unavailable', params: { status: 402 } },
    ],
    [
      '404 shop gone',
      { status: 404, body: { errors: 'Not Found' } },
      { kind: 'needs-merchant', code: 'shopify-shop-unavailable' },
    ],
    [
      '423 shop locked',
      { status: 423, body: { errors: 'Locked' } },
      { kind: 'needs-merchant', code: 'shopify-shop-unavailable' },
    ],
    ['400', { status: 400, body: { errors: 'Bad Request' } }, { kind: 'bug', code: 'shopify-request-invalid' }],
    [
      'a missing scope',
      errors({
        message: 'Access denied for tagsAdd field.',
        code: 'ACCESS_DENIED',
        path: ['tagsAdd'],
        requiredAccess: '`write_orders` access scope. Also: the user must …',
      }),
      {
        kind: 'needs-merchant',
        code: 'shopify-scope-missing',
        params: { scope: 'write_orders', operation: 'TagsAdd', requestId: 'req-1' },
      },
    ],
    [
      'too large an input',
      errors({
        message: 'The input array size of 251 is greater than the maximum allowed of 250.',
        code: 'MAX_INPUT_SIZE_EXCEEDED',
      }),
      { kind: 'bug', params: { code: 'MAX_INPUT_SIZE_EXCEEDED' } },
    ],
    [
      'a document that does not fit the schema',
      errors({ message: "Field 'nope' doesn't exist on type 'Order'", code: 'undefinedField' }),
      { kind: 'bug', code: 'shopify-request-invalid' },
    ],
    [
      "Shopify's own mistake",
      errors({ message: 'Internal error. Looks like something went wrong on our end.', code: 'INTERNAL_SERVER_ERROR' }),
      { kind: 'transient', mayHaveLanded: true },
    ],
    [
      'a shop that is closed',
      errors({ message: 'Shop is inactive', code: 'SHOP_INACTIVE' }),
      { kind: 'needs-merchant', code: 'shopify-shop-unavailable' },
    ],
  ])('turns %s into one of the four errors', async (_, answer, expected) => {
    server.graphql = () => answer;
    const { params, ...rest } = expected;
    const error = await failure(tag);
    expect(error).toMatchObject(rest);
    if (params) expect(error.params).toMatchObject(params);
  });

  it('says that a mutation may have landed when no answer came, and that a query did not', async () => {
    server.graphql = () => new Promise((resolve) => setTimeout(() => resolve(counted), 500));
    expect(await failure(() => tag({ timeoutMs: 50 }))).toMatchObject({
      kind: 'transient',
      code: 'shopify-no-answer',
      mayHaveLanded: true,
    });
    expect(await failure(() => count({ timeoutMs: 50 }))).toMatchObject({ kind: 'transient', mayHaveLanded: false });
  });

  it('names Shopify’s field, text and code when a mutation is refused', () => {
    expect(() =>
      refuseUserErrors({ userErrors: [{ field: ['fulfillment', 'lineItems'], message: 'Quantity is too large', code: null }] }),
    ).toThrow(
      expect.objectContaining({
        kind: 'rejected',
        code: 'shopify-refused',
        field: 'fulfillment.lineItems',
        vendorText: 'Quantity is too large',
      }),
    );
    expect(() =>
      refuseUserErrors({ userErrors: [{ field: null, message: 'Stale', code: 'CHANGE_FROM_QUANTITY_STALE' }] }),
    ).toThrow(
      expect.objectContaining({
        code: 'shopify-quantity-stale',
        params: expect.objectContaining({ code: 'CHANGE_FROM_QUANTITY_STALE' }) as unknown,
      }),
    );
    expect(() => refuseUserErrors({ orderCancelUserErrors: [{ message: 'Has open fulfilments', code: 'INVALID' }] })).toThrow(
      /open fulfilments/,
    );
    expect(refuseUserErrors({ userErrors: [], id: 1 })).toEqual({ userErrors: [], id: 1 });
  });
});
