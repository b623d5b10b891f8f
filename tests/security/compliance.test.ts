import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApp } from './open-app.ts';
import { tablesOfShops } from './fill-table.ts';
import { openFullShop, type FullShop } from './two-shops.ts';

const world = await openApp();
const { client, prisma } = world;
const { startWorker } = await import('../../app/jobs/worker.ts');
const { orderOf } = await import('../../app/stockroom/room.fixture.ts');
const { acceptOrder } = await import('../../app/stockroom/accept-order.ts');
const { shipOrder } = await import('../../app/stockroom/shipping.ts');
const { accountGate } = await import('../../app/connections/account-gate.ts');
const { connectorDefinition } = await import('../../app/connections/known-connectors.ts');
const { connectionRecords } = await import('../../app/connections/connection-records.ts');
const { shop: handleShop } = await import('../../app/jobs/handlers/shop.ts');
const { purgeExpired, retentionDays } = await import('../../app/privacy/purge.ts');
const { personalPlaces: ofEngine } = await import('../../app/privacy/personal-places.ts');
const { personalPlaces: ofStockroom } = await import('../../app/stockroom/personal-places.ts');
const { setPersonalDataHolders } = await import('../../app/privacy/personal-data-holders.ts');

let a: FullShop;
let b: FullShop;
beforeAll(async () => {
  a = await openFullShop(world, 1);
  b = await openFullShop(world, 2);
});
afterAll(() => world.close());

/** Every table of every schema, the job engine's too, in which a word stands anywhere. */
async function tablesWith(word: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const { rowCount } = await client.query(`SELECT 1 FROM ${name} t WHERE position($1 IN to_jsonb(t)::text) > 0 LIMIT 1`, [
      word,
    ]);
    if (rowCount) found.push(name);
  }
  return found;
}

async function tablesWithAny(words: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const word of words) found.push(...(await tablesWith(word)));
  return found;
}

const until = async (what: () => Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + 25_000; !(await what());) {
    if (Date.now() > end) throw new Error('It did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

/** The job that a webhook has left, done at once. */
async function doJobs(shopId: number): Promise<void> {
  const { rows } = await client.query<{ data: Parameters<typeof handleShop>[0] }>(
    `DELETE FROM pgboss.job WHERE name = 'shop' AND data->>'shopId' = $1 AND state < 'active' RETURNING data`,
    [String(shopId)],
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const { data } of rows) await handleShop(data);
}

/** What Shopify says of a shop that has the app. */
const installed = ({ operation }: { operation: string }) => ({
  body: {
    data:
      operation === 'ShopDetails'
        ? {
            shop: {
              id: 'gid://shopify/Shop/1',
              name: 'Shop',
              shopOwnerName: 'Owner',
              plan: { publicDisplayName: 'Basic' },
              shopAddress: { countryCodeV2: 'DE' },
              currencyCode: 'EUR',
              ianaTimezone: 'Europe/Berlin',
              weightUnit: 'KILOGRAMS',
              taxesIncluded: true,
            },
          }
        : { currentAppInstallation: { id: 'gid://shopify/AppInstallation/1', accessScopes: [{ handle: 'read_orders' }] } },
  },
});

describe('customers/redact', () => {
  const person = {
    name: 'Wilhelmina Unforgettable',
    email: 'wilhelmina@example.net',
    phone: '+49 151 00112233',
    street: 'Nirgendweg 17',
  };
  const customer = 'gid://shopify/Customer/777';

  beforeAll(async () => {
    const room = { shopId: a.id, connectionId: a.ids.room };
    const base = orderOf('#1777', { [a.ids.sku]: 1 }, { facility: a.ids.roomFacilityCode });
    const shipTo = base.shipTo && { ...base.shipTo, name: person.name, address1: person.street, phone: person.phone };
    await acceptOrder({
      ...room,
      order: {
        ...base,
        externalId: 'gid://shopify/Order/1777',
        shipTo,
        customer: { id: customer, name: person.name, email: person.email, phone: person.phone },
        note: `For ${person.name}`,
        attributes: [{ key: 'gift for', value: person.name }],
      },
      rules: {},
      actor: { kind: 'person', name: 'Ada' },
    });
    await shipOrder({
      ...room,
      order: '#1777',
      actor: { kind: 'person', name: 'Ada' },
      note: `Left with ${person.name}`,
      reference: 'r1',
    });
    await connectionRecords(a.id, a.ids.remoteConnection).put('order', '#1777', {
      shipTo: person,
      order: 'gid://shopify/Order/1777',
    });
    await connectionRecords(a.id, a.ids.remoteConnection).put('order', '#17770', { order: 'gid://shopify/Order/17770' });
    // Its key was taken away too early: nobody can read it any more.
    await prisma.connectionRecord.create({
      data: {
        ...{ shopId: a.id, connectionId: a.ids.remoteConnection, kind: 'order', key: '#0', createdAt: new Date() },
        ...{ sealed: Buffer.from([9, ...Array.from({ length: 40 }, () => 0)]), updatedAt: new Date() },
      },
    });
    const about = { shopId: a.id, subjectKind: 'order', subjectId: 'gid://shopify/Order/1777' };
    const at = new Date();
    await prisma.problem.create({
      data: {
        ...about,
        sync: 'orders',
        cause: 'refused',
        subjectLabel: '#1777',
        params: { text: person.street },
        openedAt: at,
        lastSeenAt: at,
        detail: person.phone,
      },
    });
    await prisma.timelineEvent.create({ data: { ...about, at, kind: 'refused', params: { text: person.email } } });
    await prisma.write.create({
      data: {
        ...about,
        target: 'back-office',
        kind: 'order-create',
        key: 'k1777',
        class: 'compensable',
        state: 'landed',
        after: { ...person },
        createdAt: at,
      },
    });
    // An attempt that failed, and wherever the other side's own words went from there.
    const order = { shopId: a.id, orderId: about.subjectId };
    const reason = { code: 'refused', params: { vendorText: `No such street: ${person.street}` } };
    await prisma.write.create({
      data: {
        ...{ ...about, target: 'back-office', kind: 'order-create', key: 'k1777 again', class: 'compensable', state: 'unknown' },
        trace: [{ party: 'X', call: 'POST /orders', status: 422, request: '{}', answer: `No such street: ${person.street}` }],
        createdAt: at,
      },
    });
    await prisma.order.create({
      data: {
        ...{ shopId: a.id, id: about.subjectId, name: '#1777', financialStatus: 'PAID', fulfilmentStatus: 'UNFULFILLED' },
        ...{ shopifyUpdatedAt: at, placedAt: at, firstSeenAt: at, decidedAt: at, currency: 'EUR', total: 100n, units: 1 },
        ...{ verdict: 'send', reason },
      },
    });
    const { id: runId } = await prisma.run.findFirstOrThrow({ where: { shopId: a.id, finishedAt: null } });
    await prisma.planItem.create({
      data: { shopId: a.id, runId, itemKey: about.subjectId, action: 'create', label: '#1777', reason, outcome: 'failed' },
    });
    const tracking = [{ number: 'T', url: `https://track.example/${person.phone}` }];
    await prisma.statementLine.createMany({
      data: [
        { ...order, runId, kind: 'order', id: about.subjectId, bucket: 'failed', code: 'refused', params: reason.params },
        { ...order, runId, kind: 'shipment', id: 's1777', facts: { report: { tracking, note: person.name }, hash: 'h' } },
      ],
    });
    const reported = { ...order, connectionId: a.ids.remoteConnection, reference: '#1777', lines: [], seenAt: at, reason };
    await prisma.shipment.create({
      data: { ...reported, remoteId: 's1777', tracking, hash: 'h', shippedAt: at, note: `Engraved: ${person.name}` },
    });
    await prisma.return.create({ data: { ...reported, remoteId: 'r1777', receivedAt: at, note: `Came from ${person.street}` } });
  });

  it('leaves nothing of the person in any table, and everybody else as they were', async () => {
    const words = Object.values(person);
    // What is sealed can't be read, so that it is looked at by itself.
    expect(await tablesWithAny(words)).toEqual(
      expect.arrayContaining(
        'write problem timeline_event shop_order plan_item statement_line shipment return_record'
          .split(' ')
          .map((table) => `public.${table}`),
      ),
    );
    const others = await b.rows();
    const request = {
      shop_id: 1,
      shop_domain: a.domain,
      customer: { id: 777, email: person.email, phone: person.phone },
      orders_to_redact: [1777],
    };
    expect((await world.webhook(a.domain, 'customers/redact', request)).status).toBe(200);
    // All that a job needs, should this one be lost.
    const news = await prisma.inboxItem.findFirstOrThrow({ where: { shopId: a.id, topic: 'customers/redact' } });
    expect(news.subjectId).toBe(`${customer} 1777`);
    await doJobs(a.id);
    expect(await tablesWithAny(words)).toEqual([]);
    // That it was refused stays, and nothing of what was said.
    const { reason } = await prisma.order.findFirstOrThrow({ where: { shopId: a.id, name: '#1777' } });
    expect(reason).toEqual({ code: 'refused', params: {} });
    const order = await prisma.stockroomOrder.findFirst({ where: { shopId: a.id, reference: '#1777' } });
    expect([order?.personal, order?.customerHash]).toEqual([null, null]);
    expect(await prisma.stockroomOrder.count({ where: { shopId: a.id, personal: { not: null } } })).toBeGreaterThan(0);
    const documents = connectionRecords(a.id, a.ids.remoteConnection);
    expect([await documents.get('order', '#1777'), await documents.get('order', '#17770')]).toEqual([
      null,
      { order: 'gid://shopify/Order/17770' },
    ]);
    expect(await b.rows()).toEqual(others);
  });
});

describe('customers/data_request', () => {
  it('keeps of the request the ids alone: not the address or the number that came with it', async () => {
    const request = {
      shop_id: 1,
      shop_domain: a.domain,
      customer: { id: 778, email: 'asker@example.net', phone: '+49 151 99887766' },
      orders_requested: [1001],
    };
    expect((await world.webhook(a.domain, 'customers/data_request', request)).status).toBe(200);
    await doJobs(a.id);
    expect([...(await tablesWith('asker@example.net')), ...(await tablesWith('99887766'))]).toEqual([]);
    expect(await tablesWith('gid://shopify/Customer/778')).toContain('public.audit_entry');
  });
});

describe('the answer to a data request', () => {
  const answer = (asker: typeof a.administrator, request: string) =>
    world.ask(
      asker,
      world.routes.find(({ id }) => id === 'routes/app.data-request')!,
      { query: { request } },
    );
  const pageOf = async (asker: typeof a.administrator, id: string) =>
    (
      await world.ask(
        asker,
        world.routes.find((route) => route.id === id)!,
      )
    ).json() as Promise<Record<string, unknown>>;

  it('is a file for administrators with all that is held of the buyer, once Home and People have told them', async () => {
    const order = await prisma.stockroomOrder.findFirstOrThrow({ where: { shopId: a.id, id: a.ids.roomOrder } });
    const number = Number(order.externalId?.split('/').at(-1));
    const request = { shop_id: 1, shop_domain: a.domain, customer: { id: 779 }, orders_requested: [number] };
    expect((await world.webhook(a.domain, 'customers/data_request', request)).status).toBe(200);
    await doJobs(a.id);
    const home = Number((await pageOf(a.administrator, 'routes/app._index'))['dataRequests']);
    expect(home).toBeGreaterThan(0);
    expect((await pageOf(a.operator, 'routes/app._index'))['dataRequests']).toBe(0);
    expect((await pageOf(a.operator, 'routes/app.people'))['requests']).toEqual([]);
    const listed = (await pageOf(a.administrator, 'routes/app.people'))['requests'] as { id: string; customer: string }[];
    const id = listed.find(({ customer }) => customer === '779')?.id ?? '';

    for (const asker of [a.viewer, a.operator]) {
      const refused = await answer(asker, id);
      expect([refused.status, (await refused.text()).includes(a.marker)]).toEqual([403, false]);
    }
    expect((await answer(b.administrator, id)).status).toBe(404);
    expect(JSON.stringify((await pageOf(b.administrator, 'routes/app.people'))['requests'])).not.toContain(id);

    const file = await answer(a.administrator, id);
    expect([file.status, file.headers.get('content-disposition')]).toEqual([200, expect.stringContaining('attachment')]);
    const text = await file.text();
    expect(text).toContain(`${a.marker} buyer`);
    expect(text).not.toContain(b.marker);
    expect((await pageOf(a.administrator, 'routes/app._index'))['dataRequests']).toBe(home - 1);
    const [downloaded] = await prisma.auditEntry.findMany({ where: { shopId: a.id, action: 'customer-data-downloaded' } });
    expect(downloaded).toMatchObject({ userId: a.administrator.userId, subject: 'customer gid://shopify/Customer/779' });
  });
});

describe('shop/redact', () => {
  it('does nothing while the shop has the app', async () => {
    expect((await world.document(a.administrator, '/app')).status).toBe(200);
    const nothing = world.shopify.graphql;
    world.shopify.graphql = installed;
    const before = await a.rows();
    expect((await world.webhook(a.domain, 'shop/redact', { shop_id: 1, shop_domain: a.domain })).status).toBe(200);
    await doJobs(a.id);
    world.shopify.graphql = nothing;
    const kept = Object.entries(before).filter(([table]) => !['inbox_item', 'pgboss.job'].includes(table));
    expect(await a.rows()).toMatchObject(Object.fromEntries(kept));
  });

  it('waits while Shopify can’t say whether the shop has the app, and redacts one whose uninstall nobody heard of', async () => {
    const c = await openFullShop(world, 3);
    expect((await world.document(c.administrator, '/app')).status).toBe(200);
    const { graphql, token } = world.shopify;
    expect((await world.webhook(c.domain, 'shop/redact', { shop_id: 3, shop_domain: c.domain })).status).toBe(200);
    const job = { shopId: c.id, event: 'shop-redact', orderIds: [] };
    const { key } = await prisma.inboxItem.findFirstOrThrow({ where: { shopId: c.id, topic: 'shop/redact' } });
    world.shopify.graphql = () => ({ status: 503 });
    await expect(handleShop({ ...job, inboxKey: key })).rejects.toMatchObject({ kind: 'transient' });
    expect(await prisma.inboxItem.count({ where: { shopId: c.id, key, handledAt: null } })).toBe(1);
    world.shopify.graphql = () => ({ status: 401 });
    world.shopify.token = () => ({ status: 400, body: { error: 'invalid_grant' } });
    // Whoever it shared a store with can't be asked either.
    await prisma.connection.updateMany({ where: { shopId: c.id }, data: { settings: { nonsense: true } } });
    await handleShop({ ...job, inboxKey: key });
    Object.assign(world.shopify, { graphql, token });
    expect(Object.entries(await c.rows()).filter(([, sum]) => !sum.startsWith('0'))).toEqual([]);
    expect(await tablesWith(c.marker)).toEqual([]);
  });

  it('leaves not one row of the shop in any table, the job engine’s too, when a worker has done it', async () => {
    const every = await tablesOfShops(client);
    for (const table of every) {
      const { rowCount } = await client.query(`SELECT 1 FROM "${table}" WHERE shop_id = $1 LIMIT 1`, [a.id]);
      expect([table, rowCount]).toEqual([table, 1]);
    }
    // Its back office was called, and it shares a store with a shop that stays.
    const { settings } = await prisma.connection.findFirstOrThrow({ where: { shopId: a.id, connector: 'pulpo' } });
    const given = { environment: 'custom', ...(settings as object) };
    await accountGate({ ...connectorDefinition('pulpo').limits(given), perSecond: 5 })(() => Promise.resolve());
    expect(await prisma.budget.count({ where: { key: { startsWith: 'account pulpo ' } } })).toBe(1);
    const { poolId } = await prisma.stockPoolMember.findFirstOrThrow({ where: { shopId: b.id } });
    await prisma.stockPoolMember.updateMany({ where: { shopId: a.id }, data: { poolId, imports: false } });
    const name = `${a.marker} name (${a.domain})`;
    const noted = { shopId: b.id, at: new Date(), userName: 'Crossdock', subject: 'connection room' };
    await prisma.auditEntry.createMany({
      data: [
        { ...noted, action: 'share-asked-by', after: { shop: name } },
        { ...noted, action: 'share-stopped', before: { shops: [name, 'Other (other.myshopify.com)'] } },
      ],
    });
    // A page was open, and tokens are there.
    expect((await world.document(a.administrator, '/app')).status).toBe(200);
    await prisma.shop.update({ where: { id: a.id }, data: { uninstalledAt: new Date() } });
    expect((await world.webhook(a.domain, 'shop/redact', { shop_id: 1, shop_domain: a.domain })).status).toBe(200);
    expect((await tablesWith(a.domain)).length).toBeGreaterThan(1);
    const stop = await startWorker();
    await until(async () => (await prisma.shop.count({ where: { id: a.id } })) === 0);
    await stop();
    const left = Object.entries(await a.rows()).filter(([, sum]) => !sum.startsWith('0'));
    expect(left).toEqual([]);
    for (const word of [a.domain, a.marker, a.secret]) expect([word, await tablesWith(word)]).toEqual([word, []]);
    expect(await tablesWith(b.marker)).not.toEqual([]);
    const kept = await prisma.auditEntry.findMany({ where: { shopId: b.id, action: { startsWith: 'share-' } } });
    expect(kept.map(({ action, before, after }) => [action, before ?? after]).toSorted()).toEqual([
      ['share-asked-by', { shop: '—' }],
      ['share-left-by', { shop: '—' }],
      ['share-stopped', { shops: ['—', 'Other (other.myshopify.com)'] }],
    ]);
  });

  it('for a shop that is gone already is answered and leaves nothing', async () => {
    const { rows: before } = await client.query('SELECT count(*) FROM pgboss.job');
    expect((await world.webhook(a.domain, 'shop/redact', { shop_id: 1, shop_domain: a.domain })).status).toBe(200);
    expect((await client.query('SELECT count(*) FROM pgboss.job')).rows).toEqual(before);
    expect(await tablesWith(a.domain)).toEqual([]);
  });
});

describe('what is kept for how long', () => {
  const handedOver =
    'what was handed over and shipped: ids and numbers, which statements and undoing need; whatever could name a buyer is blanked when its time is over';
  /** Why a table has no rule in privacy/purge.ts. */
  const kept = {
    'what the merchant set up, until they change it or the shop is redacted':
      'alert_recipient alert_settings carrier_rule connection facility favourite location location_link mapping mirrored_mapping product_review staff stock_pool_member sync stockroom_facility stockroom_store stockroom_token',
    'what is known of the catalogue and of stock, replaced by each reading':
      'noted_level observed_value product_link product_update remote_stock retired_target stock_level stock_pool_sale stockroom_product stockroom_stock variant',
    [handedOver]:
      'expected_return part part_line return_line return_record shipment shipment_line shop_order stockroom_order stockroom_order_event stockroom_order_line stockroom_return stockroom_return_line stockroom_shipment stockroom_shipment_line stockroom_stock_entry',
    'removed by what made it when it ends': 'imported_product imported_variant remote_token stockroom_counter',
    'forgotten by its holder, with personal data': 'stockroom_request',
  };

  /** Columns that say which thing it is, how far it came or how much it was: ids, codes, SKUs, places. */
  const harmless: Record<string, string> = {
    shop_order: 'id name financial_status fulfilment_status currency channel tags verdict used_values late_lines',
    part: 'order_id reference state location_id facility_id fulfilment_order_ids remote_id remote_number remote_url sent_hash mapped kits',
    part_line: 'line_id sku inventory_item_id location_id places',
    shipment: 'remote_id reference order_id state lines hash mirrored_hash fulfilment_ids facility_id',
    shipment_line: 'line_id',
    return_record: 'remote_id reference order_id state lines refund_id facility_id hash registered_id',
    return_line: 'line_id',
    expected_return: 'id order_id reference state remote_id',
    write: 'target kind subject_kind subject_id key class state',
    problem: 'sync cause subject_kind subject_id subject_label part evidence assigned_to',
    timeline_event: 'subject_kind subject_id kind',
    plan_item: 'item_key action label outcome',
    statement_line: 'kind id label order_id bucket code found',
    stockroom_order:
      'reference external_id external_name state status_text currency channel delivery_method shipping payments charges tags',
    stockroom_order_line: 'external_id sku title taxes',
    // Of whoever worked on it, not of the buyer.
    stockroom_order_event: 'kind actor_kind actor_name',
    stockroom_shipment: 'state',
    stockroom_shipment_line: '',
    stockroom_return: '',
    stockroom_return_line: '',
    stockroom_stock_entry: 'kind actor_kind actor_name reference',
  };

  it('is decided for every column about an order: it may hold words about the buyer, or says nothing of them', async () => {
    const about = [...kept[handedOver].split(' '), 'write', 'problem', 'timeline_event', 'plan_item', 'statement_line'];
    expect(Object.keys(harmless).toSorted()).toEqual(about.toSorted());
    const places = [...ofEngine, ...ofStockroom];
    expect(places.filter(({ table }) => !about.includes(table))).toEqual([]);
    const { rows } = await client.query<{ table: string; column: string }>(
      `SELECT table_name AS table, column_name AS column FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name = ANY($1) AND udt_name IN ('text', '_text', 'varchar', 'json', 'jsonb', 'bytea')`,
      [about],
    );
    const decided = Object.fromEntries(
      about.map((table) => [
        table,
        [
          ...(harmless[table]?.split(' ').filter(Boolean) ?? []),
          ...places.filter((one) => one.table === table).flatMap(({ words }) => Object.keys(words)),
        ].toSorted(),
      ]),
    );
    const there = Object.fromEntries(
      about.map((table) => [
        table,
        rows
          .filter((row) => row.table === table)
          .map(({ column }) => column)
          .toSorted(),
      ]),
    );
    expect(decided).toEqual(there);
  });

  it('is decided for every table: the purge has a rule for it, or it is named here with its reason', async () => {
    setPersonalDataHolders([]);
    const purged = Object.keys(await purgeExpired());
    const named = Object.values(kept).flatMap((tables) => tables.split(' '));
    const forgotten = (await tablesOfShops(client)).filter((table) => !purged.includes(table) && !named.includes(table));
    expect(forgotten).toEqual([]);
    expect(named.filter((table) => purged.includes(table))).toEqual([]);
    expect(Object.values(retentionDays).every((days) => days > 0)).toBe(true);
  });
});
