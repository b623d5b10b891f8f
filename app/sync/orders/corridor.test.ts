import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openOrderWorld } from './order-world.test-data.ts';

const database = await openTestDatabase();
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn, {}, { handOver: 'order', parksHistory: true, keepsCustomers: true, amend: false });
const { taken, place, sync, given, store, orderRow } = world;
const { syncOrder } = await import('./sync-order.ts');
const { previewOrder } = await import('./preview-order.ts');
const { changeMappings } = await import('../../mappings/change-mappings.ts');
const { recordShipment } = await import('../shipments/record-shipment.ts');
const { mirrorShipmentsOfOrder } = await import('../shipments/mirror-shipments-of-order.ts');
const { shopFulfilments } = await import('../shipments/order-in-shopify.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { hearOrderState } = await import('./hear-order-state.ts');
const { nudgeOrder } = await import('../inbox/nudge.ts');
const { chooseForOrder } = await import('./order-choice.ts');
const [knife, board] = ['KI07-02', 'KI07-03'];
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const state = async (name: string) => {
  const { verdict, reason } = await orderRow(name);
  return `${verdict} ${(reason as { code?: string }).code ?? ''}`.trim();
};

beforeAll(async () => {
  for (const sku of [knife, board])
    for (const location of ['Main Warehouse', 'East Warehouse'])
      await standIn.control('/shopify/levels', {
        sku,
        location,
        available: sku === board && location === 'East Warehouse' ? 4 : 3,
      });
}, 60_000);
afterAll(async () => {
  await stopBoss();
  await world.close();
  await database.close();
});

describe.sequential('orders whose goods must be waited for', () => {
  const lines = [
    { sku: knife, quantity: 1, location: 'Main Warehouse' },
    { sku: board, quantity: 1, location: 'Main Warehouse', attributes: { 'Ships on': inDays(5) } },
  ];
  const rules = { promiseDetail: 'ships on', tagPreOrder: 'waits' };

  it('go like any other where nothing else is set, and the back office is told the promised day', async () => {
    await store({ promiseDetail: 'ships on' });
    const name = await place({ lines });
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${knife}×1@F1`, `${board}×1@F1`] });
    expect(taken.get(name)?.lines.map(({ promisedOn }) => promisedOn)).toEqual([undefined, inDays(5)]);
  });

  it('wait as a whole where all must go together, and are tagged', async () => {
    await store({ ...rules, preOrders: 'park' });
    const name = await place({ lines });
    await sync(name);
    expect(given(name)).toEqual({});
    expect(await state(name)).toBe('hold pre-order');
    expect((await orderRow(name)).holdUntil?.getTime()).toBeGreaterThan(Date.now() + 3 * 86_400_000);
    const { data } = await standIn.graphql('query ($id: ID!) { order(id: $id) { tags } }', { id: world.idOf(name) });
    expect(data.order.tags).toContain('waits');
  });

  it('go without the goods, which follow on their day as a part of their own; a pass between changes nothing', async () => {
    await store({ ...rules, preOrders: 'split' });
    const name = await place({ lines });
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${knife}×1@F1`] });
    expect(await state(name)).toBe('hold pre-order');
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${knife}×1@F1`] });
    world.laterByDays(6);
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${knife}×1@F1`], [`${name}_2`]: [`${board}×1@F1`] });
    await sync(name);
    expect(await state(name)).toBe('send');
    expect((await world.parts(name)).map(({ number, state: at }) => [number, at])).toEqual([
      [1, 'sent'],
      [2, 'sent'],
    ]);
    expect(
      [...taken.values()].filter(({ reference }) => reference.startsWith(name)).reduce((sum, { total }) => sum + total.amount, 0),
    ).toBe(Number((await orderRow(name)).total));
    world.laterByDays(0);
  });

  it('carry shipping and the payment once, though the rest of the order has left by then', async () => {
    await store({ ...rules, preOrders: 'split' });
    const name = await place({ lines });
    await sync(name);
    await world.act(name, 'fulfil', { lines: [{ sku: knife, quantity: 1 }] });
    const [part] = await world.parts(name);
    await world.inShop(world.shopId, (tx) =>
      tx.partLine.updateMany({ where: { shopId: world.shopId, partId: part?.id ?? '' }, data: { shipped: 1, open: 0 } }),
    );
    world.laterByDays(6);
    await sync(name);
    world.laterByDays(0);
    expect(given(name)).toEqual({ [name]: [`${knife}×1@F1`], [`${name}_2`]: [`${board}×1@F1`] });
    const sent = [...taken.values()].filter(({ reference }) => reference.startsWith(name));
    const total = Number((await orderRow(name)).total);
    expect(sent.reduce((sum, one) => sum + one.total.amount, 0)).toBe(total);
    expect(sent.flatMap(({ payments }) => payments).reduce((sum, { amount }) => sum + amount, 0)).toBe(total);
  });

  it('are sent at once when somebody says so, though the rest went before', async () => {
    await store({ ...rules, preOrders: 'split' });
    const name = await place({ lines });
    await sync(name);
    await chooseForOrder(world.shopId, { userId: '1', userName: 'Ada', role: 'operator' } as never, world.idOf(name), 'send-now');
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${knife}×1@F1`], [`${name}_2`]: [`${board}×1@F1`] });
  });

  it('go on their day although another part of the order is on hold without an end, and is shown', async () => {
    await store({ ...rules, preOrders: 'split' });
    const [first, second] = lines;
    const name = await place({ lines: [first, { ...second, location: 'East Warehouse' }] });
    await world.act(name, 'fulfilment-orders/1/hold', { reason: 'OTHER' });
    await sync(name);
    expect([await state(name), given(name)]).toEqual(['hold on-hold', {}]);
    const { holdUntil } = await orderRow(name);
    expect(holdUntil?.getTime()).toBeGreaterThan(Date.now() + 3 * 86_400_000);
    expect(holdUntil?.getTime()).toBeLessThan(Date.now() + 6 * 86_400_000);
    world.laterByDays(6);
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${board}×1@F2`] });
    expect((await orderRow(name)).holdUntil).toBeNull();
    world.laterByDays(0);
  });

  it('wait while more was sold than is there, where the product goes on selling', async () => {
    await standIn.control('/shopify/levels', { sku: board, location: 'Main Warehouse', available: 0 });
    standIn.state.run("UPDATE variants SET policy = 'CONTINUE' WHERE sku = ?", board);
    await store({ backOrders: 'split' });
    const name = await place({ lines: lines.map(({ sku, quantity, location }) => ({ sku, quantity, location })) });
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${knife}×1@F1`] });
    expect(await state(name)).toBe('hold back-order');
    await standIn.control('/shopify/levels', { sku: board, location: 'Main Warehouse', available: 7 });
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${knife}×1@F1`], [`${name}_2`]: [`${board}×1@F1`] });
  });
});

describe.sequential('a line that several places ship', () => {
  it('goes as one line for each of them, whose amounts come to the whole', async () => {
    await store({});
    await standIn.control('/shopify/levels', { sku: board, location: 'Main Warehouse', available: 50 });
    const name = await place({ lines: [{ sku: board, quantity: 5, price: 9.99, discount: 1 }], shipping: null });
    await world.act(name, 'fulfilment-orders/1/split', { lines: [{ sku: board, quantity: 2 }] });
    await world.act(name, 'fulfilment-orders/2/move', { location: 'East Warehouse' });
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${board}×2@F1`, `${board}×3@F2`] });
    const sent = taken.get(name);
    expect(sent?.lines.reduce((sum, { total }) => sum + total, 0)).toBe(4895);
    expect(sent?.total.amount).toBe(Number((await orderRow(name)).total));
    // Each place's units are credited to its own stock.
    const rows = await world.inShop(world.shopId, (tx) =>
      tx.partLine.findMany({ where: { shopId: world.shopId, elsewhere: { gt: 0 } } }),
    );
    expect(rows.map(({ quantity, open, elsewhere }) => [quantity, open, elsewhere])).toEqual([[5, 5, 3]]);
    const places = rows[0]?.places as { facility_id: string; units: number }[];
    expect(places.map(({ facility_id: facility, units }) => [facility, units])).toEqual([
      ['F1', 2],
      ['F2', 3],
    ]);
  });
});

describe.sequential('an order that goes over in one and leaves place by place', () => {
  it('stays as it went when the first place has sent all of its units', async () => {
    await store({});
    await standIn.control('/shopify/levels', { sku: board, location: 'East Warehouse', available: 50 });
    const name = await place({
      lines: [
        { sku: knife, quantity: 3, price: 20, location: 'Main Warehouse' },
        { sku: board, quantity: 2, price: 30, location: 'East Warehouse' },
      ],
      shipping: null,
    });
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${knife}×3@F1`, `${board}×2@F2`] });
    await world.act(name, 'fulfil', { fulfilmentOrder: 1 });
    const [part] = await world.inShop(world.shopId, (tx) =>
      tx.part.findMany({ where: { shopId: world.shopId, reference: name } }),
    );
    await world.inShop(world.shopId, (tx) =>
      tx.partLine.updateMany({
        where: { shopId: world.shopId, partId: part?.id ?? '', sku: knife },
        data: { shipped: 3, open: 0 },
      }),
    );
    await sync(name);
    await sync(name);
    // This back office takes no change: any difference would be named.
    expect((await world.problems()).filter(({ subjectLabel }) => subjectLabel === name)).toEqual([]);
  });
});

describe.sequential('units taken off while a parcel was on its way to Shopify', () => {
  it('are named, though nothing of the order is open any more: the back office still holds them', async () => {
    await store({});
    const name = await place({ lines: [{ sku: board, quantity: 2, price: 30, location: 'East Warehouse' }], shipping: null });
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${board}×2@F2`] });
    await world.act(name, 'edit', { lines: [{ sku: board, quantity: 1 }] });
    await world.act(name, 'fulfil', { fulfilmentOrder: 1 });
    const [part] = await world.inShop(world.shopId, (tx) =>
      tx.part.findMany({ where: { shopId: world.shopId, reference: name } }),
    );
    // As the mirrored parcel leaves it: the line was brought in line with Shopify while nothing was told.
    await world.inShop(world.shopId, (tx) =>
      tx.partLine.updateMany({
        where: { shopId: world.shopId, partId: part?.id ?? '' },
        data: { quantity: 1, shipped: 1, open: 0 },
      }),
    );
    await sync(name);
    const named = (await world.problems()).filter(({ subjectLabel }) => subjectLabel === name);
    expect(named.map(({ cause }) => cause)).toEqual(['amend-too-late']);
    await world.inShop(world.shopId, (tx) => tx.problem.deleteMany({ where: { shopId: world.shopId } }));
  });
});

describe.sequential('an order that its back office cancelled by itself', () => {
  const { orders } = world.live.connector;
  const find = orders.find.bind(orders);
  const gone = new Set<string>();
  const named = async (name: string) =>
    (await world.problems()).filter(({ subjectLabel }) => subjectLabel === name).map(({ cause }) => cause);
  /** As the drain does it: what was asked for is answered. */
  const answered = async (name: string) => {
    await sync(name);
    await world.inShop(world.shopId, (tx) =>
      tx.inboxItem.updateMany({ where: { shopId: world.shopId, handledAt: null }, data: { handledAt: new Date() } }),
    );
  };
  const again = async (name: string) => {
    await nudgeOrder({ shopId: world.shopId, orderId: world.idOf(name), by: 'Ada' });
    await answered(name);
  };
  beforeAll(() => {
    orders.find = async (reference) => {
      const found = await find(reference);
      return found && gone.has(reference) ? { ...found, state: 'cancelled' } : found;
    };
  });
  afterAll(() => {
    orders.find = find;
  });
  async function cancelledThere(): Promise<string> {
    await store({});
    const name = await place({ lines: [{ sku: knife, quantity: 2, location: 'Main Warehouse' }] });
    await sync(name);
    gone.add(name);
    await hearOrderState(world.live, name, world.admin as never);
    expect(await named(name)).toEqual(['cancelled-in-back-office']);
    return name;
  }

  it('is sent anew once somebody asks for that, and by nothing else', async () => {
    const name = await cancelledThere();
    await sync(name);
    expect([Object.keys(given(name)), await named(name)]).toEqual([[name], ['cancelled-in-back-office']]);
    await again(name);
    await again(name);
    expect([given(name), await named(name)]).toEqual([{ [name]: [`${knife}×2@F1`], [`${name}_2`]: [`${knife}×2@F1`] }, []]);
    await hearOrderState(world.live, name, world.admin as never);
    await sync(name);
    expect([Object.keys(given(name)), await named(name)]).toEqual([[name, `${name}_2`], []]);
    expect(taken.get(`${name}_2`)?.total.amount).toBe(Number((await orderRow(name)).total));
  });

  it('is not while the back office has it, or once a parcel of it was told, whatever became of that', async () => {
    const name = await cancelledThere();
    gone.delete(name);
    await again(name);
    gone.add(name);
    const [part] = await world.parts(name);
    const { shopId, live } = world;
    await world.inShop(shopId, (tx) =>
      tx.shipment.create({
        data: {
          ...{ shopId, connectionId: live.id, remoteId: `p ${name}`, reference: name, partId: part?.id ?? '' },
          ...{ orderId: world.idOf(name), state: 'cancelled', cancelled: true, lines: [], tracking: [], hash: 'h' },
          ...{ seenAt: new Date(), shippedAt: new Date() },
        },
      }),
    );
    await again(name);
    expect([Object.keys(given(name)), await named(name)]).toEqual([[name], ['cancelled-in-back-office']]);
    await world.inShop(shopId, (tx) => tx.problem.deleteMany({ where: { shopId } }));
  });
});

describe.sequential('a kit', () => {
  it('goes as its components, stays made of what it went as, and ships as a kit', async () => {
    await store({});
    const map = (value: string) =>
      world.inShop(world.shopId, (tx) =>
        changeMappings(
          tx,
          world.shopId,
          { userId: '1', userName: 'Ada' },
          {
            ...{ connectionId: world.live.id, kind: 'kit', save: [{ source: knife, target: { value } }] },
          },
        ),
      );
    const mapAs = async (value: string) => {
      await map(value);
      Object.assign(world.live, { mappingVersion: world.live.mappingVersion + 1 });
    };
    await mapAs('2 × BLADE, GRIP');
    const name = await place({ lines: [{ sku: knife, quantity: 3, location: 'Main Warehouse' }] });
    await sync(name);
    expect(given(name)).toEqual({ [name]: ['BLADE×6@F1', 'GRIP×3@F1'] });
    expect(taken.get(name)?.total.amount).toBe(Number((await orderRow(name)).total));
    await mapAs('BLADE');
    await sync(name);
    expect(await world.problems()).toEqual([]);
    const [line] = taken.get(name)?.lines ?? [];
    const report = async (remoteId: string, lines: [string, number][], number?: string) => {
      const shipment = {
        ...{
          remoteId,
          reference: name,
          facilityId: 'F1',
          tracking: number ? [{ number, carrier: null, url: null }] : [],
          shippedAt: new Date().toISOString(),
          note: null,
          cancelled: false,
        },
        lines: lines.map(([sku, quantity]) => ({ lineId: line?.lineId ?? '', sku, quantity })),
      };
      await world.inShop(world.shopId, (tx) => recordShipment(tx, world.live, shipment));
      const units = await world.inShop(world.shopId, (tx) => tx.shipmentLine.findMany({ where: { shopId: world.shopId } }));
      return units.reduce((sum, { quantity }) => sum + quantity, 0);
    };
    expect(await report('p1', [['BLADE', 5]])).toBe(0);
    expect(
      await report('p2', [
        ['BLADE', 1],
        ['GRIP', 3],
      ]),
    ).toBe(3);
    expect(await report('p1', [['BLADE', 5]], 'T-1')).toBe(3);
    expect(await world.problems()).toEqual([]);
    await world.inShop(world.shopId, (tx) => tx.mapping.deleteMany({ where: { shopId: world.shopId, kind: 'kit' } }));
    Object.assign(world.live, { mappingVersion: world.live.mappingVersion + 1 });
  });
});

describe.sequential('a parcel whose fulfilment somebody cancels in Shopify', () => {
  it.each(['by us', 'by hand'])('isn’t handed over a second time (fulfilled %s)', async (whose) => {
    await store({});
    const name = await place({ lines: [{ sku: board, quantity: 1, price: 30, location: 'East Warehouse' }], shipping: null });
    await sync(name);
    if (whose === 'by hand') await world.act(name, 'fulfil', { fulfilmentOrder: 1 });
    const report = {
      ...{ remoteId: whose, reference: name, facilityId: 'F2', lines: [{ lineId: null, sku: board, quantity: 1 }] },
      ...{ tracking: [], shippedAt: new Date().toISOString(), note: null, cancelled: false },
    };
    await world.inShop(world.shopId, (tx) => recordShipment(tx, world.live, report));
    await mirrorShipmentsOfOrder(world.live, world.idOf(name), { shopify: shopFulfilments(world.admin) });
    expect(await world.parts(name)).toMatchObject([{ lines: [{ open: 0, shipped: 1 }] }]);
    const id = `gid://shopify/Fulfillment/${standIn.state.get<{ id: number }>('SELECT max(id) AS id FROM fulfillments')?.id}`;
    await standIn.graphql('mutation ($id: ID!) { fulfillmentCancel(id: $id) { userErrors { message } } }', { id });
    await standIn.standIn.settle();
    await sync(name);
    await sync(name);
    expect(given(name)).toEqual({ [name]: [`${board}×1@F2`] });
    expect(await world.parts(name)).toMatchObject([{ lines: [{ open: 1, shipped: 0, quantity: 1 }] }]);
    const named = (await world.problems()).filter(({ subjectLabel }) => subjectLabel === name);
    expect(named.map(({ cause }) => cause)).toEqual(['fulfilment-cancelled-in-shopify']);
    await world.inShop(world.shopId, (tx) => tx.problem.deleteMany({ where: { shopId: world.shopId } }));
  });
});

describe.sequential('a parcel that is taken back in the back office', () => {
  it('leaves its order where it was handed over, and the next parcel is its as well', async () => {
    await store({});
    const name = await place({ lines: [{ sku: board, quantity: 1, price: 30, location: 'East Warehouse' }], shipping: null });
    await sync(name);
    const mirrored = async (remoteId: string, cancelled = false) => {
      const report = {
        ...{ remoteId, reference: name, facilityId: 'F2', lines: [{ lineId: null, sku: board, quantity: 1 }], cancelled },
        ...{ tracking: [], shippedAt: new Date().toISOString(), note: null },
      };
      await world.inShop(world.shopId, (tx) => recordShipment(tx, world.live, report));
      await mirrorShipmentsOfOrder(world.live, world.idOf(name), { shopify: shopFulfilments(world.admin) });
      await standIn.standIn.settle();
      await sync(name);
    };
    await mirrored('void');
    await mirrored('void', true);
    expect(given(name)).toEqual({ [name]: [`${board}×1@F2`] });
    await mirrored('next');
    expect(await world.parts(name)).toMatchObject([{ lines: [{ open: 0, shipped: 1, quantity: 1 }] }]);
    expect((await world.problems()).filter(({ subjectLabel }) => subjectLabel === name)).toEqual([]);
  });
});

describe.sequential('orders from before the first day', () => {
  const old = {
    lines: [{ sku: knife, quantity: 2, location: 'Main Warehouse' }],
    createdAt: new Date(Date.now() - 30 * 86_400_000).toISOString(),
  };

  it('are left out, unless the merchant keeps history', async () => {
    await store({ earliestOrderDate: inDays(-10) });
    const name = await place(old);
    await sync(name);
    expect(await state(name)).toBe('skip too-old');
    expect(given(name)).toEqual({});
  });

  it('are kept as history, whatever became of them, and never touched again', async () => {
    await store({ earliestOrderDate: inDays(-10), historyFrom: inDays(-60) });
    const open = await place(old);
    const shipped = await place({ ...old, fulfilled: undefined });
    const fulfil = `mutation ($id: ID!) { fulfillmentCreate(fulfillment: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: $id }] }) { userErrors { message } } }`;
    const { data } = await standIn.graphql(
      'query ($id: ID!) { order(id: $id) { fulfillmentOrders(first: 5) { nodes { id } } } }',
      {
        id: world.idOf(shipped),
      },
    );
    await standIn.graphql(fulfil, { id: data.order.fulfillmentOrders.nodes[0].id });
    await standIn.standIn.settle();
    for (const name of [open, shipped]) {
      await sync(name);
      expect(given(name)).toEqual({ [name]: [`${knife}×2@F1`] });
      expect(taken.get(name)?.parked).toBe(true);
      const [part] = await world.parts(name);
      expect(part).toMatchObject({ state: 'parked', lines: [{ quantity: 2, open: 0, shipped: 2 }] });
    }
    taken.clear();
    await world.act(open, 'cancel', {});
    await sync(open);
    await sync(shipped);
    expect([...taken.keys()]).toEqual([]);
    expect((await world.parts(open))[0]?.state).toBe('parked');
    expect(await world.problems()).toEqual([]);
  });

  it('stay out by the tags that are left out', async () => {
    await store({ earliestOrderDate: inDays(-10), historyFrom: inDays(-60), excludedTags: ['b2b'] });
    const name = await place({ ...old, tags: ['B2B'] });
    await sync(name);
    expect(given(name)).toEqual({});
  });
});

describe.sequential('whose order it is', () => {
  const lines = [{ sku: knife, quantity: 1, location: 'Main Warehouse' }];
  const by = { customer: 'metafield', customerMetafield: 'custom.erp_id' };
  const buyer = (email: string, metafields?: object) => ({
    firstName: 'Ada',
    lastName: 'Lovelace',
    email,
    ...(metafields ? { metafields } : {}),
  });

  it('stands in the customer’s metafield, whose type is checked', async () => {
    await store(by);
    const right = await place({
      lines,
      customer: buyer('a@x.example', { 'custom.erp_id': { type: 'number_integer', value: '4711' } }),
    });
    await sync(right);
    expect(taken.get(right)?.customer).toMatchObject({ remoteId: '4711', name: 'Ada Lovelace' });
    const wrong = await place({
      lines,
      customer: buyer('b@x.example', { 'custom.erp_id': { type: 'single_line_text_field', value: '4711' } }),
    });
    await sync(wrong);
    expect(await state(wrong)).toBe('hold customer-id-type');
    expect((await world.problems()).map(({ cause }) => cause)).toEqual(['customer-id-type']);
    await store({ ...by, customerIdType: 'text' });
    await sync(wrong);
    expect(taken.get(wrong)?.customer?.remoteId).toBe('4711');
    expect(await world.problems()).toEqual([]);
  });

  it('is held where the metafield is empty, or looked for as usual', async () => {
    await store(by);
    const name = await place({ lines, customer: buyer('c@x.example') });
    await sync(name);
    expect(await state(name)).toBe('hold customer-id-missing');
    await store({ ...by, customerWithoutId: 'match' });
    await sync(name);
    expect(taken.get(name)?.customer).toMatchObject({ name: 'Ada Lovelace' });
    expect(taken.get(name)?.customer?.remoteId).toBeUndefined();
  });

  it('is the merchant’s customer by number, for orders without one or for all', async () => {
    await store({ fallbackCustomerId: '7' });
    const without = await place({ lines, customer: null });
    await sync(without);
    expect(taken.get(without)?.customer).toMatchObject({ remoteId: '7', name: '7' });
    await store({ fallbackCustomerId: '7', fallbackCustomerName: 'Web shop', customer: 'fixed' });
    const own = await place({ lines, customer: buyer('d@x.example') });
    await sync(own);
    expect(taken.get(own)?.customer).toMatchObject({ remoteId: '7', name: 'Web shop' });
  });
});

describe.sequential('a look at what an order is sent as', () => {
  it('shows a held order as it would go, and sends nothing', async () => {
    await store({ editWindowMinutes: 600, numberPrefix: 'T-' });
    const name = await place({
      ...{ lines: [{ sku: knife, quantity: 1, location: 'Main Warehouse' }], note: 'For Ada, ring twice' },
      address: {
        firstName: 'Ada',
        lastName: 'Lovelace',
        address1: '12 Dorset Street',
        city: 'Marylebone',
        zip: 'W1U 6QS',
        country: 'GB',
      },
      customer: { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@x.example' },
    });
    await sync(name);
    expect(await state(name)).toBe('hold edit-window');
    const [open] = await previewOrder(world.pass(name), { open: true });
    expect(open).toMatchObject({ reference: `T-${name}`, failure: null, calls: [{ call: 'POST orders' }] });
    expect(open?.calls[0]?.text).toContain('12 Dorset Street');
    const [masked] = await previewOrder(world.pass(name), { open: false });
    const text = masked?.calls[0]?.text ?? '';
    expect(text).toContain(knife);
    for (const secret of ['Ada', 'Lovelace', 'Dorset', 'Marylebone', 'W1U', 'ada@x.example', 'ring twice'])
      expect(text).not.toContain(secret);
    expect(given(name)).toEqual({});
    expect(await world.parts(name)).toEqual([]);
    expect(await state(name)).toBe('hold edit-window');
  });
});

describe.sequential('an order that was deleted in Shopify', () => {
  const vanish = async (name: string) => {
    const pass = world.pass(name);
    for (const table of ['fulfillment_orders', 'order_lines'])
      standIn.state.run(`DELETE FROM ${table} WHERE order_id = (SELECT id FROM orders WHERE name = ?)`, name);
    standIn.state.run('DELETE FROM orders WHERE name = ?', name);
    return pass;
  };
  const lines = [{ sku: knife, quantity: 2, location: 'Main Warehouse' }];

  it('is cancelled in the back office, unless all of it has left', async () => {
    await store({});
    const [open, left] = [await place({ lines }), await place({ lines })];
    for (const name of [open, left]) await sync(name);
    const [part] = await world.parts(left);
    await world.inShop(world.shopId, (tx) =>
      tx.partLine.updateMany({ where: { shopId: world.shopId, partId: part?.id ?? '' }, data: { shipped: 2, open: 0 } }),
    );
    for (const name of [open, left]) await syncOrder(await vanish(name));
    expect([...world.cancelled]).toEqual([open]);
  });
});
