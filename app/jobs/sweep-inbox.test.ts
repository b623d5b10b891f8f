import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop, inSystem } = await import('../db/scope.ts');
const { boss, stopBoss } = await import('./boss.ts');
const { enqueueMany } = await import('./enqueue.ts');
const { sweepInbox } = await import('./sweep-inbox.ts');
const { tick } = await import('./tick.ts');
const { sweepShopEvents } = await import('./sweep-shop-events.ts');

const [shop, other] = await inSystem('install-shop', async (tx) => [
  await tx.shop.create({ data: { domain: 'sweep.myshopify.com', installedAt: new Date() } }),
  await tx.shop.create({ data: { domain: 'other.myshopify.com', installedAt: new Date() } }),
]);
const shopId = shop!.id;
await boss({ worker: true });

afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

const waits = (subjectKind: string, subjectId: string, seconds: number) =>
  inShop(shopId, (tx) =>
    tx.inboxItem.create({
      data: {
        ...{ shopId, key: `${subjectKind} ${subjectId}`, door: 'webhook', topic: 'news', subjectKind, subjectId },
        receivedAt: new Date(Date.now() - seconds * 1_000),
      },
    }),
  );

const jobs = async () =>
  (
    await prisma.$queryRaw<{ job: string }[]>`
      SELECT (data->>'kind') || ' ' || (data->>'id') || ' ' || priority AS job FROM pgboss.job
      WHERE name = 'drain' AND group_id = ${String(shopId)} AND data->>'id' NOT LIKE 'burst%' ORDER BY 1`
  ).map(({ job }) => job);

/** So many orders of the shop are in the queue. */
const burst = (id: number, count: number) =>
  inShop(id, (tx) =>
    enqueueMany(
      tx,
      'drain',
      Array.from({ length: count }, (_, n) => ({
        payload: { shopId: id, kind: 'order', id: `burst ${n}` },
        options: { priority: 20, group: String(id) },
      })),
    ),
  );

it('what lost its job is nudged once, by its kind’s priority; what is young is left alone', async () => {
  await burst(other!.id, 600);
  await waits('order', 'lost', 60);
  await waits('product', 'lost', 60);
  await waits('order', 'young', 5);
  await sweepInbox();
  expect(await jobs()).toEqual(['order lost 20', 'product lost 0']);
  await sweepInbox();
  expect(await jobs()).toHaveLength(2);
});

it('while a shop’s queue is long nothing of it is nudged: what waits has its job there', async () => {
  await burst(shopId, 600);
  await waits('order', 'in the burst', 60);
  const before = await jobs();
  await sweepInbox();
  expect(await jobs()).toEqual(before);
});

it('what has waited for a day is still nudged', async () => {
  const long = { subjectKind: 'order', subjectId: 'in the burst' };
  await prisma.$executeRaw`DELETE FROM pgboss.job WHERE group_id = ${String(shopId)}`;
  await prisma.inboxItem.updateMany({ where: long, data: { nudges: 300, nextNudge: new Date(Date.now() - 1_000) } });
  await sweepInbox();
  expect(await jobs()).toContain('order in the burst 20');
});

describe('news of a shop’s life', () => {
  const event = { shopId: other!.id, door: 'webhook', subjectKind: 'shop-event' };
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const nudged = async () =>
    (await prisma.$queryRaw<{ data: unknown }[]>`SELECT data FROM pgboss.job WHERE name = 'shop' ORDER BY data->>'inboxKey'`).map(
      ({ data }) => data,
    );

  it('whose job is gone is nudged again with all it was about, of an uninstalled shop too, and ever more seldom', async () => {
    await prisma.shop.update({ where: { id: other!.id }, data: { uninstalledAt: new Date() } });
    await prisma.inboxItem.createMany({
      data: [
        {
          ...{ ...event, key: 'customer', topic: 'customers/redact', receivedAt: minutesAgo(16) },
          subjectId: 'gid://shopify/Customer/7 1001 1002',
        },
        {
          ...{ ...event, key: 'shop', topic: 'shop/redact', receivedAt: minutesAgo(9_000) },
          ...{ subjectId: 'gid://shopify/Shop/1', nudges: 400, nextNudge: minutesAgo(1) },
        },
        { ...event, key: 'young', topic: 'shop/redact', receivedAt: minutesAgo(10), subjectId: 'gid://shopify/Shop/1' },
        {
          ...{ ...event, key: 'done', topic: 'shop/redact', receivedAt: minutesAgo(90), handledAt: minutesAgo(80) },
          subjectId: 'gid://shopify/Shop/1',
        },
      ],
    });
    await tick(new Set(['inbox']));
    const job = { shopId: other!.id, inboxKey: 'customer', event: 'customer-redact' };
    const orderIds = ['gid://shopify/Order/1001', 'gid://shopify/Order/1002'];
    expect(await nudged()).toEqual([
      { ...job, orderIds },
      { ...job, inboxKey: 'shop', event: 'shop-redact', orderIds: [] },
    ]);
    await sweepShopEvents();
    expect(await nudged()).toHaveLength(2);
    const { nextNudge } = await prisma.inboxItem.findFirstOrThrow({ where: { key: 'shop' } });
    expect((nextNudge?.getTime() ?? 0) - Date.now()).toBeCloseTo(86_400_000, -5);
  });
});
