import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { inShop } = await import('../db/scope.ts');
const { prisma } = await import('../db/client.ts');
const { boss, stopBoss } = await import('./boss.ts');
const { dueQueues } = await import('./due-queues.ts');
const { takeTick, tick } = await import('./tick.ts');

const connectionId = randomUUID();
const at = new Date();
const ago = (ms: number) => new Date(at.getTime() - ms);
let shopId = 0;

beforeAll(async () => {
  ({ id: shopId } = await prisma.shop.create({ data: { domain: 'tick.myshopify.com', installedAt: at } }));
  await prisma.connection.create({
    data: { shopId, id: connectionId, connector: 'stockroom', name: 'Room', inboundHash: 'tick', createdAt: at, updatedAt: at },
  });
});
/** As if the last tick, but nothing that comes by the clock, had been long ago. */
beforeEach(async () => {
  await takeTick(5_000);
  await prisma.budgetSlot.deleteMany({ where: { key: 'tick' } });
});
afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

describe('what a tick looks after', () => {
  it('is everything that comes by the clock the first time, and nothing in a moment in which nothing is there', async () => {
    await prisma.budgetSlot.deleteMany();
    expect([...(await takeTick(5_000))].sort()).toEqual(['alerts', 'daily', 'gaps', 'runs', 'silence']);
    await prisma.budgetSlot.deleteMany({ where: { key: 'tick' } });
    expect([...(await takeTick(5_000))]).toEqual([]);
  });

  it('goes to one of those who ask at the same time', async () => {
    await prisma.budgetSlot.deleteMany();
    const taken = await Promise.all([1, 2, 3, 4].map(() => takeTick(5_000)));
    expect(taken.map(({ size }) => size).sort()).toEqual([0, 0, 0, 5]);
  });

  it('is a sync whose time has come, which is then queued and due no more', async () => {
    const key = { shopId, connectionId, kind: 'inventory' };
    await prisma.sync.create({ data: { ...key, enabled: true, intervalMinutes: 10, nextDue: ago(1_000) } });
    const due = await takeTick(5_000);
    expect([...due]).toEqual(['syncs']);
    await tick(due);
    expect(await inShop(shopId, (tx) => tx.run.count({ where: { shopId, sync: 'inventory', door: 'schedule' } }))).toBe(1);
    await prisma.budgetSlot.deleteMany({ where: { key: 'tick' } });
    expect([...(await takeTick(5_000))]).toEqual([]);
  });

  it.each([
    ['came in a moment ago', { receivedAt: ago(1_000) }, []],
    ['waits', { receivedAt: ago(15_000) }, ['inbox']],
    ['is to be nudged now', { receivedAt: ago(1_000), nextNudge: ago(10) }, ['inbox']],
    ['was handled', { receivedAt: ago(15_000), handledAt: at }, []],
  ])('is news that %s', async (_what, times, expected) => {
    const about = { door: 'webhook', topic: 'orders/create', subjectKind: 'order', subjectId: 'gid://shopify/Order/1' };
    await prisma.inboxItem.create({ data: { shopId, key: 'news', ...about, ...times } });
    expect([...(await takeTick(5_000))]).toEqual(expected);
    await prisma.inboxItem.deleteMany();
  });

  it('is a hold that is over', async () => {
    const order = { id: 'gid://shopify/Order/2', name: '#2', shopifyUpdatedAt: at, placedAt: at, firstSeenAt: at, decidedAt: at };
    const facts = { financialStatus: 'PAID', fulfilmentStatus: 'UNFULFILLED', currency: 'EUR', total: 1, units: 1 };
    await prisma.order.create({ data: { shopId, ...order, ...facts, verdict: 'hold', holdUntil: ago(1) } });
    expect([...(await takeTick(5_000))]).toEqual(['holds']);
    await prisma.order.deleteMany();
  });
});

describe('holds that nobody can release', () => {
  const facts = { financialStatus: 'PAID', fulfilmentStatus: 'UNFULFILLED', currency: 'EUR', total: 1, units: 1 };
  const times = { shopifyUpdatedAt: at, placedAt: at, firstSeenAt: at, decidedAt: at, holdUntil: ago(1_000) };
  /** A shop with so many; tells its id and its orders'. */
  const held = async (domain: string, count: number) => {
    const { id } = await prisma.shop.create({ data: { domain, installedAt: at } });
    const ids = Array.from({ length: count }, (_, n) => `gid://shopify/Order/${n}`);
    const data = ids.map((order) => ({ shopId: id, id: order, name: order, verdict: 'hold', ...facts, ...times }));
    await prisma.order.createMany({ data });
    return { id, ids };
  };
  const knocks = (id: number) => prisma.inboxItem.findMany({ where: { shopId: id }, select: { key: true } });

  it('are told once, and keep nobody else’s back', async () => {
    const off = await held('off.myshopify.com', 1_000);
    const told = { door: 'schedule', topic: 'hold-over', subjectKind: 'order', receivedAt: at, handledAt: at };
    const keyOf = (id: string) => `hold ${id} ${ago(1_000).getTime()}`;
    await prisma.inboxItem.createMany({
      data: off.ids.map((id) => ({ shopId: off.id, key: keyOf(id), subjectId: id, ...told })),
    });
    expect([...(await takeTick(5_000))]).not.toContain('holds');
    const other = await held('other.myshopify.com', 1);
    await tick(new Set(['holds']));
    expect((await knocks(other.id)).map(({ key }) => key)).toEqual(other.ids.map(keyOf));
    expect(await knocks(off.id)).toHaveLength(1_000);
    await prisma.order.deleteMany();
    await prisma.inboxItem.deleteMany();
  });
});

it('the queues with a job whose time has come are named, and no others', async () => {
  const engine = await boss();
  const names = ['drain', 'run', 'shop'] as const;
  await engine.send('drain', { shopId, kind: 'order', id: '1' });
  await engine.send('run', { shopId, connectionId, sync: 'orders', runId: randomUUID() }, { startAfter: 3600 });
  expect(await dueQueues(engine, names)).toContain('drain');
  expect(await dueQueues(engine, names)).not.toContain('shop');
  await engine.deleteAllJobs('drain');
  expect(await dueQueues(engine, ['drain'])).toEqual([]);
});
