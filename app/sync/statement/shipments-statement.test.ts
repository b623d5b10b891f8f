import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openStatementWorld } from './statement-world.test-data.ts';

const world = await openStatementWorld(await openTestDatabase());
const { shopId, inShop, listed, there, addOrder, shipAndMirror, state, takenIn, shopify, office } = world;

afterEach(async () => {
  await inShop(async (tx) => {
    for (const table of ['shop_order', 'part', 'part_line', 'shipment', 'shipment_line', 'problem', 'write', 'inbox_item'])
      await tx.$executeRawUnsafe(`DELETE FROM "${table}"`);
  });
  listed.clear();
  there.clear();
  office.shipments.length = 0;
  shopify.fulfilments = [];
  shopify.fulfilmentOrders = [];
});
afterAll(() => world.close());

const rowOf = (remoteId: string) => inShop((tx) => tx.shipment.findFirstOrThrow({ where: { shopId, remoteId } }));

describe('a statement of shipments', () => {
  it('finds every parcel in Shopify and touches nothing', async () => {
    const order = await addOrder();
    await shipAndMirror(order);
    const before = shopify.calls.length;
    const { sums } = await state();
    expect(sums.shipment).toMatchObject({ total: 1, buckets: { matched: 1 }, found: 0 });
    expect(takenIn).toEqual([]);
    expect(shopify.calls.length).toBe(before);
  });

  it('finds a parcel that was never read, and mirrors it', async () => {
    const order = await addOrder();
    const parcel = await shipAndMirror(order);
    await inShop(async (tx) => {
      await tx.shipmentLine.deleteMany({ where: { shopId } });
      await tx.shipment.deleteMany({ where: { shopId } });
      await tx.partLine.updateMany({ where: { shopId }, data: { shipped: 0, open: 2 } });
    });
    shopify.cancel(shopify.fulfilments[0]!.id);
    shopify.fulfilments = [];
    // Long enough ago for the shipments sync to have read it.
    const { sums, line } = await state();
    expect(line('shipment', parcel.remoteId)).toEqual({ bucket: 'matched', code: '', found: 'not-recorded' });
    expect(sums.shipment).toMatchObject({ found: 1, repaired: 1 });
    expect(shopify.fulfilled(order.id)).toEqual({ [order.lineIds[0]!]: 1 });
  });

  it('names a parcel of an order that nobody knows, and counts it no longer as a difference', async () => {
    await addOrder();
    const shippedAt = new Date(Date.now() - 1_800_000).toISOString();
    const { remoteId } = world.ship('#9999', [{ sku: 'S0', quantity: 1 }], { shippedAt });
    const { line, sums } = await state();
    expect(line('shipment', remoteId)).toEqual({ bucket: 'failed', code: 'shipment-of-unknown-order', found: 'not-recorded' });
    expect(sums.shipment).toMatchObject({ total: 1, buckets: { failed: 1, gap: 0 } });
    expect((await world.problems()).map(({ cause }) => cause)).toEqual(['shipment-of-unknown-order']);
  });

  it('ties a parcel to its order that was itself never seen, and finds both in Shopify', async () => {
    const order = await addOrder();
    const shippedAt = new Date(Date.now() - 1_800_000).toISOString();
    const line = { sku: shopify.orders.get(order.id)!.lines[0]!.sku, quantity: 2, lineId: order.lineIds[0]! };
    const { remoteId } = world.ship(order.references[0]!, [line], { shippedAt });
    await inShop(async (tx) => {
      for (const table of ['shop_order', 'part', 'part_line']) await tx.$executeRawUnsafe(`DELETE FROM "${table}"`);
    });
    const made = await state('scheduled', undefined, {
      async pause() {
        await world.corridor();
        await world.readShipments();
      },
    });
    expect(made.line('order', order.id)).toEqual({ bucket: 'matched', code: '', found: 'never-seen' });
    expect(made.line('shipment', remoteId)).toEqual({ bucket: 'matched', code: '', found: 'not-recorded' });
    expect(shopify.fulfilled(order.id)).toEqual({ [order.lineIds[0]!]: 2 });
  });

  it('does not believe its own rows: a fulfilment that Shopify does not have is made again, with no unit too many', async () => {
    const order = await addOrder(3);
    const parcel = await shipAndMirror(order, 2);
    const [fulfilment] = shopify.fulfilments;
    shopify.cancel(fulfilment!.id);
    shopify.fulfilments = [];
    const { line } = await state();
    expect(line('shipment', parcel.remoteId)).toEqual({ bucket: 'matched', code: '', found: 'fulfilment-missing' });
    expect(shopify.fulfilled(order.id)).toEqual({ [order.lineIds[0]!]: 2 });
    expect((await rowOf(parcel.remoteId)).fulfilmentIds).toEqual([shopify.of(order.id)[0]!.id]);
    expect((await state()).found).toEqual([]);
  });

  it('sees no difference in what happened between its readings of the two sides', async () => {
    const order = await addOrder();
    let late = true;
    const { run } = world.admin;
    const admin = {
      ...world.admin,
      async run(document: never, variables: never) {
        const answer = await run(document, variables);
        // The list is read; only now the parcel leaves and is mirrored.
        if (late) {
          late = false;
          await shipAndMirror(order);
        }
        return answer;
      },
    };
    const { found, sums } = await state('scheduled', undefined, { admin });
    expect(found).toEqual([]);
    expect(sums.shipment).toMatchObject({ total: 1, buckets: { matched: 1 } });
    expect(shopify.of(order.id)).toHaveLength(1);
  });

  it('names a fulfilment that was cancelled by hand, and makes none in its place', async () => {
    const order = await addOrder();
    const parcel = await shipAndMirror(order);
    shopify.cancel(shopify.fulfilments[0]!.id);
    const { line } = await state();
    expect(line('shipment', parcel.remoteId)).toEqual({
      bucket: 'failed',
      code: 'fulfilment-cancelled-in-shopify',
      found: 'fulfilment-cancelled',
    });
    expect(shopify.of(order.id)).toEqual([]);
    expect((await state()).sums.shipment).toMatchObject({ buckets: { failed: 1, gap: 0 }, found: 0 });
  });

  it('names a parcel whose fulfilment shows another number, and shows its own again when somebody asks for it', async () => {
    const order = await addOrder();
    const parcel = await shipAndMirror(order);
    const [fulfilment] = shopify.of(order.id);
    const own = fulfilment!.tracking;
    expect(own.length).toBeGreaterThan(0);
    fulfilment!.tracking = [{ number: 'TYPED-BY-HAND', company: 'DHL', url: null }];
    const first = await state();
    expect(first.line('shipment', parcel.remoteId)).toEqual({
      bucket: 'gap',
      code: 'tracking-differs',
      found: 'tracking-differs',
    });
    expect(fulfilment!.tracking[0]?.number).toBe('TYPED-BY-HAND');
    const id = parcel.remoteId;
    await state('repair', JSON.stringify({ statement: first.runId, kind: 'shipment', id }));
    expect(fulfilment!.tracking.map(({ number }) => number)).toEqual(own.map(({ number }) => number));
    expect((await state()).sums.shipment).toMatchObject({ buckets: { matched: 1, gap: 0 }, found: 0 });
    // Once more to and fro: the correction that landed before is not taken for this one.
    fulfilment!.tracking = [{ number: 'TYPED-AGAIN', company: 'DHL', url: null }];
    const again = await state();
    await state('repair', JSON.stringify({ statement: again.runId, kind: 'shipment', id }));
    expect(fulfilment!.tracking.map(({ number }) => number)).toEqual(own.map(({ number }) => number));
    expect(shopify.of(order.id)).toHaveLength(1);
  });

  it('leaves a number alone that somebody added beside ours', async () => {
    const order = await addOrder();
    await shipAndMirror(order);
    const [fulfilment] = shopify.of(order.id);
    fulfilment!.tracking = [...fulfilment!.tracking, { number: 'SECOND', company: 'DHL', url: null }];
    expect((await state()).sums.shipment).toMatchObject({ buckets: { matched: 1 }, found: 0 });
  });

  it('names a parcel whose fulfilment holds other units, and leaves the money and the mails of it to a person', async () => {
    const order = await addOrder(3);
    const parcel = await shipAndMirror(order, 2);
    shopify.of(order.id)[0]!.lines[0]!.quantity = 1;
    const { line, sums } = await state();
    expect(line('shipment', parcel.remoteId)).toEqual({ bucket: 'gap', code: 'contents-differ', found: 'contents-differ' });
    expect(sums.shipment).toMatchObject({ buckets: { gap: 1 }, found: 1, repaired: 0 });
    expect(shopify.of(order.id)).toHaveLength(1);
  });

  it('asks about parcels of orders that were placed before the period', async () => {
    const order = await addOrder();
    const parcel = await shipAndMirror(order);
    const early = new Date(Date.now() - 40 * 86_400_000);
    listed.set(order.id, { placedAt: early.toISOString(), updatedAt: early.toISOString() });
    await inShop((tx) => tx.order.updateMany({ where: { shopId }, data: { placedAt: early, shopifyUpdatedAt: early } }));
    shopify.cancel(shopify.fulfilments[0]!.id);
    shopify.fulfilments = [];
    const { sums, line } = await state();
    expect(sums.order).toMatchObject({ total: 0 });
    expect(line('shipment', parcel.remoteId)).toEqual({ bucket: 'matched', code: '', found: 'fulfilment-missing' });
  });

  it('hears from the order itself that it shipped, where the list of parcels kept silent', async () => {
    const order = await addOrder();
    const parcel = world.ship(order.references[0]!, [{ sku: shopify.orders.get(order.id)!.lines[0]!.sku, quantity: 2 }], {
      shippedAt: new Date(Date.now() - 3_600_000).toISOString(),
    });
    there.set(order.references[0]!, world.remote(order.references[0]!, 'shipped'));
    const { pull } = world.live.connector.shipments!;
    world.live.connector.shipments!.pull = async function* () {
      await Promise.resolve();
      yield { shipments: [], cursor: '0' };
    };
    const { line } = await state();
    world.live.connector.shipments!.pull = pull;
    expect(line('shipment', parcel.remoteId)).toEqual({ bucket: 'matched', code: '', found: 'not-recorded' });
    expect(shopify.fulfilled(order.id)).toEqual({ [order.lineIds[0]!]: 2 });
  });

  it('writes nothing to Shopify for a connection that may only read', async () => {
    const order = await addOrder();
    const parcel = await shipAndMirror(order);
    shopify.cancel(shopify.fulfilments[0]!.id);
    shopify.fulfilments = [];
    world.live.access = 'read';
    const { line } = await state();
    world.live.access = 'read_write';
    expect(line('shipment', parcel.remoteId)).toMatchObject({ bucket: 'held', code: 'read-only' });
    expect(shopify.fulfilments).toEqual([]);
  });
});
