import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openOrderWorld } from './order-world.test-data.ts';

const database = await openTestDatabase();
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn);
const { shopId, live, place, sync, orderRow, parts, idOf, inShop } = world;
const { stopBoss } = await import('../../jobs/boss.ts');
const { mirrorShipmentsOfOrder, noteFulfilmentsOfOrder } = await import('../shipments/mirror-shipments-of-order.ts');
const { shopFulfilments } = await import('../shipments/order-in-shopify.ts');
const { tryRefusedAgain } = await import('./try-refused-again.ts');
const { passToOrder } = await import('./pass-to-order.ts');

const one = { lines: [{ sku: 'KI07-02', quantity: 2, location: 'Main Warehouse' }] };
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
/** From now on it is so many days later here, and the order was placed so much longer ago there. */
function wait(name: string, days: number): void {
  world.laterByDays(days);
  standIn.state.run('UPDATE orders SET created_at = created_at - ? WHERE name = ?', days * 86_400_000, name);
}
const causes = async (name: string) =>
  (await world.problems()).filter(({ subjectId }) => subjectId === idOf(name)).map(({ cause }) => cause);

beforeAll(() => standIn.control('/shopify/levels', { sku: 'KI07-02', location: 'Main Warehouse', available: 50 }));
beforeEach(async () => {
  world.laterByDays(0);
  await standIn.control('/shopify/scopes', { revoke: ['read_all_orders'] });
});
afterAll(async () => {
  await stopBoss();
  await world.close();
  await database.close();
});

describe.sequential('an order that Shopify doesn’t show any more because it is older than 60 days', () => {
  it('stays as it is at the back office, and is named once', async () => {
    const name = await place(one);
    await sync(name);
    wait(name, 61);
    expect([await sync(name), await sync(name)]).toEqual([true, true]);
    expect([...world.cancelled]).toEqual([]);
    expect(await orderRow(name)).toMatchObject({ verdict: 'send' });
    expect((await parts(name)).map(({ state }) => state)).toEqual(['sent']);
    expect(await world.problems()).toMatchObject([
      { cause: 'order-too-old-to-see', connectionId: live.id, subjectLabel: name, occurrences: 2 },
    ]);
  });

  it('of which nothing is left to do is nobody’s problem', async () => {
    await world.store({ requiredTags: [], excludedTags: ['not-this'] });
    const name = await place({ ...one, tags: ['not-this'] });
    await sync(name);
    await world.store({});
    const gone = await place(one);
    await sync(gone);
    const [part] = await parts(gone);
    await inShop(shopId, (tx) => tx.partLine.updateMany({ where: { shopId, partId: part?.id ?? '' }, data: { shipped: 2 } }));
    for (const each of [name, gone]) {
      wait(each, 61);
      await sync(each);
      expect(await causes(each)).toEqual([]);
    }
    expect([...world.cancelled]).toEqual([]);
  });

  it('goes when its day comes, once the shop allows to read all orders', async () => {
    await world.store({ promiseDetail: 'ships on', preOrders: 'park' });
    const [line] = one.lines;
    const name = await place({ lines: [{ ...line, attributes: { 'Ships on': inDays(65) } }] });
    await sync(name);
    expect(await orderRow(name)).toMatchObject({ verdict: 'hold', reason: { code: 'pre-order' } });
    wait(name, 61);
    await sync(name);
    expect(await orderRow(name)).toMatchObject({ verdict: 'hold', reason: { code: 'pre-order' } });
    expect(await causes(name)).toEqual(['order-too-old-to-see']);
    await standIn.control('/shopify/scopes', { grant: ['read_all_orders'] });
    world.laterByDays(62);
    await tryRefusedAgain(live);
    const knocks = await inShop(shopId, (tx) => tx.inboxItem.findMany({ where: { shopId, topic: 'refused' } }));
    expect(knocks.map(({ subjectId }) => subjectId)).toContain(idOf(name));
    await sync(name);
    expect(await causes(name)).toEqual([]);
    world.laterByDays(66);
    await sync(name);
    expect([...world.taken.keys()]).toContain(name);
    await world.store({});
  });

  it('keeps its parcels, which are named where they can’t be told to Shopify', async () => {
    const name = await place(one);
    await sync(name);
    const [part] = await parts(name);
    const { id } = await inShop(shopId, async (tx) => {
      const facts = {
        shopId,
        connectionId: live.id,
        orderId: idOf(name),
        partId: part?.id ?? '',
        reference: name,
        remoteId: 'p1',
      };
      const what = { lines: [], tracking: [], hash: 'a', fulfilmentIds: ['gid://shopify/Fulfillment/1'] };
      const made = await tx.shipment.create({ data: { ...facts, ...what, shippedAt: new Date(), seenAt: new Date() } });
      const lineId = part?.lines[0]?.lineId ?? '';
      await tx.shipmentLine.create({ data: { shopId, shipmentId: made.id, partId: part?.id ?? '', lineId, quantity: 1 } });
      return made;
    });
    wait(name, 61);
    const shopify = shopFulfilments(world.admin);
    await noteFulfilmentsOfOrder(live, idOf(name), { shopify });
    expect(await sync(name)).toBe(true);
    await mirrorShipmentsOfOrder(live, idOf(name), { shopify });
    expect((await world.problems()).filter(({ subjectId }) => subjectId === id).map(({ cause }) => cause)).toEqual([
      'order-gone',
    ]);
    expect([...world.cancelled]).toEqual([]);
    expect((await parts(name)).map(({ state, lines }) => [state, lines[0]?.quantity])).toEqual([['sent', 2]]);
  });
});

describe.sequential('an order that was deleted in Shopify', () => {
  const remove = (name: string) => standIn.state.run('UPDATE orders SET shop_id = -1 WHERE name = ?', name);

  it('is cancelled at the back office', async () => {
    const name = await place(one);
    await sync(name);
    const id = idOf(name);
    wait(name, 50);
    remove(name);
    expect(idOf(name)).toBe(id);
    await sync(name);
    expect([...world.cancelled]).toContain(name);
    expect((await orderRow(name)).reason).toMatchObject({ code: 'deleted-in-shopify' });
  });

  it('is, however old it is, where the shop allows to read all orders', async () => {
    await standIn.control('/shopify/scopes', { grant: ['read_all_orders'] });
    const name = await place(one);
    await sync(name);
    wait(name, 90);
    remove(name);
    await sync(name);
    expect([...world.cancelled]).toContain(name);
  });
});

describe.sequential('news of a fulfilment order whose order Shopify doesn’t tell', () => {
  it('reaches the order that it was handed over with, without asking where nobody may be asked', async () => {
    const name = await place(one);
    await sync(name);
    const [fulfilmentOrder = ''] = (await parts(name))[0]?.fulfilmentOrderIds ?? [];
    const tellsNothing = { run: () => Promise.resolve({ fulfillmentOrder: null }) } as never;
    const knocks = () => inShop(shopId, (tx) => tx.inboxItem.count({ where: { shopId, subjectId: idOf(name) } }));
    await passToOrder(shopId, tellsNothing, 'fulfilment-order', fulfilmentOrder);
    expect(await knocks()).toBe(1);
    await passToOrder(shopId, null, 'fulfilment-order', fulfilmentOrder);
    expect(await knocks()).toBe(2);
    await passToOrder(shopId, tellsNothing, 'fulfilment-order', 'gid://shopify/FulfilmentOrder/0');
    expect(await knocks()).toBe(2);
  });
});
