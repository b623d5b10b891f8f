import { beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
  await rig.products('A', 'B');
});
const define = async (body: Record<string, unknown>): Promise<string> =>
  `/system/export-definition/${((await rig.act('/export', body)) as { id: number }).id}`;
/** The sandbox's time as a merchant's SQL would write it. */
const since = (ms: number) => {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London', dateStyle: 'short', timeStyle: 'medium' });
  return parts.format(rig.clock.now() + ms).replace(' ', 'T');
};

describe('an export definition', () => {
  test('answers what changed since a moment of local time', async () => {
    rig.clock.advance(600_000);
    await rig.act('/stock', { sku: 'B', facility: 'Main Warehouse', available: 7 });
    expect(await rig.run('stock', since(-60_000))).toEqual([{ sku: 'B', freeStock: 7 }]);
    expect(await rig.run('stock', '2020-01-01')).toHaveLength(2);
    expect(await rig.run('stock', since(60_000))).toEqual([]);
  });

  test('fails without its parameter, with another, and with a moment that has a zone', async () => {
    const run = (body: unknown) => rig.api('POST', '/system/export-definition/101', body);
    expect((await run([])).body.Message).toBe('Must declare the scalar variable "@since".');
    expect((await run([{ name: '', value: null }])).status).toBe(400);
    expect((await run([{ name: '@from', value: '2026-01-01' }])).body.Message).toMatch(/^@from is not a parameter/);
    expect((await run([{ name: '@since', value: '2026-01-01T00:00:00Z' }])).body.Message).toMatch(/^Conversion failed/);
    expect((await run({ since: '2026-01-01' })).status).toBe(400);
    expect((await rig.api('POST', '/system/export-definition/9', [])).status).toBe(404);
  });

  test('with a window of its own forgets what is older, and takes no parameter', async () => {
    const path = await define({ kind: 'stock', windowMinutes: 15 });
    expect((await rig.api('POST', path, [{ name: '', value: null }])).body).toHaveLength(2);
    rig.clock.advance(16 * 60_000);
    expect((await rig.api('POST', path, [])).body).toEqual([]);
    expect((await rig.api('POST', path, [{ name: '@since', value: '2026-01-01' }])).status).toBe(400);
  });

  test('has the columns that the merchant left in it', async () => {
    const path = await define({ kind: 'stock', columns: { sku: 'SKU', freeStock: null } });
    expect((await rig.api('POST', path, [])).body).toEqual([{ SKU: 'A' }, { SKU: 'B' }]);
  });
});

describe('stock', () => {
  test('in all may be negative or broken; by location it is floored, rounded down and repeated for alternate codes', async () => {
    await rig.act('/product', { sku: 'A', alternates: ['A-ALT'] });
    await rig.act('/stock', { sku: 'A', facility: 'Main Warehouse', available: -3 });
    await rig.act('/stock', { sku: 'A', facility: 'East Warehouse', available: 1.5 });
    const all = (rows: Json[], sku: string) => rows.filter((row) => row.sku === sku);
    expect(all(await rig.run('stock'), 'A')).toEqual([{ sku: 'A', freeStock: -1.5 }]);
    for (const sku of ['A', 'A-ALT'])
      expect(all(await rig.run('stock-by-location'), sku)).toEqual([
        { sku, freeStock: 0, StocklocationId: 5 },
        { sku, freeStock: 1, StocklocationId: 6 },
      ]);
  });

  test('of a kit is what can be built, at the first location; orders of it take its parts', async () => {
    await rig.act('/product', {
      sku: 'KIT',
      kit: [
        { sku: 'A', quantity: 2 },
        { sku: 'B', quantity: 1 },
      ],
    });
    await rig.act('/stock', { sku: 'B', facility: 'Main Warehouse', available: 30 });
    const buildable = async () => (await rig.run('kits')).find((row: Json) => row.StocklocationId === 5);
    expect(await buildable()).toEqual({ sku: 'KIT', freeStock: 30, StocklocationId: 5 });
    expect((await rig.run('kits')).filter((row: Json) => row.freeStock > 0)).toHaveLength(1);
    await rig.post(rig.order('1', [['KIT', 4, 10]]));
    expect((await buildable()).freeStock).toBe(26);
    const parts = [
      { sku: 'A', freeStock: 92 },
      { sku: 'B', freeStock: 26 },
    ];
    expect(await rig.run('stock')).toEqual(parts);
    await rig.act('/ship', { reference: '1' });
    expect(await rig.run('stock')).toEqual(parts);
    expect((await rig.control('POST', '/stock', { sku: 'KIT', facility: 'Main Warehouse', available: 1 })).status).toBe(404);
  });
});

describe('status', () => {
  test('calls the id orderNumber and the number orderID, and has a row per delivery', async () => {
    await rig.post(rig.order('#1', [['A', 3, 10]]));
    const row = { orderID: '3622', orderNumber: 700_001, orderReference: 'ref-#1' };
    expect(await rig.run('status')).toEqual([
      { ...row, orderStatus: 'Awaiting despatch', trackNumber: null, trackingLink: null, dateShipped: null },
    ]);
    await rig.act('/ship', { reference: '#1', lines: [{ sku: 'A', quantity: 1 }], tracking: 'T1', carrier: 'UPS' });
    await rig.act('/ship', { reference: '#1' });
    expect(await rig.run('status')).toMatchObject([
      { ...row, orderStatus: 'Completed', trackNumber: 'T1', trackingLink: 'https://www.ups.com/track?tracknum=T1' },
      { ...row, orderStatus: 'Completed', trackNumber: null, trackingLink: null },
    ]);
  });

  test('with lines tells what each delivery holds', async () => {
    await rig.post(
      rig.order('#1', [
        ['A', 2, 10],
        ['B', 2, 10],
      ]),
    );
    const boxes = [
      { lines: [{ sku: 'A', quantity: 2 }], consignments: ['T1', 'T2'], carrier: 'DHL' },
      { lines: [{ sku: 'B', quantity: 1 }], tracking: 'T3', carrier: 'Somebody' },
    ];
    await rig.act('/ship', { reference: '#1', boxes });
    expect(await rig.run('status-lines')).toMatchObject([
      { orderStatus: 'Partially despatched', sku: 'A', quantity: 2, trackNumber: 'T1, T2', courier: 'DHL', StocklocationId: 5 },
      { orderStatus: 'Partially despatched', sku: 'B', quantity: 1, trackNumber: 'T3', trackingLink: null },
    ]);
  });

  test('shows whatever text the merchant’s OrderWise uses, and nothing of what didn’t change', async () => {
    await rig.post(rig.order('#1', [['A', 1, 10]]));
    await rig.post(rig.order('#2', [['A', 1, 10]]));
    rig.clock.advance(600_000);
    await rig.act('/ship', { reference: '#1', completed: 'Dispatched ' });
    await rig.act('/status', { reference: '#2', status: 'Invoice Waiting to be Printed' });
    rig.clock.advance(60_000);
    await rig.act('/return', { reference: '#1', lines: [{ sku: 'A', quantity: 1 }], status: 'Credited' });
    expect((await rig.run('status', since(-30_000))).map((row: Json) => row.orderStatus)).toEqual(['Credited']);
    expect((await rig.run('status', since(-90_000))).map((row: Json) => row.orderStatus)).toEqual([
      'Invoice Waiting to be Printed',
      'Credited',
    ]);
  });
});

test('products leave templates out and keep stray blanks in their codes', async () => {
  await rig.act('/product', { sku: 'ABC ', name: 'Padded', price: 12.5, brand: 'Nordlicht', weight: 0.3, taxRateId: 1 });
  const rows = (await rig.run('products')) as Json[];
  expect(rows.map(({ sku }) => sku as string)).toEqual(['A', 'B', 'ABC ']);
  expect(rows[2]).toMatchObject({ name: 'Padded', regularPrice: 12.5, brand: 'Nordlicht', weight: 0.3, taxRateId: 1 });
});

test('returns and credit can be exported', async () => {
  await rig.post(rig.order('#1', [['A', 2, 10]]));
  await rig.act('/ship', { reference: '#1' });
  await rig.act('/return', { reference: '#1', lines: [{ sku: 'A', quantity: 1 }] });
  expect(await rig.run('returns')).toMatchObject([{ orderReference: 'ref-#1', sku: 'A', quantity: 1, StocklocationId: 5 }]);
  const { exports } = (await rig.control('GET', '/exports')).body as { exports: { id: number; kind: string }[] };
  const credit = exports.find(({ kind }) => kind === 'credit')?.id;
  expect((await rig.api('POST', `/system/export-definition/${credit}`, [])).body[1]).toEqual({
    customerId: 1376,
    accountNumber: 'HARB001',
    email: 'http://www.harbour-supplies.example ',
    availableCredit: 3749.5,
    creditUsed: 1250.5,
  });
});
