import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { inShop } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { testShop } = await import('../inventory/shop.fixture.ts');
const { countInRun, openRun } = await import('./runs.ts');
const { listRuns } = await import('./read-runs.ts');

let shop: Awaited<ReturnType<typeof testShop>>;
beforeAll(async () => {
  shop = await testShop();
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const count = (id: string, counts: Parameters<typeof countInRun>[3]) =>
  inShop(shop.shopId, (tx) => countInRun(tx, shop.shopId, id, counts));
const begunOf = async (id: string) => (await listRuns(shop.shopId, { id })).rows[0]?.begun ?? null;

describe('what the pace of a run is counted from', () => {
  it('is the moment of its first record, not its start, and stays there', async () => {
    const id = await inShop(shop.shopId, (tx) =>
      openRun(tx, shop.shopId, { connectionId: shop.live.id, sync: 'orders', door: 'button', task: 'full' }),
    );
    await count(id, { total: 100, seen: 3 });
    expect(await begunOf(id)).toBeNull();
    await count(id, { done: 4, skipped: 1 });
    const begun = await begunOf(id);
    expect(begun?.from).toMatchObject({ done: 4, skipped: 1, seen: 3, total: 100 });
    await count(id, { done: 10 });
    expect(await begunOf(id)).toEqual(begun);
  });

  it('begins anew when the run was queued again: what lay between is no work', async () => {
    const id = await inShop(shop.shopId, (tx) =>
      openRun(tx, shop.shopId, { connectionId: shop.live.id, sync: 'products', door: 'button', task: 'full' }),
    );
    await count(id, { done: 4 });
    await inShop(shop.shopId, (tx) => tx.run.updateMany({ where: { shopId: shop.shopId, id }, data: { state: 'queued' } }));
    await count(id, { done: 2 });
    expect((await begunOf(id))?.from).toMatchObject({ done: 6 });
  });
});
