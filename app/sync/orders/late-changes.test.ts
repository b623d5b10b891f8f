import { afterAll, afterEach, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { openOrderWorld } = await import('./order-world.test-data.ts');
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn, {}, { amend: true, cancel: true, handOver: 'fulfilmentOrder' });
const { orders } = world.live.connector;
const amend = orders.amend?.bind(orders);
let begun = false;
const late = { verdict: 'too-late', state: 'picking', text: 'It is being picked' } as const;
/** The parts that it has begun with. */
const begunWith = new Set<string>();
orders.amend = async (id, order) => (begun || begunWith.has(order.reference) ? late : ((await amend?.(id, order)) ?? late));
orders.cancel = (id) => {
  if (begunWith.has(id.slice(2))) return Promise.resolve(late);
  const order = world.taken.get(id.slice(2));
  const { reference = '', lines = [] } = order ?? {};
  const there = { remoteId: id, remoteNumber: null, reference, lines, total: null, facilityId: null, url: null } as const;
  return Promise.resolve({ verdict: 'accepted', order: { ...there, state: 'cancelled' } });
};
afterEach(() => {
  begun = false;
  begunWith.clear();
});
afterAll(async () => {
  await world.close();
  await database.close();
});

const sku = 'KI07-01';
await standIn.control('/shopify/levels', { sku, location: 'Main Warehouse', available: 50 });

/** An order of two units that was edited to five once the back office had begun. */
async function editedTooLate(): Promise<string> {
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  begun = true;
  await world.act(name, 'edit', { lines: [{ sku, quantity: 5 }] });
  await world.sync(name);
  expect(await causes(name)).toEqual(['amend-too-late']);
  return name;
}

const causes = async (name: string) =>
  (await world.problems()).filter(({ subjectLabel }) => subjectLabel === name).map(({ cause }) => cause);

it('a change that came too late stays named until it is taken', async () => {
  const name = await editedTooLate();
  await world.sync(name);
  expect(await causes(name)).toEqual(['amend-too-late']);
  begun = false;
  await world.sync(name);
  expect([await causes(name), world.given(name)]).toEqual([[], { [name]: [`${sku}×5@F1`] }]);
});

it('is over once the order is edited back to what the back office has', async () => {
  const name = await editedTooLate();
  await world.act(name, 'edit', { lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  expect(await causes(name)).toEqual([]);
});

it('is over once the order is cancelled there', async () => {
  const name = await editedTooLate();
  await world.act(name, 'cancel', {});
  await world.sync(name);
  expect(await causes(name)).toEqual([]);
});

it('is over once what left is what was to leave', async () => {
  const name = await editedTooLate();
  await world.act(name, 'edit', { lines: [{ sku, quantity: 2 }] });
  await world.act(name, 'fulfil', { fulfilmentOrder: 1 });
  const { shopId } = world;
  const [part] = await world.parts(name);
  await world.inShop(shopId, (tx) =>
    tx.partLine.updateMany({ where: { shopId, partId: part?.id ?? '' }, data: { quantity: 2, shipped: 2, open: 0 } }),
  );
  await world.sync(name);
  expect(await causes(name)).toEqual([]);
});

/** An order of two units, of which one has left and the other was refunded; nobody heard of that before the parcel was in Shopify. */
async function halfLeft(): Promise<string> {
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  await world.act(name, 'refund', { lines: [{ sku, quantity: 1 }] });
  await world.act(name, 'fulfil', { fulfilmentOrder: 1 });
  const { shopId } = world;
  const [part] = await world.parts(name);
  await world.inShop(shopId, (tx) =>
    tx.partLine.updateMany({ where: { shopId, partId: part?.id ?? '' }, data: { shipped: 1, open: 0 } }),
  );
  return name;
}

it('stays named while the rest is on hold after a parcel has left: the back office ships it all the same', async () => {
  const name = await world.place({ lines: [{ sku, quantity: 3 }] });
  await world.sync(name);
  await world.act(name, 'fulfil', { lines: [{ sku, quantity: 1 }] });
  const { shopId } = world;
  const [part] = await world.parts(name);
  await world.inShop(shopId, (tx) =>
    tx.partLine.updateMany({ where: { shopId, partId: part?.id ?? '' }, data: { shipped: 1, open: 2 } }),
  );
  begun = true;
  await world.act(name, 'edit', { lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  expect(await causes(name)).toEqual(['amend-too-late']);
  await world.act(name, 'fulfilment-orders/1/hold', { reason: 'OTHER' });
  await world.sync(name);
  expect((await causes(name)).sort()).toEqual(['amend-too-late', 'held-after-hand-over']);
});

it('stays named where an older version arrived, of which so far only what is wanted has left', async () => {
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.syncWithoutAnswer(name, 'create');
  begun = true;
  await world.act(name, 'edit', { lines: [{ sku, quantity: 1 }] });
  await world.sync(name);
  expect([await causes(name), world.given(name)]).toEqual([['amend-too-late'], { [name]: [`${sku}×2@F1`] }]);
  await world.act(name, 'fulfil', { fulfilmentOrder: 1 });
  const { shopId } = world;
  const [part] = await world.parts(name);
  await world.inShop(shopId, (tx) =>
    tx.partLine.updateMany({ where: { shopId, partId: part?.id ?? '' }, data: { shipped: 1, open: 0 } }),
  );
  await world.sync(name);
  expect(await causes(name)).toEqual(['amend-too-late']);
});

it('a hold that comes after the hand-over is named until it is released: the back office goes on', async () => {
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  await world.act(name, 'fulfilment-orders/1/hold', { reason: 'HIGH_RISK_OF_FRAUD' });
  await world.sync(name);
  const [problem] = (await world.problems()).filter(({ subjectLabel }) => subjectLabel === name);
  expect(problem).toMatchObject({
    cause: 'held-after-hand-over',
    params: { reference: name, reason: 'HIGH_RISK_OF_FRAUD', backOffice: world.live.name },
  });
  expect(world.given(name)).toEqual({ [name]: [`${sku}×2@F1`] });
  await world.act(name, 'fulfilment-orders/1/release', {});
  await world.sync(name);
  expect(await causes(name)).toEqual([]);
});

it('what has left isn’t cancelled with what nobody wants any more: the part is shortened to it', async () => {
  const name = await halfLeft();
  await world.sync(name);
  expect([await causes(name), world.given(name)]).toEqual([[], { [name]: [`${sku}×1@F1`] }]);
  expect(await world.parts(name)).toMatchObject([{ state: 'sent', lines: [{ quantity: 1, shipped: 1, open: 0 }] }]);
  await world.sync(name);
  expect([await causes(name), world.given(name)]).toEqual([[], { [name]: [`${sku}×1@F1`] }]);
});

it('is named where the back office can’t shorten what it has begun', async () => {
  const name = await halfLeft();
  begun = true;
  for (let again = 0; again < 2; again += 1) {
    await world.sync(name);
    expect([await causes(name), world.given(name)]).toEqual([['amend-too-late'], { [name]: [`${sku}×2@F1`] }]);
  }
  begun = false;
  await world.sync(name);
  expect([await causes(name), world.given(name)]).toEqual([[], { [name]: [`${sku}×1@F1`] }]);
});

it.each([
  ['an edit', 'amend-too-late'],
  ['a cancellation', 'cancel-too-late'],
])('%s that one part could not take stays named, though the other part of the order took it', async (what, cause) => {
  const other = 'KI07-02';
  await standIn.control('/shopify/levels', { sku: other, location: 'East Warehouse', available: 50 });
  const lines = [
    { sku, quantity: 2, location: 'Main Warehouse' },
    { sku: other, quantity: 2, location: 'East Warehouse' },
  ];
  const name = await world.place({ lines });
  await world.sync(name);
  const given = Object.keys(world.given(name)).sort();
  expect(given).toEqual([name, `${name}_2`]);
  begunWith.add(name);
  if (what === 'a cancellation') await world.act(name, 'cancel', {});
  else await world.act(name, 'edit', { lines: lines.map((line) => ({ sku: line.sku, quantity: 1 })) });
  await world.sync(name);
  expect(await causes(name)).toEqual([cause]);
  expect((await world.problems()).find(({ subjectLabel }) => subjectLabel === name)?.params).toMatchObject({ reference: name });
});

it.each([
  ['an edit', 'amend-too-late'],
  ['a cancellation', 'cancel-too-late'],
])('%s that no part could take is named of each, and what one takes in the end leaves the other’s', async (what, cause) => {
  const lines = [
    { sku, quantity: 2, location: 'Main Warehouse' },
    { sku: 'KI07-02', quantity: 2, location: 'East Warehouse' },
  ];
  const name = await world.place({ lines });
  await world.sync(name);
  const named = async () =>
    (await world.problems())
      .filter(({ subjectLabel }) => subjectLabel === name)
      .map((one) => `${one.cause} ${(one.params as { reference: string }).reference}`)
      .sort();
  begunWith.add(name).add(`${name}_2`);
  if (what === 'a cancellation') await world.act(name, 'cancel', {});
  else await world.act(name, 'edit', { lines: lines.map((line) => ({ sku: line.sku, quantity: 1 })) });
  await world.sync(name);
  await world.sync(name);
  expect(await named()).toEqual([`${cause} ${name}`, `${cause} ${name}_2`]);
  begunWith.delete(`${name}_2`);
  await world.sync(name);
  expect(await named()).toEqual([`${cause} ${name}`]);
});

it('an edit that is read while a parcel is told to Shopify is compared once that is done, and takes nothing from what was handed over', async () => {
  const [one, two] = [sku, 'KI07-02'];
  await standIn.control('/shopify/levels', { sku: two, location: 'Main Warehouse', available: 50 });
  const lines = [
    { sku: one, quantity: 1 },
    { sku: two, quantity: 2 },
  ];
  const name = await world.place({ lines });
  await world.sync(name);
  const { shopId, inShop, live } = world;
  const [part] = await world.parts(name);
  const handedOver = part?.lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
  begun = true;
  await world.act(name, 'edit', { lines: [{ sku: one, quantity: 3 }] });
  await world.act(name, 'fulfil', { lines });
  const parcel = await inShop(shopId, (tx) =>
    tx.shipment.create({
      data: {
        ...{
          shopId,
          connectionId: live.id,
          remoteId: 'parcel',
          reference: name,
          partId: part?.id ?? '',
          orderId: world.idOf(name),
        },
        ...{ state: 'seen', lines: [], tracking: [], hash: 'h', seenAt: new Date(), shippedAt: new Date() },
      },
    }),
  );
  // Switched off: nobody knows when it will be told, and the news of it isn't asked about again and again.
  expect(await world.sync(name)).toBe(true);
  await inShop(shopId, (tx) =>
    tx.sync.create({ data: { shopId, connectionId: live.id, kind: 'shipments', enabled: true, enabledAt: new Date() } }),
  );
  expect(await world.sync(name)).toBe(false);
  const [left] = await world.parts(name);
  expect(left?.lines.map(({ lineId, quantity }) => ({ lineId, quantity }))).toEqual(handedOver);
  expect(await causes(name)).toEqual([]);

  await inShop(shopId, async (tx) => {
    await tx.shipment.update({ where: { shopId_id: { shopId, id: parcel.id } }, data: { state: 'mirrored' } });
    for (const { lineId, quantity } of handedOver ?? [])
      await tx.partLine.updateMany({ where: { shopId, partId: part?.id ?? '', lineId }, data: { shipped: quantity, open: 0 } });
  });
  expect(await world.sync(name)).toBe(true);
  expect(await causes(name)).toEqual(['amend-too-late']);
});
