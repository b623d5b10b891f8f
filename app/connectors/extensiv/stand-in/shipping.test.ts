import { beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
  await rig.stock('MUG', 10);
  const lines: [string, number][] = [['MUG', 3], ['CAP', 1]]; // prettier-ignore
  await rig.cart('POST', '/cart/orders/cartrover', rig.order('#1001', lines, { ship_code: '20' }));
  await rig.settle();
});
const ship = (more: Record<string, unknown> = {}) => rig.control('POST', '/ship', { reference: '#1001', ...more });
const list = async (status: string) =>
  ((await rig.cart('GET', `/cart/orders/list/${status}`)).body.response as Json[]).map(({ cust_ref }) => cust_ref as string);
const confirm = (body: unknown) => rig.cart('POST', '/cart/orders/update/%231001', body);

describe('tracking', () => {
  test('is seen in the warehouse at once and by API after the next pickup, with the ship code’s carrier', async () => {
    await ship({ tracking: '1Z999' });
    expect(await rig.ledger('#1001')).toMatchObject({ state: 'shipped', vendorState: 'at_wms' });
    expect(await rig.status('#1001')).toMatchObject({ order_status: 'at_wms', shipments: [] });
    rig.clock.advance(2_000);
    const { order_status, shipments } = await rig.status('#1001');
    expect(order_status).toBe('shipped');
    expect(shipments).toMatchObject([
      {
        carrier: 'UPS',
        method: '20',
        tracking_no: '1Z999',
        tracking_url: 'https://www.ups.com/track?tracknum=1Z999',
        whs_location: 'Main Warehouse',
        date: expect.stringMatching(/\+00:00$/) as string,
        items: [
          { item: 'MUG', quantity: '3', carton_num: '1' },
          { item: 'CAP', quantity: '1' },
        ],
      },
    ]);
    expect(Object.keys(shipments[0].items[0])).not.toContain('line_item_id');
    expect((await ship()).status).toBe(409);
  });

  test('in part leaves the order at the WMS, in the list of partial ones, until the rest goes', async () => {
    await ship({ lines: [{ sku: 'MUG', quantity: 1 }], tracking: 'P1' });
    await rig.settle();
    expect([await list('partial'), await list('at_wms'), await list('shipped')]).toEqual([['#1001'], ['#1001'], []]);
    expect(await rig.ledger('#1001')).toMatchObject({
      state: 'partly-shipped',
      lines: [{ fulfilled: 1 }, { fulfilled: 0 }],
      shipments: [{ tracking: 'P1', carrier: 'UPS', lines: [{ sku: 'MUG', quantity: 1 }] }],
    });
    expect((await ship({ lines: [{ sku: 'MUG', quantity: 5 }] })).status).toBe(409);
    const asked = await rig.cart('GET', '/cart/orders/wms_cancel/%231001');
    expect(asked.body.response).toEqual({ success: false, message: 'Order has already been partially shipped.' });
    await ship({ tracking: 'P2', carrier: 'DHL' });
    await rig.settle();
    expect([await list('partial'), await list('shipped')]).toEqual([[], ['#1001']]);
    expect((await rig.status('#1001')).shipments).toMatchObject([{ tracking_no: 'P1' }, { tracking_no: 'P2', carrier: 'DHL' }]);
    const [row] = (await rig.cart('GET', '/cart/orders/list/shipped')).body.response as Json[];
    expect(row).toMatchObject({ total_qty: '4', num_to_ship: '0', num_shipped: '4' });
  });

  test('of several cartons comes at once, each with its own number', async () => {
    const boxes = [
      { lines: [{ sku: 'MUG', quantity: 2, lot: 'L7' }], tracking: 'B1', weightLbs: 2 },
      { lines: [{ sku: 'MUG', quantity: 1 }], tracking: 'B2' },
      { lines: [{ sku: 'CAP', quantity: 1 }], tracking: 'B3' },
    ];
    await ship({ boxes });
    await rig.settle();
    const { shipments } = await rig.status('#1001');
    expect(shipments.map((one: Json) => [one.tracking_no, one.items[0].item, one.items[0].quantity])).toEqual([
      ['B1', 'MUG', '2'],
      ['B2', 'MUG', '1'],
      ['B3', 'CAP', '1'],
    ]);
    expect(shipments[0]).toMatchObject({ package_weight_lbs: '2.00', items: [{ lot_code: 'L7' }] });
  });

  test('of more than was ordered makes what is left to ship negative', async () => {
    await ship({ lines: [{ sku: 'MUG', quantity: 8 }, { sku: 'CAP', quantity: 1 }], over: true }); // prettier-ignore
    await rig.settle();
    const [row] = (await rig.cart('GET', '/cart/orders/list/shipped')).body.response as Json[];
    expect(row).toMatchObject({ total_qty: '4', num_to_ship: '-5', num_shipped: '9' });
  });

  test('names a SKU once, whichever of two lines it is for', async () => {
    const lines: [string, number][] = [['PEN', 1], ['PEN', 2]]; // prettier-ignore
    await rig.cart('POST', '/cart/orders/cartrover', rig.order('#2', lines));
    await rig.control('POST', '/ship', { reference: '#2', lines: [{ sku: 'PEN', quantity: 2 }] });
    await rig.settle();
    expect((await rig.status('#2')).shipments[0].items).toMatchObject([{ item: 'PEN', quantity: '2' }]);
    expect((await rig.ledger('#2')).lines).toMatchObject([{ fulfilled: 1 }, { fulfilled: 1 }]);
  });
});

describe('confirming', () => {
  test('makes a shipped order confirmed, once every carton is told of', async () => {
    await ship({ boxes: [{ lines: [{ sku: 'MUG', quantity: 3 }], tracking: 'B1' }, { tracking: 'B2' }] });
    await rig.settle();
    const told = (number: string) => confirm({ order_status: 'confirmed', shipments: [{ tracking_no: number }] });
    expect((await told('B1')).body).toEqual({ success_code: true });
    expect((await rig.status('#1001')).order_status).toBe('shipped');
    await told('B2');
    expect((await rig.status('#1001')).order_status).toBe('confirmed');
    await rig.settle();
    expect([await list('shipped'), await list('confirmed'), await list('shipped_or_confirmed')]).toEqual([
      [],
      ['#1001'],
      ['#1001'],
    ]);
    expect((await rig.ledger('#1001')).state).toBe('shipped');
  });

  test('what is not there, or anything else, is refused', async () => {
    expect((await confirm({ order_status: 'confirmed' })).body.message).toContain('no shipments');
    await ship({ tracking: 'B1' });
    await rig.settle();
    const strange = await confirm({ order_status: 'confirmed', shipments: [{ tracking_no: 'X' }] });
    expect([strange.status, strange.body.message]).toEqual([200, 'Order #1001 has no shipment with tracking_no X.']);
    expect((await confirm({ order_status: 'canceled' })).body.error_code).toBe('Invalid');
    expect((await confirm({ order_status: 'confirmed', note: 'x' })).body.message).toContain('note');
    expect((await rig.status('#1001')).order_status).toBe('shipped');
  });
});

test('a return is known in the warehouse only', async () => {
  const back = { reference: '#1001', lines: [{ sku: 'MUG', quantity: 2 }], restock: true };
  expect((await rig.control('POST', '/return', back)).status).toBe(409);
  await ship();
  await rig.settle();
  const before = await rig.available('MUG');
  const status = await rig.status('#1001');
  expect((await rig.control('POST', '/return', back)).status).toBe(201);
  await rig.settle();
  expect((await rig.control('GET', '/ledger')).body.returns).toEqual([
    { reference: '#1001', lines: [{ sku: 'MUG', quantity: 2, restocked: true }] },
  ]);
  expect(await rig.status('#1001')).toEqual(status);
  expect(await rig.available('MUG')).toBe(before + 2);
});
