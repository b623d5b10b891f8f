import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop, inSystem } = await import('../db/scope.ts');
const { redactShop, redactCustomer } = await import('./redact.ts');
const { recordDataRequest, listDataRequests, customerData, answerDataRequest } = await import('./data-request.ts');
const { purgeExpired } = await import('./purge.ts');
const { personalPlaces } = await import('./personal-places.ts');
const { shopTables } = await import('./shop-tables.ts');
const { personalDataHolders, setPersonalDataHolders } = await import('./personal-data-holders.ts');
const { listAudit } = await import('../people/audit.ts');
const { appItself } = await import('../people/actor.ts');

(await import('../core/logger.ts')).setLogLevel('silent');
const client = new pg.Client({ connectionString: database.url });
beforeAll(() => client.connect());
afterAll(async () => {
  await client.end();
  await prisma.$disconnect();
  await database.close();
});

/** Every table with a shop, as the test finds them itself: not with the code under test. */
async function tables(): Promise<string[]> {
  const { rows } = await client.query<{ table_name: string }>(
    `SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'shop_id'`,
  );
  return rows.map(({ table_name: name }) => name);
}

let counter = 0;

/** A row in any table, made from its columns' types. */
async function fill(table: string, shopId: number): Promise<void> {
  const { rows: columns } = await client.query<{
    column_name: string;
    data_type: string;
    udt_name: string;
    is_nullable: string;
    column_default: string | null;
    generated: string;
  }>(
    `SELECT column_name, data_type, udt_name, is_nullable, column_default, is_generated AS generated FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1`,
    [table],
  );
  counter += 1;
  const value = (type: string, udt: string): string => {
    if (type === 'ARRAY') return `'{}'::${udt}`;
    if (udt === 'uuid') return `gen_random_uuid()`;
    if (udt === 'jsonb') return `'{}'::jsonb`;
    if (udt === 'bytea') return `'\\x01'::bytea`;
    if (udt === 'bool') return 'false';
    if (['int4', 'int8', 'float8', 'int2', 'numeric'].includes(udt)) return String(counter);
    if (udt === 'timestamptz') return 'now()';
    if (udt === 'date') return 'current_date';
    return `'v${counter}'`;
  };
  const wanted = columns.filter(
    (column) =>
      column.generated === 'NEVER' &&
      (column.column_name === 'shop_id' || (column.is_nullable === 'NO' && column.column_default === null)),
  );
  const names = wanted.map((column) => `"${column.column_name}"`).join(', ');
  const values = wanted
    .map((column) => (column.column_name === 'shop_id' ? String(shopId) : value(column.data_type, column.udt_name)))
    .join(', ');
  await client.query(`INSERT INTO "${table}" (${names}) VALUES (${values})`);
}

const rowsIn = async (table: string, shopId: number) =>
  (await client.query(`SELECT 1 FROM "${table}" WHERE shop_id = $1`, [shopId])).rowCount;

async function shop(uninstalled = false) {
  return prisma.shop.create({
    data: { domain: `p${Math.random()}.myshopify.com`, installedAt: new Date(), uninstalledAt: uninstalled ? new Date() : null },
  });
}

/** Every value of every column of the database, except what the needle is looked for by. */
async function tablesWith(needle: string): Promise<string[]> {
  const { rows } = await client.query<{ table_name: string }>(
    `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const found: string[] = [];
  for (const { table_name: name } of rows) {
    const { rows: hits } = await client.query(`SELECT 1 FROM "${name}" t WHERE to_jsonb(t)::text LIKE $1 LIMIT 1`, [
      `%${needle}%`,
    ]);
    if (hits.length > 0) found.push(name);
  }
  return found;
}

beforeEach(() => setPersonalDataHolders([]));

describe('redacting a shop', () => {
  it('deletes every row of every table that has one, its sessions and the shop, and leaves another shop whole', async () => {
    const gone = await shop(true);
    const stays = await shop(true);
    const all = await tables();
    expect(all.length).toBeGreaterThan(25);
    for (const table of all) {
      await fill(table, gone.id);
      await fill(table, stays.id);
    }
    for (const { domain } of [gone, stays]) {
      await prisma.session.create({
        data: {
          id: `offline_${domain}`,
          shopDomain: domain,
          isOnline: false,
          sealed: Buffer.from('x'),
          keyVersion: 1,
          updatedAt: new Date(),
        },
      });
      await prisma.budget.create({
        data: { key: `shopify ${domain}`, capacity: 1, level: 1, restorePerSec: 1, updatedAtMs: 1n },
      });
    }
    await redactShop(gone.id);
    for (const table of all) expect([table, await rowsIn(table, gone.id), await rowsIn(table, stays.id)]).toEqual([table, 0, 1]);
    expect(await tablesWith(gone.domain)).toEqual([]);
    expect((await tablesWith(stays.domain)).sort()).toEqual(['budget', 'session', 'shop']);
    await redactShop(gone.id);
  });

  it('leaves the budget and the lock of a shop whose name only ends like its own', async () => {
    const gone = await prisma.shop.create({
      data: { domain: `a${Math.random()}.myshopify.com`, installedAt: new Date(), uninstalledAt: new Date() },
    });
    const stays = `x${gone.domain}`;
    for (const domain of [gone.domain, stays, `${gone.domain}.example`]) {
      await prisma.budget.create({
        data: { key: `shopify:${domain}`, capacity: 1, level: 1, restorePerSec: 1, updatedAtMs: 1n },
      });
      await prisma.budgetSlot.create({ data: { key: `token:${domain}`, slot: 0, holder: 'h', untilMs: 1n } });
    }
    await redactShop(gone.id);
    const kept = [...(await prisma.budget.findMany({})), ...(await prisma.budgetSlot.findMany({}))].map(({ key }) => key);
    expect(kept.filter((key) => key.includes(gone.domain)).sort()).toEqual(
      ['shopify', 'token'].flatMap((what) => [`${what}:${gone.domain}.example`, `${what}:${stays}`]).sort(),
    );
    await prisma.budget.deleteMany({});
    await prisma.budgetSlot.deleteMany({});
  });

  it('is ignored when the shop has come back', async () => {
    const back = await shop();
    await fill('staff', back.id);
    await redactShop(back.id);
    expect(await rowsIn('staff', back.id)).toBe(1);
    expect(await prisma.shop.count({ where: { id: back.id } })).toBe(1);
  });

  it('knows a table that is made tomorrow', async () => {
    await client.query('CREATE TABLE made_tomorrow (shop_id int NOT NULL, note text, data jsonb)');
    const found = await inSystem('purge', (tx) => shopTables(tx));
    expect(found).toContain('made_tomorrow');
    expect(found.toSorted()).toEqual((await tables()).toSorted());
    await client.query('DROP TABLE made_tomorrow');
  });
});

/** Where orderOf leaves its buyer's name. */
const everywhere = [
  ...['expected_return', 'plan_item', 'problem', 'return_record', 'shipment'],
  ...['shop_order', 'statement_line', 'timeline_event', 'write'],
];

/** An order that left its buyer's name wherever the engine writes about an order. */
async function orderOf(shopId: number, orderId: string, buyer: string, at = new Date()) {
  const connection = '00000000-0000-4000-8000-000000000001';
  const facts = {
    shopifyUpdatedAt: at,
    placedAt: at,
    firstSeenAt: at,
    decidedAt: at,
    financialStatus: 'PAID',
    fulfilmentStatus: 'FULFILLED',
    currency: 'EUR',
    total: 100n,
    units: 1,
    verdict: 'send',
  };
  const reason = { code: 'refused', params: { field: 'city', vendorText: `Unknown town of ${buyer}` } };
  const tracking = [{ number: 'T1', url: `https://track/${buyer}` }];
  await prisma.order.create({ data: { shopId, id: orderId, name: `#${orderId.slice(-4)}`, reason, ...facts } });
  const part = await prisma.part.create({
    data: {
      shopId,
      orderId,
      connectionId: connection,
      number: 1,
      reference: `#${orderId.slice(-4)}`,
      locationId: 'L',
      facilityId: 'F',
      createdAt: at,
    },
  });
  const write = {
    shopId,
    connectionId: connection,
    target: 'back-office',
    kind: 'order-create',
    class: 'compensable',
    state: 'landed',
    createdAt: at,
    settledAt: at,
  };
  await prisma.write.create({
    data: {
      ...write,
      subjectKind: 'part',
      subjectId: part.id,
      key: `create ${part.id}`,
      before: { name: buyer },
      after: { name: buyer },
      answer: { name: buyer },
      trace: [{ party: 'X', call: 'POST', status: 500, request: '{}', answer: buyer }],
    },
  });
  await prisma.write.create({
    data: { ...write, subjectKind: 'order', subjectId: orderId, key: `tag ${orderId}`, after: { note: buyer } },
  });
  await prisma.problem.create({
    data: {
      shopId,
      sync: 'orders',
      cause: 'refused',
      subjectKind: 'order',
      subjectId: orderId,
      subjectLabel: '#1',
      params: { vendorText: `Unknown street of ${buyer}` },
      detail: `Unknown street of ${buyer}`,
      note: `${buyer} called`,
      openedAt: at,
      lastSeenAt: at,
    },
  });
  await prisma.shipment.create({
    data: {
      shopId,
      connectionId: connection,
      remoteId: `r ${orderId}`,
      reference: '#1',
      partId: part.id,
      lines: [],
      tracking,
      mirroredTracking: tracking,
      note: `Engraved: ${buyer}`,
      reason,
      hash: 'h',
      shippedAt: at,
      seenAt: at,
    },
  });
  const returned = { shopId, orderId, connectionId: connection, reference: '#1', reason };
  await prisma.return.create({
    data: { ...returned, remoteId: `b ${orderId}`, lines: [], receivedAt: at, seenAt: at, note: `From ${buyer}` },
  });
  await prisma.expectedReturn.create({
    data: { ...returned, id: `e ${orderId}`, partId: part.id, state: 'problem', units: 1, at },
  });
  const run = { shopId, connectionId: connection, sync: 'orders', door: 'button', state: 'finished', counts: {} };
  const { id: runId } = await prisma.run.create({ data: { ...run, createdAt: at, finishedAt: new Date() } });
  await prisma.planItem.create({ data: { shopId, runId, itemKey: orderId, action: 'create', label: '#1', reason } });
  const line = { shopId, runId, orderId, params: reason.params };
  const report = { tracking, note: buyer, lines: [] };
  await prisma.statementLine.createMany({
    data: [
      { ...line, kind: 'order', id: orderId, facts: { fulfilments: [{ id: 'f', trackingInfo: [{ number: buyer }] }] } },
      { ...line, kind: 'shipment', id: `r ${orderId}`, facts: { hash: 'h', report } },
    ],
  });
  await prisma.timelineEvent.create({
    data: {
      shopId,
      subjectKind: 'order',
      subjectId: orderId,
      at,
      kind: 'problem',
      params: { text: buyer, tracking: `T ${buyer}` },
    },
  });
  return part.id;
}

describe('redacting a customer', () => {
  it('leaves their name in no table, and everybody else’s where it was; that the order was handed over stays known', async () => {
    const { id: shopId } = await shop();
    const mine = `gid://shopify/Order/${Date.now()}1`;
    const theirs = `gid://shopify/Order/${Date.now()}2`;
    await orderOf(shopId, mine, 'Eve Example');
    await orderOf(shopId, theirs, 'Otto Other');
    const asked: unknown[] = [];
    setPersonalDataHolders([
      {
        name: 'warehouse',
        redact: (...given) => Promise.resolve(asked.push(given)),
        collect: () => Promise.resolve([]),
        purge: () => Promise.resolve(0),
      },
    ]);
    expect((await tablesWith('Eve Example')).sort()).toEqual(everywhere);
    await redactCustomer(shopId, 'gid://shopify/Customer/7', [mine]);
    expect(await tablesWith('Eve Example')).toEqual([]);
    expect((await tablesWith('Otto Other')).sort()).toEqual(everywhere);
    expect(asked).toEqual([[shopId, { customerId: 'gid://shopify/Customer/7', orderIds: [mine] }]]);
    expect(await prisma.write.count({ where: { shopId, key: `tag ${mine}`, state: 'landed' } })).toBe(1);
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId, { action: 'customer-redacted' }));
    expect(rows).toMatchObject([{ userName: 'Crossdock', after: { orders: 1 } }]);
  });

  it('reaches only the shop that was asked', async () => {
    const one = await shop();
    const other = await shop();
    const orderId = `gid://shopify/Order/${Date.now()}3`;
    await orderOf(other.id, orderId, 'Nora Neighbour');
    await redactCustomer(one.id, 'gid://shopify/Customer/7', [orderId]);
    expect((await tablesWith('Nora Neighbour')).sort()).toEqual(everywhere);
  });

  it('fails loudly where nobody said who else holds personal data', async () => {
    setPersonalDataHolders(undefined as never);
    expect(() => personalDataHolders()).toThrow(expect.objectContaining({ kind: 'bug', code: 'no-data-holders' }) as Error);
    await expect(redactCustomer((await shop()).id, 'gid://shopify/Customer/7', [])).rejects.toMatchObject({
      code: 'no-data-holders',
    });
  });
});

describe('a customer’s data request', () => {
  it('is kept for the merchant once, however often it comes, until it is answered, and without the data', async () => {
    const { id: shopId } = await shop();
    for (let turn = 0; turn < 2; turn += 1)
      await recordDataRequest(shopId, 'gid://shopify/Customer/7', ['gid://shopify/Order/1']);
    await recordDataRequest(shopId, 'gid://shopify/Customer/8', []);
    const requests = await inShop(shopId, (tx) => listDataRequests(tx, shopId));
    expect(requests.map(({ customerId, orderIds }) => [customerId, orderIds])).toEqual([
      ['gid://shopify/Customer/8', []],
      ['gid://shopify/Customer/7', ['gid://shopify/Order/1']],
    ]);
    await answerDataRequest(shopId, appItself, requests[1]?.id ?? '');
    await recordDataRequest(shopId, 'gid://shopify/Customer/7', ['gid://shopify/Order/1']);
    const later = await inShop(shopId, (tx) => listDataRequests(tx, shopId));
    expect(later.map(({ customerId, answeredAt }) => [customerId.at(-1), answeredAt !== null])).toEqual([
      ['7', false],
      ['8', false],
      ['7', true],
    ]);
  });

  it('is answered with everything held about the orders, here and elsewhere, and nothing about others', async () => {
    const { id: shopId } = await shop();
    const mine = `gid://shopify/Order/${Date.now()}4`;
    await orderOf(shopId, mine, 'Ida Inquirer');
    await orderOf(shopId, `gid://shopify/Order/${Date.now()}5`, 'Uwe Unasked');
    setPersonalDataHolders([
      {
        name: 'warehouse',
        redact: () => Promise.resolve(0),
        collect: () => Promise.resolve([{ city: 'Leeds' }]),
        purge: () => Promise.resolve(0),
      },
    ]);
    const data = await customerData(shopId, 'gid://shopify/Customer/7', [mine]);
    expect(Object.fromEntries(Object.entries(data).map(([name, rows]) => [name, rows.length]))).toEqual({
      orders: 1,
      parts: 1,
      lines: 0,
      shipments: 1,
      returns: 1,
      'announced returns': 1,
      writes: 2,
      problems: 1,
      timeline: 1,
      plans: 1,
      statements: 2,
      warehouse: 1,
    });
    expect(JSON.stringify(data)).toContain('Ida Inquirer');
    expect(JSON.stringify(data)).not.toContain('Uwe Unasked');
  });
});

describe('the list of places', () => {
  it('is what redaction, retention and the answer to a request go by: each word of each column is handed out, then gone', async () => {
    const { id: shopId } = await shop();
    const [asked, closed] = [1, 2].map((n) => `gid://shopify/Order/${Date.now()}9${n}`) as [string, string];
    await orderOf(shopId, asked, 'Asked Buyer');
    await orderOf(shopId, closed, 'Closed Buyer');
    await prisma.order.update({ where: { shopId_id: { shopId, id: closed } }, data: { closedAt: new Date(0) } });
    const wordsIn = async (buyer: string) => {
      const found: string[] = [];
      for (const { table, words } of personalPlaces)
        for (const column of Object.keys(words)) {
          const { rowCount } = await client.query(`SELECT 1 FROM "${table}" WHERE position($1 IN "${column}"::text) > 0`, [
            buyer,
          ]);
          if (rowCount) found.push(`${table}.${column}`);
        }
      return found;
    };
    const all = personalPlaces.flatMap(({ table, words }) => Object.keys(words).map((column) => `${table}.${column}`));
    // A place that is new in the list has to get its words in orderOf.
    expect(await wordsIn('Asked Buyer')).toEqual(all);
    const answer = await customerData(shopId, 'gid://shopify/Customer/7', [asked, closed]);
    for (const { name, words } of personalPlaces)
      for (const column of Object.keys(words))
        for (const buyer of ['Asked Buyer', 'Closed Buyer'])
          expect([name, column, JSON.stringify((answer[name] as Record<string, unknown>[]).map((row) => row[column]))]).toEqual([
            name,
            column,
            expect.stringContaining(buyer),
          ]);
    await redactCustomer(shopId, 'gid://shopify/Customer/7', [asked]);
    expect([await wordsIn('Asked Buyer'), await wordsIn('Closed Buyer')]).toEqual([[], all]);
    await purgeExpired();
    expect(await wordsIn('Closed Buyer')).toEqual([]);
  });
});

describe('the daily purge', () => {
  it('removes what has outlived its purpose and nothing younger; again it removes nothing', async () => {
    const { id: shopId } = await shop();
    await prisma.planItem.deleteMany({});
    const days = (count: number) => new Date(Date.now() - count * 86_400_000);
    const connectionId = '00000000-0000-4000-8000-000000000001';
    const inbox = { shopId, door: 'webhook', topic: 't', subjectKind: 'order', subjectId: '1', receivedAt: days(9) };
    await prisma.inboxItem.createMany({
      data: [
        { ...inbox, key: 'old', handledAt: days(8) },
        { ...inbox, key: 'young', handledAt: days(6) },
        { ...inbox, key: 'waiting', handledAt: null },
      ],
    });
    const run = { shopId, connectionId, sync: 'inventory', door: 'button', state: 'finished', counts: {}, createdAt: days(100) };
    const ids = ['1', '2', '3'].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);
    await prisma.run.createMany({
      data: [
        { ...run, id: ids[0], finishedAt: days(91) },
        { ...run, id: ids[1], finishedAt: days(31) },
        { ...run, id: ids[2], state: 'awaiting_approval', finishedAt: null },
      ],
    });
    await prisma.planItem.createMany({
      data: ids.map((runId) => ({ shopId, runId: runId ?? '', itemKey: 'k', action: 'update', label: 'l' })),
    });
    const closed = `gid://shopify/Order/${Date.now()}6`;
    const recent = `gid://shopify/Order/${Date.now()}7`;
    await orderOf(shopId, closed, 'Old Buyer');
    await orderOf(shopId, recent, 'Recent Buyer');
    await prisma.order.update({ where: { shopId_id: { shopId, id: closed } }, data: { closedAt: days(61) } });
    await prisma.order.update({ where: { shopId_id: { shopId, id: recent } }, data: { closedAt: days(59) } });
    for (const orderId of [closed, recent]) {
      const { id: shipmentId } = await prisma.shipment.findFirstOrThrow({ where: { shopId, remoteId: `r ${orderId}` } });
      // Whether it arrived was never known.
      await prisma.write.create({
        data: {
          ...{ shopId, connectionId, target: 'shopify', kind: 'fulfilment-create', class: 'final', state: 'unknown' },
          ...{ subjectKind: 'shipment', subjectId: shipmentId, key: `ship ${orderId}`, createdAt: days(1) },
          trace: [{ party: 'X', call: 'POST', status: 500, request: '{}', answer: 'Old Buyer or Recent Buyer' }],
        },
      });
    }
    const { id: running } = await prisma.write.create({
      data: {
        ...{ shopId, connectionId, target: 'shopify', kind: 'fulfilment-create', class: 'final', state: 'sent' },
        ...{ subjectKind: 'order', subjectId: closed, key: 'now', after: { to: 'Old Buyer' }, createdAt: days(1) },
      },
    });
    const asked: Date[] = [];
    setPersonalDataHolders([
      {
        name: 'warehouse',
        redact: () => Promise.resolve(0),
        collect: () => Promise.resolve([]),
        purge: (id, before) => Promise.resolve(id === shopId ? asked.push(before) : 0),
      },
    ]);
    const counts = await purgeExpired();
    expect(counts).toMatchObject({ inbox_item: 1, run: 1, plan_item: 2, warehouse: 1 });
    const blanked = (table: string) => `${table}, blanked`;
    expect(Object.fromEntries(everywhere.map((table) => [table, counts[blanked(table)]]))).toEqual({
      ...Object.fromEntries(everywhere.map((table) => [table, 1])),
      ...{ write: 3, statement_line: 2 },
    });
    expect(asked[0]?.getTime()).toBeCloseTo(days(60).getTime(), -4);
    expect(
      (await prisma.inboxItem.findMany({ where: { shopId }, select: { key: true }, orderBy: { key: 'asc' } })).map(
        ({ key }) => key,
      ),
    ).toEqual(['waiting', 'young']);
    expect(await prisma.planItem.findMany({ where: { shopId, itemKey: 'k' }, select: { runId: true } })).toEqual([
      { runId: ids[2] },
    ]);
    expect(await prisma.write.count({ where: { shopId, key: `tag ${closed}` } })).toBe(1);
    expect((await prisma.write.findUniqueOrThrow({ where: { shopId_id: { shopId, id: running } } })).after).not.toBeNull();
    expect(await tablesWith('Old Buyer')).toEqual(['write']);
    expect((await tablesWith('Recent Buyer')).sort()).toEqual(everywhere);
    // What it was about and what became of it stay.
    expect((await prisma.return.findFirstOrThrow({ where: { shopId, orderId: closed } })).reason).toEqual({
      code: 'refused',
      params: { field: 'city' },
    });
    expect(await prisma.shipment.findFirstOrThrow({ where: { shopId, remoteId: `r ${closed}` } })).toMatchObject({
      ...{ hash: 'h', tracking: [], mirroredTracking: null, note: null },
    });
    expect(await prisma.timelineEvent.findFirstOrThrow({ where: { shopId, subjectId: closed } })).toMatchObject({
      params: { tracking: '' },
    });
    const again = Object.entries(await purgeExpired());
    expect(again.filter(([what, count]) => count > 0 && what !== 'warehouse')).toEqual([]);
  });

  it('takes an order that was cancelled for closed, and one that nobody closes a year after its last news', async () => {
    const { id: shopId } = await shop();
    const days = (count: number) => new Date(Date.now() - count * 86_400_000);
    const order = async (buyer: string, at: number, data: Record<string, Date> = {}) => {
      counter += 1;
      const id = `gid://shopify/Order/${Date.now()}${counter}`;
      await orderOf(shopId, id, buyer, days(at));
      await prisma.order.update({ where: { shopId_id: { shopId, id } }, data });
    };
    await order('Called-off Buyer', 100, { cancelledAt: days(61) });
    await order('Just Cancelled Buyer', 100, { cancelledAt: days(59) });
    await order('Forgotten Buyer', 366);
    await order('Waiting Buyer', 364);
    // Its news is old, it came to us a moment ago: brought in on purpose.
    await order('Imported Buyer', 390, { firstSeenAt: days(1) });
    // Of orders that we never had, what was reported counts by its own age.
    const stray = {
      shopId,
      connectionId: '00000000-0000-4000-8000-000000000001',
      reference: '?',
      lines: [],
      tracking: [],
      hash: '',
    };
    for (const [remoteId, at] of [['old', days(366)] as const, ['young', days(364)] as const])
      await prisma.shipment.create({ data: { ...stray, remoteId, shippedAt: at, seenAt: at, note: `Stray ${remoteId} Buyer` } });
    await purgeExpired();
    for (const gone of ['Called-off Buyer', 'Forgotten Buyer', 'Stray old Buyer'])
      expect([gone, await tablesWith(gone)]).toEqual([gone, []]);
    for (const kept of ['Just Cancelled Buyer', 'Waiting Buyer', 'Imported Buyer'])
      expect([kept, (await tablesWith(kept)).sort()]).toEqual([kept, everywhere]);
    expect(await tablesWith('Stray young Buyer')).toEqual(['shipment']);
  });

  it('leaves a back office what it remembers of an order that still has to leave, however long nothing was heard of it', async () => {
    const { id: shopId } = await shop();
    const days = (count: number) => new Date(Date.now() - count * 86_400_000);
    const connectionId = '00000000-0000-4000-8000-000000000001';
    const [waiting, shipped, closed, justClosed, cancelled, forgotten] = [1, 2, 3, 4, 5, 6].map(
      (n) => `gid://shopify/Order/${Date.now()}8${n}`,
    );
    const about = (id = '') => ({ where: { shopId_id: { shopId, id } } });
    const parts: Record<string, string> = {};
    for (const [index, id] of [waiting, shipped, closed, justClosed, cancelled, forgotten].entries()) {
      const partId = await orderOf(shopId, id ?? '', 'Somebody');
      parts[`#${index}`] = partId;
      await prisma.part.update({
        where: { shopId_id: { shopId, id: partId } },
        data: { reference: `#${index}`, remoteId: `ow-${index}`, state: id === shipped ? 'shipped' : 'sent' },
      });
    }
    await prisma.order.update({ ...about(waiting), data: { fulfilmentStatus: 'UNFULFILLED', shopifyUpdatedAt: days(364) } });
    await prisma.order.update({ ...about(forgotten), data: { firstSeenAt: days(366), shopifyUpdatedAt: days(366) } });
    await prisma.order.update({ ...about(closed), data: { closedAt: days(61) } });
    await prisma.order.update({ ...about(justClosed), data: { closedAt: days(59) } });
    await prisma.order.update({ ...about(cancelled), data: { cancelledAt: days(61) } });
    const remember = (kind: string, key = '', updated = 61) => ({
      ...{ shopId, connectionId, kind, key, sealed: Buffer.from('x'), createdAt: days(400), updatedAt: days(updated) },
    });
    await prisma.connectionRecord.createMany({
      data: [
        ...Object.keys(parts).flatMap((key) => [remember('order', key), remember('order-id', `ow-${key.slice(1)}`)]),
        ...[remember('edit', waiting), remember('edit', closed), remember('call', 'old'), remember('call', 'new', 59)],
        // Of another connection it is another order.
        { ...remember('order', '#0'), connectionId: '00000000-0000-4000-8000-000000000002' },
      ],
    });
    await purgeExpired();
    const kept = await prisma.connectionRecord.findMany({ where: { shopId } });
    expect(kept.map(({ kind, key, connectionId: of }) => `${kind} ${key} ${of.at(-1)}`).sort()).toEqual(
      ['call new 1', `edit ${waiting} 1`, 'order #0 1', 'order #3 1', 'order-id ow-0 1', 'order-id ow-3 1'].sort(),
    );
  });
});
