import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { kinOf } from './kit-flight.ts';

const database = await openTestDatabase();
const { inShop, inSystem } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { saveMapping } = await import('../../mappings/mapping-store.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { explainLevels } = await import('./explain-levels.ts');
const { publishItems } = await import('./publish-items.ts');
const { runInventorySync } = await import('./run-inventory-sync.ts');
const { itemGid, levelKey, locationGid, testShop } = await import('./shop.fixture.ts');
type Shop = Awaited<ReturnType<typeof testShop>>;

afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

const actor = { userId: null, userName: 'Test' };
const here = locationGid(1);
const [shirt, cap, set] = [1, 2, 3] as const;
const shown = (shop: Shop, n: number) => shop.shopify.levels.get(levelKey(itemGid(n), here))?.available;
async function go(shop: Shop, task = 'scheduled') {
  await runInventorySync(shop.live, await shop.run(task), shop.shopify.admin);
}

/** Ten shirts, seven caps, and a set of two shirts and a cap, of which the back office can make five. */
async function shopWithSet(committed: Record<number, number> = {}): Promise<Shop> {
  const shop = await testShop();
  await shop.link(here, 'F1');
  for (const [n, sku] of [
    [shirt, 'SHÏRT'],
    [cap, 'CAP'],
    [set, 'SET'],
  ] as const)
    await shop.variant(n, sku, { committed: committed[n] ?? 0 });
  shop.office.stock = new Map([
    ['F1 SHÏRT', 10],
    ['F1 CAP', 7],
    ['F1 SET', 5],
  ]);
  const kit = { kind: 'kit' as const, match: 'exact' as const, source: 'Set', target: { value: '2 × SHÏRT, cap' } };
  await inShop(shop.shopId, (tx) => saveMapping(tx, shop.shopId, actor, { connectionId: shop.live.id, ...kit }));
  return shop;
}

/** An order of sets that the back office took, and reserved the components of, at `acceptedAt`. */
async function acceptedSets(shop: Shop, open: number, acceptedAt: Date): Promise<void> {
  const { shopId, live } = shop;
  await inShop(shopId, async (tx) => {
    const orderId = 'gid://shopify/Order/1';
    const at = { locationId: here, facilityId: 'F1', fulfilmentOrderIds: [], acceptedAt, createdAt: acceptedAt };
    const part = await tx.part.create({ data: { shopId, orderId, connectionId: live.id, number: 1, reference: '#1', ...at } });
    const line = { lineId: 'line 1', sku: 'SET', inventoryItemId: itemGid(set), locationId: here, quantity: open, open };
    await tx.partLine.create({ data: { shopId, partId: part.id, ...line } });
  });
}

describe('a kit that is sold and not yet reserved', () => {
  it('takes what it is made of from the products that are sold by themselves', async () => {
    const shop = await shopWithSet({ [set]: 2 });
    await go(shop);
    expect([shown(shop, shirt), shown(shop, cap), shown(shop, set)]).toEqual([6, 5, 3]);
  });

  it('does so at once when only the kit changed in Shopify', async () => {
    const shop = await shopWithSet();
    await go(shop);
    expect([shown(shop, shirt), shown(shop, cap), shown(shop, set)]).toEqual([10, 7, 5]);
    const level = shop.shopify.levels.get(levelKey(itemGid(set), here));
    Object.assign(level ?? {}, { available: 4, committed: 1 });
    await publishItems(shop.live, await shop.run(), { inventoryItemIds: [itemGid(set)] }, shop.shopify.admin);
    expect([shown(shop, shirt), shown(shop, cap), shown(shop, set)]).toEqual([8, 6, 4]);
  });

  it('takes nothing twice once the back office has reserved it', async () => {
    const shop = await shopWithSet({ [set]: 2 });
    await acceptedSets(shop, 2, new Date(Date.now() - 60_000));
    await go(shop);
    expect([shown(shop, shirt), shown(shop, cap), shown(shop, set)]).toEqual([10, 7, 5]);
  });
});

describe('a component that is sold by itself', () => {
  it('leaves fewer kits, rounded to the safe side', async () => {
    const shop = await shopWithSet({ [shirt]: 3, [cap]: 1 });
    await go(shop);
    expect([shown(shop, shirt), shown(shop, cap), shown(shop, set)]).toEqual([7, 6, 3]);
  });

  it('leaves as many kits as before while there is more of it than they need', async () => {
    const shop = await shopWithSet({ [cap]: 2 });
    await go(shop);
    expect([shown(shop, cap), shown(shop, set)]).toEqual([5, 5]);
    Object.assign(shop.shopify.levels.get(levelKey(itemGid(cap), here)) ?? {}, { available: 3, committed: 4 });
    await go(shop, 'full');
    expect([shown(shop, cap), shown(shop, set)]).toEqual([3, 3]);
  });

  it('is counted where a page explains the level of the kit alone', async () => {
    const shop = await shopWithSet({ [shirt]: 3 });
    await go(shop);
    const explained = await inShop(shop.shopId, (tx) => explainLevels(tx, shop.shopId, shop.live.id, [itemGid(set)]));
    expect([...explained.values()]).toMatchObject([{ inFlight: 2, target: 3 }]);
  });
});

describe('shops that share a store', () => {
  it('count what each other’s kits took of a component, and what was sold of a component as kits less', async () => {
    const shops = [await shopWithSet({ [set]: 1 }), await shopWithSet({ [cap]: 2 })] as const;
    const [seller, other] = shops;
    const pool = await inSystem('shared-stores', async (tx) => {
      const { id } = await tx.stockPool.create({ data: { connector: 'test', storeName: 'Brand', createdAt: new Date() } });
      for (const { shopId, live } of shops)
        await tx.stockPoolMember.create({
          data: {
            shopId,
            connectionId: live.id,
            poolId: id,
            name: `Shop ${shopId}`,
            imports: shopId === seller.shopId,
            joinedAt: new Date(),
          },
        });
      return id;
    });
    for (const { live, shopId } of shops) live.sharing = { poolId: pool, imports: shopId === seller.shopId };
    for (const shop of [seller, other, seller]) await go(shop, 'full');
    const sales = await inShop(seller.shopId, (tx) => tx.stockPoolSale.findMany({ orderBy: { sku: 'asc' } }));
    expect(sales.map(({ sku, units }) => `${sku} ${units}`)).toEqual(['CAP 1', 'SET 1', 'SHÏRT 2']);
    // ten shirts, two of them in the other shop’s set; seven caps, one in it and two sold here
    expect([shown(other, shirt), shown(other, cap), shown(other, set)]).toEqual([8, 4, 3]);
    expect([shown(seller, shirt), shown(seller, cap), shown(seller, set)]).toEqual([8, 4, 4]);
  });
});

describe('kits that share a component', () => {
  it('are looked at together, and nothing else with them', () => {
    const part = (kit: string, component: string) => ({ kit, component, quantity: 1 });
    const kits = [part('set', 'shirt'), part('set', 'cap'), part('pair', 'cap'), part('box', 'mug')];
    expect([...kinOf(kits, ['shirt'])].sort()).toEqual(['cap', 'pair', 'set', 'shirt']);
    expect([...kinOf(kits, ['sock'])]).toEqual(['sock']);
  });
});
