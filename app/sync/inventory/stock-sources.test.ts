import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { inShop } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { runInventorySync } = await import('./run-inventory-sync.ts');
const { listLevels } = await import('./read-inventory.ts');
const { explainLevels } = await import('./explain-levels.ts');
const { excludeFacilities, setStockPlace } = await import('../../connections/stock-places.ts');
const { setStockCarrier, unlinkLocation, linkLocation } = await import('../../connections/location-links.ts');
const { itemGid, levelKey, locationGid, testShop } = await import('./shop.fixture.ts');
type Shop = Awaited<ReturnType<typeof testShop>>;

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const actor = { userId: null, userName: 'Test' };
const [main, store, third] = [locationGid(1), locationGid(2), locationGid(3)];
const shown = (shop: Shop, n: number, at = main) => shop.shopify.levels.get(levelKey(itemGid(n), at))?.available;

/** A shop with the back office's facilities by name; kinds other than a warehouse are named behind a colon. */
async function shopWith(...facilities: string[]): Promise<Shop> {
  const shop = await testShop();
  await inShop(shop.shopId, async (tx) => {
    for (const facility of facilities) {
      const [id = '', kind = 'warehouse'] = facility.split(':');
      const readAt = new Date();
      await tx.facility.create({
        data: { shopId: shop.shopId, connectionId: shop.live.id, id, name: `Facility ${id}`, kind, active: true, readAt },
      });
    }
  });
  return shop;
}
type Place = Partial<Parameters<typeof setStockPlace>[4]>;
const place = (shop: Shop, locationId: string, given: Place) =>
  inShop(shop.shopId, (tx) =>
    setStockPlace(tx, shop.shopId, actor, shop.live.id, {
      ...{ locationId, source: 'own', facilities: [], safetyStock: 0, threshold: 0, publishAnyway: false },
      ...given,
    }),
  );
async function go(shop: Shop, task = 'scheduled') {
  const run = await shop.run(task);
  await runInventorySync(shop.live, run, shop.shopify.admin);
  return run.id;
}
const planOf = (shop: Shop, runId: string) =>
  inShop(shop.shopId, (tx) => tx.planItem.findMany({ where: { shopId: shop.shopId, runId }, orderBy: { itemKey: 'asc' } }));
const causes = async (shop: Shop) =>
  (await inShop(shop.shopId, (tx) => tx.problem.findMany({ where: { shopId: shop.shopId, closedAt: null } }))).map(
    ({ cause }) => cause,
  );
const online = (shop: Shop, id: string, fulfillsOnline: boolean) =>
  inShop(shop.shopId, (tx) =>
    tx.location.update({ where: { shopId_id: { shopId: shop.shopId, id } }, data: { fulfillsOnline } }),
  );

describe('a location', () => {
  it('shows the stock of the facilities chosen for it, together', async () => {
    const shop = await shopWith('F1', 'F2', 'F3');
    await shop.link(main, 'F1');
    await shop.variant(1, 'A');
    for (const [facility, units] of [
      ['F1', 3],
      ['F2', 4],
      ['F3', 50],
    ] as const)
      shop.office.stock.set(`${facility} A`, units);
    await go(shop);
    expect(shown(shop, 1)).toBe(3);
    await place(shop, main, { source: 'chosen', facilities: ['F1', 'F2'] });
    await go(shop);
    expect(shown(shop, 1)).toBe(7);
    expect(shop.office.pulls.at(-1)?.facilityIds).toEqual(['F1', 'F2']);
  });

  it('shows all facilities together, but none that is left out and no queue', async () => {
    const shop = await shopWith('F1', 'F2', 'F3', 'Q:queue');
    await shop.link(main, 'F1');
    await shop.variant(1, 'A');
    for (const [facility, units] of [
      ['F1', 3],
      ['F2', 4],
      ['F3', 50],
      ['Q', 57],
    ] as const)
      shop.office.stock.set(`${facility} A`, units);
    await place(shop, main, { source: 'all' });
    await go(shop);
    expect(shown(shop, 1)).toBe(57);
    await inShop(shop.shopId, (tx) => excludeFacilities(tx, shop.shopId, actor, shop.live.id, ['F3']));
    await go(shop);
    expect(shown(shop, 1)).toBe(7);
  });

  it('keeps safety stock back at each facility and the threshold once', async () => {
    const shop = await shopWith('F1', 'F2');
    await shop.link(main, 'F1');
    await shop.variant(1, 'A');
    shop.office.stock.set('F1 A', 10);
    shop.office.stock.set('F2 A', 2);
    await place(shop, main, { source: 'all', safetyStock: 3, threshold: 4 });
    await go(shop);
    expect(shown(shop, 1)).toBe(3);
  });

  it('that shows only what is left out stays as it is, with the reason', async () => {
    const shop = await shopWith('F1');
    await shop.link(main, 'F1');
    await shop.variant(1, 'A', { available: 9 });
    shop.office.stock.set('F1 A', 3);
    await inShop(shop.shopId, (tx) => excludeFacilities(tx, shop.shopId, actor, shop.live.id, ['F1']));
    await shop.link(store, 'F9');
    const run = await go(shop);
    expect(shown(shop, 1)).toBe(9);
    expect((await planOf(shop, run))[0]?.reason).toMatchObject({ code: 'facility-excluded' });
  });

  it('adds up the facilities that know a product, and shows nothing new where none does', async () => {
    const shop = await shopWith('F1', 'F2', 'F3');
    await shop.link(main, 'F1');
    await shop.variant(1, 'A');
    await shop.variant(2, 'B', { available: 8 });
    shop.office.stock.set('F2 A', 4);
    shop.office.stock.set('F3 B', 5);
    await place(shop, main, { source: 'chosen', facilities: ['F1', 'F2'] });
    await go(shop);
    expect([shown(shop, 1), shown(shop, 2)]).toEqual([4, 8]);
  });

  it('shows at most what Shopify takes where the back office says that something is always there, and other goods all the same', async () => {
    const shop = await shopWith('F1', 'F2', 'F3');
    await shop.link(main, 'F1');
    for (const [n, sku] of ['A', 'B', 'C'].entries()) await shop.variant(n + 1, sku);
    for (const facility of ['F1', 'F2', 'F3']) shop.office.stock.set(`${facility} A`, 999_999_999);
    shop.office.stock.set('F1 B', 9_999_999_999);
    shop.office.stock.set('F1 C', 4);
    await place(shop, main, { source: 'all' });
    await go(shop);
    expect([1, 2, 3].map((n) => shown(shop, n))).toEqual([1_000_000_000, 1_000_000_000, 4]);
    const { rows } = await listLevels(shop.shopId, { connectionId: shop.live.id });
    expect(rows.map(({ remoteAvailable }) => remoteAvailable)).toEqual([1_000_000_000, 1_000_000_000, 4]);
  });

  it('is sold from by every location whose orders go to one of its facilities', async () => {
    const shop = await shopWith('F1', 'F2');
    await shop.link(main, 'F1');
    await shop.link(store, 'F2');
    await online(shop, store, false);
    await shop.variant(1, 'A', { committed: 1 });
    shop.shopify.levels.set(levelKey(itemGid(1), store), { available: 0, committed: 2, active: true });
    shop.office.stock.set('F1 A', 10);
    shop.office.stock.set('F2 A', 5);
    await place(shop, main, { source: 'all' });
    await go(shop);
    expect([shown(shop, 1, main), shown(shop, 1, store)]).toEqual([12, 3]);
  });

  it('is refused without a facility, with one nobody listed, and with numbers that can’t be', async () => {
    const shop = await shopWith('F1');
    await shop.link(main, 'F1');
    await expect(place(shop, main, { source: 'chosen' })).rejects.toMatchObject({ code: 'stock-facilities-missing' });
    await expect(place(shop, main, { source: 'chosen', facilities: ['X'] })).rejects.toMatchObject({ code: 'facility-unknown' });
    await expect(place(shop, main, { threshold: -1 })).rejects.toMatchObject({ code: 'threshold-out-of-range' });
    await expect(place(shop, main, { safetyStock: 1.5 })).rejects.toMatchObject({ code: 'safety-stock-out-of-range' });
    await place(shop, main, { threshold: 2 });
    const [entry] = await inShop(shop.shopId, (tx) => tx.auditEntry.findMany({ where: { shopId: shop.shopId } }));
    expect(entry).toMatchObject({ action: 'stock-place-changed', before: { threshold: 0 }, after: { threshold: 2 } });
  });
});

describe('the queue’s location', () => {
  /** An order at the default location, accepted into the queue before the back office counted. */
  async function queued(shop: Shop) {
    const at = new Date(Date.now() - 60_000);
    await inShop(shop.shopId, async (tx) => {
      const part = await tx.part.create({
        data: {
          ...{ shopId: shop.shopId, connectionId: shop.live.id, orderId: 'gid://shopify/Order/1', number: 1, reference: '#1' },
          ...{ locationId: main, facilityId: 'Q', fulfilmentOrderIds: [], state: 'sent', acceptedAt: at, createdAt: at },
        },
      });
      await tx.partLine.create({
        data: {
          ...{ shopId: shop.shopId, partId: part.id, lineId: 'l', sku: 'A', inventoryItemId: itemGid(1), locationId: main },
          ...{ quantity: 2, open: 2 },
        },
      });
    });
  }

  it('is credited with what the back office’s online total already lacks', async () => {
    const shop = await shopWith('F1', 'Q:queue');
    await shop.link(main, 'Q');
    await shop.variant(1, 'A', { committed: 2 });
    shop.office.stock.set('Q A', 8);
    shop.office.stock.set('F1 A', 10);
    await queued(shop);
    await go(shop);
    expect(shown(shop, 1)).toBe(8);
  });

  it('is not credited where the facilities are added up: none of them has reserved what waits in the queue', async () => {
    const shop = await shopWith('F1', 'Q:queue');
    await shop.link(main, 'Q');
    await shop.variant(1, 'A', { committed: 2 });
    shop.office.stock.set('Q A', 8);
    shop.office.stock.set('F1 A', 10);
    await queued(shop);
    await place(shop, main, { source: 'all' });
    await go(shop);
    expect(shown(shop, 1)).toBe(8);
  });
});

describe('a till’s location that shows what the default location’s sum shows too', () => {
  async function tills(): Promise<Shop> {
    const shop = await shopWith('F1', 'F2', 'Q:queue');
    await shop.link(main, 'Q');
    await shop.link(store, 'F2');
    await shop.variant(1, 'A');
    shop.shopify.levels.set(levelKey(itemGid(1), store), { available: 1, committed: 0, active: true });
    for (const [facility, units] of [
      ['Q', 9],
      ['F2', 4],
    ] as const)
      shop.office.stock.set(`${facility} A`, units);
    return shop;
  }

  it('is published at both where it takes no online orders', async () => {
    const shop = await tills();
    await online(shop, store, false);
    await go(shop);
    expect([shown(shop, 1, main), shown(shop, 1, store)]).toEqual([9, 4]);
    expect(await causes(shop)).toEqual([]);
  });

  it('waits while it takes online orders, is named, and is published once that is switched off', async () => {
    const shop = await tills();
    await go(shop);
    expect([shown(shop, 1, main), shown(shop, 1, store)]).toEqual([9, 1]);
    expect(await causes(shop)).toEqual(['location-sells-online']);
    await online(shop, store, false);
    await go(shop);
    expect(shown(shop, 1, store)).toBe(4);
    expect(await causes(shop)).toEqual([]);
  });

  it('is published all the same where somebody said so', async () => {
    const shop = await tills();
    await place(shop, store, { publishAnyway: true });
    await go(shop);
    expect(shown(shop, 1, store)).toBe(4);
  });

  it('waits too where the sum is made here, and not where nothing overlaps', async () => {
    const shop = await shopWith('F1', 'F2', 'F3');
    await shop.link(main, 'F1');
    await shop.link(store, 'F2');
    await shop.link(third, 'F3');
    await place(shop, main, { source: 'chosen', facilities: ['F1', 'F2'] });
    await shop.variant(1, 'A');
    for (const at of [store, third])
      shop.shopify.levels.set(levelKey(itemGid(1), at), { available: 1, committed: 0, active: true });
    for (const facility of ['F1', 'F2', 'F3']) shop.office.stock.set(`${facility} A`, 5);
    await go(shop);
    expect([main, store, third].map((at) => shown(shop, 1, at))).toEqual([10, 1, 5]);
  });
});

describe('moving a facility’s stock to another location', () => {
  async function moved(): Promise<Shop> {
    const shop = await shopWith('F1', 'F2');
    await shop.link(main, 'F1');
    await shop.link(store, 'F1', { carriesStock: false });
    await shop.variant(1, 'A');
    shop.shopify.levels.set(levelKey(itemGid(1), store), { available: 0, committed: 0, active: true });
    shop.office.stock.set('F1 A', 6);
    await go(shop);
    expect(shown(shop, 1, main)).toBe(6);
    return shop;
  }

  it('zeroes the old one and fills the new one in one run', async () => {
    const shop = await moved();
    await inShop(shop.shopId, (tx) => setStockCarrier(tx, shop.shopId, actor, store));
    const run = await go(shop);
    expect([shown(shop, 1, main), shown(shop, 1, store)]).toEqual([0, 6]);
    expect((await planOf(shop, run)).map(({ action }) => action).sort()).toEqual(['update', 'zero']);
    expect(await inShop(shop.shopId, (tx) => tx.retiredTarget.count({ where: { shopId: shop.shopId } }))).toBe(0);
  });

  it('zeroes a location whose mapping was removed when another one takes its facility', async () => {
    const shop = await moved();
    await inShop(shop.shopId, (tx) => unlinkLocation(tx, shop.shopId, actor, store));
    await inShop(shop.shopId, (tx) => unlinkLocation(tx, shop.shopId, actor, main));
    await inShop(shop.shopId, (tx) =>
      linkLocation(tx, shop.shopId, actor, { locationId: store, connectionId: shop.live.id, facilityId: 'F1' }),
    );
    await go(shop);
    expect([shown(shop, 1, main), shown(shop, 1, store)]).toEqual([0, 6]);
  });

  it('zeroes what a location keeps that shows another facility by now, and nothing of what it shows there', async () => {
    const shop = await moved();
    await shop.variant(2, 'B', { available: 1 });
    await shop.variant(3, 'C', { available: 7 });
    shop.office.stock.set('F1 B', 4);
    shop.office.stock.set('F2 B', 4);
    await go(shop);
    await inShop(shop.shopId, (tx) =>
      linkLocation(tx, shop.shopId, actor, { locationId: main, connectionId: shop.live.id, facilityId: 'F2' }),
    );
    await go(shop);
    expect([shown(shop, 1, main), shown(shop, 1, store)]).toEqual([0, 6]);
    // known at both: its own number there; never published by us: left alone
    expect([shown(shop, 2, main), shown(shop, 3, main)]).toEqual([4, 7]);
    expect(await inShop(shop.shopId, (tx) => tx.retiredTarget.count({ where: { shopId: shop.shopId } }))).toBe(0);
    shop.office.stock.delete('F2 B');
    await go(shop, 'full');
    expect(shown(shop, 2, main)).toBe(4);
  });

  it('zeroes what a location keeps of a facility that is taken over only after it was mapped elsewhere', async () => {
    const shop = await moved();
    await inShop(shop.shopId, (tx) => unlinkLocation(tx, shop.shopId, actor, store));
    await inShop(shop.shopId, (tx) => unlinkLocation(tx, shop.shopId, actor, main));
    const map = (locationId: string, facilityId: string) =>
      inShop(shop.shopId, (tx) => linkLocation(tx, shop.shopId, actor, { locationId, connectionId: shop.live.id, facilityId }));
    shop.office.stock.set('F2 Z', 1);
    await map(main, 'F2');
    await go(shop);
    expect(shown(shop, 1, main)).toBe(6);
    await map(store, 'F1');
    await go(shop);
    expect([shown(shop, 1, main), shown(shop, 1, store)]).toEqual([0, 6]);
  });

  it('zeroes what a location showed of all facilities together once it shows its own only and another one shows the rest', async () => {
    const shop = await shopWith('F1', 'F2', 'F3');
    await shop.link(main, 'F1');
    await place(shop, main, { source: 'all' });
    for (const [n, sku] of ['A', 'B', 'C'].entries()) {
      await shop.variant(n + 1, sku);
      shop.shopify.levels.set(levelKey(itemGid(n + 1), store), { available: 0, committed: 0, active: true });
      shop.office.stock.set(`F${n + 1} ${sku}`, 5);
    }
    await go(shop);
    const at = (location: string) => [1, 2, 3].map((n) => shown(shop, n, location));
    expect(at(main)).toEqual([5, 5, 5]);
    await place(shop, main, { source: 'own' });
    await go(shop);
    // nobody else shows them
    expect(at(main)).toEqual([5, 5, 5]);
    await shop.link(store, 'F2');
    await place(shop, main, { source: 'all' });
    await go(shop);
    await place(shop, main, { source: 'own' });
    await go(shop);
    expect([at(main)[0], at(main)[1], at(store)[1]]).toEqual([5, 0, 5]);
  });

  it('leaves a level alone that we never published, and one at a location that nobody took over from', async () => {
    const shop = await moved();
    await shop.variant(2, 'B', { available: 7 });
    await inShop(shop.shopId, (tx) => setStockCarrier(tx, shop.shopId, actor, store));
    await go(shop);
    expect(shown(shop, 2, main)).toBe(7);
    await shop.link(third, 'F2');
    shop.office.stock.set('F2 A', 3);
    shop.shopify.levels.set(levelKey(itemGid(1), third), { available: 0, committed: 0, active: true });
    await go(shop);
    await inShop(shop.shopId, (tx) => unlinkLocation(tx, shop.shopId, actor, third));
    await go(shop);
    expect(shown(shop, 1, third)).toBe(3);
  });

  it('is asked for first where it would empty too much', async () => {
    const shop = await moved();
    for (let n = 10; n < 30; n += 1) {
      await shop.variant(n, `S${n}`);
      shop.shopify.levels.set(levelKey(itemGid(n), store), { available: 0, committed: 0, active: true });
      shop.office.stock.set(`F1 S${n}`, 5);
    }
    await go(shop);
    await inShop(shop.shopId, (tx) => setStockCarrier(tx, shop.shopId, actor, store));
    await shop.settings({ brakePercent: 10 });
    const run = await go(shop);
    const { state } = await inShop(shop.shopId, (tx) =>
      tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId: shop.shopId, id: run } } }),
    );
    expect([state, shown(shop, 10, main)]).toEqual(['awaiting_approval', 5]);
  });
});

describe('what stock is matched by', () => {
  it('is the inventory’s own choice, and products without it are skipped and named', async () => {
    const shop = await shopWith('F1');
    await shop.link(main, 'F1');
    await shop.variant(1, 'A', { barcode: '400' });
    await shop.variant(2, 'B', { available: 5 });
    shop.office.stock.set('F1 400', 3);
    shop.office.stock.set('F1 B', 9);
    await shop.settings({ matchBy: 'barcode' });
    const run = await go(shop);
    expect([shown(shop, 1), shown(shop, 2)]).toEqual([3, 5]);
    expect(await causes(shop)).toEqual(['barcode-missing']);
    expect((await planOf(shop, run)).map(({ reason }) => (reason as { code?: string } | null)?.code ?? null)).toEqual([
      null,
      'barcode-missing',
    ]);
  });

  it('may be the alias alone', async () => {
    const shop = await shopWith('F1');
    await shop.link(main, 'F1');
    await shop.variant(1, 'A');
    await shop.variant(2, 'B', { available: 5 });
    shop.office.stock.set('F1 A', 3);
    shop.office.stock.set('F1 B', 9);
    await inShop(shop.shopId, (tx) =>
      tx.mapping.create({
        data: {
          ...{ shopId: shop.shopId, connectionId: shop.live.id, kind: 'sku-alias', source: 'A' },
          ...{ target: { value: 'K1' }, updatedAt: new Date() },
        },
      }),
    );
    await shop.settings({ matchBy: 'alias' });
    await go(shop);
    expect([shown(shop, 1), shown(shop, 2)]).toEqual([3, 5]);
    expect(await causes(shop)).toEqual(['alias-missing']);
  });
});

describe('what Shopify shows as on hand', () => {
  it('is what lies on the shelf where nobody else sells from it, also while an order is on its way', async () => {
    const shop = await shopWith('F1');
    await shop.link(main, 'F1');
    await shop.variant(1, 'A', { committed: 3 });
    const acceptedAt = new Date(Date.now() - 60_000);
    await inShop(shop.shopId, async (tx) => {
      const of = { shopId: shop.shopId, orderId: 'gid://shopify/Order/1', connectionId: shop.live.id };
      const at = { locationId: main, facilityId: 'F1', fulfilmentOrderIds: [], acceptedAt, createdAt: acceptedAt };
      const part = await tx.part.create({ data: { ...of, number: 1, reference: '#1', ...at } });
      const line = { lineId: 'l', sku: 'A', inventoryItemId: itemGid(1), locationId: main, quantity: 2, open: 2 };
      await tx.partLine.create({ data: { shopId: shop.shopId, partId: part.id, ...line } });
    });
    // ten pieces, two of them reserved for the order that arrived; a third unit is on its way
    shop.office.stock.set('F1 A', 8);
    await go(shop);
    const level = shop.shopify.levels.get(levelKey(itemGid(1), main));
    expect([level?.available, (level?.available ?? 0) + (level?.committed ?? 0)]).toEqual([7, 10]);
  });
});

describe('a product that goes on selling at none', () => {
  async function selling(continueSelling?: string): Promise<Shop> {
    const shop = await shopWith('F1');
    await shop.link(main, 'F1', { safetyStock: 2 });
    await shop.variant(1, 'A', { available: 1 });
    await shop.variant(2, 'B', { available: 1 });
    await inShop(shop.shopId, (tx) =>
      tx.variant.updateMany({ where: { shopId: shop.shopId, sku: 'A' }, data: { whenOutOfStock: 'continue' } }),
    );
    shop.office.stock.set('F1 A', 5);
    shop.office.stock.set('F1 B', 5);
    await shop.settings({ minimumLevel: 4, ...(continueSelling ? { continueSelling } : {}) });
    await go(shop);
    return shop;
  }

  it.each([
    [undefined, 0],
    ['limits', 0],
    ['true-number', 5],
    ['leave-out', 1],
  ])('is published as the setting says: %s', async (setting, units) => {
    const shop = await selling(setting);
    expect([shown(shop, 1), shown(shop, 2)]).toEqual([units, 0]);
  });
});

describe('a change made in Shopify', () => {
  it('waits for the next run where the merchant wants that', async () => {
    const { noteLevelChange } = await import('./note-level-change.ts');
    const shop = await shopWith('F1');
    await shop.link(main, 'F1');
    await shop.variant(1, 'A');
    shop.office.stock.set('F1 A', 5);
    await shop.settings({ events: ['back-office'] });
    await go(shop);
    const level = shop.shopify.levels.get(levelKey(itemGid(1), main));
    if (level) level.available = 99;
    const tools = { publishers: () => Promise.resolve([shop.live]), adminOf: () => shop.shopify.admin };
    await noteLevelChange(shop.shopId, itemGid(1), tools);
    expect(shown(shop, 1)).toBe(99);
    await go(shop);
    expect(shown(shop, 1)).toBe(5);
  });
});

describe('a full comparison', () => {
  it('is made as often as the merchant wants; between, only what changed is asked for', async () => {
    const shop = await shopWith('F1');
    await shop.link(main, 'F1');
    await shop.variant(1, 'A');
    shop.office.stock.set('F1 A', 5);
    const asked = () => shop.office.pulls.at(-1)?.since ?? null;
    await shop.settings({ fullEveryHours: 2 });
    await go(shop);
    expect(asked()).toBeNull();
    await go(shop);
    expect(asked()).not.toBeNull();
    const where = { shopId_connectionId_kind: { shopId: shop.shopId, connectionId: shop.live.id, kind: 'inventory' } };
    const ago = (hours: number) =>
      inShop(shop.shopId, async (tx) => {
        const { cursor } = await tx.sync.findUniqueOrThrow({ where });
        const since = { ...(cursor as object), comparedAt: Date.now() - hours * 3_600_000 };
        await tx.sync.update({ where, data: { cursor: since } });
      });
    await ago(1);
    await go(shop);
    expect(asked()).not.toBeNull();
    await ago(3);
    await go(shop);
    expect(asked()).toBeNull();
  });
});

describe('what a level’s page tells', () => {
  it('names what is kept back of the facilities together', async () => {
    const shop = await shopWith('F1', 'F2');
    await shop.link(main, 'F1');
    await shop.variant(1, 'A');
    shop.office.stock.set('F1 A', 5);
    shop.office.stock.set('F2 A', 5);
    await place(shop, main, { source: 'all', safetyStock: 1, threshold: 2 });
    await go(shop);
    const told = await inShop(shop.shopId, (tx) => explainLevels(tx, shop.shopId, shop.live.id, [itemGid(1)]));
    expect([...told.values()]).toMatchObject([{ remoteAvailable: 10, safetyStock: 1, threshold: 2, target: 6 }]);
  });
});
