import { randomUUID } from 'node:crypto';
import { asCrossdockError, BugError, type CrossdockError } from '../../core/errors.ts';
import { legacyIdOf } from '../../core/gid.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { readPause } from '../../connections/pause-sync.ts';
import { register } from '../../connections/registration.ts';
import { readSync } from '../../connections/syncs.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import { FulfilmentOrderOwnerDocument, ReturnOwnerDocument } from '../../shopify/operations/generated/graphql.ts';
import { discoverValues } from '../../sync/shop/discover-values.ts';
import { markHandled, newestWaiting, takeIn } from '../../sync/inbox/inbox.ts';
import { withFreeLease } from '../../sync/inbox/lease.ts';
import { hearOrderState } from '../../sync/orders/hear-order-state.ts';
import { syncOrder } from '../../sync/orders/sync-order.ts';
import { noteLevelChange } from '../../sync/inventory/note-level-change.ts';
import { announceReturnsOfOrder } from '../../sync/returns/announce-returns.ts';
import { importProductFromShopify } from '../../sync/products/import-product-from-shopify.ts';
import { noteFulfilmentsOfOrder } from '../../sync/shipments/mirror-shipments-of-order.ts';
import { mirrorShipmentsOfOrder } from '../../sync/shipments/mirror-shipments-of-order.ts';
import { activeConnections, installedShop, takersOf } from '../../sync/shop/shop-context.ts';
import { refreshShop } from '../../sync/shop/refresh-shop.ts';
import { startSync } from '../../sync/runs/start-sync.ts';
import { mirrorMappings } from '../../sync/mirror/mirror-mappings.ts';
import { closeProblems, openProblem } from '../../sync/problems/problems.ts';
import { takeBulkResult } from '../../sync/products/take-bulk-result.ts';
import type { SyncKind } from '../../connectors/contract/index.ts';
import type { JobPayload } from '../definitions.ts';

/** Whether news from the back office starts a run at once; otherwise the schedule brings it. */
async function hears({ id, shop }: LiveConnection, sync: SyncKind): Promise<boolean> {
  return inShop(shop.id, async (tx) => {
    if (sync === 'inventory') return (await readSync(tx, shop.id, id, 'inventory')).settings.events.includes('back-office');
    if (sync === 'shipments' || sync === 'returns') return (await readSync(tx, shop.id, id, sync)).settings.atOnce;
    return true;
  });
}

/** The back office called: what it named is read by a run of that sync; an order's state is looked at by itself. */
async function hearBackOffice(live: LiveConnection, about: string, subject: string): Promise<void> {
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
    // What another shop sold from the same store can't wait for a schedule: it would be sold twice.
    if (about !== 'shared-stock' && !(await hears(live, sync))) return;
    // A paused sync compares everything once it is released: news adds nothing to that.
    if (await inShop(live.shop.id, (tx) => readPause(tx, live.shop.id, live.id, sync))) return;
    await startSync({ shopId: live.shop.id, connectionId: live.id, sync, task: 'scheduled', door: 'inbound' });
  }
}

/** News of a fulfilment order or a return that names no order: Shopify says whose it is, and that order is read again. */
async function passToOrder(
  shop: { id: number },
  admin: ShopifyAdmin,
  kind: 'fulfilment-order' | 'return',
  id: string,
): Promise<void> {
  const orderId =
    kind === 'return'
      ? (await admin.run(ReturnOwnerDocument, { id }, { priority: 'order' })).return?.order.id
      : (await admin.run(FulfilmentOrderOwnerDocument, { id }, { priority: 'order' })).fulfillmentOrder?.orderId;
  if (!orderId) return;
  await inShop(shop.id, (tx) =>
    takeIn(tx, shop.id, {
      key: `${kind} ${id} ${randomUUID()}`,
      door: 'webhook',
      topic: kind,
      subjectKind: 'order',
      subjectId: orderId,
      triggeredAt: null,
    }),
  );
}

/** False leaves the rows waiting: something of it was not tried, because its connection is parked. */
async function handle(shop: { id: number; domain: string }, kind: string, id: string, lastTry: boolean): Promise<boolean> {
  const shopId = shop.id;
  const admin = adminFor(shop);
  const connections = await activeConnections(shopId);
  switch (kind) {
    case 'order': {
      const takers = await takersOf(shopId, connections, 'orders');
      const shippers = await takersOf(shopId, connections, 'shipments');
      // First: a fulfilment of ours that somebody cancelled in Shopify reopens units, which the corridor must not count on top of what was shipped.
      for (const live of shippers) await noteFulfilmentsOfOrder(live, id);
      const whole = takers.length === 0 || (await syncOrder({ shopId, admin, connections: takers, orderId: id, lastTry }));
      for (const live of shippers) await mirrorShipmentsOfOrder(live, id);
      for (const live of await takersOf(shopId, connections, 'returns')) await announceReturnsOfOrder(live, id);
      return whole;
    }
    case 'product':
      await importProductFromShopify(shopId, id);
      break;
    case 'inventory-item':
      await noteLevelChange(shopId, id);
      break;
    case 'fulfilment-order':
    case 'return':
      // Without a connection at work nobody needs to know whose it is.
      if (connections.length > 0) await passToOrder(shop, admin, kind, id);
      break;
    case 'location':
    case 'shop':
      await refreshShop(shop, kind);
      break;
    case 'delivery-profile':
      await discoverValues(shop);
      break;
    case 'bulk':
      await takeBulkResult(shopId, id);
      break;
    case 'connection': {
      const [connectionId, about = '', ...subject] = id.split(' ');
      const live = connections.find((one) => one.id === connectionId);
      if (live) await hearBackOffice(live, about, subject.join(' '));
      break;
    }
    default:
      // An inbox row of a kind nobody handles would wait for ever.
      throw new BugError('inbox-unhandled', `Nothing handles inbox rows about "${kind}"`);
  }
  return true;
}

const STUCK = 'order-stuck';

/** An order that no part of which could even be looked at: it goes on being tried, but nobody may take it for done. */
async function nameStuckOrder(tx: Tx, shopId: number, id: string, error: CrossdockError): Promise<void> {
  const named = await tx.problem.findFirst({
    where: { shopId, subjectKind: 'order', subjectId: id, closedAt: null, cause: { not: STUCK } },
  });
  if (named) return;
  const known = await tx.order.findUnique({ where: { shopId_id: { shopId, id } }, select: { name: true } });
  const subject = { kind: 'order', id, label: known?.name ?? legacyIdOf(id) } as const;
  await openProblem(tx, shopId, { connectionId: null, sync: 'orders', cause: STUCK, subject, params: { code: error.code } });
}

/** Works until nothing waits about the subject. True when something is left waiting on purpose. */
async function drainAlone(
  shop: { id: number; domain: string },
  { kind, id }: { kind: string; id: string },
  lastTry: boolean,
): Promise<boolean> {
  const shopId = shop.id;
  let waiting = await inShop(shopId, (tx) => newestWaiting(tx, shopId, kind, id));
  while (waiting !== null) {
    const upTo = waiting;
    try {
      if (!(await handle(shop, kind, id, lastTry))) return true;
    } catch (thrown) {
      if (kind === 'order' && lastTry) await inShop(shopId, (tx) => nameStuckOrder(tx, shopId, id, asCrossdockError(thrown)));
      throw thrown;
    }
    waiting = await inShop(shopId, async (tx) => {
      await markHandled(tx, shopId, kind, id, upTo);
      if (kind === 'order')
        await closeProblems(tx, shopId, { subject: { kind, id }, causes: [STUCK], evidence: 'order-handled' });
      return newestWaiting(tx, shopId, kind, id);
    });
  }
  return false;
}

/**
 * Drains what waits about one subject. The job is only a nudge: it looks at the inbox itself. Ten webhooks about one order bring ten jobs; the
 * first does the work and the others end at once, as whoever holds the lease looks again before and after giving it back. Rows stay waiting when
 * it throws.
 */
export async function drain({ shopId, kind, id }: JobPayload<'drain'>, { lastTry }: { lastTry: boolean }): Promise<void> {
  const shop = await installedShop(shopId);
  if (!shop) return;
  const waits = async () => (await inShop(shopId, (tx) => newestWaiting(tx, shopId, kind, id))) !== null;
  while (await waits()) {
    const left = await withFreeLease(shopId, `drain ${kind} ${id}`, () => drainAlone(shop, { kind, id }, lastTry));
    if (left !== false) return;
  }
}
