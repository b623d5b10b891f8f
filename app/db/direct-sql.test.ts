import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Prisma } from '@prisma/client';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('./client.ts');
const { beforeCommit, inShop, inSystem } = await import('./scope.ts');

const shops: number[] = [];
beforeAll(async () => {
  for (const name of ['one', 'two']) {
    const data = { domain: `direct-${name}.myshopify.com`, installedAt: new Date() };
    shops.push((await inSystem('install-shop', (tx) => tx.shop.create({ data }))).id);
  }
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const at = new Date('2026-11-21T15:04:05.678Z');

describe('raw statements of a transaction', () => {
  it.each([
    ['int8', Prisma.sql`SELECT ${7n}::int8 AS value, ARRAY[1, 2]::int8[] AS list`],
    ['numeric', Prisma.sql`SELECT ${'1.50'}::numeric AS value`],
    ['timestamptz', Prisma.sql`SELECT ${at}::timestamptz AS value, ARRAY[${at}::timestamptz] AS list`],
    ['timestamp', Prisma.sql`SELECT ${at}::timestamptz AT TIME ZONE 'UTC' AS value`],
    ['date', Prisma.sql`SELECT '2026-11-21'::date AS value`],
    ['json', Prisma.sql`SELECT ${JSON.stringify({ a: [1, null, 'x'] })}::jsonb AS value, 'null'::jsonb AS none`],
    ['text', Prisma.sql`SELECT ${'a "b" \\ c'}::text AS value, ${['x', 'y,z', '"']}::text[] AS list, NULL AS none`],
    [
      'numbers',
      Prisma.sql`SELECT ${1}::int4 AS small, ${1.5}::float8 AS real, true AS yes, ARRAY[1, 2] AS list, 3::int2 AS tiny`,
    ],
    ['uuid', Prisma.sql`SELECT '0b0e6d0c-8f3e-4a53-8f5b-6a6e4a1a2b3c'::uuid AS value`],
    [
      'a condition put together',
      Prisma.sql`SELECT ${1}::int AS one WHERE ${Prisma.join([Prisma.sql`${1}::int = 1`, Prisma.sql`true`], ' AND ')}`,
    ],
    ['no rows', Prisma.sql`SELECT 1 AS value WHERE false`],
  ])('%s come back as Prisma would give them', async (_type, query) => {
    const ours = await inShop(shops[0]!, (tx) => tx.$queryRaw(query));
    const prismas: unknown = await prisma.$queryRaw(query);
    expect(ours).toEqual(prismas);
  });

  it('bytes come back as they went', async () => {
    const [row] = await inShop(
      shops[0]!,
      (tx) => tx.$queryRaw<{ value: Uint8Array }[]>`SELECT ${Buffer.from([0, 255, 1])}::bytea AS value`,
    );
    expect([...(row?.value ?? [])]).toEqual([0, 255, 1]);
  });

  it('a statement tells how many rows it changed, and a parameter that is undefined is refused', async () => {
    await expect(inShop(shops[0]!, (tx) => tx.$executeRaw`UPDATE shop SET name = 'A'`)).resolves.toBe(1);
    await expect(inShop(shops[0]!, (tx) => tx.$executeRaw`UPDATE shop SET name = ${undefined}`)).rejects.toThrow(/undefined/);
  });

  it('are in one transaction with Prisma’s own: both are there, or neither', async () => {
    const broken = inShop(shops[0]!, async (tx) => {
      await tx.shop.updateMany({ data: { name: 'B' } });
      await tx.$executeRaw`UPDATE shop SET owner_name = 'B'`;
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    const [row] = await inShop(shops[0]!, (tx) => tx.shop.findMany());
    expect([row?.name, row?.ownerName]).toEqual(['A', '']);
  });

  it('see their own shop only, whoever had the connection before, also side by side', async () => {
    const seen = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        inShop(shops[index % 2]!, async (tx) => {
          const rows = await tx.$queryRaw<{ id: number }[]>`SELECT id FROM shop`;
          const again = await tx.shop.findMany({ select: { id: true } });
          return [...rows, ...again].every(({ id }) => id === shops[index % 2]);
        }),
      ),
    );
    expect(seen.every(Boolean)).toBe(true);
    const roles = await prisma.$queryRaw<{ role: string }[]>`SELECT current_setting('role') AS role`;
    expect(roles).toEqual([{ role: 'none' }]);
  });

  it('a step before the commit is outside the shop’s role', async () => {
    const roles: string[] = [];
    const role = async (tx: Prisma.TransactionClient) =>
      roles.push((await tx.$queryRaw<{ role: string }[]>`SELECT current_setting('role') AS role`)[0]?.role ?? '');
    await inShop(shops[0]!, async (tx) => {
      await role(tx);
      beforeCommit(tx, async (within) => void (await role(within)));
    });
    expect(roles).toEqual(['crossdock_app', 'none']);
  });

  it('one that comes after the end is refused, and never runs in another transaction', async () => {
    let late = await inShop(shops[0]!, (tx) => Promise.resolve({ tx })).then(({ tx }) => tx);
    await expect(late.$queryRaw`SELECT 1`).rejects.toMatchObject({ code: 'P2028' });
    const tooLong = inShop(
      shops[0]!,
      async (tx) => {
        late = tx;
        await tx.$queryRaw`SELECT pg_sleep(0.4)`;
        await tx.$executeRaw`UPDATE shop SET name = 'too late'`;
      },
      { timeoutMs: 100 },
    );
    await expect(tooLong).rejects.toMatchObject({ kind: 'transient' });
    await expect(late.$queryRaw`SELECT 1`).rejects.toMatchObject({ code: 'P2028' });
    const [row] = await inShop(shops[0]!, (tx) => tx.shop.findMany());
    expect(row?.name).toBe('A');
  });

  it('a shop is named by its number and by nothing else', () => {
    expect(() => inShop("1', true); DROP TABLE shop; --" as unknown as number, () => Promise.resolve())).toThrow(TypeError);
  });
});
