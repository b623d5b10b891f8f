import { afterAll, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { inShop, inSystem } = await import('../../db/scope.ts');
const { readBacklog } = await import('./read-backlog.ts');

const [mine, another] = await inSystem('install-shop', async (tx) => [
  await tx.shop.create({ data: { domain: 'mine.myshopify.com', installedAt: new Date() } }),
  await tx.shop.create({ data: { domain: 'another.myshopify.com', installedAt: new Date() } }),
]);
const shopId = mine!.id;

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

let key = 0;
const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000);
const orders = (count: number, { received, handled, shop = shopId }: { received: number; handled?: number; shop?: number }) =>
  inShop(shop, (tx) =>
    tx.inboxItem.createMany({
      data: Array.from({ length: count }, (_, n) => ({
        ...{ shopId: shop, key: String((key += 1)), door: 'webhook', topic: 'orders/create', subjectKind: 'order' },
        ...{ subjectId: `${received} ${handled ?? 'waits'} ${n}`, receivedAt: ago(received) },
        ...(handled === undefined ? {} : { handledAt: ago(handled) }),
      })),
    }),
  );

it('a few orders are no backlog', async () => {
  await orders(3, { received: 1 });
  expect(await readBacklog(shopId)).toEqual({ waiting: 3, perMinute: null, leftMs: null });
});

it('many orders are told with the pace of the last minute and the time that is left at it', async () => {
  await orders(300, { received: 600, shop: another!.id });
  await orders(297, { received: 120 });
  expect(await readBacklog(shopId)).toEqual({ waiting: 300, perMinute: 0, leftMs: null });
  await orders(60, { received: 130, handled: 30 });
  // Each had two pieces of news, and those before the last minute tell nothing of now.
  await orders(60, { received: 130, handled: 30 });
  await orders(500, { received: 600, handled: 90 });
  expect(await readBacklog(shopId)).toEqual({ waiting: 300, perMinute: 60, leftMs: 300_000 });
});
