import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { inSystem } = await import('../../db/scope.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { takeInMany } = await import('./take-in-many.ts');

const ids = new Map<string, number>();
beforeAll(async () => {
  for (const name of ['one', 'two']) {
    const domain = `${name}.myshopify.com`;
    ids.set(name, (await inSystem('install-shop', (tx) => tx.shop.create({ data: { domain, installedAt: new Date() } }))).id);
  }
});
afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

const knock = (shop: string, key: string, order: number) => ({
  ...{ domain: `${shop}.myshopify.com`, key, door: 'webhook' as const, topic: 'orders/create', subjectKind: 'order' as const },
  ...{ subjectId: `gid://shopify/Order/${order}`, triggeredAt: new Date('2026-11-20T10:00:00Z') },
});

it('knocks of several shops are stored in one go: each shop’s under its own id, a repeat not again, and each subject has one job', async () => {
  await takeInMany([knock('one', 'a', 1)]);
  await takeInMany([
    knock('one', 'a', 1),
    knock('one', 'b', 2),
    knock('one', 'c', 2),
    knock('two', 'a', 1),
    knock('redacted', 'd', 3),
    knock('two', 'e', 4),
    knock('two', 'e', 4),
  ]);
  const rows = await prisma.$queryRaw<{ shop_id: number; key: string; subject_id: string; at: Date }[]>`
    SELECT shop_id, key, subject_id, triggered_at AS at FROM inbox_item ORDER BY shop_id, key`;
  const [one, two] = [ids.get('one'), ids.get('two')];
  expect(rows.map(({ shop_id, key }) => `${shop_id} ${key}`)).toEqual([
    `${one} a`,
    `${one} b`,
    `${one} c`,
    `${two} a`,
    `${two} e`,
  ]);
  expect(rows[0]?.at).toEqual(new Date('2026-11-20T10:00:00Z'));
  const jobs = await prisma.$queryRaw<{ job: string }[]>`
    SELECT (data->>'shopId') || ' ' || (data->>'id') || ' ' || group_id || ' ' || priority AS job FROM pgboss.job WHERE name = 'drain' ORDER BY 1`;
  expect(jobs.map(({ job }) => job)).toEqual(
    [
      `${one} gid://shopify/Order/1 ${one} 20`,
      `${one} gid://shopify/Order/2 ${one} 20`,
      `${two} gid://shopify/Order/1 ${two} 20`,
      `${two} gid://shopify/Order/4 ${two} 20`,
    ].sort(),
  );
});
