import { beforeEach, describe, expect, test } from 'vitest';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
const create = (body: unknown) => rig.cart('POST', '/cart/orders/cartrover', body);
const message = async (more: Record<string, unknown>) =>
  (await create(rig.order('#1001', [['MUG', 1]], more))).body.message as string | undefined;
const count = async () => ((await rig.control('GET', '/ledger')).body.orders as unknown[]).length;

describe('a new order', () => {
  test('is answered at the top level, and read back with numbers as text and empty maps as lists', async () => {
    const body = rig.order('#1001', [['MUG', 2]], {
      cust_po_no: 'Order #1001',
      sales_tax: '1.90',
      shipping_handling: 5,
      grand_total: 26.9,
      ship_code: '20',
      customer_id: 77,
    });
    expect((await create(body)).body).toEqual({ success_code: true, cust_ref: '#1001', order_number: '#1001' });
    const { response } = (await rig.cart('GET', '/cart/orders/%231001?include_order_extras=Y&include_line_extras=Y')).body;
    expect(response).toMatchObject({
      cust_ref: '#1001',
      cust_po_no: 'Order #1001',
      customer_id: '77',
      cust_city: 'Santa Barbara',
      order_status: 'new',
      sub_total: '20.00',
      sales_tax: '1.90',
      grand_total: '26.90',
      working_ship_code: '20',
      on_hold: 'N',
      sending_canceled: 'N',
      num_failed_sends: '0',
      extra_fields: [],
      delivered_to_wms_date: null,
      order_source: 'Crossdock Demo',
      items: [
        { item: 'MUG', quantity: '2', price: '10.0000', extended_amount: '20.00', line_item_id: 'line-1', extra_fields: [] },
      ],
      shipments: [],
      credit_card_no: null,
    });
    expect(response.created_date_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    expect(await rig.ledger('#1001')).toMatchObject({
      state: 'open',
      vendorState: 'new',
      total: '26.90',
      facility: 'Main Warehouse',
      lines: [{ sku: 'MUG', quantity: 2, price: '10.0000', fulfilled: 0 }],
    });
  });

  test('may come as an array of one, as the vendor’s client sends it, but not of two', async () => {
    expect((await create([rig.order('#1', [['MUG', 1]])])).body.success_code).toBe(true);
    expect((await create([rig.order('#2', [['MUG', 1]]), rig.order('#3', [['MUG', 1]])])).body.success_code).toBe(false);
    expect(await count()).toBe(1);
  });

  test('without what is required is refused with HTTP 200, naming all of it', async () => {
    const refused = await create({ ...rig.order('', [['MUG', 1]]), ship_zip: ' ', items: [{ item: 'MUG' }] });
    expect([refused.status, refused.body]).toEqual([
      200,
      {
        success_code: false,
        error_code: 'Invalid',
        message: 'Order missing required field(s): cust_ref, ship_zip, items[0].quantity',
      },
    ]);
    expect(refused.fact).toContain('extensiv.md §2.3');
    expect(await message({ items: [] })).toContain('items');
    expect(await message({ ship_is_billing: false, cust_city: 'Berlin' })).toContain('cust_company');
    expect(await count()).toBe(0);
  });

  test('in another form than the documented one is refused', async () => {
    expect(await message({ order_date: '07/14/2016' })).toContain('YYYY-MM-DD');
    expect(await message({ order_date: '2016-02-31' })).toContain('YYYY-MM-DD');
    expect(await message({ ship_country: 'Germany' })).toContain('country code');
    expect(await message({ gift_wrap: true })).toContain('gift_wrap');
    expect(await message({ grand_total: '12,50' })).toContain('number');
    expect(await message({ items: [{ item: 'MUG', quantity: 0 }] })).toContain('above 0');
    expect(await message({ extra_fields: ['a'] })).toContain('extra_fields');
    const broken = await rig.send('POST', '/stand-ins/extensiv/v1/cart/orders/cartrover', undefined, {
      authorization: `Basic ${Buffer.from('crossdock_cart:extensiv-sandbox-cart').toString('base64')}`,
    });
    expect(broken.body.message).toBe('Request body is empty.');
  });

  test('must add up by the documented arithmetic, to the cent', async () => {
    const line = { item: 'MUG', quantity: 3, price: 10, discount: 0.3333, extended_amount: 29 };
    expect(await message({ items: [{ ...line, extended_amount: 30 }] })).toContain('items[0].extended_amount is 30.00');
    expect(await message({ items: [line], sub_total: 28.99 })).toContain('sub_total is 28.99 but the order adds up to 29.00');
    expect(await message({ items: [line], order_discount: 2, sales_tax: 1, grand_total: 29 })).toContain('28.00');
    expect(await message({ items: [line], order_discount: -2 })).toContain('negative');
    expect(await message({ items: [{ ...line, addl_discount: 3 }], order_discount: 2 })).toContain('addl_discount');
    expect(await message({ tax: 1, sales_tax: 2 })).toContain('differ');
    expect(await message({ items: [line], order_discount: 2, tax: 1, grand_total: 28 })).toBeUndefined();
  });

  test('of a cust_ref that the cart has is a duplicate, also when the first one was canceled', async () => {
    await create(rig.order('#1001', [['MUG', 1]]));
    const again = await create(rig.order('#1001', [['CAP', 5]]));
    expect(again.body).toEqual({ success_code: false, error_code: 'Failure', message: 'OrderDuplicate' });
    await rig.cart('POST', '/cart/orders/cancel/cartrover', { cust_ref: '#1001' });
    expect((await create(rig.order('#1001', [['MUG', 1]]))).body.error_code).toBe('Failure');
    expect(await count()).toBe(1);
  });

  test('is found only after a while where that is set, but is a duplicate at once', async () => {
    await rig.control('POST', '/limits', { findDelaySeconds: 30 });
    await create(rig.order('#1001', [['MUG', 1]]));
    expect((await rig.cart('GET', '/cart/orders/status/%231001')).body.message).toBe('Order not found: #1001');
    expect((await create(rig.order('#1001', [['MUG', 1]]))).body.message).toBe('OrderDuplicate');
    rig.clock.advance(30_000);
    expect(await rig.status('#1001')).toMatchObject({ cust_ref: '#1001' });
  });
});

test('a batch takes what is good and names the rest, one by one', async () => {
  await create(rig.order('TEST03', [['MUG', 1]]));
  const { cust_ref: _, ...nameless } = rig.order('', [['MUG', 1]]);
  const { body } = await rig.cart('POST', '/cart/orders/batch', [
    rig.order('TEST02', [['MUG', 1]]),
    rig.order('TEST03', [['MUG', 1]]),
    nameless,
  ]);
  expect(body).toEqual({
    success_code: true,
    response: {
      success: [{ cust_ref: 'TEST02', cust_po_no: 'TEST02' }],
      failed: [
        { cust_ref: 'TEST03', cust_po_no: null, message: 'OrderDuplicate' },
        { cust_ref: null, cust_po_no: null, index_pos: 2, message: 'Order missing required field(s): cust_ref' },
      ],
    },
  });
  expect((await rig.cart('POST', '/cart/orders/batch', rig.order('X', [['MUG', 1]]))).body.success_code).toBe(false);
});

describe('the item filter', () => {
  test('at item level strikes lines out, which are shown only on demand and never sent', async () => {
    await rig.control('POST', '/options', { itemFilter: { mode: 'blacklist', level: 'item', skus: ['CAP'] } });
    await create(rig.order('#1', [['MUG', 1], ['CAP', 1]])); // prettier-ignore
    const items = async (more: string) => (await rig.cart('GET', `/cart/orders/%231${more}`)).body.response.items as unknown[];
    expect(await items('')).toMatchObject([{ item: 'MUG', filtered_sku: 'N' }]);
    expect(await items('?include_filtered_items=Y')).toMatchObject([{ item: 'MUG' }, { item: 'CAP', filtered_sku: 'Y' }]);
    await rig.control('POST', '/ship', { reference: '#1' });
    await rig.settle();
    expect((await rig.status('#1')).order_status).toBe('shipped');
    expect((await create(rig.order('#2', [['CAP', 1]]))).body.error_code).toBe('Failure');
  });

  test('at order level refuses the order', async () => {
    await rig.control('POST', '/options', { itemFilter: { mode: 'whitelist', level: 'order', skus: ['MUG'] } });
    const refused = await create(rig.order('#1', [['MUG', 1], ['PEN', 1]])); // prettier-ignore
    expect(refused.body).toMatchObject({ error_code: 'Failure', message: 'Order contains filtered item(s): PEN' });
    expect((await create(rig.order('#2', [['MUG', 1]]))).body.success_code).toBe(true);
  });
});
