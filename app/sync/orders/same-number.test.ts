import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openOrderWorld } from './order-world.test-data.ts';

const database = await openTestDatabase();
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn, {}, { handOver: 'fulfilmentOrder' });
const { shopId, place, sync, idOf, taken, inShop, store } = world;
const { legacyIdOf } = await import('../../core/gid.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const [knife, board] = ['KI07-02', 'KI07-03'];
const both = {
  lines: [
    { sku: knife, quantity: 1, location: 'Main Warehouse' },
    { sku: board, quantity: 1, location: 'East Warehouse' },
  ],
};

beforeAll(async () => {
  for (const sku of [knife, board])
    for (const location of ['Main Warehouse', 'East Warehouse'])
      await standIn.control('/shopify/levels', { sku, location, available: 50 });
}, 60_000);
afterAll(async () => {
  await stopBoss();
  await world.close();
  await database.close();
});

it('names the order that has a number already, sends no part of the other under it or a later one, and goes on with a prefix', async () => {
  const first = await place({ lines: [{ sku: knife, quantity: 1, location: 'Main Warehouse' }] });
  await sync(first);
  const second = await place(both);
  const [had, orderId] = [idOf(first), idOf(second)];
  // The stand-in gives each number once, unlike a shop whose orders were brought in from elsewhere.
  for (const [before, after] of [
    [first, 'as it was'],
    [second, first],
  ] as const)
    standIn.state.run('UPDATE orders SET name = ? WHERE name = ?', after, before);
  const problems = async () => (await world.problems()).filter(({ subjectId }) => subjectId === orderId);
  for (let n = 0; n < 2; n += 1) {
    expect(await sync(first)).toBe(true);
    expect([...taken.keys()]).toEqual([first]);
    expect(await problems()).toMatchObject([
      { cause: 'reference-taken', params: { reference: first, order: first, id: legacyIdOf(had) }, connectionId: world.live.id },
    ]);
  }
  expect(await inShop(shopId, (tx) => tx.part.count({ where: { shopId, orderId } }))).toBe(0);
  await store({ numberPrefix: 'W' });
  await sync(first);
  expect([...taken.keys()]).toEqual([first, `W${first}`, `W${first}_2`]);
  expect(await problems()).toEqual([]);
});
