import { afterAll, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { openOrderWorld } = await import('./order-world.test-data.ts');
const { recordShipment } = await import('../shipments/record-shipment.ts');
const { closeLongLeft, LEFT_ELSEWHERE } = await import('./left-elsewhere.ts');
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn, {}, { amend: true });
const { shopId, live } = world;
afterAll(async () => {
  await world.close();
  await database.close();
});

const sku = 'KI07-01';
const DAY_MS = 86_400_000;

async function handedOver(): Promise<string> {
  await standIn.control('/shopify/levels', { sku, location: 'Main Warehouse', available: 50 });
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  return name;
}

function change(name: string, field: string, value: string): void {
  standIn.state.run(`UPDATE orders SET data = json_set(data, '$.shippingAddress.${field}', ?) WHERE name = ?`, value, name);
}

/** All of it left so many days ago, and is in Shopify. */
async function leave(name: string, daysAgo = 0): Promise<void> {
  await world.act(name, 'fulfil', { lines: [{ sku, quantity: 2 }] });
  const [part] = await world.parts(name);
  const ofPart = { shopId, partId: part?.id ?? '' };
  await world.inShop(shopId, async (tx) => {
    await recordShipment(tx, live, {
      ...{ remoteId: `parcel ${name}`, reference: name, facilityId: 'F1', lines: [{ lineId: null, sku, quantity: 2 }] },
      ...{ tracking: [], shippedAt: new Date(Date.now() - daysAgo * DAY_MS).toISOString(), note: null, cancelled: false },
    });
    await tx.shipment.updateMany({ where: ofPart, data: { state: 'mirrored' } });
    await tx.partLine.updateMany({ where: ofPart, data: { shipped: 2, open: 0 } });
    await tx.part.update({ where: { shopId_id: { shopId, id: ofPart.partId } }, data: { state: 'shipped' } });
  });
}

async function causesOf(name: string): Promise<string[]> {
  return (await world.problems()).filter(({ subjectLabel }) => subjectLabel === name).map(({ cause }) => cause);
}

it('an order whose address changed before it left, and was heard after, is named until both agree', async () => {
  const name = await handedOver();
  const old = world.taken.get(name)?.shipTo?.address1 ?? '';
  change(name, 'address1', '221B Baker Street');
  await leave(name);
  for (let again = 0; again < 2; again += 1) await world.sync(name);
  expect(await causesOf(name)).toEqual([LEFT_ELSEWHERE]);
  expect(world.taken.get(name)?.shipTo?.address1).toBe(old);
  change(name, 'address1', old);
  await world.sync(name);
  expect(await causesOf(name)).toEqual([]);
});

it('what was told its new address in time, and another phone number, are nothing to be named', async () => {
  const name = await handedOver();
  change(name, 'address1', '221B Baker Street');
  await world.sync(name);
  await leave(name);
  change(name, 'phone', '+49 30 555 0199');
  await world.sync(name);
  expect(await causesOf(name)).toEqual([]);
});

it('an address that may have arrived and may not counts as one that didn’t', async () => {
  const name = await handedOver();
  change(name, 'zip', '10999');
  await world.syncWithoutAnswer(name, 'amend');
  await leave(name);
  await world.sync(name);
  expect(await causesOf(name)).toEqual([LEFT_ELSEWHERE]);
});

it('what left two weeks ago is named no more', async () => {
  const [old, young] = [await handedOver(), await handedOver()];
  await leave(old, 15);
  await leave(young, 13);
  for (const name of [old, young]) {
    change(name, 'city', 'Potsdam');
    await world.sync(name);
  }
  expect([await causesOf(old), await causesOf(young)]).toEqual([[], [LEFT_ELSEWHERE]]);
  await closeLongLeft();
  expect(await causesOf(young)).toEqual([LEFT_ELSEWHERE]);
  world.laterByDays(2);
  await closeLongLeft();
  world.laterByDays(0);
  expect(await causesOf(young)).toEqual([]);
});
