import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openSyncWorld } from '../shipments/sync-world.test-data.ts';
import type { RemoteOrder } from '../../connectors/contract/index.ts';
import type { ShopifyOrder } from './shopify-order.ts';

const world = await openSyncWorld(await openTestDatabase());
const { shopify, live, addOrder, ship, shopId } = world;
const { changeMappings } = await import('../../mappings/change-mappings.ts');
const { withLease } = await import('../inbox/lease.ts');
const { mirrorShipmentsOfOrder } = await import('../shipments/mirror-shipments-of-order.ts');
const { recordShipment } = await import('../shipments/record-shipment.ts');
const { shopFulfilments } = await import('../shipments/order-in-shopify.ts');
const { completeLines } = await import('./complete-lines.ts');
const { hearOrderState } = await import('./hear-order-state.ts');
const { hearChanges } = await import('./hear-changes.ts');

afterAll(() => world.close());

const remote = new Map<string, string>();
let taken: string | undefined;
beforeAll(async () => {
  Object.assign(live, { blocked: null });
  Object.assign(live.connector, {
    orders: {
      find: (reference: string) =>
        remote.get(reference) === 'BROKEN'
          ? Promise.reject(new Error('It can’t be read'))
          : Promise.resolve({
              ...{ remoteId: `remote ${reference}`, remoteNumber: null, reference, state: 'open', lines: [] },
              ...{ total: null, facilityId: 'F1', url: null, vendorStatus: remote.get(reference), acceptedAt: taken },
            } as unknown as RemoteOrder),
    },
  });
  const save = Object.entries({ Despatched: 'fulfilled', Void: 'cancelled', Credited: 'refunded' }).map(([source, value]) => ({
    ...{ source, target: { value } },
  }));
  await world.inShop((tx) =>
    changeMappings(tx, shopId, { userId: '1', userName: 'Ada' }, { connectionId: live.id, kind: 'order-status', save }),
  );
});
const causes = async () => (await world.problems()).map(({ cause }) => cause);

describe('a status of the back office that the merchant gave a meaning', () => {
  it('“fulfilled” fulfils in Shopify what no parcel holds, once', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 3 }]);
    const reference = order.references[0]!;
    remote.set(reference, 'Picking');
    await hearOrderState(live, reference);
    expect(await world.inShop((tx) => tx.shipment.count({ where: { reference } }))).toBe(0);
    remote.set(reference, 'despatched');
    for (let again = 0; again < 2; again += 1) {
      await hearOrderState(live, reference);
      await mirrorShipmentsOfOrder(live, order.id, { shopify: shopFulfilments(shopify as never) });
    }
    expect(shopify.of(order.id)).toMatchObject([{ lines: [{ quantity: 3 }], tracking: [], notified: false }]);
    expect(await world.part(order.partIds[0]!)).toMatchObject({ state: 'shipped', open: [0] });
    const seen = await world.inShop((tx) => tx.observedValue.findMany({ where: { kind: 'order-status' } }));
    expect(seen.map(({ value }) => value).sort()).toEqual(['Picking', 'despatched']);
  });

  const parcel = { tracking: [{ number: 'T-1', carrier: 'DHL', url: null }] };
  const mirror = (order: { id: string }) =>
    mirrorShipmentsOfOrder(live, order.id, { shopify: shopFulfilments(shopify as never) });

  it('“fulfilled” is heard before the parcel is: it is asked for, and Shopify has it with its tracking', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    const reference = order.references[0]!;
    remote.set(reference, 'Despatched');
    ship(reference, [{ sku: 'A', quantity: 1 }], parcel);
    await hearOrderState(live, reference);
    expect(await world.inShop((tx) => tx.inboxItem.count({ where: { subjectId: order.id, handledAt: null } }))).toBeGreaterThan(
      0,
    );
    await mirror(order);
    const made = shopify.of(order.id).map(({ lines, tracking }) => [lines[0]?.quantity, tracking[0]?.number]);
    expect(made).toEqual([
      [1, 'T-1'],
      [1, undefined],
    ]);
  });

  it('“fulfilled” and only then the parcel is one fulfilment, which gets the parcel’s tracking', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    const reference = order.references[0]!;
    remote.set(reference, 'Despatched');
    await hearOrderState(live, reference);
    await mirror(order);
    expect(shopify.of(order.id)).toMatchObject([{ lines: [{ quantity: 2 }], tracking: [] }]);
    const report = ship(reference, [{ sku: 'A', quantity: 2 }], parcel);
    await world.inShop((tx) => recordShipment(tx, live, report));
    await mirror(order);
    expect(shopify.fulfilments.filter(({ orderId }) => orderId === order.id)).toMatchObject([
      { status: 'SUCCESS', lines: [{ quantity: 2 }], tracking: [{ number: 'T-1' }] },
    ]);
    await world.inShop((tx) => recordShipment(tx, live, report));
    await hearOrderState(live, reference);
    const rows = await world.inShop((tx) => tx.shipment.findMany({ where: { reference } }));
    expect(rows).toMatchObject([{ remoteId: report.remoteId, state: 'mirrored' }]);
    expect(await causes()).toEqual([]);
  });

  it('is another matter than when it took the order: that it says, else it is when we are told', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    const partId = order.partIds[0]!;
    const offered = () =>
      world.inShop((tx) => tx.part.updateMany({ where: { id: partId }, data: { state: 'offered', acceptedAt: null } }));
    const accepted = async () => {
      await offered();
      await hearOrderState(live, order.references[0]!);
      const { state, acceptedAt } = await world.inShop((tx) => tx.part.findFirstOrThrow({ where: { id: partId } }));
      return { state, acceptedAt: acceptedAt?.toISOString() };
    };
    taken = '2026-10-01T08:00:00.000Z';
    expect(await accepted()).toEqual({ state: 'sent', acceptedAt: taken });
    taken = undefined;
    expect((await accepted()).acceptedAt).not.toBe('2026-10-01T08:00:00.000Z');
  });

  it('“cancelled” and “refunded” are named for somebody to decide, until the status is another', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    const reference = order.references[0]!;
    const hear = async (status: string) => {
      remote.set(reference, status);
      await hearOrderState(live, reference);
      return causes();
    };
    expect(await hear('Void')).toEqual(['cancelled-in-back-office']);
    expect(await hear('Credited')).toEqual(['refunded-in-back-office']);
    expect(await hear('Picking')).toEqual([]);
  });
});

describe('what the back office did with several parts', () => {
  const said = (reference: string, status: string) => remote.set(reference, status);
  const changesOf = (references: string[]) =>
    async function* () {
      yield await Promise.resolve({ references, cursor: 'later' });
    };
  const waiting = async () =>
    (await world.inShop((tx) => tx.inboxItem.findMany({ where: { subjectKind: 'connection', handledAt: null } }))).map(
      ({ subjectId }) => subjectId,
    );

  it('stays named of the part that was cancelled, though another part of the same order goes on', async () => {
    const order = await addOrder([
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 1, part: 2 },
    ]);
    const [one = '', two = ''] = order.references;
    said(one, 'Void');
    said(two, 'Picking');
    await hearOrderState(live, one);
    await hearOrderState(live, two);
    expect(await causes()).toEqual(['cancelled-in-back-office']);
    said(one, 'Picking');
    await hearOrderState(live, one);
    expect(await causes()).toEqual([]);
  });

  it('is named of each that was cancelled, and the one that goes on takes nothing from the other', async () => {
    const order = await addOrder([
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 1, part: 2 },
    ]);
    const named = async () => (await world.problems()).map(({ params }) => (params as { reference: string }).reference).sort();
    const [one = '', two = ''] = order.references;
    for (const reference of [one, two]) {
      said(reference, 'Void');
      await hearOrderState(live, reference);
    }
    expect(await named()).toEqual([one, two]);
    said(two, 'Picking');
    await hearOrderState(live, two);
    expect(await named()).toEqual([one]);
    said(one, 'Picking');
    await hearOrderState(live, one);
    expect(await named()).toEqual([]);
  });

  it('is heard of each: one that can’t be looked at waits in the inbox, and the rest isn’t held up', async () => {
    const orders = await Promise.all([1, 2, 3, 4, 5].map(() => addOrder([{ sku: 'A', quantity: 1 }])));
    const references = orders.map((order) => order.references[0] ?? '');
    for (const reference of references) said(reference, 'Void');
    const [broken = ''] = references;
    said(broken, 'BROKEN');
    Object.assign(live.connector.orders, { changes: changesOf(references) });
    expect(await hearChanges(live, null)).toBe('later');
    expect(await causes()).toEqual(references.slice(1).map(() => 'cancelled-in-back-office'));
    expect(await waiting()).toEqual([`${live.id} orders ${broken}`]);
    // Heard meanwhile, and met once more: it waits again.
    await world.inShop((tx) =>
      tx.inboxItem.updateMany({ where: { subjectKind: 'connection' }, data: { handledAt: new Date() } }),
    );
    await hearChanges(live, null);
    expect(await waiting()).toEqual([`${live.id} orders ${broken}`]);
    for (const reference of references) said(reference, 'BROKEN');
    await expect(hearChanges(live, null)).rejects.toThrow('It can’t be read');
    for (const reference of references.slice(1)) {
      said(reference, 'Picking');
      await hearOrderState(live, reference);
    }
  });
});

describe('lines that nobody ships', () => {
  const complete = async (order: { id: string; lineIds: string[] }, lineIds: string[]) => {
    const pass = { shopId, admin: shopify as never, connections: [live], orderId: order.id };
    const asRead = {
      id: order.id,
      name: '#1',
      lines: order.lineIds.map((id) => ({ id, currentQuantity: 1 })),
    } as unknown as ShopifyOrder;
    await withLease(shopId, `order ${order.id}`, (lease) =>
      completeLines(pass, lease, asRead, { connectionId: live.id, lineIds }),
    );
  };

  it('are fulfilled in Shopify, alone, once, and not again when somebody takes that back', async () => {
    const order = await addOrder([
      { sku: 'MUG', quantity: 1 },
      { sku: 'CARE', quantity: 1 },
    ]);
    await complete(order, [order.lineIds[1]!]);
    await complete(order, [order.lineIds[1]!]);
    expect(shopify.of(order.id)).toMatchObject([{ lines: [{ lineId: order.lineIds[1], quantity: 1 }], notified: false }]);
    shopify.cancel(shopify.of(order.id)[0]!.id);
    await complete(order, [order.lineIds[1]!]);
    expect(shopify.of(order.id).filter(({ status }) => status === 'SUCCESS')).toEqual([]);
  });

  it('whose answer was lost are looked for, not fulfilled twice', async () => {
    const order = await addOrder([{ sku: 'CARE', quantity: 1 }]);
    shopify.failNext('FulfilmentCreate', 'lost-answer');
    await expect(complete(order, order.lineIds)).rejects.toMatchObject({ kind: 'transient' });
    await complete(order, order.lineIds);
    expect(shopify.of(order.id)).toHaveLength(1);
  });

  it('stay in Shopify as they are while nothing may be written', async () => {
    const order = await addOrder([{ sku: 'CARE', quantity: 1 }]);
    live.dryRun = true;
    await complete(order, order.lineIds);
    live.dryRun = false;
    expect(shopify.of(order.id)).toEqual([]);
  });
});
