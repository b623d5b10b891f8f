import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openOrderWorld } from './order-world.test-data.ts';

const database = await openTestDatabase();
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn);
const { shopId, live: first, admin, place, sync, idOf, orderRow, inShop } = world;
const { setConnectionState } = await import('../../connections/connection-state.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { drain } = await import('../../jobs/handlers/drain.ts');
const { tick } = await import('../../jobs/tick.ts');
const { openRun } = await import('../runs/runs.ts');
const { changeSyncSettings } = await import('../settings/change-sync-settings.ts');
const { runOrdersSync } = await import('./run-orders-sync.ts');

type Live = typeof first;
const ada = { userId: '1', userName: 'Ada' };
const [knife, board] = ['KI07-02', 'KI07-03'];
const main = { lines: [{ sku: knife, quantity: 1, location: 'Main Warehouse' }] };
const east = { lines: [{ sku: board, quantity: 1, location: 'East Warehouse' }] };
const turn = (live: Live, state: 'active' | 'deactivated') =>
  inShop(shopId, (tx) => setConnectionState(tx, shopId, ada, live.id, state));
/** A regular run; tells how many orders it looked at. */
async function run(live: Live, all: Live[] = [live]): Promise<number> {
  const what = { connectionId: live.id, sync: 'orders', door: 'schedule', task: 'scheduled' } as const;
  const id = await inShop(shopId, (tx) => openRun(tx, shopId, what));
  await runOrdersSync(live, { id, task: 'scheduled' }, { admin, takers: () => Promise.resolve(all) });
  const { counts } = await inShop(shopId, (tx) => tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id } } }));
  return (counts as { seen: number }).seen;
}
const drained = (name: string) => drain({ shopId, kind: 'order', id: idOf(name) }, { lastTry: false });
const remove = (name: string) => standIn.state.run('UPDATE orders SET shop_id = -1 WHERE name = ?', name);

beforeAll(async () => {
  for (const sku of [knife, board])
    for (const location of ['Main Warehouse', 'East Warehouse'])
      await standIn.control('/shopify/levels', { sku, location, available: 50 });
}, 60_000);
beforeEach(() => world.laterByDays(0));
afterAll(async () => {
  await stopBoss();
  await world.close();
  await database.close();
});

describe.sequential('while the only connection is off', () => {
  /** An order that its last run before that has gone past, and what happens to it meanwhile. */
  async function off(settings: Record<string, unknown>, order: object, meanwhile: (name: string) => Promise<unknown>) {
    await world.store(settings);
    const name = await place(order as Record<string, unknown>);
    await sync(name);
    world.laterByDays(0.5);
    await run(first);
    await turn(first, 'deactivated');
    world.laterByDays(2);
    await meanwhile(name);
    await drained(name);
    await turn(first, 'active');
    world.laterByDays(2.1);
    await run(first);
    return name;
  }

  it('a hold that ends is released when it is on again', async () => {
    const name = await off({ editWindowMinutes: 1440 }, main, () => tick(new Set(['holds'])));
    expect([...world.taken.keys()]).toContain(name);
  });

  it('a hold that ends, of which no news came, is released when it is on again', async () => {
    const name = await off({ editWindowMinutes: 1440 }, main, () => Promise.resolve());
    expect([...world.taken.keys()]).toContain(name);
  });

  it('an order that changed settings let go is sent when it is on again', async () => {
    const drone = { ...main, shipping: { title: 'Drone', code: 'drone' } };
    const name = await off({ unmappedShipping: 'hold' }, drone, async () => {
      const settings = { earliestOrderDate: '2026-01-01', unmappedShipping: 'send' };
      expect(await changeSyncSettings(shopId, ada, { connectionId: first.id, kind: 'orders', settings })).toMatchObject({
        ok: true,
      });
    });
    expect([...world.taken.keys()]).toContain(name);
  });

  it('an order that changed settings don’t leave out any more, too', async () => {
    const name = await off({ excludedTags: ['later'] }, { ...main, tags: ['later'] }, async (tagged) => {
      expect(await orderRow(tagged)).toMatchObject({ verdict: 'skip' });
      await changeSyncSettings(shopId, ada, {
        ...{ connectionId: first.id, kind: 'orders' },
        settings: { earliestOrderDate: '2026-01-01', unmappedShipping: 'send' },
      });
    });
    expect([...world.taken.keys()]).toContain(name);
  });

  it('an order that is deleted is cancelled when it is on again, and looked at no more after that', async () => {
    const name = await off({}, main, async (gone) => {
      remove(gone);
      await inShop(shopId, async (tx) => {
        const { takeIn } = await import('../inbox/inbox.ts');
        const about = { door: 'webhook', topic: 'orders/delete', subjectKind: 'order', subjectId: idOf(gone) } as const;
        await takeIn(tx, shopId, { ...about, key: 'deleted', triggeredAt: null });
      });
    });
    expect([...world.cancelled]).toContain(name);
    world.laterByDays(3);
    await run(first);
    world.laterByDays(4);
    expect(await run(first)).toBe(0);
  });
});

describe.sequential('while one of two connections is off', () => {
  async function off(order: object, settings: object, meanwhile: (name: string) => Promise<unknown>) {
    await world.store({});
    const second = await world.another({ earliestOrderDate: '2026-01-01', ...settings });
    const both = [first, second.live];
    await world.serve('East Warehouse', second.live);
    const name = await place(order as Record<string, unknown>);
    await sync(name, both);
    world.laterByDays(0.5);
    await run(second.live, both);
    await turn(second.live, 'deactivated');
    world.laterByDays(2);
    await meanwhile(name);
    await sync(name, [first]);
    await turn(second.live, 'active');
    world.laterByDays(2.1);
    await run(second.live, both);
    return { name, ...second };
  }

  it('a hold that ends is released when it is on again', async () => {
    const { name, taken } = await off(east, { editWindowMinutes: 1440 }, () => Promise.resolve());
    expect([...taken.keys()]).toEqual([name]);
  });

  it('its part of an order, of which the other takes the rest, goes when it is on again', async () => {
    const { name, taken } = await off({ lines: [...main.lines, ...east.lines] }, { editWindowMinutes: 1440 }, () =>
      Promise.resolve(),
    );
    expect(world.given(name)).toEqual({ [name]: [`${knife}×1@F1`] });
    expect([...taken.values()].flatMap(({ lines }) => lines.map(({ sku }) => sku))).toEqual([board]);
  });

  it('an order that is deleted is cancelled there when it is on again', async () => {
    const { name, cancelled } = await off(east, {}, (gone) => Promise.resolve(remove(gone)));
    expect([...cancelled]).toEqual([name]);
  });
});
