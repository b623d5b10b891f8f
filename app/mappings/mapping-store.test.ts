import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop } = await import('../db/scope.ts');
const { loadMappings, saveMapping, removeMapping, listMappingRows, mappingCoverage } = await import('./mapping-store.ts');
const { observeValues } = await import('./observed-values.ts');
const { exportMappings, previewImport, parseMappingCsv } = await import('./mapping-csv.ts');
const { changeMappings } = await import('./change-mappings.ts');
const { previewChange } = await import('./preview-change.ts');
const { listAudit } = await import('../people/audit.ts');

const ada = { userId: '1', userName: 'Ada' };
let shopId = 0;
let connectionId = '';

beforeEach(async () => {
  shopId = (await prisma.shop.create({ data: { domain: `s${Math.random()}.myshopify.com`, installedAt: new Date() } })).id;
  const at = new Date();
  const connection = await prisma.connection.create({
    data: { shopId, connector: 'fake', name: 'Main', inboundHash: `${Math.random()}`, createdAt: at, updatedAt: at },
  });
  connectionId = connection.id;
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const ship = (source: string, carrier: string, match: 'exact' | 'starts' | 'contains' = 'exact') =>
  inShop(shopId, (tx) =>
    saveMapping(tx, shopId, ada, { connectionId, kind: 'shipping', match, source, target: { carrier, method: 'STD' } }),
  );
const version = async () => (await inShop(shopId, (tx) => loadMappings(tx, shopId, connectionId))).version;
const order = (...values: string[]) =>
  inShop(shopId, (tx) =>
    observeValues(
      tx,
      shopId,
      values.map((value) => ({ kind: 'shipping', value, label: value, origin: 'order' })),
    ),
  );

describe('saving a mapping', () => {
  it('raises the version with each change, and only then', async () => {
    expect(await version()).toBe(1);
    expect(await ship('Standard', 'DHL')).toMatchObject({ version: 2 });
    expect(await ship('Standard', 'DHL')).toMatchObject({ version: 2 });
    expect(await ship('Standard', 'UPS')).toMatchObject({ version: 3 });
    const { id } = await ship('Express', 'UPS');
    await inShop(shopId, (tx) => removeMapping(tx, shopId, ada, id));
    await inShop(shopId, (tx) => removeMapping(tx, shopId, ada, id));
    expect(await version()).toBe(5);
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId));
    expect(rows.map(({ action, before, after }) => [action, before, after]).toReversed()).toEqual([
      ['mapping-added', null, { carrier: 'DHL', method: 'STD', match: 'exact' }],
      ['mapping-changed', { carrier: 'DHL' }, { carrier: 'UPS' }],
      ['mapping-added', null, { carrier: 'UPS', method: 'STD', match: 'exact' }],
      ['mapping-removed', { carrier: 'UPS', method: 'STD', match: 'exact' }, null],
    ]);
  });

  it('refuses a target that says nothing and a rule that looks for nothing', async () => {
    const save = (input: object) =>
      inShop(shopId, (tx) => saveMapping(tx, shopId, ada, { connectionId, kind: 'shipping', source: 'x', target: {}, ...input }));
    await expect(save({ target: { carrier: ' ', method: '' } })).rejects.toMatchObject({
      code: 'mapping-target-invalid',
      field: 'method',
    });
    await expect(save({ kind: 'payment', target: { method: '' } })).rejects.toMatchObject({
      code: 'mapping-target-invalid',
      field: 'method',
    });
    await expect(save({ match: 'contains', source: ' ', target: { method: 'a' } })).rejects.toMatchObject({
      code: 'mapping-source-missing',
      field: 'source',
    });
    expect(await version()).toBe(1);
  });

  it('a carrier alone is an answer, and so is a method alone', async () => {
    await inShop(shopId, (tx) =>
      saveMapping(tx, shopId, ada, { connectionId, kind: 'shipping', source: 'a', target: { carrier: 'DHL' } }),
    );
    await inShop(shopId, (tx) =>
      saveMapping(tx, shopId, ada, { connectionId, kind: 'shipping', source: 'b', target: { method: 'STD' } }),
    );
    const { rules } = await inShop(shopId, (tx) => loadMappings(tx, shopId, connectionId));
    expect(
      rules.shipping.map(({ target }) => target).sort((one, other) => (one.carrier ?? '').localeCompare(other.carrier ?? '')),
    ).toEqual([
      { carrier: null, method: 'STD' },
      { carrier: 'DHL', method: null },
    ]);
  });
});

describe('values seen in the shop', () => {
  it('count orders, once for each order however often it has the value', async () => {
    const listed = (value: string, label: string) => ({ kind: 'shipping', value, label, origin: 'profile' as const });
    await inShop(shopId, (tx) =>
      observeValues(tx, shopId, [listed('Standard', 'Europe'), listed('Standard', 'World'), listed('Express', 'Express')]),
    );
    await order('Standard', 'Standard');
    await order('Standard', 'UPS Ground');
    const rows = await inShop(shopId, (tx) => listMappingRows(tx, shopId, connectionId, 'shipping'));
    expect(rows.map(({ value, label, origin, orders }) => [value, label, origin, orders])).toEqual([
      ['Standard', 'Europe', 'profile', 2],
      ['UPS Ground', 'UPS Ground', 'order', 1],
      ['Express', 'Express', 'profile', 0],
    ]);
  });

  it('one that is listed and used counts its order', async () => {
    const seen = { kind: 'shipping', value: 'Standard', label: 'Standard' };
    await inShop(shopId, (tx) =>
      observeValues(tx, shopId, [
        { ...seen, origin: 'profile' },
        { ...seen, origin: 'order' },
      ]),
    );
    expect(await prisma.observedValue.findMany({ where: { shopId }, select: { orders: true, origin: true } })).toEqual([
      { orders: 1, origin: 'profile' },
    ]);
  });

  it('are counted right when many workers see them at once', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, index) => (index % 2 ? order('A', 'B') : order('B', 'A'))));
    expect(
      await prisma.observedValue.findMany({
        where: { shopId },
        select: { value: true, orders: true },
        orderBy: { value: 'asc' },
      }),
    ).toEqual([
      { value: 'A', orders: 12 },
      { value: 'B', orders: 12 },
    ]);
  });

  it('the list shows unmapped ones first, then mapped ones with their rule, then rules that met none', async () => {
    await order('Standard');
    await order('Standard');
    await order('UPS Ground');
    await order('Pigeon');
    await ship('Standard', 'DHL');
    await ship('UPS', 'UPS', 'starts');
    await ship('Never', 'X');
    const rows = await inShop(shopId, (tx) => listMappingRows(tx, shopId, connectionId, 'shipping'));
    expect(rows.map(({ value, orders, mapping }) => [value, orders, mapping?.source ?? null, mapping?.own ?? null])).toEqual([
      ['Pigeon', 1, null, null],
      ['Standard', 2, 'Standard', true],
      ['UPS Ground', 1, 'UPS', false],
      ['Never', 0, 'Never', true],
    ]);
    expect(await inShop(shopId, (tx) => mappingCoverage(tx, shopId, connectionId, 'shipping'))).toMatchObject({
      mappedOrders: 3,
      orders: 4,
      share: 0.75,
    });
  });

  it('what a change would do is counted before it is made', async () => {
    await order('Standard');
    await order('Standard Plus');
    const { id } = await ship('Standard', 'DHL');
    const ask = async (change: Partial<Parameters<typeof previewChange>[2]>) =>
      (await inShop(shopId, (tx) => previewChange(tx, shopId, { connectionId, kind: 'shipping', ...change }))).lastOrders;
    expect(await ask({ save: [{ match: 'starts', source: 'Standard', target: { carrier: 'UPS' } }] })).toEqual({
      values: ['Standard Plus'],
      orders: 1,
      ordersUnmapped: 0,
    });
    expect(await ask({ save: [{ source: 'Standard', target: { carrier: 'UPS' } }] })).toMatchObject({
      values: ['Standard'],
      orders: 1,
    });
    expect(await ask({ remove: [id] })).toEqual({ values: ['Standard'], orders: 1, ordersUnmapped: 1 });
    expect(await version()).toBe(2);
  });
});

describe('mappings as CSV', () => {
  const load = (text: string, replace = false) =>
    inShop(shopId, async (tx) => {
      const { change, ...read } = await previewImport(tx, shopId, { connectionId, kind: 'shipping', text, replace });
      if (change) await changeMappings(tx, shopId, ada, change);
      return read;
    });
  const save = () => inShop(shopId, (tx) => exportMappings(tx, shopId, connectionId, 'shipping'));

  it('a cell that a spreadsheet would run is written as text', async () => {
    await ship('=HYPERLINK("http://evil")', '@SUM(1)');
    expect(await save()).toBe(
      `"value","match","carrier","method"\r\n"'=HYPERLINK(""http://evil"")","exact","'@SUM(1)","STD"\r\n`,
    );
  });

  it('what was exported can be imported: all of it, into another connection too', async () => {
    await ship('\'quoted\', "and" more', 'DHL');
    await ship('-1 day', '+X', 'starts');
    const text = await save();
    const { rules } = await inShop(shopId, (tx) => loadMappings(tx, shopId, connectionId));
    await prisma.mapping.deleteMany({ where: { shopId } });
    expect(await load(text)).toEqual({ saved: 2, removed: 0, faults: [] });
    const back = await inShop(shopId, (tx) => loadMappings(tx, shopId, connectionId));
    const bare = (list: typeof rules.shipping) =>
      list
        .map(({ match, source, target }) => ({ match, source, target }))
        .sort((one, other) => (one.source < other.source ? -1 : 1));
    expect(bare(back.rules.shipping)).toEqual(bare(rules.shipping));
  });

  it('a faulty line is named and then nothing is taken over', async () => {
    const text =
      '\uFEFFValue,Match,Carrier,Method\nStandard,exact,DHL,\nExpress,about,DHL,\n,starts,DHL,\nStandard,,UPS,\nEmpty,exact,,\n';
    expect(await load(text)).toEqual({
      saved: 0,
      removed: 0,
      faults: [
        { line: 3, code: 'csv-match-unknown', params: { value: 'about' } },
        { line: 4, code: 'mapping-source-missing', params: expect.anything() as object },
        { line: 5, code: 'csv-value-twice', params: { value: 'Standard', earlier: 2 } },
        { line: 6, code: 'mapping-target-invalid', params: expect.objectContaining({ value: 'Empty' }) as object },
      ],
    });
    expect(await prisma.mapping.count({ where: { shopId } })).toBe(0);
    expect(parseMappingCsv('a;b\n1;2', 'payment').faults).toEqual([
      { line: 1, code: 'csv-column-missing', params: { columns: 'value, method' } },
    ]);
  });

  it('replacing removes what the file does not have; otherwise it stays', async () => {
    await ship('Old', 'DHL');
    const text = 'value,match,carrier,method\nNew,,UPS,GND';
    expect(await load(text)).toMatchObject({ saved: 1, removed: 0 });
    expect(await load(text, true)).toMatchObject({ saved: 1, removed: 1 });
    expect(await save()).toBe('"value","match","carrier","method"\r\n"New","exact","UPS","GND"\r\n');
  });
});
