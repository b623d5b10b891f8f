import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openSyncWorld } from '../shipments/sync-world.test-data.ts';

const world = await openSyncWorld(await openTestDatabase());
const { live, shopId } = world;
const { hearBackOffice } = await import('./hear-back-office.ts');
const { mirrorShipmentsOfOrder } = await import('../shipments/mirror-shipments-of-order.ts');
const { shopFulfilments } = await import('../shipments/order-in-shopify.ts');
const { recordShipment } = await import('../shipments/record-shipment.ts');
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

  it.each([true, false])(
    'of a shipment that we know (its label changed) is read by itself; mirrored at once: %s',
    async (atOnce) => {
      const options = { shopify: shopFulfilments(world.shopify as never) };
      const order = await world.addOrder([{ sku: 'A', quantity: 1 }]);
      const report = world.ship(order.references[0]!, [{ sku: 'A', quantity: 1 }]);
      await world.inShop((tx) => recordShipment(tx, live, report));
      await mirrorShipmentsOfOrder(live, order.id, options);
      Object.assign(report, { tracking: [{ number: 'NEW', carrier: null, url: null }] });
      const hear = async (subject: string) => {
        await started('shipments', 'shipments', { atOnce });
        await world.inShop((tx) => tx.run.deleteMany({ where: { shopId } }));
        await hearBackOffice(live, 'shipments', subject, options);
        return world.inShop((tx) => tx.run.count({ where: { door: 'inbound', task: 'scheduled' } }));
      };
      expect(await hear(report.remoteId)).toBe(0);
      const row = await world.inShop((tx) => tx.shipment.findFirstOrThrow({ where: { remoteId: report.remoteId } }));
      expect(row).toMatchObject({ state: atOnce ? 'mirrored' : 'seen', tracking: [{ number: 'NEW' }] });
      expect(world.shopify.of(order.id)[0]?.tracking[0]?.number === 'NEW').toBe(atOnce);
      // One that nobody knows yet is for a run to bring.
      expect(await hear('another')).toBe(atOnce ? 1 : 0);
    },
  );
});
