import { parse, type OperationDefinitionNode } from 'graphql';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyDoor } from './every-door.ts';
import { openApp } from './open-app.ts';
import { openFullShop } from './two-shops.ts';

/*
 * As the tenancy property, for two shops that share a store: shop A asks for everything through every door, and must learn of B nothing but what is
 * the store's, and change nothing of B's but what B's own next stock run is told to look at.
 */

const world = await openApp();
const { prisma } = world;
const { inShop } = await import('../../app/db/scope.ts');
const { joinShelf } = await import('../../app/stockroom/shared-shelf.ts');
const a = await openFullShop(world, 1);
const b = await openFullShop(world, 2);
world.shopify.graphql = ({ query }) => {
  const operation = parse(query).definitions.find((one): one is OperationDefinitionNode => one.kind === 'OperationDefinition');
  const fields = operation?.selectionSet.selections.flatMap((one) =>
    one.kind === 'Field' ? [(one.alias ?? one.name).value] : [],
  );
  return { body: { data: Object.fromEntries((fields ?? []).map((name) => [name, null])) } };
};
const doors = await everyDoor(world, a, b);
afterAll(() => world.close());

const store = { id: a.ids.store, name: 'Brand' };
beforeAll(async () => {
  const { poolId } = await prisma.stockPoolMember.findFirstOrThrow({ where: { shopId: a.id } });
  await prisma.stockPoolMember.updateMany({ where: { shopId: b.id }, data: { poolId, imports: false } });
  await prisma.stockPool.update({ where: { id: poolId }, data: { storeId: store.id, storeName: store.name } });
  await joinShelf({ shopId: b.id, connectionId: b.ids.room, store });
});

/** What a partner's shop may have written into it: that something is to be looked at anew. */
const toldOf = ['inbox_item', 'noted_level', 'pgboss.job'];
const rowsOf = async (shop: typeof b) =>
  Object.fromEntries(Object.entries(await shop.rows()).filter(([table]) => !toldOf.includes(table)));

const choices = fc.record({
  whose: fc.array(fc.boolean(), { minLength: 4, maxLength: 8 }),
  seeds: fc.array(fc.nat(1_000_000), { minLength: 6, maxLength: 6 }),
});
const mixtures = [[true], [false, true, true, true]].map((whose): [{ whose: boolean[]; seeds: number[] }] => [
  { whose, seeds: [3, 1, 4, 1, 5, 9] },
]);

describe('a shop that shares a store', () => {
  it('does learn from the other how many units there are: what the property guards is open at this one place', async () => {
    const sum = () =>
      inShop(
        a.id,
        (tx) =>
          tx.$queryRaw<
            { sku: string; reserved: number }[]
          >`SELECT sku, reserved FROM stock_pool_shelf(${a.ids.room}::uuid, NULL)`,
      );
    expect((await sum()).map(({ sku }) => sku)).toContain(b.ids.sku);
    // Whose connection it is, PostgreSQL takes from the transaction: with another's id nothing is answered.
    const asked = await inShop(a.id, (tx) => tx.$queryRaw<unknown[]>`SELECT * FROM stock_pool_shelf(${b.ids.room}::uuid, NULL)`);
    expect(asked).toEqual([]);
  });

  it('sees of the pool’s tables its own rows only, and may write none of the others’', async () => {
    await inShop(a.id, async (tx) => {
      expect((await tx.stockPoolMember.findMany()).map(({ shopId }) => shopId)).toEqual([a.id]);
      expect((await tx.stockPoolCode.findMany()).every(({ shopId }) => shopId === a.id)).toBe(true);
      expect(await tx.stockPool.findMany()).toHaveLength(1);
    });
    const update = inShop(a.id, (tx) => tx.stockPool.updateMany({ data: { storeName: 'mine' } }));
    expect(await update.catch(() => ({ count: 0 }))).toEqual({ count: 0 });
    expect(await inShop(b.id, (tx) => tx.stockPool.findMany())).toMatchObject([{ storeName: 'Brand' }]);
  });

  // Actions come last; the one that ends the sharing is the other shop's to know of, and is looked at by itself.
  it.each(Object.entries(doors))(
    'never reads another word or changes another row of its partner through the door "%s" (property)',
    async (name, { count, ask }) => {
      const before = await rowsOf(b);
      await fc.assert(
        fc.asyncProperty(choices, async (choice) => {
          for (let what = 0; what < count; what++) {
            const told = await ask({ ...choice, what });
            if (told.includes(b.marker) || told.includes(b.secret))
              throw new Error(`${name} ${what} told a word of the partner: ${told}`);
          }
          const { audit_entry: _log, ...rest } = await rowsOf(b);
          const { audit_entry: _before, ...kept } = before;
          expect(rest).toEqual(kept);
        }),
        { numRuns: mixtures.length, examples: mixtures, endOnFailure: true },
      );
    },
    900_000,
  );
});
