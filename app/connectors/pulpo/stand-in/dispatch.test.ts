import { beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
let mug: number;
let cap: number;
let order: Json;
beforeEach(async () => {
  rig = await openRig();
  [mug, cap] = [await rig.product('MUG'), await rig.product('CAP')];
  await rig.control('POST', '/stock', {
    levels: [
      { sku: 'MUG', facility: 'Main Warehouse', available: 10 },
      { sku: 'CAP', facility: 'Main Warehouse', available: 5 },
    ],
  });
  const method = (await rig.api('GET', '/shipping/shipping_methods?name=UPS%20Standard')).body.shipping_methods[0].id;
  order = (
    await rig.api(
      'POST',
      '/sales/orders',
      rig.order(
        '#1001',
        await rig.customer(),
        [
          [mug, 3],
          [cap, 1],
        ],
        { shipping_method_id: method },
      ),
    )
  ).body;
});
const packings = async () =>
  (await rig.api('GET', `/packing/orders?sales_order_id=${order.id}&state=ended`)).body.packing_orders as Json[];
const boxes = async (packing: number) => (await rig.api('GET', `/packing/orders/${packing}/boxes`)).body.packing_boxes as Json[];
const trackings = async (box: Json) =>
  (await rig.api('GET', `/packing/orders/${box.packing_order_id}/boxes/${box.id}/shipment_tracking`)).body
    .shipment_trackings as Json[];
const ledger = async () => (await rig.control('GET', '/ledger?stock=0&products=0')).body.orders[0];

describe('shipping', () => {
  test('whole walks to ended and leaves a packing order, a box by line, tracking and a shipping order', async () => {
    await rig.control('POST', '/ship', { reference: '#1001', tracking: '1Z999', carrier: 'UPS' });
    expect((await rig.api('GET', `/sales/orders/${order.id}`)).body).toMatchObject({
      state: 'ended',
      items: [{ fulfilled_quantity: 3 }, { fulfilled_quantity: 1 }],
    });
    const [packing] = await packings();
    expect(packing).toMatchObject({
      state: 'ended',
      items: [
        { product_id: mug, requested_quantity: 3, packed_quantity: 3 },
        { product_id: cap, packed_quantity: 1 },
      ],
    });
    const [box] = await boxes(packing.id);
    expect(box).toMatchObject({
      box_number: 1,
      items: [
        { product_id: mug, quantity: 3, line_order_id: 'line-1' },
        { quantity: 1, line_order_id: 'line-2' },
      ],
    });
    expect(await trackings(box)).toMatchObject([
      { tracking_code: '1Z999', carrier_code: 'UPS', error_message: null, requires_attention: false },
    ]);
    expect((await rig.api('GET', `/shipping/orders?sales_order_id=${order.id}`)).body.shipping_orders).toMatchObject([
      { items: [{ packing_box_id: box.id }] },
    ]);
    expect(await ledger()).toMatchObject({
      reference: '#1001',
      state: 'shipped',
      total: null,
      lines: [
        { sku: 'MUG', quantity: 3 },
        { sku: 'CAP', quantity: 1 },
      ],
      shipments: [
        {
          tracking: '1Z999',
          carrier: 'UPS',
          lines: [
            { sku: 'MUG', quantity: 3 },
            { sku: 'CAP', quantity: 1 },
          ],
        },
      ],
    });
    expect((await rig.control('POST', '/ship', { reference: '#1001' })).status).toBe(409);
  });

  test('in part keeps the rest as a fulfilment order of its own, until that goes too', async () => {
    await rig.control('POST', '/ship', { reference: '#1001', lines: [{ sku: 'MUG', quantity: 1 }], tracking: 'T1' });
    expect(await ledger()).toMatchObject({
      state: 'partly-shipped',
      vendorState: 'picking',
      shipments: [{ tracking: 'T1', lines: [{ sku: 'MUG', quantity: 1 }] }],
    });
    const { fulfillment_orders: parts } = (await rig.api('GET', `/sales/orders/${order.id}/fulfillments`)).body;
    expect(parts).toMatchObject([
      { state: 'ended', items: [{ quantity: 1, line_order_id: 'line-1' }] },
      {
        state: 'picking',
        items: [
          { quantity: 2, line_order_id: 'line-1' },
          { quantity: 1, line_order_id: 'line-2' },
        ],
      },
    ]);
    expect([await rig.available(mug), await rig.available(cap)]).toEqual([7, 4]);
    expect((await rig.control('POST', '/ship', { reference: '#1001', lines: [{ sku: 'MUG', quantity: 5 }] })).status).toBe(409);
    await rig.control('POST', '/ship', { reference: '#1001', tracking: 'T2' });
    expect(await ledger()).toMatchObject({
      state: 'shipped',
      shipments: [{ tracking: 'T1' }, { tracking: 'T2', carrier: 'UPS' }],
    });
    expect(await packings()).toHaveLength(2);
    expect([await rig.available(mug), await rig.available(cap)]).toEqual([7, 4]);
  });

  test('without what is missing ends the order short', async () => {
    await rig.control('POST', '/ship', { reference: '#1001', lines: [{ sku: 'MUG', quantity: 2 }], rest: 'missing' });
    expect((await rig.api('GET', `/sales/orders/${order.id}`)).body).toMatchObject({
      state: 'ended',
      missing_stock_items_cancelled: true,
      items: [{ fulfilled_quantity: 2 }, { fulfilled_quantity: 0 }],
    });
    expect(await ledger()).toMatchObject({ state: 'partly-shipped', vendorState: 'ended' });
    expect(await rig.available(cap)).toBe(5);
  });

  test('in several boxes, one with a refused label and one without; the label comes later', async () => {
    await rig.control('POST', '/ship', {
      reference: '#1001',
      boxes: [
        { lines: [{ sku: 'MUG', quantity: 2 }], tracking: 'T1' },
        { lines: [{ sku: 'MUG', quantity: 1 }], label: 'failed' },
        { lines: [{ sku: 'CAP', quantity: 1 }], label: 'none' },
      ],
    });
    const [first, second, third] = await boxes((await packings())[0].id);
    expect(await trackings(first)).toMatchObject([{ tracking_code: 'T1' }]);
    expect(await trackings(second)).toMatchObject([
      { tracking_code: null, error_message: expect.stringContaining('refused'), requires_attention: true },
    ]);
    expect(await trackings(third)).toEqual([]);
    await rig.control('POST', '/label', { reference: '#1001', box: 2, tracking: 'T2' });
    await rig.control('POST', '/label', { reference: '#1001', box: 3, tracking: 'T3', carrier: 'DPD' });
    expect(await trackings(second)).toMatchObject([{ tracking_code: 'T2', error_message: null, requires_attention: false }]);
    expect((await ledger()).shipments.map(({ tracking }: Json) => tracking)).toEqual(['T1', 'T2', 'T3']);
  });

  test('a packed order can still go in part', async () => {
    await rig.control('POST', '/pack', { reference: '#1001' });
    expect(await ledger()).toMatchObject({ state: 'packed' });
    await rig.control('POST', '/ship', { reference: '#1001', lines: [{ sku: 'MUG', quantity: 2 }] });
    await rig.control('POST', '/ship', { reference: '#1001' });
    const ended = await packings();
    expect(ended.map((one) => one.items)).toMatchObject([
      [{ product_id: mug, packed_quantity: 2 }],
      [
        { product_id: mug, packed_quantity: 1 },
        { product_id: cap, packed_quantity: 1 },
      ],
    ]);
    expect(await rig.available(mug)).toBe(7);
  });
});

describe('stock', () => {
  test('available is what lies in storage minus what queue and picking reserve', async () => {
    expect([await rig.available(mug), await rig.available(cap)]).toEqual([7, 4]);
    await rig.api('POST', `/sales/orders/${order.id}/pause`);
    expect(await rig.available(mug)).toBe(10);
    await rig.api('POST', `/sales/orders/${order.id}/resume`);
    await rig.control('POST', '/pick', { reference: '#1001' });
    expect(await rig.available(mug)).toBe(7);
    await rig.control('POST', '/pack', { reference: '#1001' });
    expect(await rig.available(mug)).toBe(7);
    const [row] = (await rig.api('GET', `/inventory/stocks/summary?product_id=${mug}&warehouse_id=${rig.warehouse()}`)).body;
    expect(row).toMatchObject({ sku: 'MUG', available: 7, total: 10, unavailable: 3, rejected: 0 });
    await rig.control('POST', '/stock', { sku: 'MUG', facility: 'Main Warehouse', available: 1 });
    expect(await rig.available(mug)).toBe(1);
  });

  test('the summary is a bare array of every product, also those that never were in stock', async () => {
    await rig.product('NEW');
    const rows = (
      await rig.api(
        'GET',
        `/inventory/stocks/summary?warehouse_id[]=${rig.warehouse()}&warehouse_id[]=${rig.warehouse('East Warehouse')}`,
      )
    ).body as Json[];
    expect(rows.map(({ sku, available }) => [sku, available])).toEqual([
      ['MUG', 7],
      ['CAP', 4],
      ['NEW', 0],
    ]);
    expect((await rig.api('GET', '/inventory/stocks/summary?limit=5')).status).toBe(422);
    expect((await rig.api('GET', `/inventory/stocks/products?sku=MUG&warehouse_id=${rig.warehouse()}`)).body).toMatchObject([
      { product_sku: 'MUG', total_quantity: 10 },
    ]);
  });

  test('is corrected by location, in warehouses of one’s own', async () => {
    const [stock] = (await rig.api('GET', `/inventory/stocks?product_id=${mug}&warehouse_id=${rig.warehouse()}`)).body.stocks;
    const move = { product_id: mug, location_id: stock.location_id, quantity: 2 };
    expect((await rig.api('POST', '/inventory/stocks/add', move)).status).toBe(200);
    expect(await rig.available(mug)).toBe(9);
    expect(
      (await rig.api('POST', '/inventory/stocks/correct', { warehouse_id: rig.warehouse(), items: [{ ...move, quantity: -4 }] }))
        .status,
    ).toBe(201);
    expect(await rig.available(mug)).toBe(5);
    expect(
      (await rig.api('POST', '/inventory/stocks/correct', { warehouse_id: rig.warehouse('East Warehouse'), items: [move] })).body
        .errors,
    ).toEqual([{ location_id: 'does not exist' }]);
    expect((await rig.api('POST', '/inventory/stocks/remove', { ...move, quantity: 0 })).status).toBe(422);
  });

  test('in bulk, what can’t be set is told and the rest is set', async () => {
    const { body } = await rig.control('POST', '/stock', {
      levels: [
        { sku: 'CAP', facility: 'East Warehouse', available: 8 },
        { sku: 'nobody', facility: 'East Warehouse', available: 1 },
        { sku: 'CAP', facility: 'Nowhere', available: 1 },
      ],
    });
    expect([body.set, body.skipped.length]).toEqual([1, 2]);
    expect(await rig.available(cap, 'East Warehouse')).toBe(8);
    expect((await rig.control('POST', '/stock', { sku: 'nobody', facility: 'East Warehouse', available: 1 })).status).toBe(404);
    expect((await rig.control('GET', '/ledger')).body.stock).toContainEqual({
      sku: 'CAP',
      facility: 'East Warehouse',
      available: 8,
    });
  });
});

test('a return waits in the return position and is listed as incoming goods', async () => {
  expect((await rig.control('POST', '/return', { reference: '#1001', lines: [{ sku: 'MUG', quantity: 1 }] })).status).toBe(409);
  await rig.control('POST', '/ship', { reference: '#1001' });
  await rig.control('POST', '/return', {
    reference: '#1001',
    lines: [
      { sku: 'MUG', quantity: 2, reason: 'too big' },
      { sku: 'CAP', quantity: 1, state: 'rejected', notes: 'torn' },
    ],
    notes: 'came without paper',
  });
  const { incoming_goods: goods } = (
    await rig.api(
      'GET',
      '/reception/incoming_goods?document_type=return&inserted_at=gte:2020-01-01T00:00:00&sort_by=inserted_at:asc',
    )
  ).body;
  expect(goods).toMatchObject([
    {
      sales_order_id: order.id,
      notes: 'came without paper',
      reason_codes: [{ name: 'too big' }],
      items: [
        { quantity: 2, state: 'accepted', line_order_id: 'line-1', product: { sku: 'MUG' } },
        { quantity: 1, state: 'rejected', line_order_id: 'line-2', notes: 'torn' },
      ],
    },
  ]);
  expect(await rig.available(mug)).toBe(7);
  const [availability] = (await rig.api('GET', `/inventory/stocks/availability?id=${mug}`)).body;
  expect(availability).toMatchObject({ available_quantity: 7, return_quantity: 2 });
  expect((await rig.control('GET', '/ledger')).body.returns).toMatchObject([
    {
      reference: '#1001',
      lines: [
        { sku: 'MUG', quantity: 2, state: 'accepted' },
        { sku: 'CAP', quantity: 1 },
      ],
    },
  ]);
});
