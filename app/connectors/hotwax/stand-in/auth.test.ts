import { beforeEach, describe, expect, test } from 'vitest';
import { openRig, type Rig } from './test-rig.ts';

const HOST = '/stand-ins/hotwax';
const LOGIN = `${HOST}/rest/s1/admin/login`;
const GOOD = { username: 'crossdock.api', password: 'hotwax-sandbox' };

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});

describe('logging in', () => {
  test('answers a JWT with its end in ms, at Moqui and at OFBiz', async () => {
    const moqui = (await rig.send('POST', LOGIN, GOOD)).body;
    expect(moqui.token.split('.')).toHaveLength(3);
    expect(Math.abs(moqui.expirationTime - rig.clock.now() - 3_600_000)).toBeLessThan(5_000);
    const ofbiz = (await rig.send('POST', `${HOST}/api/login`, { USERNAME: GOOD.username, PASSWORD: GOOD.password })).body;
    rig.useToken(ofbiz.token);
    expect((await rig.api('GET', 'admin/user/profile')).body.username).toBe('crossdock.api');
  });

  test('refuses a wrong password: Moqui with a status, OFBiz with 200 and a message', async () => {
    const moqui = await rig.send('POST', LOGIN, { ...GOOD, password: 'no' });
    expect([moqui.status, moqui.body]).toEqual([401, { errorCode: 401, errors: expect.stringContaining('Login failed') }]);
    const ofbiz = await rig.send('POST', `${HOST}/api/login`, { USERNAME: 'x', PASSWORD: 'y' });
    expect([ofbiz.status, ofbiz.body]).toEqual([200, { _ERROR_MESSAGE_: expect.stringContaining('incorrect') }]);
    expect(ofbiz.fact).toContain('hotwax.md §3.2');
    expect((await rig.send('POST', LOGIN, { ...GOOD, remember: true })).body.errors).toContain('remember');
  });

  test('with every call is refused before long, by Basic too', async () => {
    for (let index = 1; index < 30; index += 1) expect((await rig.send('POST', LOGIN, GOOD)).status).toBe(200);
    const late = await rig.send('POST', LOGIN, GOOD);
    expect([late.status, Number(late.headers.get('retry-after')) > 50]).toEqual([429, true]);
    expect(late.fact).toContain('log-in per call');
    const basic = { authorization: `Basic ${Buffer.from('crossdock.api:hotwax-sandbox').toString('base64')}` };
    expect((await rig.send('GET', `${HOST}/rest/s1/admin/user/profile`, undefined, basic)).status).toBe(429);
    expect((await rig.send('POST', `${HOST}/api/login`, { USERNAME: 'x', PASSWORD: 'y' })).body._ERROR_MESSAGE_).toContain(
      'Too many',
    );
    expect((await rig.api('GET', 'admin/user/profile')).status).toBe(200);
    rig.clock.advance(61_000);
    expect((await rig.send('GET', `${HOST}/rest/s1/admin/user/profile`, undefined, basic)).status).toBe(200);
  });
});

describe('a token', () => {
  test('is wanted everywhere, also where the vendor declares anonymous-all', async () => {
    for (const path of ['oms/shippingGateways/shipmentMethodTypes', 'oms/productStores', 'oms/getProductOnlineAtp']) {
      const answer = await rig.send('GET', `${HOST}/rest/s1/${path}`);
      expect([path, answer.status, answer.body.errorCode]).toEqual([path, 401, 401]);
      expect(answer.fact).toContain('§3.3');
    }
    expect((await rig.send('PUT', `${HOST}/rest/s1/oms/productVariant`, {})).status).toBe(401);
    const ofbiz = await rig.send('POST', `${HOST}/api/performFind`, {});
    expect([ofbiz.status, ofbiz.body]).toEqual([401, { error: expect.stringContaining('Unauthorized') }]);
  });

  test('is taken in api_key and login_key as well', async () => {
    const token = await rig.login(GOOD.username, GOOD.password);
    for (const header of ['api_key', 'login_key'])
      expect((await rig.send('GET', `${HOST}/rest/s1/admin/user/profile`, undefined, { [header]: token })).status).toBe(200);
  });

  test('expires by the sandbox clock, and early when a fault says so', async () => {
    rig.faults.add({ target: 'hotwax', kind: 'stale', match: 'GET /admin/maarg', times: 1 });
    expect((await rig.api('GET', 'admin/maarg')).status).toBe(401);
    expect((await rig.api('GET', 'admin/user/profile')).status).toBe(401);
    rig.useToken(await rig.login(GOOD.username, GOOD.password));
    rig.clock.advance(3_600_000);
    const late = await rig.api('GET', 'admin/user/profile');
    expect([late.status, late.fact]).toEqual([401, expect.stringContaining('expiring JWT')]);
    await rig.control('POST', '/limits', { tokenSeconds: 60 });
    rig.useToken(await rig.login(GOOD.username, GOOD.password));
    rig.clock.advance(60_000);
    expect((await rig.api('GET', 'admin/user/profile')).status).toBe(401);
  });

  test('ends with a logout, whose body is no JSON', async () => {
    expect((await rig.api('POST', 'admin/logout')).body).toMatch(/^\/\//);
    expect((await rig.api('GET', 'admin/user/profile')).status).toBe(401);
  });
});

describe('an instance', () => {
  test('on one host serves both, and tells its release', async () => {
    expect((await rig.send('GET', `${HOST}/api/checkLoginOptions`)).body).toEqual({ loginAuthType: 'BASIC' });
    expect((await rig.send('GET', `${HOST}/rest/s1/admin/checkLoginOptions`)).status).toBe(200);
    expect((await rig.api('GET', 'admin/maarg')).body).toMatchObject({ instanceInfo: { componentRelease: expect.any(String) } });
    expect((await rig.ofbiz('GET', 'user-profile')).body.userLoginId).toBe('crossdock.api');
    expect((await rig.api('GET', 'admin/oms/healthCheck')).status).toBe(200);
  });

  test('on two hosts names the other one, and nothing answers at the old places but HTML', async () => {
    await rig.control('POST', '/hosts', { hosts: 'two' });
    const { baseUrl } = (await rig.control('GET', '/settings')).body;
    expect(baseUrl).toBe('http://127.0.0.1:3190/stand-ins/hotwax/oms');
    const { maargInstanceUrl } = (await rig.send('GET', `${new URL(baseUrl).pathname}/api/checkLoginOptions`)).body;
    const login = await rig.send('POST', `${new URL(maargInstanceUrl).pathname}/rest/s1/admin/login`, GOOD);
    expect(login.status).toBe(200);
    const gone = await rig.send('POST', LOGIN, GOOD);
    expect([gone.status, gone.headers.get('content-type'), gone.body]).toEqual([
      404,
      'text/html',
      expect.stringContaining('<html>'),
    ]);
  });

  test('without the OFBiz front has no /api', async () => {
    await rig.control('POST', '/hosts', { hosts: 'moqui' });
    expect((await rig.send('GET', `${HOST}/api/checkLoginOptions`)).status).toBe(404);
    expect((await rig.api('GET', 'admin/checkLoginOptions')).status).toBe(200);
  });
});

test('rights can be withheld by area, for writing or wholly', async () => {
  await rig.control('POST', '/user', { username: 'clerk', password: 'secret-enough', permissions: ['orders', 'shopify:read'] });
  rig.useToken(await rig.login('clerk', 'secret-enough'));
  expect((await rig.api('GET', 'oms/orders')).status).toBe(200);
  expect((await rig.api('GET', 'oms/shopifyShops/shops')).status).toBe(200);
  const write = await rig.api('POST', 'oms/shopifyShops/shops', { name: 'x' });
  expect([write.status, write.body.errorCode, write.fact]).toEqual([403, 403, expect.stringContaining('§3.1')]);
  expect((await rig.api('GET', 'oms/facilities')).status).toBe(403);
  expect((await rig.ofbiz('POST', 'createReturn', {})).body._ERROR_MESSAGE_).toContain('not authorized');
  expect((await rig.control('POST', '/user', { username: 'x', password: 'y', permissions: ['everything'] })).status).toBe(400);
});

test('faults answer 429 in HotWax’s words, any status, and refusals in both styles; all is in the call log', async () => {
  rig.faults.add({ target: 'hotwax', kind: 'throttled', ms: 2_000, match: 'GET /oms/orders/:id', times: 1 });
  rig.faults.add({ target: 'hotwax', kind: 'status', status: 500, match: '/oms/facilities', times: 1 });
  rig.faults.add({ target: 'hotwax', kind: 'refuse', mode: 'The store is closed', match: 'POST /oms/orders', times: 1 });
  rig.faults.add({ target: 'hotwax', kind: 'refuse', mode: 'No', match: 'POST /api/createReturn', times: 1 });
  const throttled = await rig.api('GET', 'oms/orders/M1');
  expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '2']);
  expect((await rig.api('GET', 'oms/facilities')).status).toBe(500);
  expect(await rig.api('POST', 'oms/orders', {})).toMatchObject({
    status: 400,
    body: { errorCode: 400, errors: 'The store is closed' },
  });
  expect(await rig.ofbiz('POST', 'createReturn', {})).toMatchObject({ status: 200, body: { _ERROR_MESSAGE_: 'No' } });
  const logged = rig.calls.list({ target: 'hotwax' }).map(({ operation, status }) => `${operation} ${status}`);
  expect(logged.slice(-4)).toEqual([
    'GET /oms/orders/:id 429',
    'GET /oms/facilities 500',
    'POST /oms/orders 400',
    'POST /api/createReturn 200',
  ]);
});

test('state survives a restart, tokens included', async () => {
  await rig.product('MUG');
  rig.restart();
  expect((await rig.api('GET', 'oms/products?internalName=MUG')).body).toHaveLength(1);
  expect((await rig.api('GET', 'oms/facilities')).body).toHaveLength(10);
});
