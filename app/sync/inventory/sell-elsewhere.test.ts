import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { inShop } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { sellElsewhere } = await import('./sell-elsewhere.ts');
const { locationGid, testShop } = await import('./shop.fixture.ts');

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const actor = { userId: '7', userName: 'Ada' };
const store = locationGid(1);

async function shopWithStore() {
  const shop = await testShop();
  await shop.link(store, 'F1');
  const calls: unknown[] = [];
  const admin = {
    run: (_: unknown, variables: unknown) => {
      calls.push(variables);
      return Promise.resolve({ locationEdit: { location: { id: store }, userErrors: [] } });
    },
  };
  const online = async () =>
    (
      await inShop(shop.shopId, (tx) =>
        tx.location.findUniqueOrThrow({ where: { shopId_id: { shopId: shop.shopId, id: store } } }),
      )
    ).fulfillsOnline;
  return { shop, calls, admin: admin as never, online };
}

describe('switching online orders off at a location', () => {
  it('is done in Shopify and written down, with who did it', async () => {
    const { shop, calls, admin, online } = await shopWithStore();
    expect(await sellElsewhere(shop.live, admin, actor, store, ['write_locations'])).toBeNull();
    expect(calls).toEqual([{ id: store, input: { fulfillsOnlineOrders: false } }]);
    expect(await online()).toBe(false);
    const [entry] = await inShop(shop.shopId, (tx) => tx.auditEntry.findMany({ where: { shopId: shop.shopId } }));
    expect(entry).toMatchObject({ action: 'location-online-changed', userName: 'Ada', before: { fulfillsOnline: true } });
  });

  it('needs the shop’s permission', async () => {
    const { shop, calls, admin } = await shopWithStore();
    await expect(sellElsewhere(shop.live, admin, actor, store, [])).rejects.toMatchObject({ code: 'shopify-scope-missing' });
    expect(calls).toEqual([]);
  });

  it('is not done while the connection may only read Shopify', async () => {
    const { shop, calls, admin, online } = await shopWithStore();
    const live = { ...shop.live, access: 'read' as const };
    expect(await sellElsewhere(live, admin, actor, store, ['write_locations'])).toMatchObject({ code: 'read-only' });
    expect([calls, await online()]).toEqual([[], true]);
  });
});
