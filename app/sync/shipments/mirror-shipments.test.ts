import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { locations, openSyncWorld } from './sync-world.test-data.ts';

const world = await openSyncWorld(await openTestDatabase());
const { shopify, office, live, addOrder, ship, shopId } = world;
const { shopFulfilments } = await import('./order-in-shopify.ts');
const { recordShipment } = await import('./record-shipment.ts');
const { runShipmentsSync } = await import('./run-shipments-sync.ts');
const { mirrorShipmentsOfOrder, noteFulfilmentsOfOrder } = await import('./mirror-shipments-of-order.ts');
const options = { shopify: shopFulfilments(shopify as never) };

afterAll(() => world.close());

beforeEach(async () => {
  office.shipments.length = 0;
  shopify.faults.length = 0;
  Object.assign(live, { access: 'read_write', dryRun: false });
  await world.setSettings('shipments', {});
  await world.inShop(async (tx) => {
    await tx.$executeRaw`UPDATE sync SET cursor = NULL, enabled = true WHERE kind = 'shipments'`;
    await tx.$executeRaw`UPDATE shipment SET state = 'cancelled' WHERE state NOT IN ('mirrored', 'cancelled')`;
    await tx.$executeRaw`UPDATE problem SET closed_at = opened_at WHERE closed_at IS NULL`;
  });
});

async function run(task = 'scheduled', argument?: string) {
  const order = await world.newRun('shipments', task, argument);
  await runShipmentsSync(live, order, options);
  return world.inShop((tx) => tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id: order.id } } }));
}
const shipmentRow = (remoteId: string) => world.inShop((tx) => tx.shipment.findFirstOrThrow({ where: { shopId, remoteId } }));
const causes = async () => (await world.problems()).map(({ cause }) => cause);

describe('mirroring shipments to Shopify', () => {
  it('makes one fulfilment with its tracking, and settles the part', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 2 }], {
      tracking: [{ number: 'T-1', carrier: 'DHL', url: 'https://track.example/T-1' }],
    });
    const { counts } = await run();
    expect(shopify.of(order.id)).toMatchObject([
      {
        tracking: [{ number: 'T-1', company: 'DHL', url: 'https://track.example/T-1' }],
        lines: [{ quantity: 2 }],
        notified: false,
      },
    ]);
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'shipped', open: [0], shipped: [2] });
    expect(await shipmentRow(report.remoteId)).toMatchObject({ state: 'mirrored', fulfilmentIds: [shopify.of(order.id)[0]?.id] });
    expect(counts).toMatchObject({ seen: 1, done: 1, failed: 0 });
    const events = await world.inShop((tx) =>
      tx.timelineEvent.findMany({ where: { shopId, subjectId: order.id }, orderBy: { id: 'asc' } }),
    );
    expect(events.map(({ kind }) => kind)).toEqual(['shipment-reported', 'shipment-mirrored']);
  });

  it('changes nothing when the same shipment is reported and mirrored again', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    const calls = shopify.calls.length;
    const again = await run('full');
    await mirrorShipmentsOfOrder(live, order.id, { ...options, asked: true });
    expect(shopify.of(order.id)).toHaveLength(1);
    expect(shopify.calls.length).toBe(calls);
    expect(again.counts).toMatchObject({ done: 0, skipped: 1 });
  });

  it('names no problem of what is in Shopify, though the database goes away before it is counted', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await world.withoutCounting(() => expect(run()).rejects.toMatchObject({ code: 'database-busy' }));
    expect([shopify.of(order.id).length, await causes()]).toEqual([1, []]);
  });

  it('makes a fulfilment each of two partial shipments', async () => {
    const order = await addOrder([
      { sku: 'A', quantity: 3 },
      { sku: 'B', quantity: 1 },
    ]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'partly-shipped', open: [2, 1], shipped: [1, 0] });
    ship(order.references[0]!, [
      { sku: 'A', quantity: 2 },
      { sku: 'B', quantity: 1 },
    ]);
    await run();
    expect(shopify.of(order.id).map(({ lines }) => lines.map(({ quantity }) => quantity))).toEqual([[1], [2, 1]]);
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'shipped', open: [0, 0], shipped: [3, 1] });
  });

  it('spreads a SKU over the two lines that have it', async () => {
    const order = await addOrder([
      { sku: 'A', quantity: 2 },
      { sku: 'A', quantity: 2 },
    ]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 3 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(shopify.fulfilled(order.id)).toEqual({ [order.lineIds[0]!]: 2, [order.lineIds[1]!]: 2 });
    expect(shopify.of(order.id)).toHaveLength(2);
  });

  it('takes a parcel without lines for all that no other holds, once; of an order of somebody else nothing is said', async () => {
    const order = await addOrder([
      { sku: 'A', quantity: 2 },
      { sku: 'B', quantity: 1 },
    ]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    const report = ship(order.references[0]!, []);
    ship('#9001', []);
    await run();
    await run('full');
    expect(
      shopify.of(order.id).map(({ lines, tracking }) => [tracking[0]?.number, lines.map(({ quantity }) => quantity)]),
    ).toEqual([
      [office.shipments[0]?.tracking[0]?.number, [1]],
      [report.tracking[0]?.number, [1, 1]],
    ]);
    expect(await causes()).toEqual([]);
  });

  it('makes one fulfilment a location for a shipment of two', async () => {
    const order = await addOrder([
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 1, location: 'south' },
    ]);
    ship(order.references[0]!, [
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 1 },
    ]);
    await run();
    expect(shopify.of(order.id).map(({ locationId, tracking }) => [locationId, tracking[0]?.number])).toEqual([
      [locations.north, office.shipments[0]?.tracking[0]?.number],
      [locations.south, office.shipments[0]?.tracking[0]?.number],
    ]);
  });

  it('ships two parts of one order each at its own location', async () => {
    const order = await addOrder([
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 1, location: 'south', part: 2 },
    ]);
    ship(order.references[1]!, [{ sku: 'B', quantity: 1 }]);
    await run();
    expect(shopify.of(order.id).map(({ locationId }) => locationId)).toEqual([locations.south]);
    expect(await world.part(order.partIds[0]!)).toMatchObject({ state: 'sent', open: [1] });
    expect(await world.part(order.partIds[1]!)).toMatchObject({ state: 'shipped', open: [0] });
  });

  it('finds the fulfilment order again after it was moved to another location of the facility', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    shopify.move(
      shopify.fulfilmentOrders.find((one) => one.orderId === order.id)!,
      locations.annex,
    );
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(shopify.of(order.id).map(({ locationId }) => locationId)).toEqual([locations.annex]);
  });
});

describe('a lost answer', () => {
  it.each(['lost-answer', 'lost-request'] as const)('leaves exactly one fulfilment (%s)', async (kind) => {
    const order = await addOrder([{ sku: 'A', quantity: 4 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 2 }]);
    shopify.failNext('FulfilmentCreate', kind);
    await expect(run()).rejects.toMatchObject({ code: 'shopify-no-answer' });
    expect(await shipmentRow(report.remoteId)).toMatchObject({ state: 'seen' });
    expect(await causes()).toEqual(['shopify-no-answer']);
    await run();
    expect(shopify.of(order.id)).toHaveLength(1);
    expect(shopify.fulfilled(order.id)).toEqual({ [order.lineIds[0]!]: 2 });
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'partly-shipped', open: [2], shipped: [2] });
    expect(await causes()).toEqual([]);
  });

  it('is not mixed up with the next shipment of the same units', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], { tracking: [] });
    shopify.failNext('FulfilmentCreate', 'lost-answer');
    await expect(run()).rejects.toMatchObject({ code: 'shopify-no-answer' });
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], { tracking: [] });
    await run();
    expect(shopify.of(order.id)).toHaveLength(2);
    const rows = await world.inShop((tx) => tx.shipment.findMany({ where: { shopId, orderId: order.id } }));
    expect(new Set(rows.flatMap(({ fulfilmentIds }) => fulfilmentIds)).size).toBe(2);
  });

  it('of one parcel is not taken for another’s of the same line under the same number', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    const tracking = [{ number: 'SAME', carrier: 'UPS', url: null }];
    for (let parcel = 0; parcel < 2; parcel += 1) ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], { tracking });
    shopify.failNext('FulfilmentCreate', 'lost-answer');
    await expect(run()).rejects.toMatchObject({ code: 'shopify-no-answer' });
    await run();
    expect(shopify.fulfilled(order.id)).toEqual({ [order.lineIds[0]!]: 2 });
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'shipped', open: [0], shipped: [2] });
    expect(await causes()).toEqual([]);
  });

  it.each([
    ['taken back', { cancelled: true }, []],
    ['relabelled', { tracking: [{ number: 'NEW', carrier: 'UPS', url: null }] }, ['NEW']],
    ['reported with fewer units', { lines: [{ sku: 'A', quantity: 1, lineId: null }] }, ['WAS']],
  ])('of a parcel that was %s meanwhile never sends what was meant then', async (_what, then, numbers) => {
    const order = await addOrder([{ sku: 'A', quantity: 3 }]);
    const tracking = [{ number: 'WAS', carrier: 'UPS', url: null }];
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 2 }], { tracking });
    shopify.failNext('FulfilmentCreate', 'lost-request');
    await expect(run()).rejects.toMatchObject({ code: 'shopify-no-answer' });
    office.shipments.push({ ...report, ...then });
    const corrections = () => shopify.calls.filter((call) => call !== 'FulfilmentCreate' && /^Fulfilment/.test(call)).length;
    const before = corrections();
    await run();
    const made = shopify.fulfilments.filter(({ orderId }) => orderId === order.id);
    expect(made.map((one) => one.tracking[0]?.number)).toEqual(numbers);
    expect(corrections() - before).toBe(0);
    expect(await causes()).toEqual([]);
  });

  it('after the merchant fulfilled the rest by hand still is one fulfilment of ours', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 3 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    shopify.failNext('FulfilmentCreate', 'lost-request');
    await expect(run()).rejects.toMatchObject({ code: 'shopify-no-answer' });
    shopify.fulfilByHand(order.id, [{ lineId: order.lineIds[0]!, quantity: 3 }]);
    await run();
    expect(shopify.fulfilled(order.id)).toEqual({ [order.lineIds[0]!]: 3 });
    expect(shopify.of(order.id)).toHaveLength(1);
  });

  it('a crash between sending and recording is found out by asking', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 3 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 2 }]);
    await run();
    // As if the process had died before the answer was written down.
    const { id } = await shipmentRow(report.remoteId);
    await world.inShop(async (tx) => {
      await tx.$executeRaw`UPDATE write SET state = 'sent', answer = NULL, settled_at = NULL WHERE subject_id = ${id}`;
      await tx.$executeRaw`UPDATE shipment SET state = 'seen', fulfilment_ids = '{}', mirrored_hash = NULL WHERE id = ${id}::uuid`;
      await tx.$executeRaw`UPDATE shipment_line SET mirrored = 0 WHERE shipment_id = ${id}::uuid`;
    });
    await run();
    expect(shopify.of(order.id)).toHaveLength(1);
    expect(await shipmentRow(report.remoteId)).toMatchObject({ state: 'mirrored', fulfilmentIds: [shopify.of(order.id)[0]?.id] });
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'partly-shipped', open: [1], shipped: [2] });
  });

  it('a crash after the answer was written down is finished without a second call', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 3 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 2 }]);
    await run();
    const { id } = await shipmentRow(report.remoteId);
    await world.inShop(async (tx) => {
      await tx.$executeRaw`UPDATE shipment SET state = 'seen', fulfilment_ids = '{}', mirrored_hash = NULL WHERE id = ${id}::uuid`;
      await tx.$executeRaw`UPDATE shipment_line SET mirrored = 0 WHERE shipment_id = ${id}::uuid`;
    });
    await run();
    expect(shopify.of(order.id)).toHaveLength(1);
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'partly-shipped', open: [1], shipped: [2] });
  });

  it('many workers at once make one fulfilment', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 4 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 2 }]);
    await Promise.all([run(), run(), run()]);
    expect(shopify.of(order.id)).toHaveLength(1);
  });
});

describe('what stands in the way', () => {
  it('a hold is named, and the shipment goes by itself when the order changes', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    const fulfilmentOrder = shopify.fulfilmentOrders.find((one) => one.orderId === order.id)!;
    fulfilmentOrder.status = 'ON_HOLD';
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    expect((await run()).counts).toMatchObject({ failed: 1 });
    expect(await world.problems()).toMatchObject([
      {
        cause: 'fulfilment-order-on-hold',
        params: { sku: 'A', quantity: 1, hold: 'AWAITING_PAYMENT' },
        subjectLabel: order.references[0],
      },
    ]);
    fulfilmentOrder.status = 'OPEN';
    await mirrorShipmentsOfOrder(live, order.id, options);
    expect(shopify.of(order.id)).toHaveLength(1);
    expect(await causes()).toEqual([]);
    expect(await shipmentRow(report.remoteId)).toMatchObject({ state: 'mirrored', reason: null });
  });

  it('a fulfilment order moved away is named', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    shopify.move(
      shopify.fulfilmentOrders.find((one) => one.orderId === order.id)!,
      locations.elsewhere,
    );
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(await world.problems()).toMatchObject([
      { cause: 'fulfilment-order-moved', params: { location: locations.elsewhere } },
    ]);
    expect(shopify.of(order.id)).toEqual([]);
  });

  it('a shipment of an order nobody knows is named, and goes when its order appears', async () => {
    ship('#1999', [{ sku: 'A', quantity: 1 }]);
    const first = await run();
    expect(await causes()).toEqual(['shipment-of-unknown-order']);
    expect(first.counts).toMatchObject({ seen: 1 });
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    await world.inShop((tx) => tx.part.updateMany({ where: { shopId, id: order.partIds[0]! }, data: { reference: '#1999' } }));
    await run();
    expect(shopify.of(order.id)).toHaveLength(1);
    expect(await causes()).toEqual([]);
  });

  it('more than is open: the open units go, the rest is named', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    const report = ship(order.references[0]!, [
      { sku: 'A', quantity: 3 },
      { sku: 'Z', quantity: 1 },
    ]);
    await run();
    expect(shopify.fulfilled(order.id)).toEqual({ [order.lineIds[0]!]: 2 });
    expect((await causes()).sort()).toEqual(['shipped-more-than-open', 'shipped-unknown-sku']);
    expect(await shipmentRow(report.remoteId)).toMatchObject({ state: 'problem' });
  });

  it('one refusal is looked into once more, the second is a problem', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    const create = options.shopify.create;
    let refusals = 2;
    const { RejectedError } = await import('../../core/errors.ts');
    const grumpy = {
      ...options.shopify,
      create: (input: Parameters<typeof create>[0]) =>
        refusals-- > 0 ? Promise.reject(new RejectedError('shopify-refused', 'no')) : create(input),
    };
    await runShipmentsSync(live, await world.newRun('shipments'), { shopify: grumpy });
    expect(await causes()).toEqual(['shopify-refused']);
    await runShipmentsSync(live, await world.newRun('shipments', 'retry'), { shopify: grumpy });
    expect(shopify.of(order.id)).toHaveLength(1);
    expect(await causes()).toEqual([]);
  });

  it('read-only access withholds the fulfilment until it is lifted', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    Object.assign(live, { access: 'read' });
    expect((await run()).counts).toMatchObject({ held: 1, done: 0 });
    expect(shopify.of(order.id)).toEqual([]);
    expect(await shipmentRow(report.remoteId)).toMatchObject({ state: 'withheld', reason: { code: 'read-only' } });
    const calls = shopify.calls.length;
    await run();
    expect(shopify.calls.length).toBe(calls);
    Object.assign(live, { access: 'read_write' });
    await run();
    expect(shopify.of(order.id)).toHaveLength(1);
  });

  it('with "only when complete" waits for the rest of the part', async () => {
    await world.setSettings('shipments', { when: 'complete', notifyCustomer: true });
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    const first = ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    expect((await run()).counts).toMatchObject({ held: 1 });
    expect(await shipmentRow(first.remoteId)).toMatchObject({ state: 'waiting' });
    expect(shopify.of(order.id)).toEqual([]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(shopify.of(order.id).map(({ notified }) => notified)).toEqual([true, true]);
  });

  it('a sync that is off does nothing, its preview reads and writes nothing to Shopify', async () => {
    await world.inShop((tx) => tx.sync.updateMany({ where: { shopId, kind: 'shipments' }, data: { enabled: false } }));
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    expect(await world.inShop((tx) => tx.shipment.count({ where: { shopId, orderId: order.id } }))).toBe(0);
    await run('preview');
    expect(await world.inShop((tx) => tx.shipment.count({ where: { shopId, orderId: order.id } }))).toBe(1);
    expect(shopify.of(order.id)).toEqual([]);
  });
});

describe('what can’t be read', () => {
  it('is named by itself, keeps nothing back, and is asked for again', async () => {
    const orders: Awaited<ReturnType<typeof addOrder>>[] = [];
    for (let n = 0; n < 3; n += 1) orders.push(await addOrder([{ sku: 'A', quantity: 2 }]));
    const reports = orders.map((order) => ship(order.references[0]!, [{ sku: 'A', quantity: 2 }]));
    const right = structuredClone(reports);
    reports[0]!.lines[0]!.quantity = 1.5;
    reports[1]!.shippedAt = 'yesterday';
    const { counts } = await run();
    const made = () => orders.map((order) => shopify.of(order.id).length);
    expect(made()).toEqual([0, 0, 1]);
    expect(counts).toMatchObject({ seen: 3, failed: 2 });
    const named = (await world.problems()).map(({ cause, subjectLabel, params }) => [cause, subjectLabel, params]);
    expect(named).toMatchObject([
      ['shipment-unreadable', orders[0]!.references[0], { value: '1.5 × A' }],
      ['shipment-unreadable', orders[1]!.references[0], { value: 'yesterday' }],
    ]);
    for (const [n, report] of reports.entries()) Object.assign(report, right[n]);
    await run();
    expect(made()).toEqual([0, 0, 1]);
    await world.inShop((tx) => tx.problem.updateMany({ data: { lastSeenAt: new Date(Date.now() - 3_700_000) } }));
    await run();
    expect(made()).toEqual([1, 1, 1]);
    expect(await causes()).toEqual([]);
  });

  it('for the moment leaves what is known to be mirrored all the same', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await world.inShop((tx) => recordShipment(tx, live, report));
    const port = live.connector.shipments!;
    const down = async function* () {
      await Promise.resolve();
      throw new Error('down');
    };
    live.connector.shipments = { ...port, pull: down as never };
    try {
      await expect(run()).rejects.toThrow('down');
    } finally {
      live.connector.shipments = port;
    }
    expect(shopify.of(order.id)).toHaveLength(1);
  });
});

describe('what others did in Shopify', () => {
  it('a fulfilment made by hand is recognised and not doubled', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    shopify.fulfilByHand(order.id, [{ lineId: order.lineIds[0]!, quantity: 2 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 2 }]);
    await run();
    expect(shopify.of(order.id)).toHaveLength(1);
    expect(await shipmentRow(report.remoteId)).toMatchObject({ state: 'mirrored', fulfilmentIds: [] });
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'shipped', open: [0], shipped: [2] });
    expect(await causes()).toEqual([]);
  });

  it('one made by hand with the same tracking is the same parcel, even while units are open', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    shopify.fulfilByHand(order.id, [{ lineId: order.lineIds[0]!, quantity: 1 }], 'HAND-1');
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], { tracking: [{ number: 'HAND-1', carrier: null, url: null }] });
    await run();
    expect(shopify.fulfilled(order.id)).toEqual({ [order.lineIds[0]!]: 1 });
  });

  it('our fulfilment cancelled by hand is named, never made again by itself, but at a wish', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    shopify.cancel(shopify.of(order.id)[0]!.id);
    await noteFulfilmentsOfOrder(live, order.id, options);
    expect(await causes()).toEqual(['fulfilment-cancelled-in-shopify']);
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'sent', open: [1], shipped: [0] });
    await run('full');
    await mirrorShipmentsOfOrder(live, order.id, options);
    expect(shopify.of(order.id)).toEqual([]);
    await run('chosen', order.id);
    expect(shopify.of(order.id)).toHaveLength(1);
    expect(await shipmentRow(report.remoteId)).toMatchObject({ state: 'mirrored' });
    expect(await causes()).toEqual([]);
  });
});

describe('a fulfilment made by hand in which a parcel was recognised', () => {
  async function recognised(number = '') {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    const line = [{ lineId: order.lineIds[0]!, quantity: 1 }];
    const made = shopify.fulfilByHand(order.id, line, number);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    shopify.cancel(made.id);
    return { order, line, report };
  }
  const note = async (order: { id: string }) => {
    await noteFulfilmentsOfOrder(live, order.id, options);
    await run('full');
    await mirrorShipmentsOfOrder(live, order.id, options);
  };

  it('is named when somebody cancels it; the parcel goes at a wish', async () => {
    const { order, report } = await recognised();
    await note(order);
    expect(await causes()).toEqual(['fulfilment-cancelled-in-shopify']);
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'sent', open: [1], shipped: [0] });
    expect(shopify.of(order.id)).toEqual([]);
    await run('chosen', order.id);
    expect(shopify.of(order.id)).toMatchObject([{ tracking: [{ number: report.tracking[0]?.number }] }]);
    expect(await causes()).toEqual([]);
  });

  it('is recognised once more when it was made anew, before we look or after', async () => {
    const { order, line } = await recognised('TYPO');
    shopify.fulfilByHand(order.id, line, 'RIGHT');
    await note(order);
    expect(await causes()).toEqual([]);
    shopify.cancel(shopify.of(order.id)[0]!.id);
    await note(order);
    expect(await causes()).toEqual(['fulfilment-cancelled-in-shopify']);
    shopify.fulfilByHand(order.id, line, 'RIGHT AGAIN');
    await note(order);
    expect(await causes()).toEqual([]);
    expect(shopify.of(order.id)).toHaveLength(1);
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'shipped', open: [0], shipped: [1] });
  });

  it('is the one that was cancelled, where the other’s tracking stands', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    const line = [{ lineId: order.lineIds[0]!, quantity: 1 }];
    const [first] = ['HAND-A', 'HAND-B'].map((number) => shopify.fulfilByHand(order.id, line, number));
    const [report] = ['HAND-A', 'HAND-B'].map((number) =>
      ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], { tracking: [{ number, carrier: null, url: null }] }),
    );
    await run();
    shopify.cancel(first!.id);
    await note(order);
    expect(await shipmentRow(report!.remoteId)).toMatchObject({ state: 'undone' });
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'partly-shipped', open: [1], shipped: [1] });
  });

  it('is in nobody’s way any more where the parcel was taken back as well', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    const made = shopify.fulfilByHand(order.id, [{ lineId: order.lineIds[0]!, quantity: 1 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    office.shipments.push({ ...report, cancelled: true });
    await run();
    shopify.cancel(made.id);
    await note(order);
    expect(await causes()).toEqual([]);
    expect(await shipmentRow(report.remoteId)).toMatchObject({ state: 'cancelled' });
  });
});

describe('corrections from the back office', () => {
  const change = (report: (typeof office.shipments)[number], to: Partial<typeof report>) =>
    office.shipments.push({ ...report, ...to });

  it('corrected tracking is passed on, back and forth too', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    for (const number of ['NEW', 'OLD', 'NEW']) {
      change(report, { tracking: [{ number, carrier: 'UPS', url: null }] });
      shopify.failNext('FulfilmentTrackingUpdate', 'lost-answer');
      await expect(run()).rejects.toMatchObject({ code: 'shopify-no-answer' });
      await run();
      expect(shopify.of(order.id)).toMatchObject([{ tracking: [{ number, company: 'UPS' }] }]);
    }
    expect(shopify.of(order.id)).toHaveLength(1);
  });

  it.each([
    ['a label changed', { tracking: [{ number: 'LAST', carrier: 'UPS', url: null }] }, ['LAST']],
    ['a parcel taken back', { cancelled: true }, []],
  ])('%s while the pass waits for Shopify is mirrored by the next', async (_what, last, numbers) => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    change(report, { tracking: [{ number: 'NEW', carrier: 'UPS', url: null }] });
    const correctTracking: typeof options.shopify.correctTracking = async (...input) => {
      await options.shopify.correctTracking(...input);
      await world.inShop((tx) => recordShipment(tx, live, { ...report, ...last }));
    };
    await runShipmentsSync(live, await world.newRun('shipments'), { shopify: { ...options.shopify, correctTracking } });
    expect(await shipmentRow(report.remoteId)).toMatchObject({ state: 'seen' });
    await run();
    const there = shopify.of(order.id).map(({ tracking }) => tracking[0]?.number);
    expect(there).toEqual(numbers);
    expect(await causes()).toEqual([]);
  });

  it('a cancelled shipment is taken back in Shopify, once, and its units are open again', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 2 }]);
    await run();
    change(report, { cancelled: true });
    shopify.failNext('FulfilmentCancel', 'lost-answer');
    await expect(run()).rejects.toMatchObject({ code: 'shopify-no-answer' });
    await run();
    expect(shopify.of(order.id)).toEqual([]);
    expect(await shipmentRow(report.remoteId)).toMatchObject({ state: 'cancelled' });
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'sent', open: [2], shipped: [0] });
    ship(order.references[0]!, [{ sku: 'A', quantity: 2 }]);
    await run();
    expect(shopify.of(order.id)).toHaveLength(1);
  });

  it('more units under the same id become a second fulfilment, fewer a new one', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 3 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    change(report, { lines: [{ sku: 'A', quantity: 2, lineId: null }] });
    await run();
    expect(shopify.of(order.id).map(({ lines }) => lines[0]?.quantity)).toEqual([1, 1]);
    change(report, { lines: [{ sku: 'A', quantity: 1, lineId: null }] });
    await run();
    expect(shopify.of(order.id).map(({ lines }) => lines[0]?.quantity)).toEqual([1]);
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'partly-shipped', open: [2], shipped: [1] });
  });

  it('a cancelled shipment whose units somebody else fulfilled is a problem, nothing is cancelled', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    shopify.fulfilByHand(order.id, [{ lineId: order.lineIds[0]!, quantity: 1 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    change(report, { cancelled: true });
    await run();
    expect(shopify.of(order.id)).toHaveLength(1);
    expect(await causes()).toEqual(['cancelled-but-fulfilled-elsewhere']);
  });

  it('the cursor moves when every page was taken', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 5 }]);
    for (let parcel = 0; parcel < 5; parcel += 1) ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    await run();
    expect(office.pulls.slice(-2)).toEqual([null, '5']);
    expect(shopify.of(order.id)).toHaveLength(5);
  });
});

describe('what the pages read', () => {
  it('counts and lists the shipments with why they wait', async () => {
    const { listShipments, shipmentCounts } = await import('./read-shipments.ts');
    const before = await world.inShop((tx) => shipmentCounts(tx, shopId, world.connectionId));
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    Object.assign(live, { access: 'read' });
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await run();
    const after = await world.inShop((tx) => shipmentCounts(tx, shopId, world.connectionId));
    expect(after).toMatchObject({
      total: before.total + 2,
      mirrored: before.mirrored + 1,
      withheld: before.withheld + 1,
      problems: before.problems,
    });
    const { rows } = await listShipments(shopId, { connectionId: world.connectionId, text: order.references[0]! });
    expect(rows.map(({ state, reason, units }) => [state, reason?.code ?? null, units])).toEqual([
      ['withheld', 'read-only', 1],
      ['mirrored', null, 1],
    ]);
  });
});
