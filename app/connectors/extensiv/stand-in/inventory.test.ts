import { beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
const all = async (query = '') => (await rig.cart('GET', `/merchant/inventory${query}`)).body.response as Json[];
/** Without the one product that lies there from the start. */
const inventory = async (query = '') => (await all(query)).filter(({ sku }) => sku !== 'ZZ-LEAFLET');
const order = (ref: string, quantity: number) => rig.cart('POST', '/cart/orders/cartrover', rig.order(ref, [['MUG', quantity]]));
const ledger = async () => (await rig.control('GET', '/ledger?orders=0')).body.stock as Json[];

describe('inventory', () => {
  test('shows the warehouses from the start, by what lies in each; an excluded one is left out', async () => {
    const [leaflet] = await all();
    expect(Object.values(leaflet.warehouses as Record<string, Json>).map(({ warehouse }) => warehouse as string)).toEqual([
      'Main Warehouse',
      'East Warehouse',
      'Downtown Store',
    ]);
    await rig.control('POST', '/warehouse', { name: 'East Warehouse', excluded: true });
    expect(Object.keys((await all())[0].warehouses as object)).toEqual(['2301', '2303']);
  });

  test('lists what the WMS stocks, by warehouse and together; aliases are a map, or a list when there are none', async () => {
    await rig.control('POST', '/products', { products: [{ sku: 'MUG', aliases: { UPC: '0123', ASIN: 'B00' } }] });
    await rig.stock('MUG', 10);
    await rig.stock('MUG', 4, 'East Warehouse');
    await rig.stock('CAP', 7, 'Downtown Store');
    await rig.stock('CAP', 99, 'Old Depot');
    expect(await inventory()).toEqual([]);
    await rig.settle();
    const when = expect.stringMatching(/\+00:00$/) as string;
    expect(await inventory()).toEqual([
      {
        sku: 'CAP',
        qty_available: 7,
        qty_on_hand: 7,
        wms_datetime: when,
        aliases: [],
        warehouses: { '2303': { warehouse: 'Downtown Store', qty_available: 7, qty_on_hand: 7, wms_datetime: when } },
      },
      {
        sku: 'MUG',
        qty_available: 14,
        qty_on_hand: 14,
        wms_datetime: when,
        aliases: { ASIN: 'B00', UPC: '0123' },
        warehouses: {
          '2301': { warehouse: 'Main Warehouse', qty_available: 10, qty_on_hand: 10, wms_datetime: when },
          '2302': { warehouse: 'East Warehouse', qty_available: 4, qty_on_hand: 4, wms_datetime: when },
        },
      },
    ]);
  });

  test('of one SKU tells its sums as text and no aliases; a SKU without stock is not found', async () => {
    await rig.stock('MUG', 10);
    await rig.settle();
    const { body } = await rig.merchant('GET', '/merchant/inventory/MUG');
    expect(body.response).toMatchObject({ sku: 'MUG', qty_available: '10', qty_on_hand: '10' });
    expect(Object.keys(body.response)).not.toContain('aliases');
    expect((await rig.cart('GET', '/merchant/inventory/CAP')).body).toMatchObject({
      error_code: 'Invalid',
      message: 'Product not found: CAP',
    });
  });

  test('comes in pages of twenty, of 250 at most, in the order of SKUs', async () => {
    const skus = Array.from({ length: 260 }, (_, index) => `S${String(index).padStart(3, '0')}`);
    await rig.control('POST', '/products', { products: skus.map((sku) => ({ sku })) });
    const levels = skus.map((sku) => ({ sku, facility: 'Main Warehouse', available: 1 }));
    await rig.control('POST', '/stock', { levels });
    await rig.settle();
    expect(await inventory()).toHaveLength(20);
    expect(await inventory('?limit=1000')).toHaveLength(250);
    const pages = [await inventory('?limit=100'), await inventory('?limit=100&page=2'), await inventory('?limit=100&page=3')];
    expect(pages.flat().map(({ sku }) => sku as string)).toEqual(skus);
    expect(await inventory('?limit=100&page=4')).toEqual([]);
    expect((await rig.cart('GET', '/merchant/inventory?page=0')).body.error_code).toBe('Invalid');
  });
});

describe('available', () => {
  test('goes down with an accepted order at once, and stays so when the order reaches the WMS and leaves', async () => {
    await rig.stock('MUG', 10);
    await rig.settle();
    await order('#1', 3);
    expect(await rig.available('MUG')).toBe(7);
    rig.clock.advance(5_000);
    expect((await rig.status('#1')).order_status).toBe('at_wms');
    expect(await rig.available('MUG')).toBe(7);
    await rig.settle();
    expect(await inventory()).toMatchObject([{ qty_available: 7, qty_on_hand: 10 }]);
    await rig.control('POST', '/ship', { reference: '#1', lines: [{ sku: 'MUG', quantity: 1 }] });
    expect(await rig.available('MUG')).toBe(7);
    await rig.settle();
    expect(await inventory()).toMatchObject([{ qty_available: 7, qty_on_hand: 9 }]);
    await rig.control('POST', '/ship', { reference: '#1' });
    await rig.settle();
    expect(await inventory()).toMatchObject([{ qty_available: 7, qty_on_hand: 7 }]);
    expect(await ledger()).toContainEqual({ sku: 'MUG', facility: 'Main Warehouse', available: 7 });
  });

  test('comes back when an order is canceled or its sending is', async () => {
    await rig.stock('MUG', 10);
    await order('#1', 3);
    await order('#2', 2);
    await rig.settle();
    expect(await rig.available('MUG')).toBe(5);
    await rig.cart('GET', '/cart/orders/wms_cancel/%231');
    await rig.settle();
    expect(await rig.available('MUG')).toBe(8);
    await order('#3', 4);
    expect(await rig.available('MUG')).toBe(4);
    await rig.control('POST', '/cancel-sending', { reference: '#3' });
    expect(await rig.available('MUG')).toBe(8);
  });

  test('is what the WMS said, without newer orders, where that is set', async () => {
    await rig.control('POST', '/limits', { subtractNewOrders: 0 });
    await rig.stock('MUG', 10);
    await rig.settle();
    await order('#1', 3);
    expect(await rig.available('MUG')).toBe(10);
    await rig.settle();
    expect(await rig.available('MUG')).toBe(7);
  });

  test('is set by the people there on top of every open order', async () => {
    await order('#1', 3);
    await rig.stock('MUG', 5);
    await rig.settle();
    expect(await inventory()).toMatchObject([{ qty_available: 5, qty_on_hand: 8 }]);
    expect((await rig.stock('nobody', 5)).status).toBe(404);
    expect((await rig.stock('MUG', 5, 'Nowhere')).status).toBe(404);
    const levels = [
      { sku: 'CAP', facility: 'Main Warehouse', available: 2 },
      { sku: 'nobody', facility: 'Main Warehouse', available: 2 },
    ];
    const { body } = await rig.control('POST', '/stock', { levels });
    expect([body.set, body.skipped.length]).toEqual([1, 1]);
  });
});

test('an alias stands for its master SKU, when it is one product’s only', async () => {
  await rig.control('POST', '/products', { products: [{ sku: 'MUG', aliases: { UPC: '0123' } }] });
  await rig.stock('MUG', 10);
  await rig.settle();
  await rig.cart('POST', '/cart/orders/cartrover', rig.order('#1', [['0123', 2]]));
  await rig.settle();
  expect(await rig.available('MUG')).toBe(8);
  const { response } = (await rig.cart('GET', '/cart/orders/%231?include_aliases=Y')).body;
  expect(response).toMatchObject({ order_status: 'at_wms', items: [{ item: '0123', aliases: { UPC: '0123' } }] });
});

test('a product tells its aliases as a list and its change without a zone', async () => {
  await rig.control('POST', '/products', { products: [{ sku: 'A/B 1', name: 'Odd', price: 10.12, aliases: { UPC: '0123' } }] });
  expect((await rig.cart('GET', '/merchant/product/A%2FB%201')).body.response).toMatchObject({
    sku: 'A/B 1',
    name: 'Odd',
    retail_price: 10.12,
    weight_lbs: null,
    last_updated_datetime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string,
    aliases: [{ code_type: 'UPC', code: '0123' }],
  });
  expect((await rig.cart('GET', '/merchant/product/none')).body.message).toBe('Product not found: none');
});
