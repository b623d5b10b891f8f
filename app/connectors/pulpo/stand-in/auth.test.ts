import { beforeEach, describe, expect, test } from 'vitest';
import { openRig, type Rig } from './test-rig.ts';

const AUTH = '/stand-ins/pulpo/api/v1/auth';
const GOOD = { grant_type: 'password', username: 'crossdock_api', password: 'pulpo-sandbox', scope: 'default' };

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});

describe('logging in', () => {
  test('answers a bearer token to JSON and to a form', async () => {
    expect((await rig.send('POST', AUTH, GOOD)).body).toMatchObject({
      token_type: 'bearer',
      expires_in: 43_200,
      scope: 'default',
    });
    const form = await rig.root().request(AUTH, { method: 'POST', body: new URLSearchParams(GOOD) });
    expect(form.status).toBe(200);
    expect(await form.json()).toHaveProperty('access_token');
  });

  test('refuses a wrong password with 401 and blanks with 400 by column', async () => {
    const wrong = await rig.send('POST', AUTH, { ...GOOD, password: 'no' });
    expect([wrong.status, wrong.body]).toEqual([401, { errors: { message: 'unauthorized' } }]);
    expect(wrong.fact).toContain('pulpo.md §2.1');
    const blank = await rig.send('POST', AUTH, { grant_type: 'password', username: 'x', scope: '' });
    expect([blank.status, blank.body]).toEqual([400, { errors: [{ password: "can't be blank" }] }]);
  });

  test('too often in a short time bans the address for a while', async () => {
    for (let index = 0; index < 29; index += 1) expect((await rig.send('POST', AUTH, GOOD)).status).toBe(200);
    const one = await rig.send('POST', AUTH, GOOD);
    expect([one.status, one.headers.get('retry-after')]).toEqual([429, '300']);
    expect(one.fact).toContain('bans the IP');
    expect((await rig.api('GET', '/iam/users/me')).status).toBe(403);
    expect((await rig.send('POST', AUTH, GOOD)).status).toBe(429);
    rig.clock.advance(301_000);
    expect((await rig.send('POST', AUTH, GOOD)).status).toBe(200);
  });
});

describe('a token', () => {
  test('expires by the sandbox clock', async () => {
    expect((await rig.api('GET', '/iam/users/me')).status).toBe(200);
    rig.clock.advance(43_200_000);
    expect(await rig.api('GET', '/iam/users/me')).toMatchObject({ status: 401, body: { errors: { message: 'unauthorized' } } });
  });

  test('may end before expires_in: by a shorter life and by a fault', async () => {
    await rig.control('POST', '/limits', { tokenSeconds: 60 });
    rig.useToken(await rig.login({ username: 'crossdock_api', password: 'pulpo-sandbox' }));
    rig.clock.advance(60_000);
    expect((await rig.api('GET', '/iam/users/me')).status).toBe(401);
    rig.useToken(await rig.login({ username: 'crossdock_api', password: 'pulpo-sandbox' }));
    rig.faults.add({ target: 'pulpo', kind: 'stale', match: 'GET /warehouses', times: 1 });
    expect((await rig.api('GET', '/iam/users/me')).status).toBe(200);
    const early = await rig.api('GET', '/warehouses/');
    expect([early.status, early.fact.includes('expect earlier 401')]).toEqual([401, true]);
    expect((await rig.api('GET', '/iam/users/me')).status).toBe(401);
  });

  test('is revoked by logout', async () => {
    await rig.api('POST', '/auth/logout');
    expect((await rig.api('GET', '/iam/users/me')).status).toBe(401);
  });
});

test('state survives a restart', async () => {
  await rig.product('MUG');
  const again = rig.restart();
  expect((await again('GET', '/inventory/products?sku=MUG')).body.total_results).toBe(1);
  expect((await again('GET', '/warehouses/')).body.total_results).toBe(4);
});

test('who I am tells the tenant, and my warehouses are all but one', async () => {
  const me = (await rig.api('GET', '/iam/users/me')).body;
  expect(me).toMatchObject({ username: 'crossdock_api', tenant_id: 77 });
  const mine = (await rig.api('GET', `/iam/users/${me.id}/warehouses`)).body.warehouses as { name: string }[];
  expect(mine.map(({ name }) => name)).toEqual(['Main Warehouse', 'East Warehouse', 'Downtown Store']);
  expect((await rig.api('GET', '/warehouses')).body.total_results).toBe(4);
});

test('what a merchant types in logs in, and every answer has a request id', async () => {
  const { baseUrl, username, password } = (await rig.control('GET', '/settings')).body;
  expect(baseUrl).toBe('http://127.0.0.1:3190/stand-ins/pulpo/api/v1');
  const answer = await rig.send('POST', `${new URL(baseUrl).pathname}/auth`, { ...GOOD, username, password });
  expect([answer.status, answer.headers.get('x-request-id')]).toEqual([200, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
});

test('faults answer 429 in PULPO’s words, any status, and a refusal by column; all is in the call log', async () => {
  rig.faults.add({ target: 'pulpo', kind: 'throttled', ms: 2_000, match: '/warehouses', times: 1 });
  rig.faults.add({ target: 'pulpo', kind: 'status', status: 500, match: 'GET /iam/users/me', times: 1 });
  rig.faults.add({ target: 'pulpo', kind: 'refuse', mode: 'name: is too long', match: 'POST /inventory/products', times: 1 });
  const throttled = await rig.api('GET', '/warehouses/');
  expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '2']);
  expect((await rig.api('GET', '/iam/users/me')).status).toBe(500);
  expect(await rig.api('POST', '/inventory/products', { sku: 'A', name: 'A' })).toMatchObject({
    status: 422,
    body: { errors: [{ name: 'is too long' }] },
  });
  expect((await rig.api('GET', '/warehouses/')).status).toBe(200);
  const logged = rig.calls.list({ target: 'pulpo' }).map(({ operation, status }) => `${operation} ${status}`);
  expect(logged.slice(-4)).toEqual([
    'GET /warehouses 429',
    'GET /iam/users/me 500',
    'POST /inventory/products 422',
    'GET /warehouses 200',
  ]);
  expect(rig.calls.list({ target: 'pulpo' }).at(-4)?.fact).toContain('429 switchable');
});
