import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { setConnectionState } = await import('../../connections/connection-state.ts');
const { inShop, inSystem } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { noteLevelChange } = await import('./note-level-change.ts');
const { noteSkus } = await import('./noted-levels.ts');
const { publishItems } = await import('./publish-items.ts');
const { runInventorySync } = await import('./run-inventory-sync.ts');
const { itemGid, levelKey, locationGid, testShop } = await import('./shop.fixture.ts');

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const here = locationGid(1);
let shop: Awaited<ReturnType<typeof testShop>>;
const tools = () => ({ publishers: () => Promise.resolve([shop.live]), adminOf: () => shop.shopify.admin });
const shown = (n: number) => shop.shopify.levels.get(levelKey(itemGid(n), here))?.available;
const callsOf = (operation: string) => shop.shopify.calls.filter((call) => call.operation === operation);

beforeEach(async () => {
  shop = await testShop();
  await shop.link(here, 'F1');
  for (const n of [1, 2, 3]) {
    await shop.variant(n, `S${n}`, { available: 1 });
    shop.office.stock.set(`F1 S${n}`, 10);
  }
  await runInventorySync(shop.live, await shop.run(), shop.shopify.admin);
  shop.shopify.calls.length = 0;
});

const change = (n: number, over: { available?: number; committed?: number }) => {
  const level = shop.shopify.levels.get(levelKey(itemGid(n), here));
  if (level) Object.assign(level, over);
};

/** Four units of the first product left in a parcel of an order that the back office took, at this moment. */
async function parcelLeft(): Promise<void> {
  const { shopId, live } = shop;
  const at = new Date();
  await inShop(shopId, async (tx) => {
    const place = { locationId: here, facilityId: 'F1', fulfilmentOrderIds: [] };
    const part = await tx.part.create({
      data: {
        ...{ shopId, connectionId: live.id, orderId: 'gid://shopify/Order/1', number: 1, reference: '#1', state: 'shipped' },
        ...{ ...place, acceptedAt: at, createdAt: at },
      },
    });
    const line = { shopId, partId: part.id, lineId: 'l1' };
    await tx.partLine.create({
      data: { ...line, sku: 'S1', inventoryItemId: itemGid(1), locationId: here, quantity: 4, open: 0, shipped: 4 },
    });
    const shipment = await tx.shipment.create({
      data: {
        ...{ shopId, connectionId: live.id, remoteId: 'P1', reference: '#1', partId: part.id, orderId: part.orderId },
        ...{ state: 'mirrored', lines: [], tracking: [], hash: '', shippedAt: at, seenAt: at, fulfilmentIds: [] },
      },
    });
    await tx.shipmentLine.create({ data: { ...line, shipmentId: shipment.id, quantity: 4, mirrored: 4 } });
    await tx.write.create({
      data: {
        ...{ shopId, connectionId: live.id, target: 'shopify', kind: 'fulfilment-create', subjectKind: 'shipment' },
        ...{ subjectId: shipment.id, key: 'f1', class: 'compensable', state: 'landed', createdAt: at, sentAt: at },
        settledAt: new Date(at.getTime() + 1_000),
      },
    });
  });
}

describe('a level changed in Shopify', () => {
  it('is our own echo when it shows the target: nothing is written', async () => {
    await noteLevelChange(shop.shopId, itemGid(1), tools());
    expect(callsOf('InventorySet')).toEqual([]);
    expect(shown(1)).toBe(10);
  });

  it('is put right when somebody else changed it', async () => {
    change(1, { available: 50 });
    await noteLevelChange(shop.shopId, itemGid(1), tools());
    expect(shown(1)).toBe(10);
  });

  it('stands when an order changed it: what it sold is committed', async () => {
    change(1, { available: 8, committed: 2 });
    await noteLevelChange(shop.shopId, itemGid(1), tools());
    expect(callsOf('InventorySet')).toEqual([]);
    expect(shown(1)).toBe(8);
  });

  it('by a parcel that left after the back office had counted is counted anew, and nothing that is gone is shown', async () => {
    await parcelLeft();
    shop.office.stock.set('F1 S1', 6);
    change(1, { available: 6 });
    shop.office.pulls.length = 0;
    await noteLevelChange(shop.shopId, itemGid(1), tools());
    expect(shop.office.pulls.map(({ skus }) => skus)).toEqual([['S1']]);
    expect(shown(1)).toBe(6);
  });

  it('by a parcel that left while a run was at work is counted anew before the run raises it', async () => {
    shop.office.pulls.length = 0;
    shop.office.onPull = async () => {
      shop.office.onPull = () => Promise.resolve();
      await parcelLeft();
      shop.office.stock.set('F1 S1', 6);
      change(1, { available: 6 });
      change(2, { available: 3 });
    };
    await runInventorySync(shop.live, await shop.run('full'), shop.shopify.admin);
    expect([shown(1), shown(2)]).toEqual([6, 10]);
    expect(shop.office.pulls.map(({ skus }) => skus)).toEqual([undefined, ['S1']]);
  });

  it('is read together with all others that wait', async () => {
    for (const n of [1, 2, 3]) change(n, { available: 99 });
    await Promise.all([1, 2, 3].map((n) => noteLevelChange(shop.shopId, itemGid(n), tools())));
    expect([1, 2, 3].map(shown)).toEqual([10, 10, 10]);
    expect(callsOf('InventoryOfItems').length).toBeLessThan(6);
    expect(await inShop(shop.shopId, (tx) => tx.notedLevel.count({ where: { shopId: shop.shopId } }))).toBe(0);
  });

  it('waits for the next run when Shopify couldn’t be read', async () => {
    change(1, { available: 50 });
    const { admin } = shop.shopify;
    shop.shopify.admin = { ...admin, run: () => Promise.reject(new Error('down')) };
    await expect(noteLevelChange(shop.shopId, itemGid(1), tools())).rejects.toThrow('down');
    shop.shopify.admin = admin;
    await runInventorySync(shop.live, await shop.run(), shop.shopify.admin);
    expect(shown(1)).toBe(10);
  });

  it('is ignored for an item nobody publishes', async () => {
    await noteLevelChange(shop.shopId, itemGid(77), tools());
    await inShop(shop.shopId, (tx) => tx.sync.updateMany({ where: { shopId: shop.shopId }, data: { enabled: false } }));
    change(1, { available: 50 });
    await noteLevelChange(shop.shopId, itemGid(1), tools());
    expect(shop.shopify.calls).toEqual([]);
  });
});

describe('publishing some items', () => {
  it('pulls what the back office says of them first', async () => {
    shop.office.stock.set('F1 S1', 4);
    shop.office.stock.set('F1 S2', 4);
    const result = await publishItems(shop.live, await shop.run(), { skus: ['S1'] }, shop.shopify.admin);
    expect(result).toMatchObject({ done: 1 });
    expect([shown(1), shown(2)]).toEqual([4, 10]);
    expect(shop.office.pulls.at(-1)).toMatchObject({ skus: ['S1'] });
  });

  it('finds them whatever letters their codes have', async () => {
    await shop.variant(7, 'ÜNÏ-⚓', { available: 1 });
    shop.office.stock.set('F1 ÜNÏ-⚓', 6);
    await publishItems(shop.live, await shop.run(), { skus: ['ÜNÏ-⚓'] }, shop.shopify.admin);
    expect(shown(7)).toBe(6);
    const { id: shopId } = shop.live.shop;
    await inShop(shopId, (tx) => tx.notedLevel.deleteMany());
    expect(await inShop(shopId, (tx) => noteSkus(tx, { shopId, connectionId: shop.live.id }, ['ÜNÏ-⚓', ' ']))).toBe(1);
  });

  it('lets an older number of the back office not overwrite a newer one', async () => {
    shop.office.stock.set('F1 S1', 4);
    shop.office.asOf = Date.now() - 3_600_000;
    await publishItems(shop.live, await shop.run(), { skus: ['S1'] }, shop.shopify.admin);
    expect(shown(1)).toBe(10);
  });
});

describe('a shop that sells from a store that others sell from, too', () => {
  it('goes on telling them what it sold while it publishes no stock itself, and takes it back once it is deactivated', async () => {
    const { shopId, live } = shop;
    const other = await testShop();
    const poolId = await inSystem('shared-stores', async (tx) => {
      const { id } = await tx.stockPool.create({ data: { connector: 'test', storeName: 'Brand', createdAt: new Date() } });
      for (const one of [shop, other])
        await tx.stockPoolMember.create({
          data: {
            ...{ shopId: one.shopId, connectionId: one.live.id, poolId: id, name: `Shop ${one.shopId}` },
            ...{ imports: one === shop, joinedAt: new Date() },
          },
        });
      return id;
    });
    live.sharing = { poolId, imports: true };
    const sold = async () => (await inShop(shopId, (tx) => tx.stockPoolSale.findMany({}))).map(({ sku, units }) => [sku, units]);
    change(1, { available: 8, committed: 2 });
    await noteLevelChange(shopId, itemGid(1), tools());
    expect(await sold()).toEqual([['S1', 2]]);
    await inShop(shopId, (tx) => tx.sync.updateMany({ where: { shopId }, data: { enabled: false } }));
    change(1, { available: 50, committed: 0 });
    await noteLevelChange(shopId, itemGid(1), tools());
    expect([await sold(), shown(1)]).toEqual([[], 50]);
    change(2, { committed: 3 });
    await noteLevelChange(shopId, itemGid(2), tools());
    expect(await sold()).toEqual([['S2', 3]]);
    const actor = { userId: null, userName: 'Test' };
    await inShop(shopId, (tx) => setConnectionState(tx, shopId, actor, live.id, 'deactivated'));
    expect(await sold()).toEqual([]);
  });
});
