import { setTimeout as sleep } from 'node:timers/promises';
import { orderGid } from './order-node.ts';
import type { BenchShop } from './shops.ts';
import type { World } from './world-client.ts';

/** News of orders comes in as at the webhook door: stored and queued in one transaction for up to 500 of them. */
export async function knockOrders(list: readonly { shop: BenchShop; n: number }[], prefix = 'webhook'): Promise<void> {
  const { takeInMany } = await import('../../app/sync/inbox/take-in-many.ts');
  for (let start = 0; start < list.length; start += 500) {
    await takeInMany(
      list.slice(start, start + 500).map(({ shop, n }) => ({
        ...{ domain: shop.domain, key: `${prefix} ${n}`, door: 'webhook', topic: 'orders/create', subjectKind: 'order' },
        ...{ subjectId: orderGid(n), triggeredAt: new Date() },
      })),
    );
  }
}

/** Until the back office has so many orders; breaks off when none came for a minute. */
export async function waitForOrders(world: World, count: number): Promise<void> {
  let last = -1;
  for (let quiet = 0; ; quiet += 20) {
    const taken = await world.taken();
    if (taken >= count) return;
    if (taken !== last) quiet = 0;
    last = taken;
    if (quiet > 60_000) throw new Error(`The back office got ${taken} of ${count} orders, and then none for a minute`);
    await sleep(20);
  }
}
