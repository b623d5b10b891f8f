import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';

const database = await openTestDatabase();
let handle: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 503 });
const server = serve({ fetch: (request) => handle(request), port: 0, hostname: '127.0.0.1' });
await new Promise<void>((resolve) => server.once('listening', resolve));
const address = server.address();
const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
process.env['SANDBOX_URL'] = url;
const { BugError, TransientError } = await import('../../core/errors.ts');
const { inShop } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { newestWaiting, takeIn } = await import('../inbox/inbox.ts');
const { testShop } = await import('../inventory/shop.fixture.ts');
const { drainBacklog, startBacklogs } = await import('./order-backlog.ts');
const { readOrdersInBulk } = await import('./orders-in-bulk.ts');
const { nameStuckOrder } = await import('./stuck-order.ts');
const { readOrder, readOrders } = await import('./read-order.ts');

const standIn = openTestShop({ publicUrl: url, shop: { catalogue: 'demo', country: 'DE' } });
handle = (request) => standIn.root.fetch(request);
const shop = await testShop();
const { shopId, live } = shop;
const created: string[] = [];
const operations: string[] = [];
const ids: string[] = [];
let admin: ShopifyAdmin;
/** Runs once, when the bulk operation's state is asked for. */
let meanwhile: () => Promise<void> = () => Promise.resolve();

const place = async (body: object) => {
  const order = await standIn.order({ lines: [{ sku: 'KI07-01', quantity: 2 }], ...body });
  ids.push(order.id as string);
  return order as { id: string; name: string };
};

beforeAll(async () => {
  const location = standIn.state.get<{ id: number }>("SELECT id FROM locations WHERE name = 'Main Warehouse'");
  await shop.link(`gid://shopify/Location/${location?.id}`, 'F1');
  await inShop(shopId, (tx) =>
    tx.sync.create({
      data: {
        ...{ shopId, connectionId: live.id, kind: 'orders', enabled: true, enabledAt: new Date() },
        settings: { earliestOrderDate: '2026-01-01', unmappedShipping: 'send' },
      },
    }),
  );
  const run = async (document: unknown, variables: unknown) => {
    operations.push(/(?:query|mutation) (\w+)/.exec(String(document))?.[1] ?? '');
    if (operations.at(-1) === 'BulkStatus') {
      const act = meanwhile;
      meanwhile = () => Promise.resolve();
      await act();
    }
    const answer = await standIn.graphql(String(document), variables as Record<string, unknown>);
    await standIn.standIn.settle();
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data as unknown;
  };
  admin = {
    shop: { id: shopId, domain: standIn.shop.domain },
    run: run as ShopifyAdmin['run'],
    runNotingDenied: (async (document: unknown, variables: unknown) => ({
      data: await run(document, variables),
      denied: [],
    })) as ShopifyAdmin['runNotingDenied'],
  };
  await standIn.control('/shopify/levels', { sku: 'KI07-01', location: 'Main Warehouse', available: 1000 });
  for (let index = 0; index < 12; index += 1) await place({});
  await place({ shipping: { title: 'Express', code: 'express' }, tags: ['a', 'b'], gateway: 'paypal', channel: 'pos' });
  await place({ financialStatus: 'pending', lines: [{ sku: 'KI07-01', quantity: 1, price: '3.33' }] });
  const [first] = ids;
  const cancelled = await place({});
  await standIn.control(`/shopify/orders/${cancelled.name}/cancel`, {});
  const edited = await place({});
  await standIn.control(`/shopify/orders/${edited.name}/edit`, { lines: [{ sku: 'KI07-01', quantity: 5 }] });
  await standIn.standIn.settle();
  expect(first).toMatch(/^gid:/);
}, 120_000);
afterAll(async () => {
  server.close();
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

const knock = (orderId: string, key: string) =>
  inShop(shopId, (tx) =>
    takeIn(tx, shopId, {
      ...{ key, door: 'webhook', topic: 'orders/create', subjectKind: 'order', subjectId: orderId, triggeredAt: new Date() },
    }),
  );
/** Orders that a job in the queue is about. */
const queued = async () =>
  (
    await prisma.$queryRaw<{ id: string }[]>`
      SELECT data->>'id' AS id FROM pgboss.job WHERE name = 'drain' AND state = 'created' AND data->>'kind' = 'order' ORDER BY created_on`
  ).map(({ id }) => id);
const takers = () => Promise.resolve([live]);
const inBulk = () => ({ admin, takers, pagesUpTo: 0 });
const waiting = (orderId: string) => inShop(shopId, (tx) => newestWaiting(tx, shopId, 'order', orderId));

describe.sequential('a backlog of orders', () => {
  it('read by bulk says of each order exactly what reading it by itself says', async () => {
    const runId = (await shop.run('import-backlog')).id;
    const seen: string[] = [];
    const read = readOrdersInBulk(admin, { purpose: 'backlog', runId, filter: '', wanted: new Set(ids) });
    for await (const { order } of read) {
      seen.push(order.id);
      expect(order).toEqual(await readOrder(admin, order.id));
    }
    expect(seen.sort()).toEqual([...ids].sort());
    await inShop(shopId, (tx) => tx.run.updateMany({ where: { shopId }, data: { state: 'finished', createdAt: new Date(0) } }));
  });

  it('read by pages says of each order exactly what reading it by itself says', async () => {
    operations.length = 0;
    const seen: string[] = [];
    for await (const { order } of readOrders(admin, ids)) {
      seen.push(order.id);
      expect(order).toEqual(await readOrder(admin, order.id));
    }
    expect(seen.sort()).toEqual([...ids].sort());
    expect(operations.filter((name) => name === 'OrdersRead')).toHaveLength(1);
  });

  it(
    'is a run’s as soon as it is long and old enough, and single orders are nobody else’s until newer news of them comes',
    { timeout: 60_000 },
    async () => {
      for (const id of ids) await knock(id, `first ${id}`);
      expect(await startBacklogs(5)).toBe(0);
      await inShop(shopId, (tx) => tx.$executeRaw`UPDATE inbox_item SET received_at = received_at - interval '1 minute'`);
      await inShop(shopId, (tx) => tx.connection.updateMany({ data: { state: 'active', access: 'read_write' } }));
      const [one = '', two = '', three = ''] = ids;
      expect(await startBacklogs(ids.length)).toBe(0);
      await knock(three, 'fresh');
      await inShop(
        shopId,
        (tx) => tx.$executeRaw`UPDATE inbox_item SET received_at = now() + interval '1 second' WHERE key = 'fresh'`,
      );
      expect((await queued()).sort()).toEqual([...ids, three].sort());
      expect(await startBacklogs(5)).toBe(1);
      expect(await startBacklogs(5)).toBe(0);
      // Nobody has to look at what the run takes; what is newer is done at once.
      expect(await queued()).toEqual([three, three]);
      await inShop(shopId, (tx) => tx.inboxItem.deleteMany({ where: { shopId, key: 'fresh' } }));
      expect(await waiting(one)).toBeNull();
      await knock(one, 'again');
      expect(await waiting(one)).not.toBeNull();
      expect(await queued()).toEqual([three, three, one]);

      const row = await inShop(shopId, (tx) =>
        tx.run.findFirstOrThrow({ where: { shopId, task: 'import-backlog', state: 'queued' } }),
      );
      operations.length = 0;
      live.connector.orders = {
        ...live.connector.orders,
        create: (order) => {
          created.push(order.reference);
          return Promise.resolve({
            ...{ remoteId: `r ${order.reference}`, remoteNumber: null, reference: order.reference, state: 'open', lines: [] },
            ...{ total: null, facilityId: null, url: null },
          });
        },
        find: () => Promise.resolve(null),
      };
      // While Shopify works on it news comes of one more.
      meanwhile = async () => void (await knock(two, 'meanwhile'));
      await drainBacklog(live, { id: row.id, task: row.task }, inBulk());
      expect(operations.filter((name) => name === 'BulkRunQuery')).toHaveLength(1);
      expect(operations.filter((name) => name === 'OrderRead')).toHaveLength(0);
      expect(new Set(created).size).toBe(created.length);
      const left = await inShop(shopId, (tx) =>
        tx.inboxItem.findMany({
          where: { shopId, handledAt: null },
          distinct: ['subjectId'],
          select: { subjectId: true, nextNudge: true },
        }),
      );
      expect(left.map(({ subjectId }) => subjectId).sort()).toEqual([one, two].sort());
      expect(left.every(({ nextNudge }) => nextNudge !== null && nextNudge.getTime() <= Date.now())).toBe(true);
      const after = await inShop(shopId, (tx) => tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id: row.id } } }));
      expect(after.counts).toMatchObject({ total: ids.length, seen: ids.length - 2 });
    },
  );

  it('killed and started again goes on with its own operation', { timeout: 60_000 }, async () => {
    const fresh = [(await place({})).id, (await place({})).id];
    for (const id of fresh) await knock(id, `late ${id}`);
    const { id: runId } = await shop.run('import-backlog');
    await inShop(shopId, (tx) =>
      tx.run.updateMany({ where: { id: runId }, data: { state: 'running', createdAt: new Date(Date.now() + 1_000) } }),
    );
    operations.length = 0;
    const order = { id: runId, task: 'import-backlog' };
    meanwhile = () => Promise.reject(new Error('killed'));
    await expect(drainBacklog(live, order, inBulk())).rejects.toThrow('killed');
    const before = created.length;
    await drainBacklog(live, order, inBulk());
    expect(created.length).toBeGreaterThanOrEqual(before + 2);
    expect(operations.filter((name) => name === 'BulkRunQuery')).toHaveLength(1);
  });

  it('is read by pages where it is short, order by order only what the search doesn’t show', { timeout: 60_000 }, async () => {
    const fresh = [(await place({})).id, (await place({})).id, 'gid://shopify/Order/404'];
    for (const id of fresh) await knock(id, `short ${id}`);
    const { id: runId } = await shop.run('import-backlog');
    await inShop(shopId, (tx) =>
      tx.run.updateMany({ where: { id: runId }, data: { state: 'running', createdAt: new Date(Date.now() + 1_000) } }),
    );
    operations.length = 0;
    await drainBacklog(live, { id: runId, task: 'import-backlog' }, { admin, takers });
    expect(operations.filter((name) => ['OrdersRead', 'OrderRead', 'BulkRunQuery'].includes(name))).toEqual(['OrdersRead']);
    const left = await inShop(shopId, (tx) =>
      tx.inboxItem.findMany({ where: { shopId, handledAt: null, subjectId: { in: fresh } }, select: { subjectId: true } }),
    );
    expect(left).toEqual([{ subjectId: 'gid://shopify/Order/404' }]);
  });

  it(
    'is left to be read by itself where parcels of it left, and ends what an order was stuck on',
    { timeout: 60_000 },
    async () => {
      const [plain, onItsWay] = [(await place({})).id, (await place({})).id];
      await inShop(shopId, async (tx) => {
        const at = new Date();
        await tx.shipment.create({
          data: {
            ...{ shopId, connectionId: live.id, remoteId: 'left', reference: 'left', orderId: onItsWay, state: 'waiting' },
            ...{ lines: [], tracking: [], hash: '', shippedAt: at, seenAt: at, fulfilmentIds: [] },
          },
        });
        for (const id of [plain, onItsWay]) await nameStuckOrder(tx, shopId, id, new TransientError('busy', 'Busy'));
      });
      for (const id of [plain, onItsWay]) await knock(id, `way ${id}`);
      const { id: runId } = await shop.run('import-backlog');
      await inShop(shopId, (tx) =>
        tx.run.updateMany({ where: { id: runId }, data: { state: 'running', createdAt: new Date(Date.now() + 1_000) } }),
      );
      await drainBacklog(live, { id: runId, task: 'import-backlog' }, { admin, takers });
      const left = await inShop(shopId, (tx) =>
        tx.inboxItem.findMany({ where: { shopId, handledAt: null, subjectId: { in: [plain, onItsWay] } } }),
      );
      expect(left.map(({ subjectId }) => subjectId)).toEqual([onItsWay]);
      const stuck = await inShop(shopId, (tx) =>
        tx.problem.findMany({ where: { shopId, cause: 'order-stuck', closedAt: null } }),
      );
      expect(stuck.map(({ subjectId }) => subjectId)).toEqual([onItsWay]);
    },
  );

  it('is left to be read order by order where Shopify refuses a search for many', async () => {
    const refuse = () => Promise.reject(new BugError('shopify-request-invalid', 'Too many terms'));
    const read = [];
    for await (const order of readOrders({ ...admin, runNotingDenied: refuse }, ids)) read.push(order);
    expect(read).toEqual([]);
    const busy = () => Promise.reject(new TransientError('shopify-unavailable', 'Busy'));
    await expect(readOrders({ ...admin, runNotingDenied: busy }, ids).next()).rejects.toThrow('Busy');
  });
});
