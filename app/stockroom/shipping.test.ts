import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import type { Room } from './room.ts';

const database = await openTestDatabase();
const { accept, clerk, closeDatabase, levelsOf, makeStockedRoom, orderOf } = await import('./room.fixture.ts');
const { acceptOrder } = await import('./accept-order.ts');
const { listenToChanges } = await import('./announce.ts');
const { startPicking } = await import('./order-steps.ts');
const { getOrder } = await import('./orders.ts');
const { packingSlip } = await import('./packing-slip.ts');
const { changedReturns, changedShipments, listReturns, listShipments } = await import('./parcel-reading.ts');
const { packOrder, unpackParcel } = await import('./parcels.ts');
const { pickList } = await import('./pick-list.ts');
const { receiveReturn } = await import('./returns.ts');
const { cancelShipment, correctTracking, shipOrder, shipParcel } = await import('./shipping.ts');
const { setStock } = await import('./stock-entries.ts');
const { stockHistory } = await import('./stock.ts');

afterAll(async () => {
  await closeDatabase();
  await database.close();
});

const page = { number: 1, size: 50 };
const tracking = (number: string) => [{ number, carrier: 'DHL', url: null }];

async function changed(room: Room, change = 0n, size = 250) {
  const found = [];
  for await (const shipments of changedShipments({ ...room, change, size })) found.push(...shipments);
  return found;
}

describe('picking and packing', () => {
  it('lists what several orders need by shelf, and what is missing', async () => {
    const { room } = await makeStockedRoom({ A: 3, B: 10 });
    await setStock({
      ...room,
      lines: [
        { sku: 'A', facility: 'main', onHand: 3, shelf: 'Z9' },
        { sku: 'B', facility: 'main', onHand: 10, shelf: 'A1' },
      ],
      actor: clerk,
    });
    await accept(room, '#1', { A: 2, B: 1 });
    await accept(room, '#2', { A: 2 });
    await accept(room, '#3', { B: 5 });
    await startPicking({ ...room, orders: ['#1', '#2'], actor: clerk });
    const list = await pickList(room);
    expect(
      list.map(({ shelf, sku, quantity, short, orders }) => [
        shelf,
        sku,
        quantity,
        short,
        orders.map((order) => `${order.reference}×${order.quantity}`).join(),
      ]),
    ).toEqual([
      ['A1', 'B', 1, 0, '#1×1'],
      ['Z9', 'A', 4, 1, '#1×2,#2×2'],
    ]);
    expect((await pickList({ ...room, orders: ['#3'] })).map(({ sku, quantity }) => [sku, quantity])).toEqual([['B', 5]]);
  });

  it('packs in parts; the order is packed when everything is, and a parcel can be taken apart', async () => {
    const { room } = await makeStockedRoom({ A: 3, B: 10 });
    await accept(room, '#1', { A: 2, B: 1 });
    const first = await packOrder({ ...room, order: '#1', lines: [{ sku: 'A', quantity: 1 }], actor: clerk });
    expect((await getOrder({ ...room, reference: '#1' })).state).toBe('picking');
    await expect(packOrder({ ...room, order: '#1', lines: [{ sku: 'A', quantity: 2 }], actor: clerk })).rejects.toMatchObject({
      code: 'stockroom-quantity',
      params: { possible: 1 },
    });
    await packOrder({ ...room, order: '#1', actor: clerk });
    expect((await getOrder({ ...room, reference: '#1' })).state).toBe('packed');
    await unpackParcel({ ...room, shipment: first, actor: clerk });
    const order = await getOrder({ ...room, reference: '#1' });
    expect([order.state, order.lines.map(({ packed }) => packed)]).toEqual(['picking', [1, 1]]);
    expect(await levelsOf(room)).toEqual({ A: '3/2', B: '10/1' });
  });

  it('prints a slip of a parcel with what follows later', async () => {
    const { room } = await makeStockedRoom({ A: 3 });
    await accept(room, '#1', { A: 3 });
    const first = await packOrder({ ...room, order: '#1', lines: [{ sku: 'A', quantity: 1 }], actor: clerk });
    const slip = await packingSlip({ ...room, reference: '#1', shipment: first });
    expect(slip).toMatchObject({
      parcel: '#1-1',
      shipTo: { city: 'Hamburg' },
      lines: [{ sku: 'A', quantity: 1, ordered: 3, toFollow: 2 }],
    });
    expect((await packingSlip({ ...room, reference: '#1' })).lines).toMatchObject([{ quantity: 3, toFollow: 0 }]);
  });
});

describe('shipping', () => {
  it('ships in parts with tracking, lowers on hand and reservation, and refuses more than is left', async () => {
    const { room } = await makeStockedRoom({ A: 5, B: 5 });
    await accept(room, '#1', { A: 3, B: 1 });
    const ids = await shipOrder({
      ...room,
      order: '#1',
      lines: [{ lineId: 'line-A', quantity: 2 }],
      tracking: tracking('T1'),
      actor: clerk,
    });
    expect((await getOrder({ ...room, reference: '#1' })).state).toBe('partly-shipped');
    expect(await levelsOf(room)).toEqual({ A: '3/1', B: '5/1' });
    await expect(shipOrder({ ...room, order: '#1', lines: [{ sku: 'A', quantity: 2 }], actor: clerk })).rejects.toMatchObject({
      code: 'stockroom-quantity',
      params: { possible: 1 },
    });
    const twice = [
      { sku: 'A', quantity: 1 },
      { lineId: 'line-A', quantity: 1 },
    ];
    await expect(shipOrder({ ...room, order: '#1', lines: twice, actor: clerk })).rejects.toMatchObject({
      code: 'stockroom-quantity',
      params: { possible: 0 },
    });
    await expect(shipOrder({ ...room, order: '#1', lines: [{ sku: 'Q', quantity: 1 }], actor: clerk })).rejects.toMatchObject({
      code: 'stockroom-line-unknown',
    });
    await shipOrder({ ...room, order: '#1', tracking: tracking('T2'), actor: clerk });
    const order = await getOrder({ ...room, reference: '#1' });
    expect(order.state).toBe('shipped');
    expect(
      order.shipments.map(({ id, label, tracking: own, lines }) => [
        id === ids[0],
        label,
        own[0]?.number,
        lines.map(({ sku, quantity }) => `${sku}×${quantity}`).join(),
      ]),
    ).toEqual([
      [true, '#1-1', 'T1', 'A×2'],
      [false, '#1-2', 'T2', 'A×1,B×1'],
    ]);
    await expect(shipOrder({ ...room, order: '#1', actor: clerk })).rejects.toMatchObject({ code: 'stockroom-order-state' });
    expect(await levelsOf(room)).toEqual({ A: '2/0', B: '4/0' });
  });

  it('ships packed parcels as they are and the rest in one more', async () => {
    const { room } = await makeStockedRoom({ A: 5, B: 5 });
    await accept(room, '#1', { A: 2, B: 1 });
    await packOrder({ ...room, order: '#1', lines: [{ sku: 'A', quantity: 1 }], tracking: tracking('OWN'), actor: clerk });
    const second = await packOrder({ ...room, order: '#1', lines: [{ sku: 'A', quantity: 1 }], actor: clerk });
    await shipParcel({ ...room, shipment: second, tracking: tracking('SECOND'), actor: clerk });
    await shipOrder({ ...room, order: '#1', tracking: tracking('REST'), actor: clerk });
    const { shipments, state } = await getOrder({ ...room, reference: '#1' });
    expect([state, ...shipments.map((one) => [one.state, one.tracking[0]?.number])]).toEqual([
      'shipped',
      ['shipped', 'OWN'],
      ['shipped', 'SECOND'],
      ['shipped', 'REST'],
    ]);
    expect(await levelsOf(room)).toEqual({ A: '3/0', B: '4/0' });
  });

  it('ships once for one reference, and once when two press the button', async () => {
    const { room } = await makeStockedRoom({ A: 5 });
    await accept(room, '#1', { A: 3 });
    const ship = () => shipOrder({ ...room, order: '#1', lines: [{ sku: 'A', quantity: 1 }], reference: 'r-1', actor: clerk });
    const answers = await Promise.all([ship(), ship(), ship()]);
    expect(new Set(answers.flat()).size).toBe(1);
    await Promise.allSettled([
      shipOrder({ ...room, order: '#1', actor: clerk }),
      shipOrder({ ...room, order: '#1', actor: clerk }),
    ]);
    expect((await getOrder({ ...room, reference: '#1' })).shipments).toHaveLength(2);
    expect(await levelsOf(room)).toEqual({ A: '2/0' });
  });

  it('enters what left beyond the count as found, and never shows less than nothing on the shelf', async () => {
    const { room } = await makeStockedRoom({ A: 1 });
    await accept(room, '#1', { A: 3 });
    await shipOrder({ ...room, order: '#1', actor: clerk });
    expect(await levelsOf(room)).toEqual({ A: '0/0' });
    const { entries } = await stockHistory({ ...room, page });
    expect(entries.map(({ kind, before, after, reference }) => [kind, before, after, reference]).slice(0, 2)).toEqual([
      ['shipped', 3, 0, '#1'],
      ['found', 1, 3, '#1'],
    ]);
  });

  it('takes a cancelled shipment back on hand and into the reservation', async () => {
    const { room } = await makeStockedRoom({ A: 5 });
    await accept(room, '#1', { A: 3 });
    const [id] = await shipOrder({ ...room, order: '#1', actor: clerk });
    await cancelShipment({ ...room, shipment: id ?? '', reason: 'wrong label', actor: clerk });
    const order = await getOrder({ ...room, reference: '#1' });
    expect([order.state, order.shipments[0]?.state]).toEqual(['picking', 'cancelled']);
    expect(await levelsOf(room)).toEqual({ A: '5/3' });
    await expect(cancelShipment({ ...room, shipment: id ?? '', actor: clerk })).rejects.toMatchObject({
      code: 'stockroom-shipment-state',
    });
  });

  it('shows whoever follows the changes each shipment, correction and cancellation, over page boundaries', async () => {
    const { room } = await makeStockedRoom({ A: 50 });
    for (let number = 1; number <= 5; number++) {
      await accept(room, `#${number}`, { A: 2 });
      await packOrder({ ...room, order: `#${number}`, lines: [{ sku: 'A', quantity: 1 }], actor: clerk });
    }
    expect(await changed(room)).toEqual([]);
    for (let number = 1; number <= 5; number++) await shipOrder({ ...room, order: `#${number}`, actor: clerk });
    const all = await changed(room, 0n, 3);
    expect(all.map(({ label }) => label).sort()).toEqual([
      '#1-1',
      '#1-2',
      '#2-1',
      '#2-2',
      '#3-1',
      '#3-2',
      '#4-1',
      '#4-2',
      '#5-1',
      '#5-2',
    ]);
    const cursor = all.at(-1)?.change ?? 0n;
    expect(await changed(room, cursor)).toEqual([]);
    const [first, second] = all;
    await correctTracking({ ...room, shipment: first?.id ?? '', tracking: tracking('NEW'), actor: clerk });
    await cancelShipment({ ...room, shipment: second?.id ?? '', actor: clerk });
    expect((await changed(room, cursor)).map(({ id, state, tracking: own }) => [id, state, own[0]?.number])).toEqual([
      [first?.id, 'shipped', 'NEW'],
      [second?.id, 'cancelled', undefined],
    ]);
  });
});

describe('following changes while others write', () => {
  it('misses no shipment, however many are made at once and however long one of them takes to commit', async () => {
    const { room } = await makeStockedRoom({ A: 500 });
    const orders = Array.from({ length: 15 }, (_, index) => `#${index}`);
    for (const order of orders) await accept(room, order, { A: 1 });
    const seen = new Set<string>();
    let cursor = 0n;
    let writing = true;
    const follow = async () => {
      for (const { reference, change } of await changed(room, cursor)) {
        seen.add(reference);
        if (change > cursor) cursor = change;
      }
    };
    const reader = (async () => {
      while (writing) await follow();
    })();
    // The listener runs inside the transaction: every third shipment commits late.
    let turn = 0;
    listenToChanges(async () => {
      turn += 1;
      if (turn % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 15));
    });
    await Promise.all(orders.map((order) => shipOrder({ ...room, order, actor: clerk })));
    listenToChanges(undefined);
    writing = false;
    await reader;
    await follow();
    expect(orders.filter((order) => !seen.has(order))).toEqual([]);
  });

  it('is told of in the transaction of the change, unless it was our own sync', async () => {
    const { room } = await makeStockedRoom({ A: 5 });
    const told: string[] = [];
    listenToChanges((_tx, news) => {
      told.push([news.about, 'subject' in news ? news.subject : ''].join(' ').trim());
      return Promise.resolve();
    });
    const sync = { kind: 'sync', name: 'Crossdock' } as const;
    await acceptOrder({ ...room, order: orderOf('#1', { A: 1 }), actor: sync });
    expect(told).toEqual([]);
    await accept(room, '#2', { A: 1 });
    const [id] = await shipOrder({ ...room, order: '#2', actor: clerk });
    await correctTracking({ ...room, shipment: id ?? '', tracking: tracking('T'), actor: clerk });
    await receiveReturn({ ...room, order: '#2', lines: [{ sku: 'A', quantity: 1, restocked: false }], actor: clerk });
    await setStock({ ...room, lines: [{ sku: 'A', facility: 'main', onHand: 9 }], actor: clerk });
    listenToChanges(() => Promise.reject(new Error('the listener failed')));
    await expect(shipOrder({ ...room, order: '#1', actor: clerk })).rejects.toThrow('the listener failed');
    listenToChanges(undefined);
    expect(told).toEqual(['stock', 'shipments #2', 'shipments #2', 'returns #2', 'stock']);
    expect((await getOrder({ ...room, reference: '#1' })).state).toBe('open');
  });
});

describe('returns', () => {
  it('are received with and without going back on the shelf, at most what was shipped', async () => {
    const { room } = await makeStockedRoom({ A: 5, B: 5 });
    await accept(room, '#1', { A: 3, B: 1 });
    await shipOrder({ ...room, order: '#1', actor: clerk });
    const lines = [
      { sku: 'A', quantity: 1 },
      { sku: 'A', quantity: 1, restocked: false },
    ];
    await receiveReturn({ ...room, order: '#1', lines, note: 'box damaged', actor: clerk });
    expect(await levelsOf(room)).toEqual({ A: '3/0', B: '4/0' });
    await expect(receiveReturn({ ...room, order: '#1', lines: [{ sku: 'A', quantity: 2 }], actor: clerk })).rejects.toMatchObject(
      { code: 'stockroom-quantity', params: { possible: 1 } },
    );
    const [received] = await listReturns({ ...room, page });
    expect(received).toMatchObject({ label: '#1-R1', note: 'box damaged', reference: '#1' });
    expect(received?.lines.map(({ sku, quantity, restocked }) => [sku, quantity, restocked])).toEqual(
      expect.arrayContaining([
        ['A', 1, true],
        ['A', 1, false],
      ]),
    );
    const followed = [];
    for await (const returns of changedReturns({ ...room, change: 0n })) followed.push(...returns);
    expect(followed.map(({ label }) => label)).toEqual(['#1-R1']);
  });

  it('can never be more than was shipped, however many are received at once', async () => {
    const { room } = await makeStockedRoom({ A: 5 });
    await accept(room, '#1', { A: 2 });
    await shipOrder({ ...room, order: '#1', actor: clerk });
    const receive = (reference?: string) =>
      receiveReturn({
        ...room,
        order: '#1',
        lines: [{ sku: 'A', quantity: 1 }],
        ...(reference ? { reference } : {}),
        actor: clerk,
      });
    await Promise.all([receive('x'), receive('x')]);
    expect(
      (await Promise.allSettled([receive(), receive(), receive()])).filter(({ status }) => status === 'fulfilled'),
    ).toHaveLength(1);
    expect(await levelsOf(room)).toEqual({ A: '5/0' });
    const [shipment] = await listShipments({ ...room, order: '#1', page });
    await expect(cancelShipment({ ...room, shipment: shipment?.id ?? '', actor: clerk })).rejects.toMatchObject({
      code: 'stockroom-quantity',
    });
  });
});
