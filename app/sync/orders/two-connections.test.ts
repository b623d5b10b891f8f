import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openOrderWorld } from './order-world.test-data.ts';

const database = await openTestDatabase();
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn);
const { shopId, live: first, place, sync, inShop } = world;
const { Prisma } = await import('@prisma/client');
const { TransientError } = await import('../../core/errors.ts');
const { setConnectionState } = await import('../../connections/connection-state.ts');
const { readSync, switchSync } = await import('../../connections/syncs.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { openRun } = await import('../runs/runs.ts');
const { runOrdersSync } = await import('./run-orders-sync.ts');
const ada = { userId: '1', userName: 'Ada' };
const [knife, board] = ['KI07-02', 'KI07-03'];
const east = { lines: [{ sku: board, quantity: 1, location: 'East Warehouse' }] };

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

describe.sequential('what happens while one of two connections is off', () => {
  const run = async (live: typeof first) => {
    const { id: connectionId } = live;
    const id = await inShop(shopId, (tx) =>
      openRun(tx, shopId, { connectionId, sync: 'orders', door: 'schedule', task: 'scheduled' }),
    );
    const takers = () => Promise.resolve([first, live]);
    await runOrdersSync(live, { id, task: 'scheduled' }, { admin: world.admin, takers });
    const { counts } = await inShop(shopId, (tx) => tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id } } }));
    return (counts as { seen: number }).seen;
  };
  const cursorOf = async ({ id }: typeof first) =>
    (await inShop(shopId, (tx) => readSync(tx, shopId, id, 'orders'))).cursor as { updatedAt: string };

  it('is caught up when it is on again: a new order goes, a cancelled one is cancelled there', async () => {
    const second = await world.another({ earliestOrderDate: '2026-01-01', skipNewestMinutes: 0 });
    await world.serve('East Warehouse', second.live);
    const had = await place(east);
    await sync(had, [first, second.live]);
    expect([...second.taken.keys()]).toEqual([had]);
    await run(second.live);
    const before = await cursorOf(second.live);

    await inShop(shopId, (tx) => setConnectionState(tx, shopId, ada, second.live.id, 'deactivated'));
    const missed = await place(east);
    await world.act(had, 'cancel', {});
    for (const name of [had, missed]) await sync(name);
    expect((await world.orderRow(missed)).reason).toMatchObject({ code: 'orders-sync-off' });
    expect([...second.taken.keys(), ...second.cancelled]).toEqual([had]);
    await inShop(shopId, (tx) => setConnectionState(tx, shopId, ada, second.live.id, 'active'));

    await run(second.live);
    expect([...second.taken.keys()]).toEqual([had, missed]);
    expect([...second.cancelled]).toEqual([had]);
    expect((await cursorOf(second.live)).updatedAt > before.updatedAt).toBe(true);
    // What was decided with it since is known.
    world.laterByDays(1);
    for (const name of [had, missed]) await sync(name, [first, second.live]);
    expect(await run(second.live)).toBe(0);
    world.laterByDays(0);
  });

  it('before its orders sync was first switched on, its first run takes', async () => {
    const third = await world.another({ earliestOrderDate: '2026-01-01', skipNewestMinutes: 0 });
    await inShop(shopId, (tx) =>
      tx.sync.updateMany({ where: { shopId, connectionId: third.live.id }, data: { enabled: false, enabledAt: null } }),
    );
    await world.serve('East Warehouse', third.live);
    const name = await place(east);
    await sync(name);
    await inShop(shopId, async (tx) => {
      await tx.connection.updateMany({ where: { shopId, id: third.live.id }, data: { health: { ok: true } } });
      expect(await switchSync(tx, shopId, ada, third.live.id, 'orders', true)).toEqual({ ok: true });
    });
    await run(third.live);
    expect([...third.taken.keys()]).toContain(name);
    expect((await world.orderRow(name)).verdict).toBe('send');
  });
});

describe.sequential('an order that moves to a connection younger than it', () => {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  const placeOld = async () => {
    await world.serve('East Warehouse', first);
    const name = await place({ ...east, createdAt: yesterday });
    await sync(name);
    expect((await world.parts(name)).map(({ connectionId, state }) => [connectionId, state])).toEqual([[first.id, 'sent']]);
    return name;
  };

  it('is cancelled where it was and goes to the other, kept there as history by no means', async () => {
    const second = await world.another({ historyFrom: '2026-01-01' });
    Object.assign(second.live, {
      definition: { ...first.definition, capabilities: { ...first.definition.capabilities, parksHistory: true } },
    });
    const name = await placeOld();
    await world.serve('East Warehouse', second.live);
    await sync(name, [first, second.live]);
    expect([...world.cancelled]).toContain(name);
    expect([...second.taken.values()].map(({ reference, parked }) => [reference, parked ?? false])).toEqual([
      [`${name}_2`, false],
    ]);
  });

  it('goes there although we were stopped between the two', async () => {
    const second = await world.another();
    const name = await placeOld();
    await world.serve('East Warehouse', second.live);
    second.live.connector.orders.create = () => Promise.reject(new TransientError('unreachable', 'stopped'));
    await expect(sync(name, [first, second.live])).rejects.toMatchObject({ code: 'unreachable' });
    await inShop(shopId, (tx) =>
      tx.connection.updateMany({ where: { shopId, id: second.live.id }, data: { blocked: Prisma.DbNull } }),
    );
    await inShop(shopId, (tx) => tx.part.deleteMany({ where: { shopId, connectionId: second.live.id } }));
    second.live.connector.orders.create = second.create;
    await sync(name, [first, second.live]);
    expect([...second.taken.keys()]).toEqual([`${name}_2`]);
  });

  it('is too old there where nobody was given it before', async () => {
    const second = await world.another();
    await world.serve('East Warehouse', second.live);
    const name = await place({
      lines: [...east.lines, { sku: knife, quantity: 1, location: 'Main Warehouse' }],
      createdAt: yesterday,
    });
    await sync(name, [first, second.live]);
    expect([...second.taken.keys()]).toEqual([]);
    expect(world.given(name)).toEqual({ [name]: [`${knife}×1@F1`] });
  });
});

describe.sequential('a payment state that cancels at one of two connections', () => {
  it('leaves alone what the other has on hold', async () => {
    const second = await world.another({ earliestOrderDate: '2026-01-01' });
    await world.serve('East Warehouse', second.live);
    await world.store({ cancelStatuses: ['VOIDED'] });
    const name = await place({ lines: [{ sku: knife, quantity: 1, location: 'Main Warehouse' }, ...east.lines] });
    const both = [first, second.live];
    await sync(name, both);
    await world.act(name, 'fulfilment-orders/2/hold', { reason: 'OTHER' });
    standIn.state.run("UPDATE orders SET financial = 'VOIDED' WHERE name = ?", name);
    await sync(name, both);
    const parts = await world.parts(name);
    expect(parts.map(({ connectionId, state }) => [connectionId === first.id, state])).toEqual([
      [true, 'cancelled'],
      [false, 'sent'],
    ]);
    expect([...second.cancelled]).toEqual([]);
  });
});
