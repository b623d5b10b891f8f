import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { accept, clerk, closeDatabase, levelsOf, makeRoom, makeStockedRoom } = await import('./room.fixture.ts');
const { createFacility, findFacility, listFacilities, updateFacility } = await import('./facilities.ts');
const { listProducts, productByScan, upsertProducts } = await import('./products.ts');
const { adjustStock, countStock, setStock } = await import('./stock-entries.ts');
const { listCounts, listStock, readStock, stockHistory } = await import('./stock.ts');
const { listStores, saveStore } = await import('./stores.ts');
const { inShop } = await import('../db/scope.ts');

afterAll(async () => {
  await closeDatabase();
  await database.close();
});

const page = { number: 1, size: 50 };

describe('entering stock', () => {
  it('sets what is on hand or what can be sold, and does nothing the second time', async () => {
    const { room } = await makeStockedRoom({ A: 10 });
    await accept(room, '#1', { A: 4 });
    const lines = [
      { sku: 'A', facility: 'Main', available: 3 },
      { sku: 'B', facility: 'main', onHand: 0 },
    ];
    expect(await setStock({ ...room, lines, actor: clerk })).toMatchObject({ changed: 2, unchanged: 0, refused: [] });
    expect(await levelsOf(room)).toEqual({ A: '7/4', B: '0/0' });
    expect(await setStock({ ...room, lines, actor: clerk })).toMatchObject({ changed: 0, unchanged: 2 });
  });

  it('names unknown SKUs and facilities and sets the rest', async () => {
    const { room } = await makeStockedRoom();
    const result = await setStock({
      ...room,
      actor: clerk,
      lines: [
        { sku: 'A', facility: 'main', onHand: 1 },
        { sku: 'X', facility: 'main', onHand: 1 },
        { sku: 'A', facility: 'moon', onHand: 1 },
        { sku: 'A', facility: 'Main', onHand: 2 },
      ],
    });
    expect(result.changed).toBe(1);
    expect(result.refused.map(({ code }) => code)).toEqual([
      'stockroom-product-unknown',
      'stockroom-facility-unknown',
      'stockroom-value',
    ]);
    expect(await levelsOf(room)).toEqual({ A: '1/0' });
  });

  it('adjusts with a reason, never below zero, and adds up what many do at once', async () => {
    const { room } = await makeStockedRoom({ A: 10 });
    const adjust = (change: number) =>
      adjustStock({ ...room, lines: [{ sku: 'A', facility: 'main', change }], reason: 'broken', actor: clerk });
    await Promise.all(Array.from({ length: 10 }, () => adjust(-1)));
    expect(await levelsOf(room)).toEqual({ A: '0/0' });
    await expect(adjust(-1)).rejects.toMatchObject({ code: 'stockroom-stock-negative', params: { sku: 'A', onHand: 0 } });
    await expect(adjustStock({ ...room, lines: [], reason: ' ', actor: clerk })).rejects.toMatchObject({ field: 'reason' });
    const { entries, total } = await stockHistory({ ...room, page });
    expect(total).toBe(11);
    expect(entries[0]).toMatchObject({
      kind: 'adjusted',
      before: 1,
      after: 0,
      reason: 'broken',
      actor: { name: 'Ada' },
      sku: 'A',
      facility: 'Main',
    });
  });

  it('answers a request with a known reference instead of repeating it, and refuses the reference for anything else', async () => {
    const { room } = await makeStockedRoom({ A: 10 });
    const adjust = (change: number) =>
      adjustStock({
        ...room,
        lines: [{ sku: 'A', facility: 'main', change }],
        reason: 'found',
        reference: 'req-1',
        actor: clerk,
      });
    const answers = await Promise.all([adjust(5), adjust(5), adjust(5)]);
    expect(new Set(answers.map(({ batchId }) => batchId)).size).toBe(1);
    expect(await levelsOf(room)).toEqual({ A: '15/0' });
    await expect(adjust(6)).rejects.toMatchObject({ code: 'stockroom-reference-reused' });
  });

  it('keeps a stock-take with the lines that were right and those that were wrong', async () => {
    const { room } = await makeStockedRoom({ A: 10, B: 2 });
    const { batchId } = await countStock({
      ...room,
      lines: [
        { sku: 'A', facility: 'main', counted: 8 },
        { sku: 'B', facility: 'main', counted: 2 },
      ],
      reason: 'March',
      actor: clerk,
    });
    expect(await levelsOf(room)).toEqual({ A: '8/0', B: '2/0' });
    expect(await listCounts({ ...room, page })).toMatchObject([
      { batchId, facility: 'Main', actor: 'Ada', reason: 'March', lines: 2, differences: 1, units: -2 },
    ]);
    expect((await stockHistory({ ...room, batchId, page })).entries).toHaveLength(2);
  });

  it('refuses broken numbers', async () => {
    const { room } = await makeStockedRoom();
    await expect(setStock({ ...room, lines: [{ sku: 'A', facility: 'main', onHand: -1 }], actor: clerk })).rejects.toMatchObject({
      field: 'onHand',
    });
    await expect(setStock({ ...room, lines: [{ sku: 'A', facility: 'main' }], actor: clerk })).rejects.toMatchObject({
      field: 'onHand',
    });
    await expect(
      countStock({ ...room, lines: [{ sku: 'A', facility: 'main', counted: 1.5 }], actor: clerk }),
    ).rejects.toMatchObject({ field: 'counted' });
  });
});

describe('reading stock', () => {
  it('streams every level once over page boundaries, and only what changed when asked', async () => {
    const room = await makeRoom();
    await createFacility({ ...room, name: 'Main' });
    await createFacility({ ...room, name: 'Second' });
    const skus = Array.from({ length: 25 }, (_, index) => `SKU-${index}`);
    await upsertProducts({ ...room, products: skus.map((sku) => ({ sku, title: sku })) });
    await setStock({
      ...room,
      lines: skus.flatMap((sku) => ['main', 'second'].map((facility) => ({ sku, facility, onHand: 3 }))),
      actor: clerk,
    });
    const read = async (reading: Parameters<typeof readStock>[0]) => {
      const seen: { key: string; change: bigint }[] = [];
      for await (const levels of readStock(reading))
        seen.push(...levels.map(({ facility, sku, change }) => ({ key: `${facility} ${sku}`, change })));
      return seen;
    };
    const all = await read({ ...room, size: 7 });
    expect(all).toHaveLength(50);
    expect(new Set(all.map(({ key }) => key)).size).toBe(50);
    const newest = all.reduce((most, { change }) => (change > most ? change : most), 0n);
    await adjustStock({ ...room, lines: [{ sku: 'SKU-3', facility: 'second', change: 1 }], reason: 'found', actor: clerk });
    expect((await read({ ...room, afterChange: newest })).map(({ key }) => key)).toEqual(['Second SKU-3']);
  });

  it('lists with filters and search', async () => {
    const { room, facilityId } = await makeStockedRoom({ A: 1, B: 0 });
    await setStock({ ...room, lines: [{ sku: 'A', facility: 'main', onHand: 1, shelf: 'R2-17' }], actor: clerk });
    await accept(room, '#1', { A: 2, C: 1 });
    const skus = async (input: Omit<Parameters<typeof listStock>[0], 'shopId' | 'connectionId' | 'page'>) =>
      (await listStock({ ...room, ...input, page })).levels.map(({ sku }) => sku);
    expect(await skus({ filter: 'back-order' })).toEqual(['A', 'C']);
    expect(await skus({ filter: 'out' })).toEqual(['A', 'B', 'C']);
    expect(await skus({ filter: 'uncounted' })).toEqual(['C']);
    expect(await skus({ search: 'r2-1', facilityId })).toEqual(['A']);
  });
});

describe('products', () => {
  it('tells created from updated from unchanged, and refuses one bad record without the rest', async () => {
    const room = await makeRoom();
    const product = (sku: string, title = sku) => ({ sku, title, price: 1250, currency: 'EUR' });
    const first = await upsertProducts({
      ...room,
      products: [product('A'), product(''), product('B'), product('A', 'again'), { ...product('C'), price: -1 }],
    });
    expect(first.map((one) => (one.outcome === 'refused' ? one.field : one.outcome))).toEqual([
      'created',
      'sku',
      'created',
      'sku',
      'price',
    ]);
    const second = await upsertProducts({ ...room, products: [product('A'), product('B', 'better')] });
    expect(second.map(({ outcome }) => outcome)).toEqual(['unchanged', 'updated']);
  });

  it('follows a changed SKU when it is told the id, stock and all', async () => {
    const { room } = await makeStockedRoom({ A: 4 });
    const [a] = (await listProducts({ ...room, search: 'A', page })).products;
    const rename = (sku: string) => upsertProducts({ ...room, products: [{ id: a?.id ?? '', sku, title: 'Product A' }] });
    expect(await rename('A-new')).toMatchObject([{ outcome: 'updated', id: a?.id }]);
    expect(await levelsOf(room)).toEqual({ 'A-new': '4/0' });
    expect(await rename('B')).toMatchObject([{ outcome: 'refused', field: 'sku' }]);
  });

  it('is found by what a scanner reads', async () => {
    const { room } = await makeStockedRoom();
    await upsertProducts({ ...room, products: [{ sku: 'A', title: 'Product A', barcode: '4006381333931' }] });
    expect((await productByScan({ ...room, code: '4006381333931' }))?.sku).toBe('A');
    expect((await productByScan({ ...room, code: 'B' }))?.sku).toBe('B');
    expect(await productByScan({ ...room, code: 'nothing' })).toBeNull();
  });

  it('takes tens of thousands of products and levels set-based', async () => {
    const room = await makeRoom();
    await createFacility({ ...room, name: 'Main' });
    const skus = Array.from({ length: 30_000 }, (_, index) => `BULK-${index}`);
    const outcomes = await upsertProducts({ ...room, products: skus.map((sku) => ({ sku, title: sku })) });
    expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(30_000);
    expect(
      await setStock({
        ...room,
        lines: skus.map((sku, index) => ({ sku, facility: 'main', onHand: index % 100 })),
        actor: clerk,
      }),
    ).toMatchObject({ changed: 30_000, refused: [] });
    const [row] = await inShop(
      room.shopId,
      (tx) => tx.$queryRaw<{ units: bigint }[]>`SELECT sum(on_hand) AS units FROM stockroom_stock`,
    );
    expect(Number(row?.units)).toBe(300 * 4950);
  }, 120_000);
});

describe('facilities and stores', () => {
  it('are created under different codes, found by id, code or name, renamed and deactivated', async () => {
    const room = await makeRoom();
    const made = await createFacility({ ...room, name: 'Lager Köln', address: { city: 'Köln', countryCode: 'DE' } });
    expect(made).toMatchObject({ code: 'lager-koln', active: true, address: { city: 'Köln' } });
    expect((await createFacility({ ...room, name: 'Lager-Köln' })).code).toBe('lager-koln-2');
    await expect(createFacility({ ...room, name: 'LAGER KÖLN' })).rejects.toMatchObject({ code: 'stockroom-name-taken' });
    await updateFacility({ ...room, facility: made.id, name: 'Cologne', active: false });
    const find = (key: string) => inShop(room.shopId, (tx) => findFacility(tx, room, key, { inactiveToo: true }));
    expect([(await find(made.id)).name, (await find('lager-koln')).name, (await find('cologne')).name]).toEqual([
      'Cologne',
      'Cologne',
      'Cologne',
    ]);
    expect((await listFacilities(room)).map(({ name, active }) => [name, active])).toEqual([
      ['Lager-Köln', true],
      ['Cologne', false],
    ]);
  });

  it('make one facility of two simultaneous requests for one name', async () => {
    const room = await makeRoom();
    const made = await Promise.allSettled(Array.from({ length: 4 }, () => createFacility({ ...room, name: 'Main' })));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('keep stores by name', async () => {
    const room = await makeRoom();
    const { id } = await saveStore({ ...room, name: 'Shop' });
    await saveStore({ ...room, id, name: 'Shop Berlin', slipNote: 'Thank you!' });
    await expect(saveStore({ ...room, name: 'shop berlin' })).rejects.toMatchObject({ code: 'stockroom-name-taken' });
    expect(await listStores(room)).toEqual([{ id, name: 'Shop Berlin', slipNote: 'Thank you!' }]);
  });
});
