import { beforeEach, expect, test } from 'vitest';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => void (rig = await openRig()));
const PLACE = '/stand-ins/orderwise';

test('a token is a bare JSON string, whatever the letter case of the path', async () => {
  for (const path of ['/OWAPI/token/gettoken', '/owapi/Token/GetToken/']) {
    const answer = await rig.send('GET', `${PLACE}${path}`, undefined, rig.basic('crossdock_api', 'orderwise-sandbox'));
    expect(answer).toMatchObject({ status: 200, body: expect.stringMatching(/^eyJ/) as string });
  }
});

test('a wrong password, a foreign token and none are answered by 401 with nothing in it', async () => {
  const wrong = await rig.send('GET', `${PLACE}/OWAPI/token/gettoken`, undefined, rig.basic('crossdock_api', 'wrong'));
  const foreign = await rig.send('GET', `${PLACE}/OWAPI/value-lists/1`, undefined, { authorization: 'Bearer eyJother' });
  const none = await rig.send('GET', `${PLACE}/OWAPI/value-lists/1`);
  for (const answer of [wrong, foreign, none])
    expect(answer).toMatchObject({ status: 401, text: '', fact: expect.stringContaining('§5') as string });
});

test('a token ends by the sandbox clock', async () => {
  rig.clock.advance(59 * 60_000);
  expect((await rig.api('GET', '/value-lists/1')).status).toBe(200);
  rig.clock.advance(2 * 60_000);
  expect((await rig.api('GET', '/value-lists/1')).status).toBe(401);
});

test('minting a token for every call is refused, and forgiven after a while', async () => {
  await rig.control('POST', '/limits', { logins: 2, withinSeconds: 60 });
  const mint = () => rig.send('GET', `${PLACE}/OWAPI/token/gettoken`, undefined, rig.basic('crossdock_api', 'orderwise-sandbox'));
  expect([(await mint()).status, (await mint()).status, (await mint()).status]).toEqual([200, 200, 429]);
  rig.clock.advance(61_000);
  expect((await mint()).status).toBe(200);
});

test('a third call at once is an error of the instance', async () => {
  await rig.control('POST', '/limits', { exportMs: 50 });
  const run = () => rig.api('POST', '/system/export-definition/101', [{ name: '@since', value: '2026-01-01' }]);
  const statuses = (await Promise.all([run(), run(), run()])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, 200, 500]);
  expect((await run()).status).toBe(200);
});

test('a missing right is 403, for a whole category or for one verb of it', async () => {
  await rig.products('A');
  await rig.act('/user', { username: 'crossdock_api', lacks: ['API Export Definitions', 'Sales orders POST'] });
  const barred = await rig.api('POST', '/system/export-definition/101', []);
  expect(barred).toMatchObject({ status: 403, fact: expect.stringContaining('API Export Definitions') as string });
  expect((await rig.post(rig.order('1', [['A', 1, 10]]))).status).toBe(403);
  expect((await rig.api('GET', '/value-lists/4')).status).toBe(200);
});

test('the sandbox copy has data and tokens of its own', async () => {
  await rig.products('A');
  const token = await rig.login('crossdock_api', 'orderwise-sandbox', '/OWAPISB');
  const variants = (base: string) =>
    rig.send('GET', `${PLACE}${base}/stock/variants`, undefined, { authorization: `Bearer ${token}` });
  expect((await variants('/owapisb')).body).toHaveLength(1);
  expect((await variants('/owapi')).status).toBe(401);
  expect((await rig.api('GET', '/stock/variants')).body).toHaveLength(2);
});

test('an address without an instance, a path and a parameter that nobody documented are refused by name', async () => {
  expect(await rig.send('GET', `${PLACE}/token/gettoken`)).toMatchObject({ status: 404 });
  expect((await rig.api('GET', '/crm/1')).body.Message).toBe('GET /crm/1 is not imitated.');
  const strange = await rig.api('GET', '/customers?email=a@b.c');
  expect(strange).toMatchObject({ status: 400, fact: expect.stringContaining('parameter nobody documented') as string });
});

test('faults end the token, throttle and refuse in the words of OrderWise', async () => {
  rig.faults.add({ target: 'orderwise', kind: 'throttled', match: 'GET /value-lists/:id', ms: 2000, times: 1 });
  expect((await rig.api('GET', '/value-lists/4')).headers.get('retry-after')).toBe('2');
  rig.faults.add({ target: 'orderwise', kind: 'refuse', match: 'export stock', mode: 'no such column', times: 1 });
  const refused = await rig.api('POST', '/system/export-definition/101', [{ name: '@since', value: '2026-01-01' }]);
  expect(refused).toMatchObject({ status: 400, body: { ModelState: { fault: ['no such column'] } } });
  rig.faults.add({ target: 'orderwise', kind: 'stale', times: 1 });
  expect((await rig.api('GET', '/value-lists/4')).status).toBe(401);
  expect((await rig.api('GET', '/value-lists/4')).status).toBe(401);
});

test('what was entered is there after a restart', async () => {
  await rig.products('A');
  rig.restart();
  expect((await rig.api('GET', '/stock/variants')).body).toHaveLength(2);
});
