import { beforeEach, describe, expect, test } from 'vitest';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
let mug: number;
let cap: number;
let ada: number;
beforeEach(async () => {
  rig = await openRig();
  [mug, cap, ada] = [await rig.product('MUG'), await rig.product('CAP'), await rig.customer()];
});
const create = async (number: string, more: Record<string, unknown> = {}) =>
  (await rig.api('POST', '/sales/orders', rig.order(number, ada, [[mug, 2]], more))).body;
const state = async (id: number) => (await rig.api('GET', `/sales/orders/${id}`)).body.state as string;

describe('a sales order', () => {
  test('is created in the queue with what is embedded in practice', async () => {
    const shipTo = {
      name: 'Ada',
      address: { street: 'Hauptstr. 1', zip: '10115', city: 'Berlin', country_alpha2: 'DE', country_code: '276' },
    };
    const body = rig.order(
      '#1001',
      ada,
      [
        [mug, 2],
        [cap, 1],
      ],
      { ship_to: shipTo, delivery_date: '2026-11-30 12:00:00', priority: 5, attributes: { gift: true }, notes: 'Ring twice' },
    );
    const answer = await rig.api('POST', '/sales/orders/', body);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      order_num: '#1001',
      state: 'queue',
      ship_to: shipTo,
      attributes: { gift: true },
      items: [
        { product_id: mug, quantity: 2, fulfilled_quantity: 0, line_order_id: 'line-1', product: { sku: 'MUG' } },
        { product_id: cap, quantity: 1, line_order_id: 'line-2' },
      ],
      third_party: { id: ada },
      warehouse: { name: 'Main Warehouse' },
      fulfillment_orders: [{ state: 'queue' }],
    });
    expect((await rig.api('GET', '/sales/orders?order_num=%231001')).body).toMatchObject({
      total_results: 1,
      sales_orders: [{ id: answer.body.id }],
    });
  });

  test('is refused by column, each with its fact', async () => {
    await create('#1001');
    const good = rig.order('#1002', ada, [[mug, 1]]);
    const refusal = async (body: unknown) => {
      const { status, body: answer, fact } = await rig.api('POST', '/sales/orders', body);
      return [status, answer.errors, fact];
    };
    expect(await refusal({ ...good, order_num: '#1001' })).toEqual([
      422,
      [{ order_num: 'has already been taken' }],
      expect.stringContaining('order_num (unique)'),
    ]);
    expect(await refusal({})).toEqual([
      422,
      [
        { order_num: "can't be blank" },
        { warehouse_id: "can't be blank" },
        { third_party_id: "can't be blank" },
        { items: "can't be blank" },
      ],
      expect.stringContaining('required'),
    ]);
    expect(
      await refusal({
        ...good,
        warehouse_id: 1,
        third_party_id: 2,
        shipping_method_id: 3,
        items: [{ product_id: 4, quantity: 0 }],
      }),
    ).toEqual([
      422,
      [
        { warehouse_id: 'does not exist' },
        { third_party_id: 'does not exist' },
        { shipping_method_id: 'does not exist' },
        { 'items.0.product_id': 'does not exist' },
        { 'items.0.quantity': 'must be greater than 0' },
      ],
      expect.stringContaining('resolve product_id'),
    ]);
    expect(await refusal({ ...good, items: [{ sku: 'MUG', quantity: 1 }] })).toEqual([
      422,
      [{ 'items.0.product_id': "can't be blank" }, { 'items.0.sku': 'is not a documented field' }],
      expect.stringContaining('refused, never ignored'),
    ]);
    expect(await refusal({ ...good, delivery_date: '2026-11-30T12:00:00Z' })).toEqual([
      422,
      [{ delivery_date: 'is invalid' }],
      expect.stringContaining('YYYY-MM-DD HH:MM:SS'),
    ]);
    expect(await refusal({ ...good, ship_to: { name: 'A', address: { city: 'Berlin' } } })).toEqual([
      422,
      [{ 'ship_to.address.street': "can't be blank" }],
      expect.any(String),
    ]);
    expect(await refusal({ ...good, warehouse_id: rig.warehouse('Old Depot') })).toEqual([
      403,
      [{ warehouse_id: expect.stringContaining('is not assigned') }],
      expect.stringContaining('assigned to the warehouse'),
    ]);
    await rig.control('POST', '/warehouse', { name: 'East Warehouse', active: false });
    expect(await refusal({ ...good, warehouse_id: rig.warehouse('East Warehouse') })).toEqual([
      422,
      [{ warehouse_id: 'is not active' }],
      expect.any(String),
    ]);
    expect((await rig.api('GET', '/sales/orders')).body.total_results).toBe(1);
  });

  test('is rewritten whole while in the queue, even to another warehouse, and not after', async () => {
    const order = await create('#1001');
    const body = rig.order('#1001', ada, [[cap, 3]], { warehouse_id: rig.warehouse('East Warehouse') });
    const moved = await rig.api('PUT', `/sales/orders/${order.id}`, body);
    expect([moved.status, moved.body]).toEqual([
      201,
      expect.objectContaining({
        warehouse: expect.objectContaining({ name: 'East Warehouse' }),
        items: [expect.objectContaining({ quantity: 3 })],
      }),
    ]);
    expect((await rig.api('PUT', `/sales/orders/${order.id}`, { warehouse_id: rig.warehouse() })).status).toBe(422);
    await rig.control('POST', '/pick', { reference: '#1001' });
    const late = await rig.api('PUT', `/sales/orders/${order.id}`, body);
    expect([late.status, late.body.errors, late.fact]).toEqual([
      422,
      [{ state: expect.stringContaining('picking') }],
      expect.stringContaining('when too late'),
    ]);
    await rig.control('POST', '/ship', { reference: '1001' });
    expect((await rig.api('PUT', `/sales/orders/${order.id}`, body)).status).toBe(403);
  });

  test('takes a new priority or address by PATCH, and nothing else', async () => {
    const { id } = await create('#1001');
    const patch = (path: string, value: unknown) => rig.api('PATCH', `/sales/orders/${id}`, { op: 'replace', path, value });
    expect((await patch('/priority', 1)).body.priority).toBe(1);
    expect((await patch('/ship_to', { address: { street: 'Neue Str. 2' } })).body.ship_to.address.street).toBe('Neue Str. 2');
    expect((await patch('/ship_to', { address: {} })).status).toBe(422);
    expect((await patch('/state', 'ended')).status).toBe(422);
  });

  test('is paused from the queue only and resumed to it', async () => {
    const { id } = await create('#1001');
    expect((await rig.api('POST', `/sales/orders/${id}/resume`)).status).toBe(422);
    expect((await rig.api('POST', `/sales/orders/${id}/pause`)).body.state).toBe('paused');
    expect((await rig.control('POST', '/ship', { reference: '#1001' })).status).toBe(409);
    expect((await rig.control('GET', '/ledger')).body.orders).toMatchObject([{ state: 'held' }]);
    expect((await rig.api('POST', `/sales/orders/${id}/resume`)).body.state).toBe('queue');
    await rig.control('POST', '/pick', { reference: '#1001' });
    const late = await rig.api('POST', `/sales/orders/${id}/pause`);
    expect([late.status, late.fact]).toEqual([422, expect.stringContaining('from queue only')]);
  });
});

describe('cancelling', () => {
  test('is done in queue, picking and packing', async () => {
    for (const [number, path] of [
      ['#1', null],
      ['#2', '/pick'],
      ['#3', '/pack'],
    ] as const) {
      const { id } = await create(number);
      if (path) await rig.control('POST', path, { reference: number });
      const answer = await rig.api('POST', `/sales/orders/${id}/cancel`);
      expect([answer.status, answer.body.state]).toEqual([200, 'cancelled']);
    }
    expect(await rig.available(mug)).toBe(2); // the two that were on the packing table were found on the shelf
  });

  test('is refused when ended, when cancelled, and in picking without a free packing location', async () => {
    const { id } = await create('#1');
    await rig.control('POST', '/pick', { reference: '#1' });
    await rig.control('POST', '/warehouse', { name: 'Main Warehouse', packingLocations: 0 });
    const stuck = await rig.api('POST', `/sales/orders/${id}/cancel`);
    expect([stuck.status, stuck.fact]).toEqual([422, expect.stringContaining('without free packing location')]);
    expect(await state(id)).toBe('picking');
    await rig.control('POST', '/ship', { reference: '#1' });
    const ended = await rig.api('POST', `/sales/orders/${id}/cancel`);
    expect([ended.status, ended.fact]).toEqual([422, expect.stringContaining('when ended')]);
    const other = await create('#2');
    expect((await rig.control('POST', '/cancel', { reference: '#2' })).body.state).toBe('cancelled');
    expect((await rig.api('POST', `/sales/orders/${other.id}/cancel`)).status).toBe(422);
    expect((await rig.api('POST', '/sales/orders/1/cancel')).status).toBe(404);
  });
});

describe('in bulk', () => {
  test('orders are created one by one, errors keyed by order_num', async () => {
    await create('#1');
    const answer = await rig.api('POST', '/sales/bulk/orders', [
      rig.order('#1', ada, [[mug, 1]]),
      rig.order('#2', ada, [[mug, 1]]),
      rig.order('#3', ada, [[4, 1]]),
    ]);
    expect([answer.status, answer.fact]).toEqual([400, expect.stringContaining('"<order_num>"')]);
    expect(answer.body).toEqual({
      created: [{ id: expect.any(Number), order_num: '#2' }],
      errors: { '#1': { order_num: 'has already been taken' }, '#3': { 'items.0.product_id': 'does not exist' } },
    });
    expect((await rig.api('POST', '/sales/bulk/orders', [rig.order('#4', ada, [[mug, 1]])])).status).toBe(201);
    expect((await rig.api('POST', '/sales/bulk/orders', { order_num: '#5' })).status).toBe(400);
  });

  test('orders are updated and cancelled by number or id', async () => {
    const [one, two] = [await create('#1'), await create('#2')];
    await rig.control('POST', '/ship', { reference: '#2' });
    const updated = await rig.api('PUT', '/sales/bulk/orders', [
      rig.order('#1', ada, [[cap, 1]]),
      rig.order('#2', ada, [[cap, 1]]),
      rig.order('#9', ada, [[cap, 1]]),
    ]);
    expect(updated.body).toMatchObject({
      updated: [{ id: one.id }],
      errors: { '#2': { state: expect.any(String) }, '#9': { order_num: 'does not exist' } },
    });
    expect((await rig.api('POST', '/sales/bulk/orders/cancel', [two.id, { order_num: '#1' }, '#8'])).body).toMatchObject({
      updated: [{ order_num: '#1' }],
      errors: { [String(two.id)]: { state: expect.any(String) }, '#8': { order_num: 'does not exist' } },
    });
    await create('#3');
    expect((await rig.api('POST', '/sales/bulk/orders/cancel', ['#3'])).status).toBe(200);
  });
});

test('orders are searched by body, counted by state, and filtered by what they contain', async () => {
  await create('#1');
  await rig.api(
    'POST',
    '/sales/orders',
    rig.order(
      '#2',
      ada,
      [
        [mug, 1],
        [cap, 1],
      ],
      { channel: 'web', return_labels: ['R-2'] },
    ),
  );
  const numbers = (answer: { body: { sales_orders: { order_num: string }[] } }) =>
    answer.body.sales_orders.map(({ order_num }) => order_num);
  expect(numbers(await rig.api('POST', '/sales/orders/search', { order_num: ['#1', '#2', '#3'], limit: 50 }))).toEqual([
    '#1',
    '#2',
  ]);
  expect((await rig.api('POST', '/sales/orders/search', { colour: 'red' })).status).toBe(422);
  expect(numbers(await rig.api('GET', `/sales/orders?product_id=includes:${mug},${cap}`))).toEqual(['#2']);
  expect(numbers(await rig.api('GET', `/sales/orders?not_product_id=${cap}`))).toEqual(['#1']);
  expect(numbers(await rig.api('GET', '/sales/orders?return_label=R-2&order_items_count=gte:2&channel=web'))).toEqual(['#2']);
  await rig.control('POST', '/pick', { reference: '#1' });
  expect((await rig.api('GET', '/sales/orders/counts')).body.counts).toMatchObject({ queue: 1, picking: 1, ended: 0 });
  expect(numbers(await rig.api('GET', '/sales/orders?state=to_list:queue,packing'))).toEqual(['#2']);
});

test('a quick order is over at once', async () => {
  const answer = await rig.api('POST', '/sales/orders/quick', rig.order('POS-1', ada, [[mug, 1]], { type: 'POS_external' }));
  expect([answer.status, answer.body.state]).toEqual([200, 'ended']);
});
