import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openOrderWorld } from './order-world.test-data.ts';

const database = await openTestDatabase();
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn, { posSales: 'record' }, { recordsHandedOver: true, keepsCustomers: true });
const { taken, place, sync, given, store, orderRow, inShop, shopId, live } = world;
const { stopBoss } = await import('../../jobs/boss.ts');
const { chooseForOrder } = await import('./order-choice.ts');
const knife = 'KI07-02';

afterAll(async () => {
  await stopBoss();
  await world.close();
  await database.close();
});

/** The back office has so many knives in the facility of the till. */
const has = (available: number) =>
  inShop(shopId, async (tx) => {
    const key = { shopId, connectionId: live.id, facilityId: 'F1', sku: ` ${knife.toLowerCase()}` };
    const where = { shopId_connectionId_facilityId_sku: key };
    await tx.remoteStock.upsert({ where, create: { ...key, available, asOf: new Date() }, update: { available } });
  });
const sold = (quantity: number) =>
  place({ pos: true, customer: null, location: 'Main Warehouse', lines: [{ sku: knife, quantity }] });
const state = async (name: string) => {
  const { verdict, reason } = await orderRow(name);
  return `${verdict} ${(reason as { code?: string }).code ?? ''}`.trim();
};
beforeEach(() => has(3));

describe.sequential('a sale at the till of more than the back office has', () => {
  it('is recorded all the same where nothing else is set', async () => {
    await store({});
    const name = await sold(4);
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${knife}×4@F1`] });
    // Its stock is published anew when we learn of the sale and when it is recorded: Shopify's news of the level may come before both.
    const part = await inShop(shopId, (tx) => tx.part.findFirstOrThrow({ where: { shopId, reference: name } }));
    const knocks = await inShop(shopId, (tx) =>
      tx.inboxItem.findMany({
        where: { shopId, subjectKind: 'inventory-item', key: { contains: part.id } },
        orderBy: { id: 'asc' },
      }),
    );
    expect(part.tillSale).toBe(true);
    expect(knocks.map(({ key }) => key.split(' ')[1])).toEqual(['sold', 'recorded']);
  });

  it('waits by name until the stock was corrected, where the merchant wants to look first', async () => {
    await store({ posBeyondStock: 'hold' });
    const enough = await sold(3);
    await sync(enough);
    expect(given(enough)).toEqual({ [enough]: [`${knife}×3@F1`] });
    const name = await sold(4);
    await sync(name);
    expect(given(name)).toEqual({});
    expect(await state(name)).toBe('hold sold-beyond-stock');
    expect((await orderRow(name)).holdUntil?.getTime()).toBeGreaterThan(Date.now());
    expect((await world.problems()).map(({ cause }) => cause)).toEqual(['sold-beyond-stock']);
    await has(4);
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${knife}×4@F1`] });
    expect(await world.problems()).toEqual([]);
  });

  it('goes by hand all the same', async () => {
    await store({ posBeyondStock: 'hold' });
    const name = await sold(4);
    await sync(name);
    await chooseForOrder(shopId, { userId: '1', userName: 'Ada', role: 'operator' } as never, world.idOf(name), 'send-now');
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${knife}×4@F1`] });
  });

  it('is left out with its reason, where the merchant wants that', async () => {
    await store({ posBeyondStock: 'leave-out' });
    const name = await sold(4);
    await sync(name);
    expect(given(name)).toEqual({});
    expect(await state(name)).toBe('skip sold-beyond-stock');
  });
});

describe.sequential('whose a sale at the till is', () => {
  it('is whom the merchant named for all of them, and other orders keep their own', async () => {
    await has(50);
    await store({ posCustomerId: '4711', posCustomerName: 'Shop floor' });
    const customer = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@x.example' };
    const till = await place({ pos: true, customer, location: 'Main Warehouse', lines: [{ sku: knife, quantity: 1 }] });
    const shipped = await place({ customer, lines: [{ sku: knife, quantity: 1, location: 'Main Warehouse' }] });
    for (const name of [till, shipped]) await sync(name);
    expect(taken.get(till)?.customer).toMatchObject({ remoteId: '4711', name: 'Shop floor', email: null });
    expect(taken.get(shipped)?.customer).toMatchObject({ name: 'Ada Lovelace' });
    expect(taken.get(shipped)?.customer?.remoteId).toBeUndefined();
  });
});
