import { afterAll, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { openOrderWorld } = await import('./order-world.test-data.ts');
const { TransientError } = await import('../../core/errors.ts');
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn, {}, { amend: true, remote: true });
afterAll(async () => {
  await world.close();
  await database.close();
});

const sku = 'KI07-01';

it('an order edited to and fro ends as it is in Shopify, though nobody knows whether the first edit arrived', async () => {
  await standIn.control('/shopify/levels', { sku, location: 'Main Warehouse', available: 50 });
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  await world.act(name, 'edit', { lines: [{ sku, quantity: 5 }] });
  await world.syncWithoutAnswer(name, 'amend');
  expect(world.given(name)).toEqual({ [name]: [`${sku}×5@F1`] });

  await world.act(name, 'edit', { lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  expect(world.given(name)).toEqual({ [name]: [`${sku}×2@F1`] });
  const [part] = await world.parts(name);
  expect(part?.sentHash).not.toBeNull();
});

it('an edit that may have arrived and can’t be taken back stays named, though the order is as it was sent first', async () => {
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  await world.act(name, 'edit', { lines: [{ sku, quantity: 5 }] });
  await world.syncWithoutAnswer(name, 'amend');
  const { orders } = world.live.connector;
  const amend = orders.amend;
  orders.amend = () => Promise.resolve({ verdict: 'too-late', state: 'picking', text: '' });
  await world.act(name, 'edit', { lines: [{ sku, quantity: 2 }] });
  for (let again = 0; again < 2; again += 1) {
    await world.sync(name);
    const named = (await world.problems()).filter(({ subjectLabel }) => subjectLabel === name);
    expect(named.map(({ cause }) => cause)).toEqual(['amend-too-late']);
  }
  if (amend) orders.amend = amend;
  await world.sync(name);
  expect(world.given(name)).toEqual({ [name]: [`${sku}×2@F1`] });
  expect((await world.problems()).filter(({ subjectLabel }) => subjectLabel === name)).toEqual([]);
});

it('an edit that was taken and never written down here is taken back when the order is edited back', async () => {
  const { prisma } = await import('../../db/client.ts');
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  // As when the process dies: the answer is here, and what it means is not kept.
  await prisma.$executeRaw`CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''It died''; END'`;
  await prisma.$executeRaw`CREATE TRIGGER dies BEFORE UPDATE OF sent_hash ON part FOR EACH ROW EXECUTE FUNCTION dies()`;
  await world.act(name, 'edit', { lines: [{ sku, quantity: 5 }] });
  await world.sync(name).catch(() => undefined);
  await prisma.$executeRaw`DROP TRIGGER dies ON part`;
  expect(world.given(name)).toEqual({ [name]: [`${sku}×5@F1`] });
  await world.act(name, 'edit', { lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  expect(world.given(name)).toEqual({ [name]: [`${sku}×2@F1`] });
});

it('an order whose address changed after a hand-over that may have arrived ends with the new one', async () => {
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.syncWithoutAnswer(name, 'create');
  const { orders } = world.live.connector;
  const old = world.taken.get(name)?.shipTo;
  standIn.state.run(
    "UPDATE orders SET data = json_set(data, '$.shippingAddress.address1', '221B Baker Street') WHERE name = ?",
    name,
  );
  // Asked in vain: what was sent first is not forgotten for what was meant now.
  const find = orders.find.bind(orders);
  orders.find = () => Promise.reject(new TransientError('no-answer', 'Nobody answers', { mayHaveLanded: false }));
  await world.sync(name).catch(() => undefined);
  orders.find = find;
  expect(world.taken.get(name)?.shipTo).toEqual(old);
  await world.sync(name);
  expect(world.taken.get(name)?.shipTo?.address1).toBe('221B Baker Street');
  const [part] = await world.parts(name);
  expect(part?.sentHash).not.toBeNull();
});

it.each([
  ['arrived all the same', true, 'landed'],
  ['never arrived', false, 'refused'],
])(
  'a hand-over that nobody answered, of an order that is cancelled then, is settled where it %s',
  async (_what, arrives, state) => {
    const { orders } = world.live.connector;
    const find = orders.find.bind(orders);
    const name = await world.place({ lines: [{ sku, quantity: 2 }] });
    await world.syncWithoutAnswer(name, 'create');
    await world.act(name, 'cancel', {});
    let looks = 0;
    orders.find = (reference) => ((looks += 1), arrives ? find(reference) : Promise.resolve(null));
    await world.sync(name);
    orders.find = find;
    const [part] = await world.parts(name);
    const write = await world.inShop(world.shopId, (tx) =>
      tx.write.findFirst({ where: { shopId: world.shopId, kind: 'order-create', subjectId: part?.id ?? '' } }),
    );
    expect([part?.state, world.cancelled.has(name), write?.state]).toEqual(['cancelled', arrives, state]);
    // What isn't there yet may be on its way.
    expect(looks).toBe(arrives ? 1 : 2);
  },
);

it('a hand-over that nobody answered, and whose parcels are told of first, gets its number there', async () => {
  const { shopId, live } = world;
  const left = async (units: number) => {
    const name = await world.place({ lines: [{ sku, quantity: 2 }] });
    await world.syncWithoutAnswer(name, 'create');
    await world.act(name, 'fulfil', { lines: [{ sku, quantity: units }] });
    const [part] = await world.parts(name);
    await world.inShop(shopId, async (tx) => {
      await tx.partLine.updateMany({ where: { shopId, partId: part?.id ?? '' }, data: { shipped: units, open: 2 - units } });
      const state = units === 2 ? 'shipped' : 'partly-shipped';
      await tx.part.update({ where: { shopId_id: { shopId, id: part?.id ?? '' } }, data: { state } });
    });
    for (let again = 0; again < 2; again += 1) await world.sync(name);
    const [settled] = await world.parts(name);
    const [write, events] = await world.inShop(shopId, (tx) =>
      Promise.all([
        tx.write.findFirst({ where: { shopId, kind: 'order-create', subjectId: part?.id ?? '' } }),
        tx.timelineEvent.count({ where: { shopId, partId: part?.id ?? '', kind: 'sent' } }),
      ]),
    );
    return [settled?.state, settled?.remoteId === `r ${name}`, write?.state, events];
  };
  expect(await left(2)).toEqual(['shipped', true, 'landed', 1]);
  expect(await left(1)).toEqual(['partly-shipped', true, 'landed', 1]);

  // Whoever doesn't have it any more isn't asked again.
  const { orders } = live.connector;
  const find = orders.find.bind(orders);
  let asked = 0;
  orders.find = () => ((asked += 1), Promise.resolve(null));
  expect(await left(2)).toEqual(['shipped', false, 'refused', 0]);
  expect(asked).toBe(2);
  orders.find = find;
});
