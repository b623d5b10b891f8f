import { afterAll, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { openOrderWorld } = await import('./order-world.test-data.ts');
const { isStillSo } = await import('./given-order.ts');
const { readOrders } = await import('./read-order.ts');
const { syncOrder } = await import('./sync-order.ts');
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn, {}, { amend: true });
afterAll(async () => {
  await world.close();
  await database.close();
});

const sku = 'KI07-01';
await standIn.control('/shopify/levels', { sku, location: 'Main Warehouse', available: 50 });

const cancelFulfilment = 'mutation ($id: ID!) { fulfillmentCancel(id: $id) { userErrors { message } } }';

async function read(name: string) {
  for await (const one of readOrders(world.admin, [world.idOf(name)])) return one;
  throw new Error(`${name} is gone`);
}

const still = (given: Awaited<ReturnType<typeof read>>) => world.inShop(world.shopId, (tx) => isStillSo(tx, world.shopId, given));

/** One unit left, and we made its fulfilment in Shopify; answers the fulfilment's id. */
async function shipOne(name: string): Promise<string> {
  await world.act(name, 'fulfil', { lines: [{ sku, quantity: 1 }] });
  const row = standIn.state.get<{ id: number }>('SELECT max(id) AS id FROM fulfillments');
  const fulfilmentId = `gid://shopify/Fulfillment/${row?.id}`;
  const { shopId, live, inShop } = world;
  const [part] = await world.parts(name);
  const [line] = part?.lines ?? [];
  if (!part || !line) throw new Error(`${name} was not sent`);
  const at = new Date(Date.now() - 1_000);
  await inShop(shopId, async (tx) => {
    const shipment = await tx.shipment.create({
      data: {
        ...{ shopId, connectionId: live.id, remoteId: `parcel of ${name}`, reference: name, partId: part.id },
        ...{ orderId: world.idOf(name), state: 'mirrored', lines: [], tracking: [], hash: '', shippedAt: at, seenAt: at },
        ...{ fulfilmentIds: [fulfilmentId], mirroredAt: at },
      },
    });
    const of = { shopId, partId: part.id, lineId: line.lineId };
    await tx.shipmentLine.create({ data: { ...of, shipmentId: shipment.id, quantity: 1, mirrored: 1 } });
    await tx.partLine.updateMany({ where: of, data: { shipped: 1, open: line.quantity - 1 } });
    await tx.part.update({ where: { shopId_id: { shopId, id: part.id } }, data: { state: 'partly-shipped' } });
  });
  return fulfilmentId;
}

it('an order that was read before a parcel of it left is read again: its units aren’t counted twice', async () => {
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  const before = await read(name);
  await shipOne(name);
  await syncOrder({ ...world.pass(name), given: before });
  expect(world.given(name)).toEqual({ [name]: [`${sku}×2@F1`] });
});

it('an order that was read once its parcels were in Shopify is taken as it was, until something of it changes', async () => {
  const name = await world.place({ lines: [{ sku, quantity: 3 }] });
  await world.sync(name);
  expect(await still(await read(name))).toBe(true);
  const fulfilment = await shipOne(name);
  const given = await read(name);
  expect(await still(given)).toBe(true);
  expect(await still({ ...given, readAt: new Date(given.readAt.getTime() - 60_000) })).toBe(false);
  await standIn.graphql(cancelFulfilment, { id: fulfilment });
  expect(await still(await read(name))).toBe(false);
});

it('an order of which somebody opened a return is read by itself', async () => {
  const name = await world.place({ lines: [{ sku, quantity: 1 }] });
  await world.sync(name);
  await world.act(name, 'fulfil', {});
  expect(await still(await read(name))).toBe(true);
  await world.act(name, 'return', { lines: [{ sku, quantity: 1 }] });
  expect(await still(await read(name))).toBe(false);
});

it('units whose fulfilment somebody cancelled in Shopify aren’t counted twice, by whatever door the order comes', async () => {
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  const fulfilment = await shipOne(name);
  await standIn.graphql(cancelFulfilment, { id: fulfilment });
  await standIn.standIn.settle();
  await world.sync(name);
  expect(world.given(name)).toEqual({ [name]: [`${sku}×2@F1`] });
  expect((await world.problems()).map(({ cause }) => cause)).toEqual(['fulfilment-cancelled-in-shopify']);
});
