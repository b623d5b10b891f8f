import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { inShop } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { runInventorySync } = await import('./run-inventory-sync.ts');
const { itemGid, levelKey, locationGid, testShop } = await import('./shop.fixture.ts');
type Shop = Awaited<ReturnType<typeof testShop>>;

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const [main, store] = [locationGid(1), locationGid(2)];
const enable = (shop: Shop, enabled: boolean) =>
  inShop(shop.shopId, (tx) => tx.sync.updateMany({ where: { shopId: shop.shopId, kind: 'inventory' }, data: { enabled } }));
async function go(shop: Shop, task: string, argument?: string) {
  const run = await shop.run(task, argument);
  await runInventorySync(shop.live, run, shop.shopify.admin);
  return inShop(shop.shopId, (tx) => tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId: shop.shopId, id: run.id } } }));
}

async function smallShop(): Promise<Shop> {
  const shop = await testShop();
  await shop.link(main, 'F1');
  await shop.link(store, 'F2');
  await shop.variant(1, 'A', { available: 8, committed: 2 });
  await shop.variant(2, 'B', { available: 5 });
  shop.shopify.levels.set(levelKey(itemGid(1), store), { available: 3, committed: 0, active: true });
  await enable(shop, false);
  return shop;
}

describe('the starting stock', () => {
  it('hands each location’s on-hand number to its facility, and nothing of it comes back', async () => {
    const shop = await smallShop();
    const { counts } = await go(shop, 'starting-stock');
    expect(Object.fromEntries(shop.office.stock)).toEqual({ 'F1 A': 10, 'F1 B': 5, 'F2 A': 3 });
    expect(counts).toMatchObject({ seen: 3, done: 3, failed: 0 });
    const written = () => shop.shopify.calls.filter(({ operation }) => operation === 'InventorySet').length;
    expect(written()).toBe(0);
    await enable(shop, true);
    await go(shop, 'scheduled');
    expect(written()).toBe(0);
  });

  it('is taken once; again only where somebody says so', async () => {
    const shop = await smallShop();
    await go(shop, 'starting-stock');
    shop.office.stock.set('F1 A', 1);
    await expect(go(shop, 'starting-stock')).rejects.toMatchObject({ code: 'starting-stock-taken' });
    expect(shop.office.stock.get('F1 A')).toBe(1);
    await go(shop, 'starting-stock', 'again');
    expect(shop.office.stock.get('F1 A')).toBe(10);
  });

  it('is refused while stock is published', async () => {
    const shop = await smallShop();
    await enable(shop, true);
    await expect(go(shop, 'starting-stock')).rejects.toMatchObject({ code: 'starting-stock-sync-on' });
    expect(shop.office.onHandSet).toEqual([]);
  });

  it('switches the sync on afterwards where somebody asked for both at once, in their name', async () => {
    const shop = await smallShop();
    const { shopId } = shop;
    await inShop(shopId, async (tx) => {
      const seen = { firstSeenAt: new Date(0), lastSeenAt: new Date(0) };
      await tx.staff.create({ data: { shopId, id: '77', name: 'Olivia Owner', role: 'administrator', ...seen } });
      await tx.connection.updateMany({ where: { shopId }, data: { health: { ok: true } } });
    });
    await runInventorySync(shop.live, { ...(await shop.run('starting-stock', 'then-on')), startedBy: '77' }, shop.shopify.admin);
    expect(shop.office.stock.get('F1 A')).toBe(10);
    const { enabled, audit } = await inShop(shopId, async (tx) => ({
      enabled: (await tx.sync.findFirstOrThrow({ where: { shopId, kind: 'inventory' } })).enabled,
      audit: await tx.auditEntry.findFirst({ where: { shopId, action: 'sync-switched' } }),
    }));
    expect(enabled).toBe(true);
    expect(audit).toMatchObject({ userId: '77', userName: 'Olivia Owner' });
  });

  it('names what can’t be handed over, and goes on with the rest', async () => {
    const shop = await smallShop();
    await shop.variant(3, '', { available: 4 });
    await shop.variant(4, 'D', { available: 4 });
    await shop.variant(5, 'd', { available: 4 });
    await shop.variant(6, 'E', { available: -2 });
    shop.office.refuses.add('B');
    const { id, counts } = await go(shop, 'starting-stock');
    expect(counts).toMatchObject({ done: 2, failed: 1, skipped: 4 });
    const lines = await inShop(shop.shopId, (tx) =>
      tx.planItem.findMany({ where: { shopId: shop.shopId, runId: id, reason: { not: 'none' } } }),
    );
    const codes = lines.map(({ reason }) => (reason as { code: string }).code).sort();
    expect(codes).toEqual(['sku-duplicate', 'sku-duplicate', 'sku-missing', 'starting-stock-negative', 'starting-stock-refused']);
  });

  it('stays a plan in a dry run', async () => {
    const shop = await smallShop();
    const live = { ...shop.live, dryRun: true };
    const run = await shop.run('starting-stock');
    await runInventorySync(live, run, shop.shopify.admin);
    expect(shop.office.onHandSet).toEqual([]);
    const lines = await inShop(shop.shopId, (tx) => tx.planItem.findMany({ where: { shopId: shop.shopId, runId: run.id } }));
    expect(lines.map(({ outcome, after }) => [outcome, after])).toEqual([
      ['held', 10],
      ['held', 3],
      ['held', 5],
    ]);
  });

  it('ends right after a lost answer', async () => {
    const shop = await smallShop();
    shop.office.loseAnswers = 1;
    const run = await shop.run('starting-stock');
    await expect(runInventorySync(shop.live, run, shop.shopify.admin)).rejects.toMatchObject({ code: 'no-answer' });
    await runInventorySync(shop.live, run, shop.shopify.admin);
    expect(Object.fromEntries(shop.office.stock)).toEqual({ 'F1 A': 10, 'F1 B': 5, 'F2 A': 3 });
  });
});
