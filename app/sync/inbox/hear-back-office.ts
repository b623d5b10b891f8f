import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { readPause } from '../../connections/pause-sync.ts';
import { register } from '../../connections/registration.ts';
import { readSync } from '../../connections/syncs.ts';
import type { SyncKind } from '../../connectors/contract/index.ts';
import { mirrorMappings } from '../mirror/mirror-mappings.ts';
import { hearOrderState } from '../orders/hear-order-state.ts';
import { startSync } from '../runs/start-sync.ts';
import type { MirrorOptions } from '../shipments/mirror-shipment-to-shopify.ts';
import { mirrorShipmentsOfOrder } from '../shipments/mirror-shipments-of-order.ts';
import { pullChangedShipment } from '../shipments/pull-shipments-from-back-office.ts';
import { takersOf } from '../shop/shop-context.ts';

/** Whether news from the back office starts a run at once; otherwise the schedule brings it. */
async function hears({ id, shop }: LiveConnection, sync: SyncKind): Promise<boolean> {
  return inShop(shop.id, async (tx) => {
    if (sync === 'inventory') return (await readSync(tx, shop.id, id, 'inventory')).settings.events.includes('back-office');
    if (sync === 'shipments' || sync === 'returns') return (await readSync(tx, shop.id, id, sync)).settings.atOnce;
    return true;
  });
}

/** A shipment that we know is read by itself, whenever it is mirrored: the schedule may never meet it again. False where we don't know it. */
async function hearShipment(live: LiveConnection, remoteId: string, atOnce: boolean, options: MirrorOptions): Promise<boolean> {
  const orderId = await pullChangedShipment(live, remoteId);
  if (orderId === null) return false;
  if (atOnce) await mirrorShipmentsOfOrder(live, orderId, options);
  return true;
}

/** The back office called: what it named is read by a run of that sync; an order's state is looked at by itself, and so is a shipment that is known. */
export async function hearBackOffice(
  live: LiveConnection,
  about: string,
  subject: string,
  options: MirrorOptions = {},
): Promise<void> {
  const kinds: Record<string, SyncKind> = {
    shipments: 'shipments',
    stock: 'inventory',
    returns: 'returns',
    'shared-stock': 'inventory',
  };
  const sync = kinds[about];
  if (about === 'registration') {
    await register(live);
    await mirrorMappings(live);
  } else if (about === 'mappings') await mirrorMappings(live);
  else if (about === 'orders' && subject) await hearOrderState(live, subject);
  else if (sync && (await takersOf(live.shop.id, [live], sync)).length > 0) {
    // A paused sync compares everything once it is released: news adds nothing to that.
    if (await inShop(live.shop.id, (tx) => readPause(tx, live.shop.id, live.id, sync))) return;
    // What another shop sold from the same store can't wait for a schedule: it would be sold twice.
    const atOnce = about === 'shared-stock' || (await hears(live, sync));
    if (sync === 'shipments' && subject && (await hearShipment(live, subject, atOnce, options))) return;
    if (!atOnce) return;
    await startSync({ shopId: live.shop.id, connectionId: live.id, sync, task: 'scheduled', door: 'inbound' });
  }
}
