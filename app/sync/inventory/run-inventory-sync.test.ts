import { Prisma } from '@prisma/client';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { setDryRun } = await import('../../connections/connection-state.ts');
const { readSync, switchSync } = await import('../../connections/syncs.ts');
const { inShop } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { finishRun } = await import('../runs/runs.ts');
const { discardPlan } = await import('../runs/plan-states.ts');
const { welcomeShop } = await import('../shop/welcome-shop.ts');
const { publishItems } = await import('./publish-items.ts');
const { noteLevelChange } = await import('./note-level-change.ts');
const { runInventorySync } = await import('./run-inventory-sync.ts');
const { itemGid, levelKey, locationGid, testShop, variantGid } = await import('./shop.fixture.ts');
type TestShop = Awaited<ReturnType<typeof testShop>>;

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const [here, there] = [locationGid(1), locationGid(2)];
const shown = (shop: TestShop, n: number, at = here) => shop.shopify.levels.get(levelKey(itemGid(n), at))?.available;
const runOf = (shop: TestShop, id: string) =>
  inShop(shop.shopId, (tx) => tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId: shop.shopId, id } } }));
const countsOf = async (shop: TestShop, id: string) => (await runOf(shop, id)).counts as Record<string, number>;
const planOf = (shop: TestShop, runId: string) =>
  inShop(shop.shopId, (tx) => tx.planItem.findMany({ where: { shopId: shop.shopId, runId }, orderBy: { label: 'asc' } }));
const problemsOf = async (shop: TestShop) => {
  const open = await inShop(shop.shopId, (tx) =>
    tx.problem.findMany({ where: { shopId: shop.shopId, closedAt: null }, orderBy: [{ cause: 'asc' }, { subjectId: 'asc' }] }),
  );
  return open.map(({ cause, subjectId }) => `${cause} ${subjectId.split('/').at(-1)}`);
};

async function go(shop: TestShop, task?: string, argument?: string): Promise<string> {
  const run = await shop.run(task, argument);
  await runInventorySync(shop.live, run, shop.shopify.admin);
  await inShop(shop.shopId, (tx) => finishRun(tx, shop.shopId, run.id));
  return run.id;
}

async function smallShop(): Promise<TestShop> {
  const shop = await testShop();
  await shop.link(here, 'F1');
  return shop;
}

/** A part that the back office accepted at `acceptedAt`, with open units of one item. */
async function acceptedPart(
  shop: TestShop,
  n: number,
  open: number,
  acceptedAt: Date,
): Promise<{ partId: string; orderId: string }> {
  const { shopId, live } = shop;
  const orderId = `gid://shopify/Order/${n}`;
  return inShop(shopId, async (tx) => {
    const part = await tx.part.create({
      data: {
        shopId,
        orderId,
        connectionId: live.id,
        number: 1,
        reference: `#${n}`,
        locationId: here,
        facilityId: 'F1',
        fulfilmentOrderIds: [],
        acceptedAt,
        createdAt: acceptedAt,
      },
    });
    await tx.partLine.create({
      data: {
        shopId,
        partId: part.id,
        lineId: `line ${n}`,
        sku: `SKU-${n}`,
        inventoryItemId: itemGid(n),
        locationId: here,
        quantity: open,
        open,
      },
    });
    return { partId: part.id, orderId };
  });
}

describe('a first run', () => {
  it('publishes what the back office can sell and says so in its counts', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'A', { available: 3 });
    await shop.variant(2, 'B', { available: 7 });
    await shop.variant(3, 'C', { available: 5 });
    shop.office.stock = new Map([
      ['F1 A', 10],
      ['F1 B', 7],
      ['F1 C', 0],
    ]);
    const id = await go(shop);
    expect([shown(shop, 1), shown(shop, 2), shown(shop, 3)]).toEqual([10, 7, 0]);
    expect(await countsOf(shop, id)).toMatchObject({ seen: 3, done: 2, skipped: 0, held: 0, failed: 0, total: 2 });
    expect((await runOf(shop, id)).state).toBe('finished');
    expect((await planOf(shop, id)).map(({ label, action, before, after }) => [label, action, before, after])).toEqual([
      ['A · Location 1', 'update', 3, 10],
      ['C · Location 1', 'zero', 5, 0],
    ]);
    const level = await inShop(shop.shopId, (tx) =>
      tx.stockLevel.findFirstOrThrow({ where: { shopId: shop.shopId, inventoryItemId: itemGid(1) } }),
    );
    expect(level).toMatchObject({ available: 10, publishedAt: expect.any(Date) as Date });
  });

  it('does nothing the second time, and reads nothing it needn’t', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'A', { available: 3 });
    shop.office.stock.set('F1 A', 10);
    await go(shop);
    shop.shopify.calls.length = 0;
    const id = await go(shop);
    expect(await countsOf(shop, id)).toMatchObject({ done: 0, total: 0 });
    expect(shop.shopify.calls).toEqual([]);
    expect(shop.office.pulls.at(-1)?.since).toEqual(expect.any(Number));
  });

  it('switches inactive levels on before it writes, but not for nothing', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'A', { active: false });
    await shop.variant(2, 'B', { active: false });
    shop.office.stock = new Map([
      ['F1 A', 4],
      ['F1 B', 0],
    ]);
    const id = await go(shop);
    expect(shop.shopify.levels.get(levelKey(itemGid(1), here))).toMatchObject({ active: true, available: 4 });
    expect(shop.shopify.levels.get(levelKey(itemGid(2), here))).toMatchObject({ active: false });
    expect(await countsOf(shop, id)).toMatchObject({ done: 1, held: 0 });
  });

  it('names an inactive level where the merchant switches none on', async () => {
    const shop = await smallShop();
    await shop.settings({ activateLevels: false });
    await shop.variant(1, 'A', { active: false });
    shop.office.stock.set('F1 A', 4);
    await go(shop);
    expect(await problemsOf(shop)).toEqual(['level-inactive 1']);
    expect(shown(shop, 1)).toBe(0);
  });
});

describe('matching', () => {
  it('names what the back office doesn’t know and never publishes it as none', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'A', { available: 3 });
    await shop.variant(2, 'GONE', { available: 9 });
    shop.office.stock.set('F1 A', 10);
    const id = await go(shop);
    expect(shown(shop, 2)).toBe(9);
    expect(await problemsOf(shop)).toEqual(['unknown-in-back-office 2']);
    expect(await countsOf(shop, id)).toMatchObject({ seen: 2, done: 1, skipped: 1 });
    shop.office.stock.set('F1 GONE', 2);
    await go(shop);
    expect(shown(shop, 2)).toBe(2);
    expect(await problemsOf(shop)).toEqual([]);
  });

  it('forgets a SKU that a full pull no longer lists, instead of publishing a stale number', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'A');
    await shop.variant(2, 'B');
    shop.office.stock = new Map([
      ['F1 A', 10],
      ['F1 B', 5],
    ]);
    await go(shop);
    shop.office.stock.delete('F1 B');
    await go(shop, 'full');
    expect(shown(shop, 2)).toBe(5);
    expect(await problemsOf(shop)).toEqual(['unknown-in-back-office 2']);
  });

  it('publishes a SKU that two variants carry to neither, and says which', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'TWIN', { available: 1 });
    await shop.variant(2, 'TWIN', { available: 1 });
    shop.office.stock.set('F1 TWIN', 10);
    await go(shop);
    expect([shown(shop, 1), shown(shop, 2)]).toEqual([1, 1]);
    expect(await problemsOf(shop)).toEqual(['sku-duplicate 1', 'sku-duplicate 2']);
  });

  it('lets an archived twin be and publishes the living one', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'TWIN', { available: 1 });
    await shop.variant(2, 'TWIN', { available: 1, status: 'ARCHIVED' });
    shop.office.stock.set('F1 TWIN', 10);
    await go(shop);
    expect([shown(shop, 1), shown(shop, 2)]).toEqual([10, 1]);
    expect(await problemsOf(shop)).toEqual([]);
  });

  it('matches a SKU with other case or spaces when only one can be meant', async () => {
    const shop = await smallShop();
    await shop.variant(1, ' abc-1 ', { available: 1 });
    await shop.variant(2, 'xyz', { available: 1 });
    await shop.variant(3, 'XYZ ', { available: 1 });
    await shop.variant(4, 'DEF', { available: 1 });
    await shop.variant(5, 'def', { available: 1 });
    shop.office.stock = new Map([
      ['F1 ABC-1', 8],
      ['F1 Xyz', 6],
      ['F1 DEF', 4],
    ]);
    await go(shop);
    expect([1, 2, 3, 4, 5].map((n) => shown(shop, n))).toEqual([8, 1, 1, 4, 1]);
    expect(await problemsOf(shop)).toEqual(['sku-ambiguous 2', 'sku-ambiguous 3', 'sku-ambiguous 5']);
  });

  it('goes by the barcode where the merchant chose it', async () => {
    const shop = await smallShop();
    await shop.settings({}, { identifier: 'barcode' });
    await shop.variant(1, 'A', { barcode: '4006381333931' });
    shop.office.stock = new Map([
      ['F1 4006381333931', 3],
      ['F1 A', 99],
    ]);
    await go(shop);
    expect(shown(shop, 1)).toBe(3);
  });
});

describe('units in flight', () => {
  it('takes off what Shopify sold and the back office hadn’t reserved when it counted', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'SKU-1', { available: 10, committed: 3 });
    shop.office.stock.set('F1 SKU-1', 10);
    await go(shop);
    expect(shown(shop, 1)).toBe(7);
  });

  it('doesn’t take off twice what the back office had reserved', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'SKU-1', { available: 9, committed: 3 });
    shop.office.stock.set('F1 SKU-1', 7);
    await acceptedPart(shop, 1, 3, new Date(Date.now() - 60_000));
    await go(shop);
    expect(shown(shop, 1)).toBe(7);
  });

  it('doesn’t credit an order accepted after the back office counted', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'SKU-1', { available: 7, committed: 3 });
    shop.office.stock.set('F1 SKU-1', 10);
    shop.office.onPull = async () => void (await acceptedPart(shop, 1, 3, new Date(Date.now() + 1)));
    await go(shop);
    expect(shown(shop, 1)).toBe(7);
  });

  it('takes off what was sold at a till until the back office has recorded it, since Shopify commits nothing for it', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'SKU-1', { available: 7 });
    shop.office.stock.set('F1 SKU-1', 10);
    const { partId } = await acceptedPart(shop, 1, 3, new Date());
    const sale = (data: object) =>
      inShop(shop.shopId, (tx) => tx.part.updateMany({ where: { shopId: shop.shopId, id: partId }, data }));
    await sale({ tillSale: true, acceptedAt: null });
    await inShop(shop.shopId, (tx) => tx.partLine.updateMany({ where: { shopId: shop.shopId, partId }, data: { open: 0 } }));
    await go(shop);
    expect(shown(shop, 1)).toBe(7);
    await sale({ acceptedAt: new Date(Date.now() + 60_000) });
    await go(shop, 'full');
    expect(shown(shop, 1)).toBe(7);
    await sale({ acceptedAt: new Date(Date.now() - 60_000) });
    await go(shop, 'full');
    expect(shown(shop, 1)).toBe(10);
  });

  it('credits what an order of several places that went over in one holds at each, as long as nothing of it was fulfilled since it was read', async () => {
    const shop = await smallShop();
    await shop.link(there, 'F2');
    await shop.variant(1, 'SKU-1', { available: 10 });
    shop.shopify.levels.set(levelKey(itemGid(1), there), { available: 9, committed: 3, active: true });
    shop.office.stock = new Map([
      ['F1 SKU-1', 10],
      ['F2 SKU-1', 7],
    ]);
    const { partId } = await acceptedPart(shop, 1, 3, new Date(Date.now() - 60_000));
    const line = (data: object) =>
      inShop(shop.shopId, (tx) => tx.partLine.updateMany({ where: { shopId: shop.shopId, partId }, data }));
    await line({ places: [{ location_id: there, facility_id: 'F2', units: 3 }] });
    await go(shop);
    expect([shown(shop, 1), shown(shop, 1, there)]).toEqual([10, 7]);
    await line({ open: 2 });
    await go(shop, 'full');
    expect([shown(shop, 1), shown(shop, 1, there)]).toEqual([10, 4]);
  });

  it('credits an order that was found long after its answer was lost, though its goods’ stock never changed again', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'SKU-1', { available: 9, committed: 3 });
    await shop.variant(2, 'SKU-2', { available: 4, committed: 1 });
    shop.office.stock = new Map([
      ['F1 SKU-1', 7],
      ['F1 SKU-2', 4],
    ]);
    shop.office.unchanged = new Set(['SKU-1', 'SKU-2']);
    shop.office.asOf = Date.now() - 10 * 60_000;
    await go(shop);
    expect([shown(shop, 1), shown(shop, 2)]).toEqual([4, 3]);
    // It was in the number all the time; that is known since five minutes ago. The other has only just come: the next pull of changes tells it.
    await acceptedPart(shop, 1, 3, new Date(Date.now() - 5 * 60_000));
    await acceptedPart(shop, 2, 1, new Date(Date.now() - 10_000));
    shop.office.asOf = null;
    await go(shop);
    expect([shown(shop, 1), shown(shop, 2)]).toEqual([7, 3]);
    expect(shop.office.pulls.at(-1)).toMatchObject({ since: null, skus: ['SKU-1'] });
    await go(shop);
    expect(shop.office.pulls.at(-1)?.skus).toBeUndefined();
  });

  it('doesn’t credit a part whose fulfilment is on its way: Shopify may have lowered committed already', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'SKU-1', { available: 9, committed: 2 });
    shop.office.stock.set('F1 SKU-1', 9);
    const { partId, orderId } = await acceptedPart(shop, 1, 2, new Date(Date.now() - 60_000));
    const at = new Date();
    const { shopId } = shop;
    const shipment = await inShop(shopId, (tx) =>
      tx.shipment.create({
        data: {
          shopId,
          connectionId: shop.live.id,
          remoteId: 'S1',
          reference: '#1',
          orderId,
          partId,
          lines: [],
          tracking: [],
          hash: '',
          shippedAt: at,
          seenAt: at,
        },
      }),
    );
    const write = {
      shopId,
      connectionId: shop.live.id,
      target: 'shopify',
      kind: 'fulfilment-create',
      subjectKind: 'shipment',
      subjectId: shipment.id,
      key: 'f',
      class: 'compensable',
      createdAt: at,
    };
    await inShop(shopId, (tx) => tx.write.create({ data: { ...write, state: 'sent' } }));
    await go(shop);
    expect(shown(shop, 1)).toBe(7);
    // landed but not yet in our rows: still not
    await inShop(shopId, (tx) =>
      tx.write.updateMany({
        where: { shopId, key: 'f' },
        data: { state: 'landed', settledAt: at, answer: { fulfilmentId: 'gid://shopify/Fulfillment/1' } },
      }),
    );
    await go(shop, 'full');
    expect(shown(shop, 1)).toBe(7);
    await inShop(shopId, (tx) =>
      tx.shipment.updateMany({ where: { shopId }, data: { fulfilmentIds: ['gid://shopify/Fulfillment/1'] } }),
    );
    await go(shop, 'full');
    expect(shown(shop, 1)).toBe(9);
  });

  it('credits an order again whose change a killed worker left open, once a later change of it has landed', async () => {
    const shop = await smallShop();
    const { shopId } = shop;
    await shop.variant(1, 'SKU-1', { available: 9, committed: 2 });
    shop.office.stock.set('F1 SKU-1', 9);
    const { partId } = await acceptedPart(shop, 1, 2, new Date(Date.now() - 60_000));
    const amend = (key: string, state: string, sentAt: Date) =>
      inShop(shopId, (tx) =>
        tx.write.create({
          data: {
            ...{ shopId, connectionId: shop.live.id, target: 'back-office', kind: 'order-amend', class: 'compensable' },
            ...{ subjectKind: 'part', subjectId: partId, key, state, sentAt, createdAt: sentAt },
          },
        }),
      );
    await amend('first', 'sent', new Date(Date.now() - 50_000));
    await amend('before it', 'landed', new Date(Date.now() - 55_000));
    await go(shop);
    expect(shown(shop, 1)).toBe(7);
    await amend('after it', 'landed', new Date(Date.now() - 40_000));
    await go(shop, 'full');
    expect(shown(shop, 1)).toBe(9);
  });

  it('credits nothing where accepting an order reserves nothing', async () => {
    const shop = await smallShop();
    shop.live.definition = {
      ...shop.live.definition,
      capabilities: { ...shop.live.definition.capabilities, reservesOnAccept: false },
    };
    await shop.variant(1, 'SKU-1', { available: 9, committed: 3 });
    shop.office.stock.set('F1 SKU-1', 10);
    await acceptedPart(shop, 1, 3, new Date(Date.now() - 60_000));
    await go(shop);
    expect(shown(shop, 1)).toBe(7);
  });

  it('takes off orders at every location of the facility from the one that carries its stock', async () => {
    const shop = await smallShop();
    await shop.link(there, 'F1', { carriesStock: false });
    await shop.variant(1, 'SKU-1', { available: 10 });
    shop.shopify.levels.set(levelKey(itemGid(1), there), { available: 0, committed: 4, active: true });
    shop.office.stock.set('F1 SKU-1', 10);
    await go(shop);
    expect(shown(shop, 1)).toBe(6);
    expect(shown(shop, 1, there)).toBe(0);
  });
});

describe('settings', () => {
  it('keeps the location’s safety stock back and shows none below the minimum level', async () => {
    const shop = await testShop();
    await shop.link(here, 'F1', { safetyStock: 2 });
    await shop.settings({ minimumLevel: 5 });
    for (const n of [1, 2]) await shop.variant(n, `S${n}`, { available: 1 });
    shop.office.stock = new Map([
      ['F1 S1', 6],
      ['F1 S2', 7],
    ]);
    await go(shop);
    expect([shown(shop, 1), shown(shop, 2)]).toEqual([0, 5]);
  });

  it('compares everything again when a setting changed', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'A');
    shop.office.stock.set('F1 A', 4);
    await go(shop);
    await shop.settings({ minimumLevel: 5 });
    await go(shop);
    expect(shown(shop, 1)).toBe(0);
  });

  it('refuses to run while it is off, except for a preview', async () => {
    const shop = await smallShop();
    await inShop(shop.shopId, (tx) => tx.sync.updateMany({ where: { shopId: shop.shopId }, data: { enabled: false } }));
    await shop.variant(1, 'A');
    shop.office.stock.set('F1 A', 4);
    await expect(runInventorySync(shop.live, await shop.run(), shop.shopify.admin)).rejects.toMatchObject({ code: 'sync-off' });
    const id = await go(shop, 'preview');
    expect((await runOf(shop, id)).state).toBe('planned');
    expect(await planOf(shop, id)).toHaveLength(1);
    expect(shown(shop, 1)).toBe(0);
  });

  it('keeps a plan and sends nothing while the connection may only read, and publishes once it may write', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'A');
    shop.office.stock.set('F1 A', 4);
    shop.live.access = 'read';
    const id = await go(shop);
    expect(shown(shop, 1)).toBe(0);
    expect(await countsOf(shop, id)).toMatchObject({ done: 0, held: 1 });
    expect((await planOf(shop, id))[0]?.reason).toMatchObject({ code: 'read-only' });
    shop.live.access = 'read_write';
    await go(shop);
    expect(shown(shop, 1)).toBe(4);
  });
});

describe('what changed or was kept back while nothing could be written', () => {
  const actor = { userId: null, userName: 'Test' };
  const tools = (shop: TestShop) => ({
    publishers: () => Promise.resolve([shop.live]),
    adminOf: () => shop.shopify.admin,
  });
  const dryRun = (shop: TestShop, on: boolean) =>
    inShop(shop.shopId, (tx) => setDryRun(tx, shop.shopId, actor, shop.live.id, on));
  const switched = (shop: TestShop, on: boolean) =>
    inShop(shop.shopId, (tx) => switchSync(tx, shop.shopId, actor, shop.live.id, 'inventory', on));

  /** One product that shows its four units; the back office won't name it again unless everything is asked for. */
  async function published(): Promise<TestShop> {
    const shop = await smallShop();
    await shop.variant(1, 'A');
    shop.office.stock.set('F1 A', 4);
    await go(shop);
    return shop;
  }
  async function nextRun(shop: TestShop): Promise<number | undefined> {
    shop.office.unchanged.add('A');
    await go(shop);
    return shown(shop, 1);
  }
  async function changedByHand(shop: TestShop): Promise<void> {
    const level = shop.shopify.levels.get(levelKey(itemGid(1), here));
    if (level) level.available = 50;
    await noteLevelChange(shop.shopId, itemGid(1), tools(shop));
  }
  /** A run for nine units during which, when it has read Shopify, something happens. */
  async function runDuringWhich(shop: TestShop, happens: () => Promise<unknown>): Promise<string> {
    shop.office.stock.set('F1 A', 9);
    const run = await shop.run();
    const { admin } = shop.shopify;
    const meddling = (async (document: never, variables: never, options: never) => {
      const answer = await admin.run(document, variables, options);
      await happens();
      return answer;
    }) as typeof admin.run;
    await runInventorySync(shop.live, run, { ...admin, run: meddling });
    return run.id;
  }

  it('is caught up when a run is stopped at work by a gate that opens again', async () => {
    const shop = await published();
    const cursor = async () => (await inShop(shop.shopId, (tx) => readSync(tx, shop.shopId, shop.live.id, 'inventory'))).cursor;
    const before = await cursor();
    const id = await runDuringWhich(shop, () => dryRun(shop, true));
    expect([shown(shop, 1), await countsOf(shop, id)]).toMatchObject([4, { held: 1 }]);
    // it may have opened again before the run came to its end
    expect(await cursor()).toEqual(before);
    await dryRun(shop, false);
    expect(await nextRun(shop)).toBe(9);
  });

  it('is put right when a dry run ends, though somebody changed it during the dry run', async () => {
    const shop = await published();
    await dryRun(shop, true);
    await changedByHand(shop);
    await dryRun(shop, false);
    expect(await nextRun(shop)).toBe(4);
  });

  it('is put right when the sync is switched on again', async () => {
    const shop = await published();
    await inShop(shop.shopId, (tx) => tx.connection.updateMany({ data: { health: { ok: true } } }));
    await switched(shop, false);
    await changedByHand(shop);
    expect(await switched(shop, true)).toEqual({ ok: true });
    expect(await nextRun(shop)).toBe(4);
  });

  it('is put right when the app is installed again', async () => {
    const shop = await published();
    await inShop(shop.shopId, (tx) => tx.sync.updateMany({ data: { enabled: false } }));
    await changedByHand(shop);
    await inShop(shop.shopId, (tx) => tx.sync.updateMany({ data: { enabled: true } }));
    await inShop(shop.shopId, (tx) => welcomeShop(tx, { shop: { ...shop.live.shop }, first: false } as never));
    expect(await nextRun(shop)).toBe(4);
  });

  it('stays as it is once the sync is switched off, also by a run at work', async () => {
    const shop = await published();
    const id = await runDuringWhich(shop, () => switched(shop, false));
    expect(shown(shop, 1)).toBe(4);
    expect((await planOf(shop, id))[0]?.reason).toMatchObject({ code: 'sync-off' });
  });
});

describe('publishing against a moving shop', () => {
  it.each(['whole', 'line'] as const)(
    'reads a level that sold meanwhile again and sends it under a new key (a stale batch fails by the %s)',
    async (staleFails) => {
      const shop = await smallShop();
      shop.shopify.staleFails = staleFails;
      for (const n of [1, 2, 3]) await shop.variant(n, `S${n}`, { available: 5 });
      shop.office.stock = new Map([
        ['F1 S1', 10],
        ['F1 S2', 10],
        ['F1 S3', 10],
      ]);
      shop.shopify.beforeSet = (round) => {
        const level = shop.shopify.levels.get(levelKey(itemGid(2), here));
        if (round === 1 && level) Object.assign(level, { available: 4, committed: 1 });
      };
      const id = await go(shop);
      expect([1, 2, 3].map((n) => shown(shop, n))).toEqual([10, 9, 10]);
      expect(await countsOf(shop, id)).toMatchObject({ done: 3, held: 0, failed: 0, total: 3 });
      const keys = shop.shopify.calls.filter((call) => call.operation === 'InventorySet').map((call) => call.key);
      expect(new Set(keys).size).toBe(2);
    },
  );

  it('claims no success for a level that never stands still, and takes it up again in the next run', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'A', { available: 5 });
    await shop.variant(2, 'B', { available: 5 });
    shop.office.stock = new Map([
      ['F1 A', 10],
      ['F1 B', 10],
    ]);
    shop.shopify.beforeSet = () => {
      const level = shop.shopify.levels.get(levelKey(itemGid(1), here));
      if (level) level.available += 1;
    };
    const id = await go(shop);
    expect(await countsOf(shop, id)).toMatchObject({ done: 1, held: 1, failed: 0 });
    expect(shown(shop, 2)).toBe(10);
    shop.shopify.beforeSet = () => undefined;
    await go(shop);
    expect(shown(shop, 1)).toBe(10);
  });

  it('names a level that Shopify refuses and goes on with the rest of its batch', async () => {
    const shop = await smallShop();
    shop.shopify.staleFails = 'whole';
    for (const n of [1, 2]) await shop.variant(n, `S${n}`);
    shop.office.stock = new Map([
      ['F1 S1', 3],
      ['F1 S2', 3],
    ]);
    shop.shopify.refused.set(itemGid(1), 'The inventory item could not be found');
    const id = await go(shop);
    expect([shown(shop, 1), shown(shop, 2)]).toEqual([0, 3]);
    expect(await problemsOf(shop)).toEqual(['stock-refused 1']);
    expect(await countsOf(shop, id)).toMatchObject({ done: 1, failed: 1 });
    expect((await runOf(shop, id)).state).toBe('finished_partially');
    shop.shopify.refused.clear();
    await go(shop, 'retry');
    expect(await problemsOf(shop)).toEqual([]);
  });

  it('asks under the same key when an answer got lost, and counts the batch once', async () => {
    const shop = await smallShop();
    await shop.variant(1, 'A');
    shop.office.stock.set('F1 A', 4);
    shop.shopify.loseAnswers = 1;
    const id = await go(shop);
    const keys = shop.shopify.calls.filter((call) => call.operation === 'InventorySet').map((call) => call.key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(await countsOf(shop, id)).toMatchObject({ done: 1 });
  });

  it('finds what landed when every answer got lost and its worker died, and counts it once', async () => {
    const shop = await smallShop();
    for (const n of [1, 2]) await shop.variant(n, `S${n}`);
    shop.office.stock = new Map([
      ['F1 S1', 4],
      ['F1 S2', 4],
    ]);
    shop.shopify.loseAnswers = 99;
    const run = await shop.run();
    await expect(runInventorySync(shop.live, run, shop.shopify.admin)).rejects.toMatchObject({ code: 'shopify-no-answer' });
    shop.shopify.loseAnswers = 0;
    await runInventorySync(shop.live, run, shop.shopify.admin);
    expect(await countsOf(shop, run.id)).toMatchObject({ done: 2, total: 2 });
    const open = await inShop(shop.shopId, (tx) =>
      tx.write.count({ where: { shopId: shop.shopId, state: { in: ['sent', 'unknown'] } } }),
    );
    expect(open).toBe(0);
    const levels = await inShop(shop.shopId, (tx) => tx.stockLevel.findMany({ where: { shopId: shop.shopId } }));
    expect(levels.every((level) => level.publishedAt !== null)).toBe(true);
  });

  it('writes 250 levels a call and reads 250 items a call', async () => {
    const shop = await smallShop();
    for (let n = 1; n <= 260; n += 1) {
      await shop.variant(n, `S${n}`);
      shop.office.stock.set(`F1 S${n}`, n);
    }
    const id = await go(shop);
    expect(await countsOf(shop, id)).toMatchObject({ done: 260, total: 260 });
    expect(shop.shopify.calls.map((call) => call.size).sort((a, b) => a - b)).toEqual([10, 10, 250, 250]);
  });
});

describe('the brake', () => {
  async function emptied(): Promise<TestShop> {
    const shop = await smallShop();
    for (let n = 1; n <= 8; n += 1) {
      await shop.variant(n, `S${n}`, { available: 5 });
      shop.office.stock.set(`F1 S${n}`, 5);
    }
    await go(shop);
    for (const key of shop.office.stock.keys()) shop.office.stock.set(key, 0);
    return shop;
  }

  it('holds a run that would empty the shop until somebody says yes, and asks only once', async () => {
    const shop = await emptied();
    const held = await go(shop);
    expect(await runOf(shop, held)).toMatchObject({
      state: 'awaiting_approval',
      reason: { code: 'brake', params: { zeroes: 8 } },
    });
    expect(shown(shop, 1)).toBe(5);
    const again = await go(shop);
    expect(await runOf(shop, again)).toMatchObject({ state: 'planned', reason: { code: 'waits-for-approval' } });
    await inShop(shop.shopId, (tx) =>
      tx.run.update({ where: { shopId_id: { shopId: shop.shopId, id: held } }, data: { state: 'queued', task: 'approve' } }),
    );
    await runInventorySync(shop.live, { id: held, task: 'approve' }, shop.shopify.admin);
    expect(shown(shop, 1)).toBe(0);
    expect(await countsOf(shop, held)).toMatchObject({ done: 8, held: 0 });
  });

  it('plans anew after the yes, and asks again when the plan grew', async () => {
    const shop = await smallShop();
    await shop.settings({ brakeUnits: 3 });
    for (let n = 1; n <= 20; n += 1) await shop.variant(n, `S${n}`, { available: 5 });
    for (let n = 1; n <= 4; n += 1) shop.office.stock.set(`F1 S${n}`, 6);
    const held = await go(shop);
    expect((await runOf(shop, held)).state).toBe('awaiting_approval');
    for (let n = 1; n <= 20; n += 1) shop.office.stock.set(`F1 S${n}`, 6);
    await runInventorySync(shop.live, { id: held, task: 'approve' }, shop.shopify.admin);
    expect(await runOf(shop, held)).toMatchObject({ state: 'awaiting_approval', reason: { params: { writes: 20 } } });
    await runInventorySync(shop.live, { id: held, task: 'approve' }, shop.shopify.admin);
    expect(shown(shop, 20)).toBe(6);
  });

  const sold = (shop: TestShop, n: number) =>
    shop.shopify.levels.set(levelKey(itemGid(n), here), { available: 4, committed: 1, active: true });
  const hear = (shop: TestShop, n: number) =>
    noteLevelChange(shop.shopId, itemGid(n), {
      publishers: () => Promise.resolve([shop.live]),
      adminOf: () => shop.shopify.admin,
    });

  it('isn’t passed by a sale of one of the products while its question is open, nor after a no until all was read again', async () => {
    const shop = await emptied();
    const held = await go(shop);
    sold(shop, 1);
    await hear(shop, 1);
    expect(shown(shop, 1)).toBe(4);
    const lines = await inShop(shop.shopId, (tx) =>
      tx.planItem.findMany({ where: { shopId: shop.shopId, runId: { not: held } } }),
    );
    expect(lines.find(({ action }) => action === 'zero')?.reason).toMatchObject({ code: 'waits-for-approval' });
    await inShop(shop.shopId, (tx) => discardPlan(tx, shop.shopId, held));
    await hear(shop, 1);
    expect(shown(shop, 1)).toBe(4);
    shop.office.stock.set('F1 S1', 0);
    for (let n = 2; n <= 8; n += 1) shop.office.stock.set(`F1 S${n}`, 5);
    await go(shop);
    await hear(shop, 1);
    expect([shown(shop, 1), shown(shop, 2)]).toEqual([0, 5]);
    // that no is settled, whatever else lets everything be compared
    await inShop(shop.shopId, (tx) => tx.sync.updateMany({ where: { shopId: shop.shopId }, data: { cursor: Prisma.DbNull } }));
    shop.office.stock.set('F1 S2', 0);
    await publishItems(shop.live, await shop.run(), { skus: ['S2'] }, shop.shopify.admin);
    expect(shown(shop, 2)).toBe(0);
  });

  it('isn’t passed in slices by runs of changes, before a no or after it', async () => {
    const shop = await emptied();
    sold(shop, 1);
    const held = await go(shop, 'full');
    expect((await runOf(shop, held)).state).toBe('awaiting_approval');
    shop.office.unchanged = new Set([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `S${n}`));
    const slice = await go(shop);
    expect([(await runOf(shop, slice)).state, shown(shop, 1)]).toEqual(['finished', 4]);
    await inShop(shop.shopId, (tx) => discardPlan(tx, shop.shopId, held));
    for (const key of shop.office.stock.keys()) shop.office.stock.set(key, 5);
    await go(shop);
    expect(shown(shop, 1)).toBe(4);
  });

  it('withdraws its question when a later full run finds everything as it was', async () => {
    const shop = await emptied();
    const held = await go(shop);
    for (const key of shop.office.stock.keys()) shop.office.stock.set(key, 5);
    await go(shop, 'full');
    expect(await runOf(shop, held)).toMatchObject({ state: 'cancelled', reason: { code: 'superseded' } });
  });

  it('withdraws its question when a later full run finds the stock back', async () => {
    const shop = await emptied();
    const held = await go(shop);
    for (const key of shop.office.stock.keys()) shop.office.stock.set(key, 4);
    await go(shop, 'full');
    expect(await runOf(shop, held)).toMatchObject({ state: 'cancelled', reason: { code: 'superseded' } });
    expect(shown(shop, 1)).toBe(4);
  });
});

it('refuses a full pull that lists nothing at all, instead of forgetting everything', async () => {
  const shop = await smallShop();
  await shop.variant(1, 'A');
  shop.office.stock.set('F1 A', 4);
  await go(shop);
  shop.office.stock.clear();
  await expect(runInventorySync(shop.live, await shop.run('full'), shop.shopify.admin)).rejects.toMatchObject({
    code: 'back-office-stock-empty',
  });
  expect(shown(shop, 1)).toBe(4);
});

it('publishes chosen SKUs only', async () => {
  const shop = await smallShop();
  await shop.variant(1, 'A');
  await shop.variant(2, 'B');
  shop.office.stock = new Map([
    ['F1 A', 4],
    ['F1 B', 4],
  ]);
  await go(shop, 'chosen', 'A');
  expect([shown(shop, 1), shown(shop, 2)]).toEqual([4, 0]);
  expect(variantGid(1)).toContain('1');
});
