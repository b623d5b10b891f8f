import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { inShop } = await import('../../db/scope.ts');
const { logger } = await import('../../core/logger.ts');
const { testShop, itemGid, levelKey, locationGid } = await import('../inventory/shop.fixture.ts');
const { noteLevelChange } = await import('../inventory/note-level-change.ts');
const { runInventorySync } = await import('../inventory/run-inventory-sync.ts');
const { finishRun, openRun } = await import('../runs/runs.ts');
const { runStatement } = await import('./run-statement.ts');
const { readSums } = await import('./sum-up.ts');
logger.level = 'silent';

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const main = locationGid(1);

async function openShop() {
  const shop = await testShop();
  const { shopId, live, shopify } = shop;
  await shop.link(main, 'F1');
  const started: string[] = [];
  /** What the workers do meanwhile. */
  async function pause(): Promise<void> {
    const waiting = await inShop(shopId, (tx) => tx.inboxItem.findMany({ where: { shopId, handledAt: null } }));
    for (const { id, subjectId } of waiting) {
      await noteLevelChange(shopId, subjectId, { publishers: () => Promise.resolve([live]), adminOf: () => shopify.admin });
      await inShop(shopId, (tx) => tx.inboxItem.updateMany({ where: { shopId, id }, data: { handledAt: new Date() } }));
    }
    const runs = await inShop(shopId, (tx) => tx.run.findMany({ where: { shopId, state: 'queued', sync: 'inventory' } }));
    for (const { id, task } of runs) {
      started.push(task);
      await inShop(shopId, (tx) => tx.run.updateMany({ where: { shopId, id }, data: { state: 'running' } }));
      await runInventorySync(live, { id, task }, shopify.admin);
      await inShop(shopId, (tx) => finishRun(tx, shopId, id));
    }
  }
  async function state(earlier?: string) {
    started.length = 0;
    const before = shopify.calls.length;
    const order = earlier ? { task: 'look-again', argument: earlier } : { task: 'full' };
    const id = await inShop(shopId, (tx) =>
      openRun(tx, shopId, { connectionId: live.id, sync: 'statement', door: 'button', ...order }),
    );
    await runStatement(live, { id, ...order }, { admin: shopify.admin, pause });
    const runId = earlier ?? id;
    const sums = await inShop(shopId, (tx) => readSums(tx, shopId, runId));
    const written = shopify.calls.slice(before).filter(({ operation }) => operation === 'InventorySet');
    return { ...{ runId, sums, level: sums.level }, written: written.reduce((sum, { size }) => sum + size, 0) };
  }
  const shown = (n: number) => shopify.levels.get(levelKey(itemGid(n), main))?.available;
  return { ...shop, started, state, shown };
}

describe('a statement of levels', () => {
  it('finds the levels that Shopify shows otherwise than the rules say, and publishes them again', async () => {
    const shop = await openShop();
    for (const [n, units] of [
      [1, 5],
      [2, 7],
      [3, 0],
    ] as const) {
      await shop.variant(n, `SKU-${n}`, { available: units });
      shop.office.stock.set(`F1 SKU-${n}`, units);
    }
    await shop.variant(4, 'NOT-THERE', { available: 3 });
    shop.shopify.levels.get(levelKey(itemGid(2), main))!.available = 99;
    const { level, written } = await shop.state();
    expect(level).toEqual({
      total: 4,
      buckets: { matched: 3, held: 0, excluded: 1, failed: 0, gap: 0 },
      reasons: [{ bucket: 'excluded', code: 'unknown-in-back-office', count: 1 }],
      found: 1,
      repaired: 1,
    });
    expect(shop.shown(2)).toBe(7);
    expect(written).toBe(1);
    expect(await shop.state()).toMatchObject({ written: 0, level: { found: 0 } });
  });

  it('leaves it to the brake when half of the shop would go to zero', async () => {
    const shop = await openShop();
    for (let n = 1; n <= 12; n += 1) {
      await shop.variant(n, `SKU-${n}`, { available: 5 });
      shop.office.stock.set(`F1 SKU-${n}`, n <= 10 ? 0 : 5);
    }
    const { level, written } = await shop.state();
    expect(shop.started).toEqual(['full']);
    expect(written).toBe(0);
    expect(level).toMatchObject({ buckets: { matched: 2, gap: 10 }, found: 10, repaired: 0 });
  });

  it('only names what differs where the merchant wants to be asked', async () => {
    const shop = await openShop();
    await shop.settings({ autoRepair: false });
    await shop.variant(1, 'SKU-1', { available: 9 });
    shop.office.stock.set('F1 SKU-1', 4);
    const { level, written } = await shop.state();
    expect(level).toMatchObject({ total: 1, buckets: { gap: 1 }, found: 1, repaired: 0 });
    expect(written).toBe(0);
  });

  it('holds what differs while the sync is paused, with since when and by whom, and publishes nothing', async () => {
    const shop = await openShop();
    await shop.variant(1, 'SKU-1', { available: 9 });
    shop.office.stock.set('F1 SKU-1', 4);
    const { shopId, live } = shop;
    const where = { shopId_connectionId_kind: { shopId, connectionId: live.id, kind: 'inventory' } };
    const pausedReason = { code: 'undone', params: { by: 'Ada', run: 'some run' } };
    await inShop(shopId, (tx) => tx.sync.update({ where, data: { pausedAt: new Date(), pausedReason } }));
    const { level, written, runId } = await shop.state();
    expect(level).toMatchObject({
      buckets: { held: 1, gap: 0 },
      reasons: [{ bucket: 'held', code: 'sync-paused', count: 1 }],
      found: 0,
    });
    expect(written).toBe(0);
    expect(shop.started).toEqual([]);
    const [line] = await inShop(shopId, (tx) => tx.statementLine.findMany({ where: { shopId, runId, kind: 'level' } }));
    expect(line?.params).toMatchObject({ by: 'Ada', shown: 9, expected: 4 });
    await inShop(shopId, (tx) => tx.sync.update({ where, data: { pausedAt: null } }));
    expect(await shop.state()).toMatchObject({ level: { found: 1, repaired: 1, buckets: { matched: 1 } }, written: 1 });
  });

  it('that differed a while ago are looked at again, and published by then if they still do', async () => {
    const shop = await openShop();
    const { shopId, live, office, shopify } = shop;
    for (const n of [1, 2]) {
      await shop.variant(n, `SKU-${n}`, { available: 9 });
      office.stock.set(`F1 SKU-${n}`, 4);
    }
    const where = { shopId_connectionId_kind: { shopId, connectionId: live.id, kind: 'inventory' } };
    const autoRepair = (value: boolean) =>
      inShop(shopId, (tx) => tx.sync.update({ where, data: { settings: { autoRepair: value } } }));
    await autoRepair(false);
    const { runId, level } = await shop.state();
    expect(level).toMatchObject({ buckets: { gap: 2 }, found: 2, repaired: 0 });
    shopify.levels.get(levelKey(itemGid(1), main))!.available = 4;
    await autoRepair(true);
    expect(await shop.state(runId)).toMatchObject({ level: { buckets: { matched: 2, gap: 0 }, repaired: 2 }, written: 1 });
    expect(await inShop(shopId, (tx) => tx.problem.count({ where: { shopId, closedAt: null } }))).toBe(0);
  });

  it('says why levels could not be compared, and ends all the same', async () => {
    const shop = await openShop();
    await inShop(shop.shopId, (tx) => tx.locationLink.deleteMany({ where: { shopId: shop.shopId } }));
    const { sums } = await shop.state();
    expect(sums).toMatchObject({ levelsUnread: { code: 'no-location-linked' } });
    expect(sums.level).toBeUndefined();
  });

  it('repairs drift at random to the last level and writes no other', { timeout: 120_000 }, async () => {
    const shop = await openShop();
    const count = 25;
    for (let n = 1; n <= count; n += 1) {
      await shop.variant(n, `SKU-${n}`, { available: n });
      shop.office.stock.set(`F1 SKU-${n}`, n);
    }
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.record({ n: fc.integer({ min: 1, max: count }), by: fc.integer({ min: 1, max: 50 }) }), {
          selector: ({ n }) => n,
          maxLength: 9,
        }),
        async (drifted) => {
          for (const { n, by } of drifted) shop.shopify.levels.get(levelKey(itemGid(n), main))!.available = n + by;
          const { level, written } = await shop.state();
          expect(level).toMatchObject({
            total: count,
            buckets: { matched: count, gap: 0 },
            found: drifted.length,
            repaired: drifted.length,
          });
          expect(written).toBe(drifted.length);
          for (let n = 1; n <= count; n += 1) expect(shop.shown(n)).toBe(n);
        },
      ),
      { numRuns: 12 },
    );
  });
});
