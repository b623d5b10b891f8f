import { beforeEach, describe, expect, test } from 'vitest';
import { basic, openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
const METHODS = '/wms/shipmethod/list';

describe('keys', () => {
  test('what a merchant types in opens the API, and every answer has a process id', async () => {
    const { baseUrl, apiUser, apiKey, merchantApiUser, merchantApiKey } = (await rig.control('GET', '/settings')).body;
    expect(baseUrl).toBe('http://127.0.0.1:3190/stand-ins/extensiv/v1');
    const { pathname } = new URL(baseUrl);
    const cart = await rig.send('GET', pathname + METHODS, undefined, { authorization: basic([apiUser, apiKey]) });
    expect(cart.body.success_code).toBe(true);
    expect(cart.headers.get('x-cartrover-process-id')).toMatch(/^[0-9a-f-]{36}$/);
    const merchant = await rig.send('GET', `${pathname}/cart/list`, undefined, {
      authorization: basic([merchantApiUser, merchantApiKey]),
    });
    expect(merchant.body.response).toEqual([{ order_source: 'Crossdock Demo', description: 'Crossdock Demo (API Access)' }]);
  });

  test('that are wrong are refused with 401, or with 200 where that is set; in the URL they are never taken', async () => {
    const wrong = () =>
      rig.send('GET', `/stand-ins/extensiv/v1${METHODS}`, undefined, { authorization: basic(['crossdock_cart', 'no']) });
    expect(await wrong()).toMatchObject({
      status: 401,
      body: { success_code: false, error_code: 'Failure' },
      fact: expect.stringContaining('extensiv.md §2.1') as string,
    });
    await rig.control('POST', '/limits', { badKeyStatus: 200 });
    expect((await wrong()).status).toBe(200);
    const url = `/stand-ins/extensiv/v1${METHODS}?api_user=crossdock_cart&api_key=extensiv-sandbox-cart`;
    expect((await rig.send('GET', url)).body).toMatchObject({ success_code: false, error_code: 'Invalid' });
  });

  test('open only the calls of their level; a warehouse key names the merchant', async () => {
    expect((await rig.merchant('GET', METHODS)).body.success_code).toBe(false);
    expect((await rig.cart('GET', '/cart/list')).body.message).toContain('merchant level keys');
    expect((await rig.cart('GET', '/merchant/inventory')).body.success_code).toBe(true);
    const warehouse = rig.as('warehouse');
    const merchants = (await warehouse('GET', '/wms/merchant/list')).body.response;
    expect(merchants).toHaveLength(2);
    expect((await warehouse('GET', '/merchant/product/MUG')).body.message).toContain('X-Merchant-Pk');
    const own = rig.as('warehouse', { 'x-merchant-pk': merchants[0].merchant_pk });
    expect((await own('GET', '/merchant/product/MUG')).body.response.sku).toBe('MUG');
    const other = rig.as('warehouse', { 'x-merchant-pk': merchants[1].merchant_pk });
    expect((await other('GET', '/merchant/product/MUG')).body.success_code).toBe(false);
  });

  test('of another cart see its own orders only', async () => {
    await rig.cart('POST', '/cart/orders/cartrover', rig.order('#1', [['MUG', 1]]));
    await rig.control('POST', '/user', { apiUser: 'second', apiKey: 'second-key', orderSource: 'Second Shop' });
    const second = (path: string, body?: unknown) =>
      rig.send(body ? 'POST' : 'GET', `/stand-ins/extensiv/v1${path}`, body, {
        authorization: basic(['second', 'second-key']),
      });
    expect((await second('/cart/orders/status/%231')).body.message).toBe('Order not found: #1');
    expect((await second('/cart/orders/cartrover', rig.order('#1', [['MUG', 1]]))).body.success_code).toBe(true);
    await rig.settle();
    const listed = (await rig.merchant('GET', '/merchant/orders/list/at_wms?order_source=Second%20Shop')).body.response;
    expect(listed).toMatchObject([{ cust_ref: '#1', order_source: 'Second Shop' }]);
  });
});

describe('the leaky bucket', () => {
  test('takes a hundred calls, tells what is left, and leaks one in 0.6 s; new orders are not counted', async () => {
    const left = async () => Number((await rig.cart('GET', METHODS)).headers.get('x-cartrover-api-minute-hits-remaining'));
    await rig.control('POST', '/limits', { bucket: 3, refillMs: 600_000 });
    expect([await left(), await left(), await left()]).toEqual([2, 1, 0]);
    const over = await rig.cart('GET', METHODS);
    expect([over.status, over.headers.get('x-cartrover-api-minute-hits-remaining')]).toEqual([200, '0']);
    expect(over.body).toEqual({
      success_code: false,
      error_code: 'RateLimit',
      message: 'Over API Limit. Please slow down requests.',
    });
    const made = await rig.cart('POST', '/cart/orders/cartrover', rig.order('#1', [['MUG', 1]]));
    expect(made.body.success_code).toBe(true);
    rig.clock.advance(600_000);
    expect(await left()).toBe(0);
    expect((await rig.cart('POST', '/cart/orders/batch', [])).body.error_code).toBe('RateLimit');
  });

  test('has the documented size when nothing is set', async () => {
    for (let call = 0; call < 100; call += 1) await rig.cart('GET', METHODS);
    const { headers } = await rig.merchant('GET', '/cart/list');
    expect(headers.get('x-cartrover-api-minute-hits-remaining')).toBe('99');
    rig.clock.advance(600);
    expect((await rig.cart('GET', METHODS)).body.success_code).toBe(true);
  });
});

test('what nobody documented is refused by name: paths, verbs, parameters, fields', async () => {
  const path = await rig.cart('GET', '/cart/orders/search/x/y');
  expect([path.status, path.body.success_code, path.body.message]).toEqual([
    404,
    false,
    'GET /cart/orders/search/x/y is not imitated.',
  ]);
  expect((await rig.cart('DELETE', '/cart/orders/1')).status).toBe(405);
  expect((await rig.cart('GET', '/merchant/inventory?sku=MUG')).body.message).toBe('sku is not a parameter of this call.');
  const order = rig.order('#1', [['MUG', 1]], { note: 'x' });
  expect((await rig.cart('POST', '/cart/orders/cartrover', order)).body.message).toBe('Unknown field(s): note');
});

test('faults speak IM’s own words with HTTP 200, also in the older form; all is in the call log', async () => {
  rig.faults.add({ target: 'extensiv', kind: 'throttled', match: '/wms', times: 1 });
  rig.faults.add({
    target: 'extensiv',
    kind: 'refuse',
    mode: 'Invalid: Bad day',
    match: 'GET /cart/orders/status/:ref',
    times: 1,
  });
  rig.faults.add({ target: 'extensiv', kind: 'stale', match: '/wms', times: 1 });
  rig.faults.add({ target: 'extensiv', kind: 'status', status: 502, match: 'GET /cart/orders/list/shipped', times: 1 });
  expect((await rig.cart('GET', METHODS)).body.error_code).toBe('RateLimit');
  await rig.control('POST', '/limits', { statusMessage: 1 });
  const refused = await rig.cart('GET', '/cart/orders/status/%231001');
  expect([refused.status, refused.body]).toEqual([
    200,
    { success_code: false, error_code: 'Invalid', status_message: 'Bad day' },
  ]);
  expect((await rig.cart('GET', METHODS)).status).toBe(401);
  expect((await rig.cart('GET', '/cart/orders/list/shipped')).status).toBe(502);
  expect((await rig.cart('GET', METHODS)).status).toBe(200);
  const logged = rig.calls.list({ target: 'extensiv' });
  expect(logged.map(({ operation, status }) => `${operation} ${status}`)).toEqual([
    'GET /wms/shipmethod/list 200',
    'GET /cart/orders/status/:ref 200',
    'GET /wms/shipmethod/list 401',
    'GET /cart/orders/list/shipped 502',
    'GET /wms/shipmethod/list 200',
  ]);
  expect(logged[0]?.fact).toContain('leaky bucket');
});
