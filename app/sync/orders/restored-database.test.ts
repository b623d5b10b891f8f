import { afterAll, describe, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';

/* The database was put back to a backup: what went over since is there, and nobody here remembers it. */

const TOMORROW = new Date(Date.now() + 86_400_000);
process.env['RESTORED_AT'] = TOMORROW.toISOString();
const database = await openTestDatabase();
const { openOrderWorld } = await import('./order-world.test-data.ts');
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn, {}, { amend: true });
const { orders } = world.live.connector;
const { amend } = orders;
afterAll(async () => {
  delete process.env['RESTORED_AT'];
  await world.close();
  await database.close();
});

const sku = 'KI07-01';
const take = orders.create.bind(orders);
let tellsLines = true;
// As every back office has to: what is there under the reference is the answer, and nothing is made.
orders.create = async (order) => {
  const there = await orders.find(order.reference);
  if (!there) return take(order);
  return tellsLines ? there : { ...there, lines: [] };
};

/** An order that went over, and of which our database knows nothing any more. */
async function forgotten(units: number): Promise<string> {
  await standIn.control('/shopify/levels', { sku, location: 'Main Warehouse', available: 50 });
  const name = await world.place({ lines: [{ sku, quantity: units }] });
  await world.sync(name);
  const { shopId } = world;
  await world.inShop(shopId, async (tx) => {
    await tx.$executeRaw`DELETE FROM write WHERE shop_id = ${shopId}`;
    await tx.$executeRaw`DELETE FROM part_line WHERE shop_id = ${shopId}`;
    await tx.$executeRaw`DELETE FROM part WHERE shop_id = ${shopId}`;
  });
  return name;
}
/** Who adds something pays for it. */
async function edit(name: string): Promise<void> {
  await world.act(name, 'edit', { lines: [{ sku, quantity: 5 }] });
  await world.act(name, 'pay', {});
}
const causesOf = async (name: string) =>
  (await world.problems()).filter(({ subjectLabel }) => subjectLabel === name).map(({ cause }) => cause);

describe('an order that went over before the database was put back to an older backup', () => {
  it('is taken up as it is there, and told what changed since', async () => {
    const same = await forgotten(2);
    let amended = 0;
    orders.amend = (remoteId, order) => ((amended += 1), amend!.call(orders, remoteId, order));
    await world.sync(same);
    expect([await world.parts(same), amended]).toMatchObject([[{ state: 'sent', remoteId: `r ${same}` }], 0]);

    const edited = await forgotten(2);
    await edit(edited);
    await world.sync(edited);
    expect([world.given(edited), amended]).toEqual([{ [edited]: [`${sku}×5@F1`] }, 1]);
    expect((await world.parts(edited))[0]?.sentHash).not.toBeNull();
  });

  it('is named where it was edited, and the back office neither tells what it has nor takes a change', async () => {
    tellsLines = false;
    delete orders.amend;
    const [same, edited] = [await forgotten(2), await forgotten(2)];
    await edit(edited);
    for (const name of [same, edited]) await world.sync(name);
    expect([await causesOf(same), await causesOf(edited)]).toEqual([[], ['amend-too-late']]);
  });
});
