import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { workThroughInbox } = await import('./leave-to-inbox.ts');

const runId = randomUUID();
const [one, other] = ['gid://shopify/Order/1', 'gid://shopify/Order/2'];
let shopId = 0;
const waiting = async () =>
  (await prisma.inboxItem.findMany({ where: { shopId, handledAt: null }, orderBy: { subjectId: 'asc' } })).map(
    ({ subjectId }) => subjectId,
  );

beforeAll(async () => {
  shopId = (await prisma.shop.create({ data: { domain: 'inbox.myshopify.com', installedAt: new Date() } })).id;
});
beforeEach(() => prisma.inboxItem.deleteMany());
afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

it('orders of a run wait in the inbox while they are worked on, and no longer when all was done', async () => {
  const seen: string[][] = [];
  await workThroughInbox(shopId, runId, [one, other], async () => {
    seen.push(await waiting());
    return true;
  });
  expect(seen).toEqual([
    [one, other],
    [one, other],
  ]);
  expect(await waiting()).toEqual([]);
});

it('an order that somebody else was nudged about meanwhile is theirs to call done', async () => {
  await workThroughInbox(shopId, runId, [one, other], async (id) => {
    if (id === one) await prisma.inboxItem.updateMany({ where: { subjectId: one }, data: { nudges: 1 } });
    return true;
  });
  expect(await waiting()).toEqual([one]);
});

it('an order that could not be done goes on waiting, and one of a run that was killed does too', async () => {
  await workThroughInbox(shopId, runId, [one, other], (id) => Promise.resolve(id === one));
  expect(await waiting()).toEqual([other]);
  const killed = workThroughInbox(shopId, runId, [one, other], () => Promise.reject(new Error('killed')));
  await expect(killed).rejects.toThrow('killed');
  expect(await waiting()).toEqual([one, other]);
  await workThroughInbox(shopId, runId, [one, other], () => Promise.resolve(true));
  expect(await waiting()).toEqual([]);
});
