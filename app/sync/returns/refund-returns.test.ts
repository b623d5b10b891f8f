import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { locations, openSyncWorld } from '../shipments/sync-world.test-data.ts';

const world = await openSyncWorld(await openTestDatabase());
const { shopify, office, live, addOrder, giveBack, shopId } = world;
const { idempotencyKeyOf, shopRefunds } = await import('./order-refunds.ts');
const { runReturnsSync } = await import('./run-returns-sync.ts');
const { shopReturns } = await import('./order-returns.ts');
const options = { shopify: shopRefunds(shopify as never), returns: shopReturns(shopify as never) };

afterAll(() => world.close());

beforeEach(async () => {
  office.returns.length = 0;
  shopify.faults.length = 0;
  Object.assign(live, { access: 'read_write' });
  await world.setSettings('returns', { refund: true });
  await world.inShop(async (tx) => {
    await tx.$executeRaw`UPDATE sync SET cursor = NULL, enabled = (kind <> 'inventory')`;
    await tx.$executeRaw`UPDATE return_record SET state = 'recorded' WHERE state NOT IN ('refunded', 'recorded')`;
    await tx.$executeRaw`UPDATE problem SET closed_at = opened_at WHERE closed_at IS NULL`;
  });
});

async function run(task = 'scheduled', argument?: string) {
  const order = await world.newRun('returns', task, argument);
  await runReturnsSync(live, order, options);
  return world.inShop((tx) => tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id: order.id } } }));
}
/** An order whose goods have left, as they must have before they can come back. */
const sold: typeof addOrder = async (lines) => {
  const order = await addOrder(lines);
  shopify.fulfilByHand(
    order.id,
    lines.map(({ quantity }, index) => ({ lineId: order.lineIds[index]!, quantity })),
  );
  return order;
};
const refundByHand = (order: { id: string; lineIds: string[] }, quantity: number) =>
  options.shopify.create(
    { orderId: order.id, refundLineItems: [{ lineItemId: order.lineIds[0]!, quantity }] },
    idempotencyKeyOf(`by hand of ${order.id}`),
  );
const row = (remoteId: string) => world.inShop((tx) => tx.return.findFirstOrThrow({ where: { shopId, remoteId } }));
const refundsOf = (orderId: string) => shopify.refunds.filter((one) => one.orderId === orderId);
const causes = async () => (await world.problems()).map(({ cause }) => cause);

describe('returns received in the back office', () => {
  it('have no problem once they are refunded, though the database goes away before that is counted', async () => {
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await world.withoutCounting(() => expect(run()).rejects.toMatchObject({ code: 'database-busy' }));
    expect([refundsOf(order.id).length, await causes()]).toEqual([1, []]);
  });

  it('become one refund with the money, without restock or mail unless wanted', async () => {
    const order = await sold([{ sku: 'A', quantity: 3 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 2 }]);
    const { counts } = await run();
    expect(refundsOf(order.id)).toMatchObject([
      {
        amount: 2000,
        shipping: 0,
        notified: false,
        lines: [{ lineId: order.lineIds[0], quantity: 2, restockType: 'NO_RESTOCK', locationId: null }],
      },
    ]);
    expect(await row(report.remoteId)).toMatchObject({
      state: 'refunded',
      refunded: 2000n,
      refundId: refundsOf(order.id)[0]?.id,
    });
    expect(counts).toMatchObject({ seen: 1, done: 1, failed: 0 });
    const events = await world.inShop((tx) =>
      tx.timelineEvent.findMany({ where: { shopId, subjectId: order.id }, orderBy: { id: 'asc' } }),
    );
    expect(events.map(({ kind, params }) => [kind, (params as { amount?: string }).amount])).toEqual([
      ['return-received', undefined],
      ['return-refunded', '20.00'],
    ]);
  });

  it('are refunded once however often they are reported and run', async () => {
    const order = await sold([{ sku: 'A', quantity: 3 }]);
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    await run('full');
    await Promise.all([run('full'), run('retry')]);
    expect(refundsOf(order.id)).toHaveLength(1);
  });

  it.each(['lost-answer', 'lost-request'] as const)('leave exactly one refund after a lost answer (%s)', async (kind) => {
    const order = await sold([{ sku: 'A', quantity: 3 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    shopify.failNext('RefundCreate', kind);
    await expect(run()).rejects.toMatchObject({ code: 'shopify-no-answer' });
    expect(await causes()).toEqual(['shopify-no-answer']);
    await run();
    expect(refundsOf(order.id)).toHaveLength(1);
    expect(await row(report.remoteId)).toMatchObject({ state: 'refunded', refunded: 1000n });
    expect(await causes()).toEqual([]);
  });

  it('leave exactly one refund after a crash between sending and recording', async () => {
    const order = await sold([{ sku: 'A', quantity: 3 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    const { id } = await row(report.remoteId);
    shopify.forgetKeys();
    for (const state of ['sent', 'landed']) {
      await world.inShop(async (tx) => {
        await tx.$executeRaw`UPDATE write SET state = ${state} WHERE subject_id = ${id}`;
        await tx.$executeRaw`UPDATE return_record SET state = 'seen', refund_id = NULL, refunded = NULL WHERE id = ${id}::uuid`;
      });
      await run();
      expect(refundsOf(order.id)).toHaveLength(1);
      expect(await row(report.remoteId)).toMatchObject({ state: 'refunded', refundId: refundsOf(order.id)[0]?.id });
    }
  });

  it('are recorded and shown where refunds are off, and stay so when they are switched on later', async () => {
    await world.setSettings('returns', { refund: false });
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    expect((await run()).counts).toMatchObject({ seen: 1, done: 1 });
    await world.setSettings('returns', { refund: true });
    await run('full');
    expect(await row(report.remoteId)).toMatchObject({ state: 'recorded' });
    expect(refundsOf(order.id)).toEqual([]);
    await run('chosen', (await row(report.remoteId)).id);
    expect(refundsOf(order.id)).toHaveLength(1);
  });

  it('from before the sync was switched on are history', async () => {
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }], { receivedAt: '2026-11-01T00:00:00Z' });
    await run();
    expect(await row(report.remoteId)).toMatchObject({ state: 'recorded' });
    expect(refundsOf(order.id)).toEqual([]);
  });

  it('without a moment of their own are history when the back office is first read, and news afterwards', async () => {
    const order = await sold([{ sku: 'A', quantity: 2 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }], { receivedAt: null });
    await run();
    expect(await row(report.remoteId)).toMatchObject({ state: 'recorded' });
    expect(refundsOf(order.id)).toEqual([]);
    const later = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }], { receivedAt: null });
    await run();
    expect(await row(later.remoteId)).toMatchObject({ state: 'refunded' });
  });

  it('reported in a way that can’t be stored are named, and the others go on', async () => {
    const order = await sold([{ sku: 'A', quantity: 2 }]);
    const broken = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }], { receivedAt: 'yesterday', note: 'wet\0' });
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    expect((await run()).counts).toMatchObject({ seen: 2, done: 1, failed: 1 });
    expect(refundsOf(order.id)).toHaveLength(1);
    expect(await world.problems()).toMatchObject([{ cause: 'return-unstorable', params: { return: broken.remoteId } }]);
    Object.assign(broken, { receivedAt: '2026-11-20T12:00:00Z', note: null });
    await run('full');
    expect(refundsOf(order.id)).toHaveLength(2);
    expect(await causes()).toEqual([]);
  });

  it('refund shipping once, tell the customer, and restock where that is wanted', async () => {
    await world.setSettings('returns', { refund: true, refundShipping: true, notifyCustomer: true, restock: true });
    const order = await sold([{ sku: 'A', quantity: 3 }]);
    giveBack(order.references[0]!, [
      { sku: 'A', quantity: 1 },
      { sku: 'A', quantity: 1, restocked: false },
    ]);
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(refundsOf(order.id)).toMatchObject([
      {
        amount: 2500,
        shipping: 500,
        notified: true,
        lines: [
          { quantity: 1, restockType: 'RETURN', locationId: locations.north },
          { quantity: 1, restockType: 'NO_RESTOCK', locationId: null },
        ],
      },
      { amount: 1000, shipping: 0 },
    ]);
  });

  it('are not restocked in Shopify where the back office publishes its own stock', async () => {
    await world.setSettings('returns', { refund: true, restock: true });
    await world.inShop((tx) => tx.$executeRaw`UPDATE sync SET enabled = true WHERE kind = 'inventory'`);
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(refundsOf(order.id)[0]?.lines).toMatchObject([{ restockType: 'NO_RESTOCK' }]);
  });

  it('of an order nobody knows are named, and go when it appears', async () => {
    giveBack('#1998', [{ sku: 'A', quantity: 1 }]);
    expect((await run()).counts).toMatchObject({ failed: 1 });
    expect(await causes()).toEqual(['return-of-unknown-order']);
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    await world.inShop((tx) => tx.part.updateMany({ where: { shopId, id: order.partIds[0]! }, data: { reference: '#1998' } }));
    await run();
    expect(refundsOf(order.id)).toHaveLength(1);
    expect(await causes()).toEqual([]);
  });

  it('of more than was sold, or of another product, are refunded in no part', async () => {
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    giveBack(order.references[0]!, [
      { sku: 'A', quantity: 2 },
      { sku: 'Z', quantity: 1 },
    ]);
    await run();
    expect((await causes()).sort()).toEqual(['returned-more-than-sold', 'returned-unknown-sku']);
    expect(refundsOf(order.id)).toEqual([]);
  });

  it('heard of before their parcel wait by name for its fulfilment, and are refunded then', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(refundsOf(order.id)).toEqual([]);
    expect(await world.problems()).toMatchObject([{ cause: 'return-before-fulfilment', params: { sku: 'A', quantity: 1 } }]);
    shopify.fulfilAll(order.id);
    await run('retry');
    expect(refundsOf(order.id)).toHaveLength(1);
    expect(await row(report.remoteId)).toMatchObject({ state: 'refunded' });
    expect(await causes()).toEqual([]);
  });

  it('of more than Shopify can still refund are refunded in no part', async () => {
    const order = await sold([{ sku: 'A', quantity: 3 }]);
    await refundByHand(order, 2);
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 2 }]);
    await run();
    expect(await world.problems()).toMatchObject([
      { cause: 'return-above-refundable', params: { sku: 'A', quantity: 2, refundable: 1 } },
    ]);
    expect(refundsOf(order.id)).toHaveLength(1);
  });

  it('refunded by somebody already are recognised', async () => {
    const order = await sold([{ sku: 'A', quantity: 2 }]);
    await refundByHand(order, 2);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 2 }]);
    await run();
    expect(await row(report.remoteId)).toMatchObject({ state: 'recorded', reason: { code: 'return-refunded-elsewhere' } });
    expect(refundsOf(order.id)).toHaveLength(1);
    expect(await causes()).toEqual([]);
  });

  it('are not refunded again where the database was put back to before they were: their refund bears their name', async () => {
    const order = await sold([{ sku: 'A', quantity: 3 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    const money = giveBack(order.references[0]!, [], { amount: 700 });
    await world.setSettings('returns', { refund: true, withoutItems: true });
    await run();
    expect(refundsOf(order.id)).toHaveLength(2);
    await world.inShop(async (tx) => {
      await tx.$executeRaw`UPDATE return_record SET state = 'seen', refund_id = NULL, refunded = NULL, hash = '' WHERE order_id = ${order.id}`;
      await tx.$executeRaw`DELETE FROM write WHERE kind = 'refund-create'`;
      await tx.$executeRaw`UPDATE sync SET cursor = NULL`;
    });
    await run();
    expect(refundsOf(order.id)).toHaveLength(2);
    for (const { remoteId } of [report, money])
      expect(await row(remoteId)).toMatchObject({ state: 'refunded', refundId: expect.any(String) as string });
    expect(await causes()).toEqual([]);
  });

  it('of a unit that may be the one refunded by hand are refunded only at a person’s wish', async () => {
    const order = await sold([{ sku: 'A', quantity: 2 }]);
    await refundByHand(order, 1);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(await world.problems()).toMatchObject([
      { cause: 'return-maybe-refunded', params: { sku: 'A', quantity: 1, refunded: 1 } },
    ]);
    expect(refundsOf(order.id)).toHaveLength(1);
    await run('chosen', (await row(report.remoteId)).id);
    expect(refundsOf(order.id)).toHaveLength(2);
    expect(await causes()).toEqual([]);
  });

  it('go on being refunded where a unit was refunded before it left, or the others came back as well', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 3 }]);
    await refundByHand(order, 1);
    shopify.fulfilByHand(order.id, [{ lineId: order.lineIds[0]!, quantity: 2 }]);
    shopify.fulfilAll(order.id);
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(refundsOf(order.id)).toHaveLength(3);

    const early = await sold([{ sku: 'A', quantity: 2 }]);
    await world.setSettings('returns', { refund: false });
    giveBack(early.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    await refundByHand(early, 1);
    await world.setSettings('returns', { refund: true });
    giveBack(early.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(refundsOf(early.id)).toHaveLength(2);
    expect(await causes()).toEqual([]);
  });

  it('for which the buyer gets something else than money are refunded only at a person’s wish', async () => {
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    const lines = [{ lineId: null, sku: 'A', quantity: 1, restocked: true, instead: 'RTN_REPLACE' }];
    const report = giveBack(order.references[0]!, [], { lines });
    await run();
    expect(await world.problems()).toMatchObject([{ cause: 'return-not-for-money', params: { instead: 'RTN_REPLACE' } }]);
    expect(refundsOf(order.id)).toEqual([]);
    await run('chosen', (await row(report.remoteId)).id);
    expect(refundsOf(order.id)).toHaveLength(1);
    expect(await causes()).toEqual([]);
  });

  it('that change after their refund are named, the money stays', async () => {
    const order = await sold([{ sku: 'A', quantity: 3 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    office.returns.push({ ...report, lines: [{ sku: 'A', quantity: 2, lineId: null, restocked: true }] });
    await run();
    expect(await causes()).toEqual(['return-changed-after-refund']);
    expect(refundsOf(order.id)).toHaveLength(1);
  });

  it('are withheld by read-only access until it is lifted', async () => {
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    Object.assign(live, { access: 'read' });
    expect((await run()).counts).toMatchObject({ held: 1 });
    expect(await row(report.remoteId)).toMatchObject({ state: 'withheld', reason: { code: 'read-only' } });
    expect(refundsOf(order.id)).toEqual([]);
    Object.assign(live, { access: 'read_write' });
    await run();
    expect(refundsOf(order.id)).toHaveLength(1);
  });

  it('of an unpaid order move no money', async () => {
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    shopify.orders.get(order.id)!.paid = false;
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(refundsOf(order.id)).toMatchObject([{ amount: 0, lines: [{ quantity: 1 }] }]);
  });

  it('are left alone by a sync that is off', async () => {
    await world.inShop((tx) => tx.$executeRaw`UPDATE sync SET enabled = false WHERE kind = 'returns'`);
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(await world.inShop((tx) => tx.return.count({ where: { shopId, remoteId: report.remoteId } }))).toBe(0);
  });

  it('are counted and listed for the pages', async () => {
    const { listReturnRecords, returnCounts } = await import('./read-returns.ts');
    const before = await world.inShop((tx) => returnCounts(tx, shopId, world.connectionId));
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    const after = await world.inShop((tx) => returnCounts(tx, shopId, world.connectionId));
    expect(after).toMatchObject({ total: before.total + 1, refunded: before.refunded + 1 });
    const { rows } = await listReturnRecords(shopId, { connectionId: world.connectionId, text: order.references[0]! });
    expect(rows).toMatchObject([{ state: 'refunded', refunded: 1000, problem: null }]);
  });
});
