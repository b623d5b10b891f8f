import { beforeEach, describe, expect, test } from 'vitest';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
const create = (ref: string, more: Record<string, unknown> = {}, sku = 'MUG') =>
  rig.cart('POST', '/cart/orders/cartrover', rig.order(ref, [[sku, 2]], more));
const act = (path: string, reference: string, more: Record<string, unknown> = {}) =>
  rig.control('POST', path, { reference, ...more });
const state = async (ref: string) => (await rig.status(ref)).order_status as string;
const full = async (ref: string) => (await rig.cart('GET', `/cart/orders/${encodeURIComponent(ref)}`)).body.response;

describe('on its way to the WMS', () => {
  test('an order waits for the delivery run, then is at the WMS in its warehouse', async () => {
    await create('#1', { location: 'East Warehouse' });
    expect(await state('#1')).toBe('new');
    rig.clock.advance(5_000);
    expect(await state('#1')).toBe('at_wms');
    const { delivered_to_wms_date, created_date_time, inventory_warehouse_pk } = await full('#1');
    expect(Date.parse(delivered_to_wms_date) - Date.parse(created_date_time)).toBe(5_000);
    expect(inventory_warehouse_pk).toBe('2302');
    expect(await rig.ledger('#1')).toMatchObject({ state: 'open', facility: 'East Warehouse' });
  });

  test('an item that the WMS does not know stops it with its reason, and is tried again hourly', async () => {
    await create('#1', {}, 'GHOST');
    rig.clock.advance(3_600_000 + 6_000);
    expect(await full('#1')).toMatchObject({
      order_status: 'error',
      error_reason: 'WMS Error',
      error_msg: 'Item(s) not found in WMS: GHOST',
      num_failed_sends: '2',
    });
    expect((await rig.ledger('#1')).state).toBe('held');
    await rig.control('POST', '/products', { products: [{ sku: 'GHOST' }] });
    rig.clock.advance(3_600_000);
    expect(await full('#1')).toMatchObject({ order_status: 'at_wms', error_msg: null });
  });

  test('after about fifteen days it is tried no more', async () => {
    await create('#1', {}, 'GHOST');
    rig.clock.advance(16 * 86_400_000);
    const { num_failed_sends } = await full('#1');
    rig.clock.advance(86_400_000);
    expect((await full('#1')).num_failed_sends).toBe(num_failed_sends);
    expect(Number(num_failed_sends)).toBeGreaterThan(15 * 24 - 2);
  });

  test('a field that the WMS demands on every order, and a place it has not, stop it too', async () => {
    await rig.control('POST', '/options', { requiredFields: ['custom_field_1'] });
    await create('#1');
    await create('#2', { custom_field_1: 'x', location: 'Moon' });
    await create('#3', { custom_field_1: 'x' });
    await rig.settle();
    expect((await full('#1')).error_msg).toBe('Required field(s) missing: custom_field_1');
    expect((await full('#2')).error_msg).toBe('Invalid warehouse location: Moon');
    expect(await state('#3')).toBe('at_wms');
  });

  test('an unmapped ship code goes through unchanged, or waits as an error until it is mapped', async () => {
    await create('#1', { ship_code: 'Express' });
    await rig.settle();
    expect(await full('#1')).toMatchObject({ order_status: 'at_wms', working_ship_code: 'Express' });
    await rig.control('POST', '/options', { rejectUnmapped: true });
    await create('#2', { ship_code: 'Express' });
    expect(await full('#2')).toMatchObject({ order_status: 'error', error_reason: 'Unmapped Ship Method' });
    await create('#3', { ship_code: '20' });
    rig.clock.advance(86_400_000);
    await act('/resend', '#2');
    rig.clock.advance(60_000);
    expect([await state('#2'), await state('#3')]).toEqual(['error', 'at_wms']);
    const path = '/cart/shipmethod/Crossdock%20Demo';
    expect((await rig.merchant('GET', path.replace('shipmethod', 'shipmethod/list'))).body.response).toEqual([
      { cart_code: 'Express', wms_code: null },
    ]);
    expect((await rig.merchant('POST', path, [{ cart_code: 'Express', wms_code: '99' }])).body.error_code).toBe('Invalid');
    await rig.merchant('POST', path, [{ cart_code: 'Express', wms_code: '28' }]);
    expect(await state('#2')).toBe('new');
    await rig.settle();
    expect(await full('#2')).toMatchObject({ order_status: 'at_wms', working_ship_code: '28', ship_code: 'Express' });
  });

  test('people hold, stop, fail, edit and resend it in IM; only before it is sent', async () => {
    await create('#1');
    await act('/hold', '#1');
    rig.clock.advance(60_000);
    expect(await full('#1')).toMatchObject({ order_status: 'new', on_hold: 'Y' });
    expect(await rig.ledger('#1')).toMatchObject({ state: 'held', onHold: true });
    await act('/edit', '#1', { lines: [{ sku: 'MUG', quantity: 1 }, { sku: 'CAP', quantity: 4 }], fields: { ship_city: 'Goleta' } }); // prettier-ignore
    expect(await full('#1')).toMatchObject({ ship_city: 'Goleta', items: [{ quantity: '1' }, { item: 'CAP', quantity: '4' }] });
    await act('/cancel-sending', '#1');
    await act('/release', '#1');
    rig.clock.advance(60_000);
    expect(await full('#1')).toMatchObject({ order_status: 'new', on_hold: 'N', sending_canceled: 'Y' });
    await act('/resend', '#1');
    await act('/error', '#1', { message: 'No such street' });
    rig.clock.advance(60_000);
    expect(await full('#1')).toMatchObject({ order_status: 'error', error_reason: 'Address Error', error_msg: 'No such street' });
    expect((await act('/ship', 'nobody')).status).toBe(404);
    await act('/resend', '#1');
    rig.clock.advance(60_000);
    expect(await state('#1')).toBe('at_wms');
    expect((await act('/hold', '#1')).status).toBe(409);
  });
});

describe('cancelling', () => {
  test('early works until the order is sent, and the order stays visible', async () => {
    await create('#1');
    const early = (ref: string) => rig.cart('POST', '/cart/orders/cancel/cartrover', { cust_ref: ref });
    expect((await early('#1')).body).toEqual({ success_code: true, cust_ref: '#1' });
    expect((await early('#1')).body.message).toBe('Order #1 is already canceled.');
    expect(await full('#1')).toMatchObject({ order_status: 'canceled', cancel_date: expect.any(String) as string });
    expect((await rig.ledger('#1')).state).toBe('cancelled');
    await create('#2');
    rig.clock.advance(6_000);
    const late = await early('#2');
    expect([late.status, late.body.error_code, late.fact.includes('early cancel')]).toEqual([200, 'Failure', true]);
    expect((await early('#9')).body.message).toBe('Order not found: #9');
  });

  test('by the WMS succeeds or fails inside a successful answer', async () => {
    const ask = async (ref: string) =>
      (await rig.cart('GET', `/cart/orders/wms_cancel/${encodeURIComponent(ref)}`)).body as unknown;
    for (const ref of ['#1', '#2', '#3', '#4', '#5']) await create(ref);
    expect(await ask('#1')).toEqual({ success_code: true, response: { success: true, message: '' } });
    await rig.settle();
    await act('/pick', '#2');
    await act('/ship', '#3');
    expect([await ask('#4'), await ask('#2'), await ask('#3'), await ask('#1')]).toMatchObject([
      { response: { success: true } },
      { success_code: true, response: { success: false, message: 'Order is already being processed in the WMS.' } },
      { response: { success: false, message: 'Order has already shipped.' } },
      { response: { success: false, message: 'Order is already canceled.' } },
    ]);
    expect((await rig.control('POST', '/ship', { reference: '#4' })).status).toBe(409);
    await rig.control('POST', '/options', { wmsCancel: false });
    expect(await ask('#5')).toMatchObject({ response: { success: false, message: 'WMS does not support canceling orders.' } });
  });

  test('by the people in the warehouse shows as canceled', async () => {
    await create('#1');
    await rig.settle();
    await act('/cancel', '#1');
    expect(await state('#1')).toBe('canceled');
    expect((await act('/cancel', '#1')).status).toBe(409);
  });
});

test('state survives a restart', async () => {
  await create('#1');
  rig.restart();
  expect(await state('#1')).toBe('new');
  expect((await rig.merchant('GET', '/cart/list')).body.response).toHaveLength(1);
});
