import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('./client.ts');
const { inShop, inSystem } = await import('./scope.ts');
const { RejectedError, TransientError } = await import('../core/errors.ts');

let shopId = 0;
beforeAll(async () => {
  const at = new Date();
  shopId = (await prisma.shop.create({ data: { domain: 'scope.myshopify.com', installedAt: at } })).id;
  await prisma.location.createMany({
    data: ['a', 'b'].map((id) => ({ shopId, id, name: id, active: true, fulfillsOnline: true, address: {}, importedAt: at })),
  });
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const touch = (id: string) => (tx: Parameters<Parameters<typeof inShop>[1]>[0]) =>
  tx.$executeRaw`UPDATE location SET name = name WHERE shop_id = ${shopId} AND id = ${id}`;

describe('failures that pass', () => {
  it('a deadlock is worth trying again', async () => {
    let bothHold: () => void = () => undefined;
    let holding = 0;
    const held = new Promise<void>((resolve) => (bothHold = resolve));
    const lock = (first: string, second: string) =>
      inShop(shopId, async (tx) => {
        await touch(first)(tx);
        if (++holding === 2) bothHold();
        await held;
        await touch(second)(tx);
      });
    const ends = await Promise.allSettled([lock('a', 'b'), lock('b', 'a')]);
    const failed = ends.filter((end) => end.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(failed[0]?.reason).toBeInstanceOf(TransientError);
  });

  it('a connection that was cut is worth trying again, and the next transaction works', async () => {
    const cut = inShop(shopId, async (tx) => {
      const rows = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
      await prisma.$executeRaw`SELECT pg_terminate_backend(${rows[0]?.pid})`;
      await touch('a')(tx);
    });
    await expect(cut).rejects.toMatchObject({ kind: 'transient', code: 'database-busy', mayHaveLanded: true });
    await expect(inShop(shopId, touch('a'))).resolves.toBe(1);
  });

  it.each([
    ['our own errors', () => Promise.reject(new RejectedError('no', 'no'))],
    ['a mistake in a query', () => inSystem('health', (tx) => tx.$queryRaw`SELECT nothing_like_it`)],
  ])('%s stay what they are', async (_what, work) => {
    const thrown: unknown = await inShop(shopId, work).catch((error: unknown) => error);
    expect(thrown).not.toBeInstanceOf(TransientError);
    expect(thrown).toBeInstanceOf(Error);
  });
});
