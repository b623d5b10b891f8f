import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openSyncWorld } from '../shipments/sync-world.test-data.ts';

const world = await openSyncWorld(await openTestDatabase());
const { live, shopId } = world;
const { hearBackOffice } = await import('./hear-back-office.ts');
const { stopBoss } = await import('../../jobs/boss.ts');

afterAll(async () => {
  await stopBoss();
  await world.close();
});

/** Runs that news about something starts. */
async function started(about: string, sync: string, settings: Record<string, unknown>): Promise<number> {
  await world.inShop(async (tx) => {
    await tx.run.deleteMany({ where: { shopId } });
    await tx.sync.updateMany({ where: { shopId, kind: sync }, data: { enabled: true, settings: settings as object } });
  });
  await hearBackOffice(live, about, '');
  return world.inShop((tx) => tx.run.count({ where: { shopId, sync, door: 'inbound', task: 'scheduled' } }));
}

describe('news from the back office', () => {
  it.each([
    ['stock', 'inventory', { events: ['shopify'] }],
    ['shipments', 'shipments', { atOnce: false }],
    ['returns', 'returns', { atOnce: false }],
  ])('of %s starts a run at once, unless the merchant leaves it to the schedule', async (about, sync, later) => {
    expect(await started(about, sync, {})).toBe(1);
    expect(await started(about, sync, later)).toBe(0);
  });
});
