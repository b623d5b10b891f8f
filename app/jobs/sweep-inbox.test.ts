import { afterAll, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop, inSystem } = await import('../db/scope.ts');
const { boss, stopBoss } = await import('./boss.ts');
const { enqueueMany } = await import('./enqueue.ts');
const { sweepInbox } = await import('./sweep-inbox.ts');

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
