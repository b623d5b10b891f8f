import { beforeEach, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
const create = (ref: string) => rig.cart('POST', '/cart/orders/cartrover', rig.order(ref, [['MUG', 1]]));
const list = async (status: string, query: Record<string, string> = {}) => {
  const answer = await rig.cart('GET', `/cart/orders/list/${status}?${new URLSearchParams(query)}`);
  return {
    refs: ((answer.body.response ?? []) as Json[]).map(({ cust_ref }) => cust_ref as string),
    total: answer.headers.get('total-records'),
    body: answer.body as Json,
    status: answer.status,
  };
};
/** The sandbox's time plus so many ms, as IM writes moments. */
const at = (plus: number) => `${new Date(rig.clock.now() + plus).toISOString().slice(0, 19)}+00:00`;

test('pages of twenty, of a hundred at most without a word, and total-records beside', async () => {
  const orders = Array.from({ length: 130 }, (_, index) => rig.order(`#${1001 + index}`, [['MUG', 1]]));
  await rig.cart('POST', '/cart/orders/batch', orders);
  await rig.settle();
  const first = await list('at_wms');
  expect([first.refs.length, first.refs[0], first.total]).toEqual([20, '#1001', '130']);
  expect((await list('at_wms', { limit: '250' })).refs).toHaveLength(100);
  const [one, two] = [await list('at_wms', { limit: '100' }), await list('at_wms', { limit: '100', page: '2' })];
  expect([...one.refs, ...two.refs]).toEqual(orders.map((order) => order['cust_ref']));
  expect(await list('at_wms', { limit: '100', page: '3' })).toMatchObject({ refs: [], total: '130' });
  expect((await list('at_wms', { limit: 'all' })).body.error_code).toBe('Invalid');
});

test('each status is its own list, and what no list is called is refused', async () => {
  for (const ref of ['#new', '#held', '#wms', '#shipped', '#gone']) await create(ref);
  await rig.control('POST', '/hold', { reference: '#new' });
  await rig.control('POST', '/error', { reference: '#held' });
  await rig.control('POST', '/ship', { reference: '#shipped' });
  await rig.settle();
  await rig.cart('GET', '/cart/orders/wms_cancel/%23gone');
  rig.clock.advance(2_000);
  const lists = ['new', 'at_wms', 'new_or_at_wms', 'partial', 'shipped', 'confirmed', 'error', 'canceled'];
  const found = await Promise.all(lists.map(async (status) => (await list(status)).refs));
  expect(found).toEqual([['#new'], ['#wms'], ['#new', '#wms'], [], ['#shipped'], [], ['#held'], ['#gone']]);
  expect((await list('any')).refs).toHaveLength(5);
  expect((await list('open')).body.message).toBe('Invalid order status: open');
});

test('a list lags behind a single read, though what shows up late keeps its own date', async () => {
  await rig.control('POST', '/limits', { listLagSeconds: 30 });
  await create('#1');
  await rig.control('POST', '/ship', { reference: '#1' });
  rig.clock.advance(2_000);
  expect((await rig.status('#1')).order_status).toBe('shipped');
  expect((await list('shipped')).refs).toEqual([]);
  const now = at(0);
  rig.clock.advance(30_000);
  expect((await list('shipped')).refs).toEqual(['#1']);
  expect((await list('shipped', { from_date: at(-1_000) })).refs).toEqual([]);
  expect((await list('shipped', { to_date: now })).refs).toEqual(['#1']);
});

test('dates mean what the status means: created, delivered, shipment loaded, confirmed, raised, canceled', async () => {
  await create('#1');
  rig.clock.advance(100_000);
  const shipping = at(0);
  await rig.control('POST', '/ship', { reference: '#1', tracking: 'T' });
  await create('#2');
  rig.clock.advance(100_000);
  const late = at(0);
  await rig.control('POST', '/error', { reference: '#2' });
  await rig.cart('POST', '/cart/orders/update/%231', { order_status: 'confirmed' });
  rig.clock.advance(2_000);
  expect((await list('confirmed', { from_date: late })).refs).toEqual(['#1']);
  expect((await list('shipped_or_confirmed', { from_date: late })).refs).toEqual([]);
  expect((await list('shipped_or_confirmed', { from_date: shipping })).refs).toEqual(['#1']);
  expect((await list('any', { from_date: shipping })).refs).toEqual(['#2']);
  expect((await list('at_wms', { from_date: late })).refs).toEqual([]);
});

test('dates need their zone, with its plus encoded', async () => {
  const raw = (date: string) => rig.cart('GET', `/cart/orders/list/shipped?from_date=${date}`);
  expect((await raw('2024-05-01T00:00:00+00:00')).body.message).toContain('%2B');
  expect((await raw('2024-05-01T00:00:00')).body.message).toContain('zone');
  expect((await raw('2024-05-01')).fact).toContain('ISO 8601');
  expect((await raw('2024-05-01T00:00:00%2B02:00')).body.success_code).toBe(true);
  expect((await raw('2024-05-01T00:00:00Z')).body.success_code).toBe(true);
});

test('any without dates times out when there are many orders', async () => {
  await rig.control('POST', '/limits', { anyRows: 1 });
  await create('#1');
  await create('#2');
  rig.clock.advance(2_000);
  expect((await list('any')).status).toBe(504);
  expect((await list('any', { from_date: at(-60_000) })).refs).toEqual(['#1', '#2']);
});

test('an unfamiliar value of a single read’s switches is refused', async () => {
  await create('#1');
  expect((await rig.cart('GET', '/cart/orders/%231?include_aliases=true')).body.message).toBe('include_aliases must be Y or N.');
});
