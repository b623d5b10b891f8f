import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { openTestDatabase } from '../setup/database.ts';
import type { ChaosShop } from './chaos-shop.ts';
import { unfinishedWork } from './unfinished.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../app/db/client.ts');
const { inShop } = await import('../../app/db/scope.ts');
const { boss, stopBoss } = await import('../../app/jobs/boss.ts');
const { testShop } = await import('../../app/sync/inventory/shop.fixture.ts');
const { takeIn } = await import('../../app/sync/inbox/inbox.ts');
const { openRun } = await import('../../app/sync/runs/runs.ts');
await boss();
afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

test('what is begun and not finished is found in the database, and nothing that is over or another shop’s', async () => {
  const { shopId, live } = await testShop();
  const other = await testShop();
  const shop = (domain: string) =>
    ({ domain, control: { get: () => Promise.resolve({ url: database.url }) } }) as unknown as Pick<
      ChaosShop,
      'control' | 'domain'
    >;
  const found = async () => (await unfinishedWork(shop(live.shop.domain))).map(({ what }) => what);
  const write = (state: string, createdAt: string, subjectId = '1') =>
    inShop(shopId, (tx) =>
      tx.write.create({
        data: {
          ...{ shopId, target: 'back-office', kind: 'order-amend', subjectKind: 'part', subjectId, key: randomUUID() },
          ...{ class: 'reversible', state, createdAt: new Date(createdAt) },
        },
      }),
    );
  await write('landed', '2026-11-01T10:00:00Z');
  expect(await found()).toEqual([]);

  await write('unknown', '2026-11-01T11:00:00Z');
  await inShop(shopId, (tx) =>
    takeIn(tx, shopId, {
      ...{ key: 'x', door: 'webhook', topic: 'products/update', subjectKind: 'product', subjectId: '1', triggeredAt: null },
    }),
  );
  await inShop(shopId, (tx) =>
    openRun(tx, shopId, { connectionId: live.id, sync: 'orders', door: 'schedule', task: 'scheduled' }),
  );
  expect(await found()).toEqual([
    'holds 1 news that nobody has taken (product)',
    'holds 1 writes whose outcome nobody knows (order-amend unknown of 1)',
    'holds 1 runs that have not ended (orders queued)',
  ]);
  expect(await unfinishedWork(shop(other.live.shop.domain))).toEqual([]);

  await write('landed', '2026-11-01T12:00:00Z');
  expect(await found()).not.toContain('holds 1 writes whose outcome nobody knows (order-amend unknown of 1)');
  await write('sent', '2026-11-01T13:00:00Z', '2');
  expect(await found()).toContain('holds 1 writes whose outcome nobody knows (order-amend sent of 2)');
});
