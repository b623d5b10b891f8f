import { afterAll, afterEach, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { openOrderWorld } = await import('./order-world.test-data.ts');
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn, {}, { amend: true, cancel: true });
const { orders } = world.live.connector;
const amend = orders.amend?.bind(orders);
let begun = false;
const late = { verdict: 'too-late', state: 'picking', text: 'It is being picked' } as const;
orders.amend = async (id, order) => (begun ? late : ((await amend?.(id, order)) ?? late));
orders.cancel = (id) => {
  const order = world.taken.get(id.slice(2));
  const { reference = '', lines = [] } = order ?? {};
  const there = { remoteId: id, remoteNumber: null, reference, lines, total: null, facilityId: null, url: null } as const;
  return Promise.resolve({ verdict: 'accepted', order: { ...there, state: 'cancelled' } });
};
afterEach(() => {
  begun = false;
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
