import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { accept, clerk, closeDatabase, levelsOf, makeStockedRoom, orderOf } = await import('./room.fixture.ts');
const { acceptOrder, amendOrder } = await import('./accept-order.ts');
const { cancelOrder, holdOrder, releaseOrder, startPicking, stopPicking } = await import('./order-steps.ts');
const { getOrder, orderByReference, orderHistory } = await import('./orders.ts');
const { countOrders, listOrders, pageOfOrders } = await import('./order-list.ts');
const { packOrder } = await import('./parcels.ts');
const { shipOrder } = await import('./shipping.ts');
const { inShop } = await import('../db/scope.ts');
const { createFacility, updateFacility } = await import('./facilities.ts');
const { upsertProducts } = await import('./products.ts');

afterAll(async () => {
  await closeDatabase();
  await database.close();
});

const page = { number: 1, size: 50 };

describe('accepting an order', () => {
  it('reserves its stock once, however often and however simultaneously it is sent', async () => {
    const { room } = await makeStockedRoom({ A: 10, B: 5 });
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => accept(room, '#1001', { A: 2, B: 1 })));
    expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(new Set(outcomes.map(({ id }) => id)).size).toBe(1);
    expect(await levelsOf(room)).toEqual({ A: '10/2', B: '5/1' });
  });

  it('reserves exactly what many different orders at once ask for', async () => {
    const { room } = await makeStockedRoom({ A: 10, B: 10 });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => accept(room, `#${index}`, index % 2 ? { A: 1, B: 2 } : { B: 2, A: 1 })),
    );
    expect(await levelsOf(room)).toEqual({ A: '10/20', B: '10/40' });
  });

  it('takes an order beyond stock as a back-order, or refuses it where the rules say so', async () => {
    const { room } = await makeStockedRoom({ A: 1 });
    await accept(room, '#1', { A: 3 });
    expect(await levelsOf(room)).toEqual({ A: '1/3' });
    const { orders } = await listOrders({ ...room, filter: { backOrder: true }, page });
    expect(orders.map(({ reference, backOrder }) => [reference, backOrder])).toEqual([['#1', true]]);
    await expect(accept(room, '#2', { A: 1 }, { beyondStock: 'refuse' })).rejects.toMatchObject({
      code: 'stockroom-out-of-stock',
      kind: 'rejected',
    });
    expect(await orderByReference({ ...room, reference: '#2' })).toBeNull();
    expect(await levelsOf(room)).toEqual({ A: '1/3' });
  });

  it('keeps history as done without touching the stock, once', async () => {
    const { room } = await makeStockedRoom({ A: 3 });
    const keep = () =>
      acceptOrder({ ...room, order: orderOf('#7', { A: 2 }, { parked: true }), rules: { holdNew: true }, actor: clerk });
    await keep();
    await keep();
    expect(await levelsOf(room)).toEqual({ A: '3/0' });
    const order = await getOrder({ ...room, reference: '#7' });
    expect(order).toMatchObject({ state: 'shipped', lines: [{ quantity: 2, shipped: 2, remaining: 0 }], shipments: [] });
    expect((await orderHistory({ ...room, orderId: order.id })).map(({ kind }) => kind)).toEqual(['kept-as-history']);
    await expect(shipOrder({ ...room, order: '#7', actor: clerk })).rejects.toMatchObject({ kind: 'rejected' });
  });

  it('records a sale at the till as done: its units leave without a parcel, and beyond stock only where the rules allow', async () => {
    const { room } = await makeStockedRoom({ A: 3, B: 1 });
    const sale = (reference: string, units: Record<string, number>, rules = {}) =>
      acceptOrder({ ...room, order: orderOf(reference, units, { handedOver: true }), rules, actor: clerk });
    await sale('#1', { A: 2 }, { holdNew: true });
    expect(await levelsOf(room)).toEqual({ A: '1/0', B: '1/0' });
    expect(await orderByReference({ ...room, reference: '#1' })).toMatchObject({
      ...{ state: 'shipped', shipments: [], lines: [{ quantity: 2, shipped: 2, remaining: 0 }] },
    });
    expect(await sale('#1', { A: 2 })).toMatchObject({ outcome: 'existing' });
    await expect(sale('#2', { B: 2 }, { beyondStock: 'refuse' })).rejects.toMatchObject({ code: 'stockroom-out-of-stock' });
    expect(await levelsOf(room)).toEqual({ A: '1/0', B: '1/0' });
    await sale('#3', { B: 2 });
    expect(await levelsOf(room)).toEqual({ A: '1/0', B: '0/0' });
  });

  it('names the unknown SKU it refuses, or adds the product where the rules say so', async () => {
    const { room } = await makeStockedRoom();
    await expect(accept(room, '#1', { NOPE: 1 })).rejects.toMatchObject({
      code: 'stockroom-product-unknown',
      field: 'lines.0.sku',
      params: { sku: 'NOPE' },
    });
    expect((await accept(room, '#1', { NOPE: 1 }, { unknownSku: 'add' })).outcome).toBe('created');
  });

  it('does not turn a product that nobody counted into one with no stock', async () => {
    const { room } = await makeStockedRoom({ A: 1 });
    await accept(room, '#1', { A: 1, B: 1 });
    const { readStock } = await import('./stock.ts');
    const skus: string[] = [];
    for await (const levels of readStock({ ...room, countedOnly: true })) skus.push(...levels.map(({ sku }) => sku));
    expect(skus).toEqual(['A']);
  });

  it('holds new orders until they are released where the rules say so', async () => {
    const { room } = await makeStockedRoom({ A: 1 });
    await accept(room, '#1', { A: 1 }, { holdNew: true });
    expect(await startPicking({ ...room, orders: ['#1'], actor: clerk })).toMatchObject({
      done: [],
      refused: [{ order: '#1', code: 'stockroom-order-state' }],
    });
    await releaseOrder({ ...room, order: '#1', actor: clerk });
    expect((await startPicking({ ...room, orders: ['#1'], actor: clerk })).done).toEqual(['#1']);
  });

  it('keeps who bought it sealed at rest and gives it back to whoever may read the order', async () => {
    const { room } = await makeStockedRoom({ A: 1 });
    await accept(room, '#1', { A: 1 });
    const [row] = await inShop(
      room.shopId,
      (tx) =>
        tx.$queryRaw<
          { text: string }[]
        >`SELECT row_to_json(o)::text || encode(o.personal, 'escape') AS text FROM stockroom_order o`,
    );
    expect(row?.text).not.toMatch(/Grace|Hamburg|Ring twice/);
    expect((await getOrder({ ...room, reference: '#1' })).personal).toMatchObject({
      shipTo: { city: 'Hamburg' },
      note: 'Ring twice',
    });
  });

  it('refuses a deactivated facility, and a facility with waiting orders refuses to be deactivated', async () => {
    const { room } = await makeStockedRoom({ A: 1 });
    await accept(room, '#1', { A: 1 });
    await expect(updateFacility({ ...room, facility: 'main', active: false })).rejects.toMatchObject({
      code: 'stockroom-facility-in-use',
    });
    await cancelOrder({ ...room, order: '#1', actor: clerk });
    await updateFacility({ ...room, facility: 'main', active: false });
    await expect(accept(room, '#2', { A: 1 })).rejects.toMatchObject({ code: 'stockroom-facility-inactive' });
  });
});

describe('changing an order', () => {
  it('moves the reservation with an amendment, until picking began', async () => {
    const { room } = await makeStockedRoom({ A: 10, B: 10 });
    await accept(room, '#1', { A: 4 });
    await amendOrder({ ...room, order: '#1', to: orderOf('#1', { A: 1, B: 2 }), actor: clerk });
    expect(await levelsOf(room)).toEqual({ A: '10/1', B: '10/2' });
    expect((await getOrder({ ...room, reference: '#1' })).lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['A', 1],
      ['B', 2],
    ]);
    await startPicking({ ...room, orders: ['#1'], actor: clerk });
    await expect(amendOrder({ ...room, order: '#1', to: orderOf('#1', { A: 1 }), actor: clerk })).rejects.toMatchObject({
      code: 'stockroom-order-state',
      params: { state: 'picking' },
    });
    await stopPicking({ ...room, orders: ['#1'], actor: clerk });
    await amendOrder({ ...room, order: '#1', to: orderOf('#1', { A: 1 }), actor: clerk });
    expect(await levelsOf(room)).toEqual({ A: '10/1', B: '10/0' });
  });

  it('gives stock free when it is cancelled, also with parcels packed, and says so twice without harm', async () => {
    const { room } = await makeStockedRoom({ A: 10 });
    await accept(room, '#1', { A: 4 });
    await packOrder({ ...room, order: '#1', lines: [{ sku: 'A', quantity: 1 }], actor: clerk });
    await cancelOrder({ ...room, order: '#1', reason: 'changed their mind', actor: clerk });
    await cancelOrder({ ...room, order: '#1', actor: clerk });
    const order = await getOrder({ ...room, reference: '#1' });
    expect([order.state, order.cancelReason, order.shipments]).toEqual(['cancelled', 'changed their mind', []]);
    expect(await levelsOf(room)).toEqual({ A: '10/0' });
  });

  it('refuses to cancel what has partly left, unless only the rest is meant', async () => {
    const { room } = await makeStockedRoom({ A: 10 });
    await accept(room, '#1', { A: 4 });
    await shipOrder({ ...room, order: '#1', lines: [{ sku: 'A', quantity: 3 }], actor: clerk });
    await expect(cancelOrder({ ...room, order: '#1', actor: clerk })).rejects.toMatchObject({
      code: 'stockroom-order-state',
      params: { state: 'partly-shipped' },
    });
    await cancelOrder({ ...room, order: '#1', remaining: true, actor: clerk });
    const order = await getOrder({ ...room, reference: '#1' });
    expect([order.state, order.lines[0]?.shipped, order.lines[0]?.cancelled]).toEqual(['shipped', 3, 1]);
    expect(await levelsOf(room)).toEqual({ A: '7/0' });
  });

  it('lets only one of a cancellation and a shipment win', async () => {
    const { room } = await makeStockedRoom({ A: 100 });
    // Reserved by another order, so that taking off too much would go unnoticed by the database's own checks.
    await accept(room, '#spare', { A: 50 });
    let shipped = 0;
    for (let round = 0; round < 6; round++) {
      const order = `#${round}`;
      await accept(room, order, { A: 2 });
      const outcomes = await Promise.allSettled([
        cancelOrder({ ...room, order, actor: clerk }),
        shipOrder({ ...room, order, actor: clerk }),
      ]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const { state, lines } = await getOrder({ ...room, reference: order });
      expect([state, lines[0]?.shipped]).toEqual(state === 'shipped' ? ['shipped', 2] : ['cancelled', 0]);
      shipped += lines[0]?.shipped ?? 0;
    }
    expect(await levelsOf(room)).toEqual({ A: `${100 - shipped}/50` });
  });

  it('keeps a held order from being picked or shipped, and remembers where it stood', async () => {
    const { room } = await makeStockedRoom({ A: 10 });
    await accept(room, '#1', { A: 4 });
    await startPicking({ ...room, orders: ['#1'], actor: clerk });
    await holdOrder({ ...room, order: '#1', reason: 'address is wrong', actor: clerk });
    await expect(shipOrder({ ...room, order: '#1', actor: clerk })).rejects.toMatchObject({ code: 'stockroom-order-state' });
    expect((await getOrder({ ...room, reference: '#1' })).heldReason).toBe('address is wrong');
    await releaseOrder({ ...room, order: '#1', actor: clerk });
    expect((await getOrder({ ...room, reference: '#1' })).state).toBe('picking');
  });

  it('enters who did what in its history', async () => {
    const { room } = await makeStockedRoom({ A: 10 });
    const { id } = await accept(room, '#1', { A: 4 });
    await startPicking({ ...room, orders: ['#1'], actor: { kind: 'api', name: 'scanner' } });
    await shipOrder({ ...room, order: '#1', actor: clerk });
    const history = await orderHistory({ ...room, orderId: id });
    expect(history.map(({ kind, actor }) => [kind, actor.name])).toEqual([
      ['accepted', 'Ada'],
      ['picking-started', 'scanner'],
      ['shipped', 'Ada'],
    ]);
  });
});

describe('finding orders', () => {
  it('searches by reference, SKU and tracking, filters by state, and pages through all of them', async () => {
    const { room } = await makeStockedRoom({ A: 10, B: 10 });
    for (let number = 1; number <= 7; number++) await accept(room, `#${number}`, number === 3 ? { B: 1 } : { A: 1 });
    await shipOrder({ ...room, order: '#5', tracking: [{ number: 'JD00_9', carrier: 'DHL', url: null }], actor: clerk });
    const references = async (input: { search?: string; states?: ('shipped' | 'open')[] }) =>
      (
        await listOrders({
          ...room,
          ...(input.search ? { search: input.search } : {}),
          filter: input.states ? { states: input.states } : {},
          page,
        })
      ).orders.map(({ reference }) => reference);
    expect(await references({ search: 'B' })).toEqual(['#3']);
    expect(await references({ search: 'jd00_9' })).toEqual(['#5']);
    expect(await references({ search: '%' })).toEqual([]);
    expect(await references({ states: ['shipped'] })).toEqual(['#5']);
    expect(await countOrders(room)).toEqual({ open: 6, shipped: 1 });
    const first = await pageOfOrders({ ...room, size: 4 });
    const rest = await pageOfOrders({ ...room, size: 4, after: first.at(-1)?.id ?? '' });
    expect([...first, ...rest].map(({ reference }) => reference)).toEqual(['#1', '#2', '#3', '#4', '#5', '#6', '#7']);
  });

  it('shows nothing of another shop or of another Stockroom of the same shop', async () => {
    const { room } = await makeStockedRoom({ A: 1 });
    await accept(room, '#1', { A: 1 });
    const { room: stranger } = await makeStockedRoom({ A: 1 });
    const neighbour = { shopId: room.shopId, connectionId: stranger.connectionId };
    for (const other of [stranger, neighbour, { shopId: stranger.shopId, connectionId: room.connectionId }]) {
      expect(await orderByReference({ ...other, reference: '#1' })).toBeNull();
      expect((await listOrders({ ...other, page })).total).toBe(0);
      await expect(shipOrder({ ...other, order: '#1', actor: clerk })).rejects.toMatchObject({ code: 'stockroom-order-unknown' });
    }
  });

  it('keeps two Stockrooms of one shop apart, also where both use one reference', async () => {
    const { room } = await makeStockedRoom({ A: 5 });
    const second = { shopId: room.shopId, connectionId: randomUUID() };
    await createFacility({ ...second, name: 'Main' });
    await upsertProducts({ ...second, products: [{ sku: 'A', title: 'Product A' }] });
    await accept(room, '#1', { A: 1 });
    expect((await accept(second, '#1', { A: 2 })).outcome).toBe('created');
    await shipOrder({ ...second, order: '#1', actor: clerk });
    expect([await levelsOf(room), await levelsOf(second)]).toEqual([{ A: '5/1' }, { A: '0/0' }]);
    expect((await getOrder({ ...room, reference: '#1' })).state).toBe('open');
  });

  it('refuses an order without lines or with a broken quantity', async () => {
    const { room } = await makeStockedRoom();
    await expect(acceptOrder({ ...room, order: orderOf('#1', {}), actor: clerk })).rejects.toMatchObject({
      code: 'stockroom-order-empty',
    });
    await expect(acceptOrder({ ...room, order: orderOf('#1', { A: 0.5 }), actor: clerk })).rejects.toMatchObject({
      field: 'lines.0.quantity',
    });
  });
});
