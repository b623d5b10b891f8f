import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { locations, openSyncWorld } from './sync-world.test-data.ts';

const world = await openSyncWorld(await openTestDatabase());
const { shopify, office, live, addOrder, ship, shopId } = world;
const { shopFulfilments } = await import('./order-in-shopify.ts');
const { runShipmentsSync } = await import('./run-shipments-sync.ts');
const { saveCarrierRules } = await import('../../connections/carrier-rules.ts');
const options = { shopify: shopFulfilments(shopify as never) };
const actor = { userId: null, userName: 'Test' };

afterAll(() => world.close());

beforeEach(async () => {
  office.shipments.length = 0;
  shopify.faults.length = 0;
  shopify.notStockedAt.clear();
  Object.assign(live, { access: 'read_write' });
  await world.setSettings('shipments', {});
  await world.inShop(async (tx) => {
    await tx.$executeRaw`UPDATE sync SET cursor = NULL, enabled = true WHERE kind = 'shipments'`;
    await tx.$executeRaw`UPDATE shipment SET state = 'cancelled' WHERE state NOT IN ('mirrored', 'cancelled')`;
    await tx.$executeRaw`UPDATE problem SET closed_at = opened_at WHERE closed_at IS NULL`;
    await tx.$executeRaw`DELETE FROM carrier_rule`;
    for (const id of [locations.north, locations.annex, locations.south])
      await tx.location.upsert({
        where: { shopId_id: { shopId, id } },
        create: { shopId, id, name: id, active: true, fulfillsOnline: true, address: {}, importedAt: new Date() },
        update: {},
      });
  });
});

async function run(task = 'scheduled', argument?: string) {
  const order = await world.newRun('shipments', task, argument);
  await runShipmentsSync(live, order, options);
  return order.id;
}
const places = (orderId: string) =>
  shopify.of(orderId).map(({ locationId, lines }) => [locationId, lines.map(({ quantity }) => quantity)]);
const events = async (orderId: string) =>
  (await world.inShop((tx) => tx.timelineEvent.findMany({ where: { shopId, subjectId: orderId }, orderBy: { id: 'asc' } }))).map(
    ({ kind }) => kind,
  );
const row = (remoteId: string) => world.inShop((tx) => tx.shipment.findFirstOrThrow({ where: { shopId, remoteId } }));

describe('a parcel from another facility than the order was given to', () => {
  it('is fulfilled at the order’s location unless the merchant wants otherwise', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 2 }], { facilityId: 'F2' });
    await run();
    expect(places(order.id)).toEqual([[locations.north, [2]]]);
    expect(shopify.calls).not.toContain('FulfilmentOrderMove');
  });

  it('has its units moved to that facility’s location first, split from what stays', async () => {
    await world.setSettings('shipments', { otherFacility: 'move' });
    const order = await addOrder([
      { sku: 'A', quantity: 3 },
      { sku: 'B', quantity: 1 },
    ]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 2 }], { facilityId: 'F2' });
    ship(order.references[0]!, [
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 1 },
    ]);
    await run();
    expect(places(order.id)).toEqual([
      [locations.south, [2]],
      [locations.north, [1, 1]],
    ]);
    expect(await world.part(order.partIds[0]!)).toEqual({ state: 'shipped', open: [0, 0], shipped: [3, 1] });
    expect(await events(order.id)).toContain('fulfilment-moved');
    expect(await world.problems()).toEqual([]);
  });

  it('of a facility without a mapped location is fulfilled where the order is', async () => {
    await world.setSettings('shipments', { otherFacility: 'move' });
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], { facilityId: 'F9' });
    await run();
    expect(places(order.id)).toEqual([[locations.north, [1]]]);
  });

  it('that Shopify won’t move is fulfilled where it is, and its page says why', async () => {
    await world.setSettings('shipments', { otherFacility: 'move' });
    shopify.notStockedAt.add(locations.south);
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], { facilityId: 'F2' });
    await run();
    expect(places(order.id)).toEqual([[locations.north, [1]]]);
    expect(await events(order.id)).toContain('fulfilment-move-refused');
  });

  it.each([
    ['FulfilmentOrderMove', 'lost-answer'],
    ['FulfilmentOrderMove', 'lost-request'],
    ['FulfilmentCreate', 'lost-answer'],
    ['FulfilmentCreate', 'lost-request'],
  ] as const)('is moved and fulfilled once whatever gets lost (%s, %s)', async (operation, kind) => {
    await world.setSettings('shipments', { otherFacility: 'move' });
    const order = await addOrder([{ sku: 'A', quantity: 3 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 2 }], { facilityId: 'F2' });
    shopify.failNext(operation, kind);
    await run().catch(() => undefined);
    await run();
    expect(places(order.id)).toEqual([[locations.south, [2]]]);
    const open = shopify.fulfilmentOrders.filter((one) => one.orderId === order.id && one.status === 'OPEN');
    expect(open.map(({ locationId, lines }) => [locationId, lines.map(({ remaining }) => remaining)])).toEqual([
      [locations.north, [1]],
    ]);
  });

  it('stays a plan while the connection may only read Shopify', async () => {
    await world.setSettings('shipments', { otherFacility: 'move' });
    Object.assign(live, { access: 'read' });
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], { facilityId: 'F2' });
    const calls = shopify.calls.length;
    await run();
    expect(shopify.calls.slice(calls)).not.toContain('FulfilmentOrderMove');
    expect(await row(report.remoteId)).toMatchObject({ state: 'withheld' });
  });
});

describe('lot and serial numbers', () => {
  it('are added to the order’s note once, below what stands there, where the merchant wants them', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    shopify.notes.set(order.id, 'Ring twice');
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], {
      note: 'Lot 7',
      tracking: [{ number: 'N1', carrier: null, url: null }],
    });
    await run();
    expect(shopify.notes.get(order.id)).toBe('Ring twice');
    await world.setSettings('shipments', { lotNumbers: true });
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], {
      note: 'Lot 8\nSerial 1',
      tracking: [{ number: 'N2', carrier: null, url: null }],
    });
    await run();
    await run('full');
    expect(shopify.notes.get(order.id)).toBe('Ring twice\nN2: Lot 8, Serial 1');
  });

  it('stand there once after a lost answer', async () => {
    await world.setSettings('shipments', { lotNumbers: true });
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], { note: 'Lot 7', tracking: [] });
    shopify.failNext('OrderNoteUpdate', 'lost-answer');
    await run().catch(() => undefined);
    await run();
    expect(shopify.notes.get(order.id)).toBe('Lot 7');
  });
});

describe('carriers', () => {
  const rules = (given: { carrier: string; company: string; url: string }[]) =>
    world.inShop((tx) => saveCarrierRules(tx, shopId, actor, world.connectionId, given));

  it('are called in Shopify as the merchant says, with their own link', async () => {
    await rules([{ carrier: 'PKT', company: 'Parcel Post', url: 'https://post.example/t/{number}' }]);
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], { tracking: [{ number: 'A 1', carrier: 'pkt', url: null }] });
    await run();
    expect(shopify.of(order.id)[0]?.tracking).toEqual([
      { number: 'A 1', company: 'Parcel Post', url: 'https://post.example/t/A%201' },
    ]);
  });

  it('are known by their SCAC', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], { tracking: [{ number: '1Z', carrier: 'UPSN', url: null }] });
    await run();
    expect(shopify.of(order.id)[0]?.tracking[0]?.company).toBe('UPS');
  });

  it('need a place for the number, a name, and stand once; each change is written down', async () => {
    const one = { carrier: 'X', company: '', url: '' };
    await expect(rules([{ ...one, url: 'https://x.example/track' }])).rejects.toMatchObject({
      code: 'carrier-url-without-number',
    });
    await expect(rules([{ ...one, carrier: ' ' }])).rejects.toMatchObject({ code: 'carrier-rule-invalid' });
    await expect(rules([one, { ...one, carrier: 'x' }])).rejects.toMatchObject({ code: 'carrier-twice' });
    await rules([{ ...one, company: 'Xpress' }]);
    const entry = await world.inShop((tx) =>
      tx.auditEntry.findFirst({ where: { shopId, action: 'carriers-changed' }, orderBy: { at: 'desc' } }),
    );
    expect(entry).toMatchObject({ after: { carriers: { x: 'Xpress' } } });
  });
});

describe('tracking sent again', () => {
  it('has Shopify mail the customer once a run, with the carriers as they are mapped now', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], {
      tracking: [{ number: 'T', carrier: 'pkt', url: null }],
    });
    await run();
    await world.inShop((tx) =>
      saveCarrierRules(tx, shopId, actor, world.connectionId, [{ carrier: 'pkt', company: 'Parcel Post', url: '' }]),
    );
    const { id } = await row(report.remoteId);
    const calls = shopify.calls.length;
    await run('tracking-again', id);
    expect(shopify.calls.slice(calls)).toEqual(['FulfilmentTrackingUpdate']);
    expect(shopify.of(order.id)[0]?.tracking[0]?.company).toBe('Parcel Post');
    expect(await events(order.id)).toContain('tracking-sent-again');
    await run();
    expect(shopify.calls.slice(calls)).toEqual(['FulfilmentTrackingUpdate']);
  });

  it('is refused where there is none', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    const report = ship(order.references[0]!, [{ sku: 'A', quantity: 1 }], { tracking: [] });
    await run();
    const { id } = await row(report.remoteId);
    await expect(run('tracking-again', id)).rejects.toMatchObject({ code: 'tracking-not-there' });
  });
});
