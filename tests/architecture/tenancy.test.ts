import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../setup/database.ts';

const database = await openTestDatabase();
const { inShop, inSystem } = await import('../../app/db/scope.ts');
const { prisma } = await import('../../app/db/client.ts');
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

async function twoShops(): Promise<[number, number]> {
  return inSystem('install-shop', async (tx) => {
    const ids: number[] = [];
    for (const name of ['one', 'two']) {
      const shop = await tx.shop.upsert({
        where: { domain: `${name}.myshopify.com` },
        create: { domain: `${name}.myshopify.com`, installedAt: new Date() },
        update: {},
      });
      ids.push(shop.id);
    }
    return [ids[0]!, ids[1]!];
  });
}

describe('tenancy', () => {
  it('is forced by PostgreSQL on every table that belongs to a shop', async () => {
    const open = await prisma.$queryRaw<{ name: string }[]>`
      SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
        AND (c.relname = 'shop' OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'shop_id' AND NOT a.attisdropped))`;
    expect(open).toEqual([]);
  });

  it("shows a shop its own rows only, whatever the SQL says, and lets it write none of another's", async () => {
    const [one, two] = await twoShops();
    for (const shopId of [one, two]) {
      await inShop(shopId, (tx) =>
        tx.staff.create({
          data: { shopId, id: '1', name: 'A', role: 'viewer', firstSeenAt: new Date(), lastSeenAt: new Date() },
        }),
      );
    }
    const seen = await inShop(
      one,
      (tx) => tx.$queryRaw<{ shop_id: number }[]>`SELECT shop_id FROM staff UNION ALL SELECT id FROM shop`,
    );
    expect(new Set(seen.map((row) => row.shop_id))).toEqual(new Set([one]));
    expect(await inShop(one, (tx) => tx.staff.updateMany({ data: { name: 'B' } }))).toEqual({ count: 1 });
    expect(await inShop(one, (tx) => tx.staff.deleteMany({ where: { shopId: two } }))).toEqual({ count: 0 });
    await expect(
      inShop(one, (tx) =>
        tx.staff.create({
          data: { shopId: two, id: '2', name: 'C', role: 'administrator', firstSeenAt: new Date(), lastSeenAt: new Date() },
        }),
      ),
    ).rejects.toThrow(/row-level security/);
    await expect(inShop(one, (tx) => tx.session.findMany())).rejects.toThrow(/permission denied/);
  });
});
