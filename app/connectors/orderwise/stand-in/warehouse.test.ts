import { beforeEach, expect, test } from 'vitest';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
  await rig.products('A', 'B');
  await rig.post(
    rig.order('#1001', [
      ['A', 3, 10],
      ['B', 1, 5],
    ]),
  );
});
const state = async () => (await rig.ledger()).orders[0].state as string;
const free = async (sku: string) =>
  (await rig.ledger()).stock.find(
    (level: { sku: string; facility: string }) => level.sku === sku && level.facility === 'Main Warehouse',
  ).available as number;

test('an order is picked, packed and despatched in parts', async () => {
  await rig.act('/pick', { reference: '1001' });
  expect(await state()).toBe('picking');
  await rig.act('/pack', { reference: '#1001' });
  expect(await state()).toBe('packed');
  await rig.act('/ship', { reference: '#1001', lines: [{ sku: 'A', quantity: 2 }], tracking: 'T1', carrier: 'DHL' });
  expect(await state()).toBe('partly-shipped');
  await rig.act('/ship', { reference: 'ref-#1001', tracking: 'T2', carrier: 'DHL' });
  expect(await state()).toBe('shipped');
  expect((await rig.ledger()).orders[0].shipments).toMatchObject([
    { tracking: 'T1', carrier: 'DHL', lines: [{ sku: 'A', quantity: 2 }] },
    {
      tracking: 'T2',
      lines: [
        { sku: 'A', quantity: 1 },
        { sku: 'B', quantity: 1 },
      ],
    },
  ]);
  expect([await free('A'), await free('B')]).toEqual([97, 99]);
});

test('no more is despatched than was ordered, and nothing that is held or cancelled', async () => {
  expect((await rig.control('POST', '/ship', { reference: '#1001', lines: [{ sku: 'A', quantity: 4 }] })).status).toBe(409);
  await rig.act('/hold', { reference: '#1001' });
  expect(await state()).toBe('held');
  expect((await rig.control('POST', '/ship', { reference: '#1001' })).status).toBe(409);
  await rig.act('/release', { reference: '#1001' });
  await rig.act('/cancel', { reference: '#1001' });
  expect([await state(), await free('A')]).toEqual(['cancelled', 100]);
  expect((await rig.control('POST', '/ship', { reference: '#1001' })).status).toBe(409);
  expect((await rig.control('POST', '/ship', { reference: '#9999' })).status).toBe(404);
});

test('a partly despatched order can’t be cancelled', async () => {
  await rig.act('/ship', { reference: '#1001', lines: [{ sku: 'A', quantity: 1 }] });
  expect((await rig.control('POST', '/cancel', { reference: '#1001' })).status).toBe(409);
});

test('what comes back goes on the shelf unless said otherwise, and no more than left', async () => {
  await rig.act('/ship', { reference: '#1001' });
  await rig.act('/return', { reference: '#1001', lines: [{ sku: 'A', quantity: 2 }], notes: 'too big' });
  await rig.act('/return', { reference: '#1001', lines: [{ sku: 'A', quantity: 1, restock: false }] });
  expect(await free('A')).toBe(99);
  expect((await rig.ledger()).returns).toMatchObject([
    { reference: '#1001', notes: 'too big', lines: [{ sku: 'A', quantity: 2, restocked: true }] },
    { lines: [{ sku: 'A', quantity: 1, restocked: false }] },
  ]);
  expect((await rig.control('POST', '/return', { reference: '#1001', lines: [{ sku: 'A', quantity: 1 }] })).status).toBe(409);
});

test('stock is set as free, whatever is allocated; what isn’t there is skipped by name', async () => {
  const levels = [
    { sku: 'A', facility: 'Main Warehouse', available: 5 },
    { sku: ' B ', facility: 'East Warehouse', available: 2 },
    { sku: 'X', facility: 'Main Warehouse', available: 5 },
  ];
  expect(await rig.act('/stock', { levels })).toEqual({
    set: 2,
    skipped: [{ sku: 'X', facility: 'Main Warehouse', reason: 'OrderWise has no variant with code X.' }],
  });
  expect(await free('A')).toBe(5);
  await rig.act('/ship', { reference: '#1001' });
  expect(await free('A')).toBe(5);
});

test('variants are made from a template, changed and read', async () => {
  const template = (await rig.api('GET', '/stock/variants')).body[0] as { variantID: number };
  const make = (body: unknown) => rig.api('POST', `/variants?template_variant_id=${template.variantID}`, body);
  const made = await make({ variantInfo: { code: 'NEW', description: 'New' }, variantSalesInfo: [{ rspExcVat: 9.5 }] });
  expect(made).toMatchObject({ status: 201, body: { variantSalesInfo: [{ rspExcVat: 9.5 }] } });
  expect((await make({ variantInfo: { code: 'NEW' } })).status).toBe(400);
  const path = `/variants/${made.body.variantInfo.id}`;
  await rig.api('PUT', path, { variantInfo: { description: 'Newer' }, variantDimensions: { weight: 2 } });
  expect((await rig.api('GET', path)).body).toMatchObject([
    { variantInfo: { code: 'NEW', description: 'Newer' }, variantDimensions: { weight: 2 } },
  ]);
  expect((await rig.api('GET', `${path}?include_sales_info=true`)).body.variantInfo.code).toBe('NEW');
  expect((await rig.api('PUT', path, { price: 3 })).fact).toContain('a field nobody documented');
});

test('stock by location is read, and taken out', async () => {
  const id = (await rig.api('GET', '/stock/variants')).body[1].variantID as number;
  await rig.api('POST', '/stock/adjust-stock-out', { stockLocationID: 5, binID: 1, quantity: 10, variantID: id });
  expect((await rig.api('GET', `/stock/${id}`)).body).toEqual([
    { variantID: id, stockLocationID: 5, freeStock: 87, overallStock: 90 },
  ]);
});

test('value lists name what orders point to', async () => {
  expect((await rig.api('GET', '/value-lists/4')).body[0]).toEqual({ id: 5, name: 'Main Warehouse' });
  expect((await rig.api('GET', '/value-lists/18')).body[1]).toEqual({ id: 2, description: 'Next Day' });
  expect((await rig.api('GET', '/value-lists/3')).status).toBe(404);
  expect((await rig.api('GET', '/system/stock-locations')).body).toHaveLength(4);
});

test('customers are paged by their ids, made, and kept apart by account number', async () => {
  const page = async (after: number) => (await rig.api('GET', `/customers?limit=1&last_id=${after}`)).body as { id: number }[];
  expect([await page(0), await page(1375), await page(1376)].map((rows) => rows.map(({ id }) => id))).toEqual([
    [1375],
    [1376],
    [],
  ]);
  const make = () => rig.api('POST', '/customers', { accountNumber: 'NEW', statementName: 'New Ltd' });
  expect(await make()).toMatchObject({ status: 201, body: { id: 1377, accountNumber: 'NEW' } });
  expect((await make()).status).toBe(400);
  expect((await rig.api('GET', '/customers/1376')).body.statementName).toBe('Harbour Supplies Ltd ');
});

test('an order’s delivery address is put at its customer once', async () => {
  const customerDeliveryAddress = { deliveryName: 'Ada', address1: '1 Pier', town: 'Hull', countryCode: 'GB' };
  for (const number of ['1', '2']) await rig.post(rig.order(number, [['A', 1, 10]], { customerDeliveryAddress }));
  expect((await rig.api('GET', '/customers/1375/delivery-addresses')).body).toMatchObject([
    { deliveryName: 'Ada', town: 'Hull' },
  ]);
  expect((await rig.api('GET', '/customers/1375/customer-contacts')).body).toEqual([]);
});
