import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { locations, openSyncWorld } from '../shipments/sync-world.test-data.ts';

const world = await openSyncWorld(await openTestDatabase());
const { shopify, office, live, addOrder, giveBack, shopId } = world;
const { RejectedError, TransientError } = await import('../../core/errors.ts');
const { shopRefunds } = await import('./order-refunds.ts');
const { shopReturns } = await import('./order-returns.ts');
const { runReturnsSync } = await import('./run-returns-sync.ts');
const { announceReturnsOfOrder } = await import('./announce-returns.ts');
const { orderNameOf } = await import('./import-unknown-orders.ts');
const options = { shopify: shopRefunds(shopify as never), returns: shopReturns(shopify as never) };

afterAll(() => world.close());

beforeEach(async () => {
  office.returns.length = 0;
  office.expected.length = 0;
  shopify.faults.length = 0;
  Object.assign(live, { access: 'read_write', dryRun: false });
  await world.setSettings('returns', { refund: true });
  await world.inShop(async (tx) => {
    await tx.$executeRaw`UPDATE sync SET cursor = NULL, enabled = (kind <> 'inventory')`;
    await tx.$executeRaw`UPDATE return_record SET state = 'recorded' WHERE state NOT IN ('refunded', 'recorded')`;
    await tx.$executeRaw`UPDATE problem SET closed_at = opened_at WHERE closed_at IS NULL`;
  });
});

async function run(task = 'scheduled', through = options, argument?: string) {
  const order = await world.newRun('returns', task, argument);
  await runReturnsSync(live, order, through);
}
const sold: typeof addOrder = async (lines) => {
  const order = await addOrder(lines);
  shopify.fulfilAll(order.id);
  return order;
};
const returnsOf = (orderId: string) => shopify.returns.filter((one) => one.orderId === orderId);
const refundsOf = (orderId: string) => shopify.refunds.filter((one) => one.orderId === orderId);
const row = (remoteId: string) => world.inShop((tx) => tx.return.findFirstOrThrow({ where: { shopId, remoteId } }));
const causes = async () => (await world.problems()).map(({ cause }) => cause);

describe('a return received', () => {
  it('leaves no return in Shopify unless the merchant wants one', async () => {
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect([returnsOf(order.id).length, refundsOf(order.id).length]).toEqual([0, 1]);
  });

  it.each([
    ['open', 'OPEN'],
    ['close', 'CLOSED'],
  ])('is registered there and refunded through it (%s)', async (register, status) => {
    await world.setSettings('returns', { refund: true, register, notifyCustomer: true });
    const order = await sold([{ sku: 'A', quantity: 3 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 2 }]);
    await run();
    await run('full');
    expect(returnsOf(order.id)).toMatchObject([{ status, lines: [{ quantity: 2, processed: 2 }] }]);
    expect(refundsOf(order.id)).toMatchObject([
      { amount: 2000, notified: true, lines: [{ quantity: 2, restockType: 'NOT_RESTOCKED' }] },
    ]);
    expect(await row(report.remoteId)).toMatchObject({
      state: 'refunded',
      refunded: 2000n,
      registeredId: returnsOf(order.id)[0]?.id,
    });
  });

  it.each([
    ['open', 'OPEN'],
    ['close', 'CLOSED'],
  ])('is registered without money where refunds are off (%s)', async (register, status) => {
    await world.setSettings('returns', { refund: false, register });
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    await run('full');
    expect(returnsOf(order.id)).toMatchObject([{ status, lines: [{ quantity: 1, processed: 0 }] }]);
    expect(refundsOf(order.id)).toEqual([]);
    expect(await row(report.remoteId)).toMatchObject({ state: 'recorded' });
  });

  it.each(['ReturnCreate', 'ReturnProcess', 'ReturnClose'])(
    'stands there once, refunded once, whatever answer of %s is lost',
    async (operation) => {
      await world.setSettings('returns', { refund: true, register: 'close' });
      for (const kind of ['lost-answer', 'lost-request'] as const) {
        const order = await sold([{ sku: 'A', quantity: 1 }]);
        giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
        shopify.failNext(operation, kind);
        await run().catch(() => undefined);
        await run();
        expect(returnsOf(order.id)).toMatchObject([{ status: 'CLOSED', lines: [{ processed: 1 }] }]);
        expect(refundsOf(order.id)).toHaveLength(1);
      }
    },
  );

  it.each([true, false])('moves its money once though no read comes through afterwards (told at once: %s)', async (told) => {
    await world.setSettings('returns', { refund: true, register: 'open' });
    const order = await sold([{ sku: 'A', quantity: 2 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    let processed = false;
    const failing: typeof options = {
      shopify: {
        ...options.shopify,
        read(orderId) {
          if (!processed) return options.shopify.read(orderId);
          processed = false;
          return Promise.reject(new TransientError('shopify-throttled', 'Shopify answered 429 to OrderRefunds'));
        },
      },
      returns: {
        ...options.returns,
        async process(...input) {
          const made = await options.returns.process(...input);
          processed = true;
          return told ? made : null;
        },
      },
    };
    await run('scheduled', failing).catch(() => undefined);
    await run('retry', failing);
    expect(refundsOf(order.id)).toMatchObject([{ amount: 1000 }]);
    expect(returnsOf(order.id)).toMatchObject([{ lines: [{ quantity: 1, processed: 1 }] }]);
    expect(await row(report.remoteId)).toMatchObject({ state: 'refunded', refundId: refundsOf(order.id)[0]?.id });
  });

  it('stays a plan while the connection may only read Shopify', async () => {
    await world.setSettings('returns', { refund: false, register: 'open' });
    Object.assign(live, { access: 'read' });
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(returnsOf(order.id)).toEqual([]);
    expect(await row(report.remoteId)).toMatchObject({ state: 'withheld' });
  });

  it('is restocked where it was received or where it was shipped from, once, as the merchant wants', async () => {
    for (const [restockAt, place] of [
      ['receiving', locations.south],
      ['original', locations.north],
    ] as const) {
      await world.setSettings('returns', { refund: true, restock: true, restockAt });
      const order = await sold([{ sku: 'A', quantity: 1 }]);
      giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }], { facilityId: 'F2' });
      await run();
      expect(refundsOf(order.id)).toMatchObject([{ lines: [{ quantity: 1, restockType: 'RETURN', locationId: place }] }]);
    }
  });

  it('is restocked through a registered return as well, and never where stock is published anyway', async () => {
    await world.setSettings('returns', { refund: true, restock: true, register: 'close' });
    const order = await sold([{ sku: 'A', quantity: 2 }]);
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    await world.inShop((tx) => tx.$executeRaw`UPDATE sync SET enabled = true WHERE kind = 'inventory'`);
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(refundsOf(order.id).map(({ lines }) => lines[0]?.restockType)).toEqual(['RESTOCKED', 'NOT_RESTOCKED']);
  });

  it('carries the warehouse’s note into the refund, unless the merchant keeps it', async () => {
    const notes = [];
    for (const carryNotes of [true, false]) {
      await world.setSettings('returns', { refund: true, carryNotes });
      const order = await sold([{ sku: 'A', quantity: 1 }]);
      giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }], { note: 'box was wet' });
      await run();
      notes.push(refundsOf(order.id)[0]?.note?.includes('box was wet'));
    }
    expect(notes).toEqual([true, false]);
  });
});

describe('a return of an order that Crossdock doesn’t know', () => {
  /** In Shopify only: sold before the app was there. */
  function older(name: string, quantity = 2): string {
    const id = `gid://shopify/Order/9${name.slice(1)}`;
    shopify.addOrder(id, name, [{ id: `${id}/line/1`, sku: 'A', quantity, price: 1000, locationId: locations.north }]);
    return id;
  }

  it('takes that order in from Shopify and is refunded', async () => {
    const id = older('#77');
    shopify.fulfilByHand(id, [{ lineId: `${id}/line/1`, quantity: 2 }]);
    const report = giveBack('#77', [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(await causes()).toEqual([]);
    expect(await row(report.remoteId)).toMatchObject({ orderId: id, state: 'refunded' });
    const part = await world.inShop((tx) => tx.part.findFirstOrThrow({ where: { shopId, orderId: id } }));
    expect(part).toMatchObject({ reference: '#77', state: 'shipped', remoteId: null, acceptedAt: null });
  });

  it('stays a named problem where the merchant doesn’t want that, where Shopify has none, or where nothing has left', async () => {
    const id = older('#78');
    giveBack('#78', [{ sku: 'A', quantity: 1 }]);
    giveBack('#79', [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(await causes()).toEqual(['return-of-unknown-order', 'return-of-unknown-order']);
    shopify.fulfilByHand(id, [{ lineId: `${id}/line/1`, quantity: 2 }]);
    await world.setSettings('returns', { refund: true, importUnknown: false });
    await run('full');
    expect(refundsOf(id)).toEqual([]);
  });

  it('counts no unit as left that was taken off the order before', async () => {
    const id = older('#80');
    for (const { lines } of shopify.fulfilmentOrders.filter(({ orderId }) => orderId === id)) lines[0]!.remaining = 1;
    giveBack('#80', [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(await world.inShop((tx) => tx.part.findFirst({ where: { shopId, orderId: id } }))).toBeNull();
  });

  it.each([
    ['#1001', '', { name: '#1001', number: 1 }],
    ['#1001_2', '', { name: '#1001', number: 2 }],
    ['DE-#1001_3', 'DE-', { name: '#1001', number: 3 }],
    ['A_1_x', '', { name: 'A_1_x', number: 1 }],
  ])('is found by the name in %s', (reference, prefix, found) => {
    expect(orderNameOf(reference, prefix)).toEqual(found);
  });
});

describe('a return opened in Shopify', () => {
  const opened = (order: { id: string; lineIds: string[] }, quantity = 1) =>
    shopify.openReturn({
      orderId: order.id,
      returnLineItems: [{ fulfillmentLineItemId: `fulfilled ${order.lineIds[0]}`, quantity, returnReasonNote: 'too small' }],
    });

  it('is announced to the back office once, where the merchant wants it', async () => {
    const order = await sold([{ sku: 'A', quantity: 2 }]);
    opened(order);
    await announceReturnsOfOrder(live, order.id, options.returns);
    expect(office.expected).toEqual([]);
    await world.setSettings('returns', { announce: true });
    await announceReturnsOfOrder(live, order.id, options.returns);
    await announceReturnsOfOrder(live, order.id, options.returns);
    expect(office.expected).toMatchObject([
      {
        reference: expect.stringMatching(/-R1$/) as string,
        orderReference: order.references[0],
        facilityId: 'F1',
        note: 'too small',
        lines: [{ sku: 'A', quantity: 1 }],
      },
    ]);
  });

  it('is the one that the goods belong to when they are received: none is registered beside it', async () => {
    await world.setSettings('returns', { announce: true, refund: true, register: 'close' });
    const order = await sold([{ sku: 'A', quantity: 2 }]);
    const id = opened(order);
    await announceReturnsOfOrder(live, order.id, options.returns);
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }], { remoteId: `E ${office.expected[0]?.reference}` });
    await run();
    expect(returnsOf(order.id)).toMatchObject([{ id, status: 'CLOSED', lines: [{ processed: 1 }] }]);
    expect(refundsOf(order.id)).toHaveLength(1);
  });

  it('for other goods moves no money by itself, and is over when Shopify has exchanged it', async () => {
    await world.setSettings('returns', { refund: true });
    const sell = async () => {
      const order = await sold([{ sku: 'A', quantity: 1 }]);
      opened(order);
      const [exchange] = returnsOf(order.id);
      Object.assign(exchange!, { exchange: true });
      const report = giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
      await run();
      expect(refundsOf(order.id)).toEqual([]);
      expect(await world.problems()).toMatchObject([{ cause: 'return-is-exchange', params: { sku: 'A', quantity: 1 } }]);
      return { order, exchange: exchange!, report };
    };
    const wished = await sell();
    await run('chosen', options, (await row(wished.report.remoteId)).id);
    expect(refundsOf(wished.order.id)).toMatchObject([{ amount: 1000 }]);

    const { order, exchange, report } = await sell();
    exchange.status = 'CLOSED';
    exchange.lines[0]!.processed = 1;
    await run('retry');
    expect(refundsOf(order.id)).toEqual([]);
    expect(await row(report.remoteId)).toMatchObject({ state: 'recorded' });
    expect(await causes()).toEqual([]);
  });

  it('for fewer units than came back moves no money, and says so', async () => {
    await world.setSettings('returns', { announce: true, refund: true, register: 'close' });
    const order = await sold([{ sku: 'A', quantity: 2 }]);
    opened(order);
    await announceReturnsOfOrder(live, order.id, options.returns);
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 2 }], { remoteId: `E ${office.expected[0]?.reference}` });
    await run();
    expect(refundsOf(order.id)).toEqual([]);
    expect(await world.problems()).toMatchObject([{ cause: 'return-not-returnable', params: { units: 1 } }]);
  });

  it('by ourselves is no news for the back office', async () => {
    await world.setSettings('returns', { announce: true, refund: false, register: 'open' });
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    giveBack(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    await announceReturnsOfOrder(live, order.id, options.returns);
    expect(returnsOf(order.id)).toHaveLength(1);
    expect(office.expected).toEqual([]);
  });

  it('that is refused stays named until it is taken, or there is nothing to be told any more', async () => {
    await world.setSettings('returns', { announce: true });
    const port = live.connector.returns!;
    const expectIt = port.expect!;
    const refusing = async (order: { id: string }, reference = /./) => {
      port.expect = (one) =>
        reference.test(one.reference) ? Promise.reject(new RejectedError('vendor-refused', 'No')) : expectIt.call(port, one);
      await announceReturnsOfOrder(live, order.id, options.returns);
      port.expect = expectIt;
    };
    const again = (order: { id: string }) => announceReturnsOfOrder(live, order.id, options.returns);
    const two = await sold([{ sku: 'A', quantity: 2 }]);
    opened(two);
    opened(two);
    await refusing(two, /R1$/);
    expect([office.expected.length, await causes()]).toEqual([1, ['return-not-announced']]);
    await again(two);
    expect([office.expected.length, await causes()]).toEqual([2, []]);

    const closed = await sold([{ sku: 'A', quantity: 1 }]);
    opened(closed);
    await refusing(closed);
    expect(await causes()).toEqual(['return-not-announced']);
    for (const one of returnsOf(closed.id)) one.status = 'CANCELED';
    await again(closed);
    expect(await causes()).toEqual([]);

    const off = await sold([{ sku: 'A', quantity: 1 }]);
    opened(off);
    await refusing(off);
    await world.setSettings('returns', { announce: false });
    await again(off);
    expect(await causes()).toEqual([]);
  });

  it('waits while nothing may be written, and is announced afterwards', async () => {
    await world.setSettings('returns', { announce: true });
    Object.assign(live, { dryRun: true });
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    opened(order);
    await announceReturnsOfOrder(live, order.id, options.returns);
    expect(office.expected).toEqual([]);
    Object.assign(live, { dryRun: false });
    await announceReturnsOfOrder(live, order.id, options.returns);
    expect(office.expected).toHaveLength(1);
  });
});

describe('money given back without goods', () => {
  const given = (reference: string, amount: number) => giveBack(reference, [], { amount });

  it('is refunded once, where the merchant wants that', async () => {
    const order = await sold([{ sku: 'A', quantity: 2 }]);
    await world.setSettings('returns', { refund: true });
    given(order.references[0]!, 250);
    await run();
    expect(refundsOf(order.id)).toEqual([]);
    await world.setSettings('returns', { withoutItems: true });
    const report = given(order.references[0]!, 300);
    await run();
    await run('full');
    expect(refundsOf(order.id)).toMatchObject([{ amount: 300, lines: [], shipping: 0 }]);
    expect(await row(report.remoteId)).toMatchObject({ state: 'refunded', refunded: 300n });
  });

  it('is never more than is left of what was paid', async () => {
    await world.setSettings('returns', { withoutItems: true });
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    given(order.references[0]!, 700);
    given(order.references[0]!, 700);
    await run();
    expect(refundsOf(order.id).map(({ amount }) => amount)).toEqual([700]);
    expect(await causes()).toEqual(['refund-above-paid']);
  });

  it('is refunded once after a lost answer', async () => {
    await world.setSettings('returns', { withoutItems: true });
    const order = await sold([{ sku: 'A', quantity: 1 }]);
    given(order.references[0]!, 400);
    shopify.failNext('RefundCreate', 'lost-answer');
    await run().catch(() => undefined);
    await run();
    expect(refundsOf(order.id)).toHaveLength(1);
  });
});
