import { afterAll, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { openOrderWorld } = await import('./order-world.test-data.ts');
const { readOrder } = await import('./read-order.ts');
const { syncOrder } = await import('./sync-order.ts');
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn, {}, { amend: true });
afterAll(async () => {
  await world.close();
  await database.close();
});

const sku = 'KI07-01';
await standIn.control('/shopify/levels', { sku, location: 'Main Warehouse', available: 50 });

/** One unit left, and we made its fulfilment in Shopify; answers the fulfilment's id. */
async function shipOne(name: string): Promise<string> {
  await world.act(name, 'fulfil', { lines: [{ sku, quantity: 1 }] });
  const row = standIn.state.get<{ id: number }>('SELECT max(id) AS id FROM fulfillments');
  const fulfilmentId = `gid://shopify/Fulfillment/${row?.id}`;
  const { shopId, live, inShop } = world;
  const [part] = await world.parts(name);
  const [line] = part?.lines ?? [];
  if (!part || !line) throw new Error(`${name} was not sent`);
  const at = new Date();
  await inShop(shopId, async (tx) => {
    const shipment = await tx.shipment.create({
      data: {
        ...{ shopId, connectionId: live.id, remoteId: `parcel of ${name}`, reference: name, partId: part.id },
        ...{ orderId: world.idOf(name), state: 'mirrored', lines: [], tracking: [], hash: '', shippedAt: at, seenAt: at },
        fulfilmentIds: [fulfilmentId],
      },
    });
    const of = { shopId, partId: part.id, lineId: line.lineId };
    await tx.shipmentLine.create({ data: { ...of, shipmentId: shipment.id, quantity: 1, mirrored: 1 } });
    await tx.partLine.updateMany({ where: of, data: { shipped: 1, open: 1 } });
    await tx.part.update({ where: { shopId_id: { shopId, id: part.id } }, data: { state: 'partly-shipped' } });
  });
  return fulfilmentId;
}

it('an order that was read before a parcel of it left is read again: its units aren’t counted twice', async () => {
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  const before = await readOrder(world.admin, world.idOf(name));
  await shipOne(name);
  if (!before) throw new Error('The order is gone');
  await syncOrder({ ...world.pass(name), given: before });
  expect(world.given(name)).toEqual({ [name]: [`${sku}×2@F1`] });
});

it('units whose fulfilment somebody cancelled in Shopify aren’t counted twice, by whatever door the order comes', async () => {
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  const fulfilment = await shipOne(name);
  await standIn.graphql('mutation ($id: ID!) { fulfillmentCancel(id: $id) { userErrors { message } } }', { id: fulfilment });
  await standIn.standIn.settle();
  await world.sync(name);
  expect(world.given(name)).toEqual({ [name]: [`${sku}×2@F1`] });
  expect((await world.problems()).map(({ cause }) => cause)).toEqual(['fulfilment-cancelled-in-shopify']);
});
