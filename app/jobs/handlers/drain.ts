import { asCrossdockError, BugError } from '../../core/errors.ts';
import type { SyncKind } from '../../connectors/contract/index.ts';
import { inShop } from '../../db/scope.ts';
import { adminFor } from '../../shopify/client.ts';
import { hearBackOffice } from '../../sync/inbox/hear-back-office.ts';
import { discoverValues } from '../../sync/shop/discover-values.ts';
import { markHandled, newestWaiting, waitingAt } from '../../sync/inbox/inbox.ts';
import { takeFreeLease, type HeldLease } from '../../sync/inbox/lease.ts';
import { noteMissed } from '../../sync/orders/missed-orders.ts';
import { passToOrder } from '../../sync/orders/pass-to-order.ts';
import { nameStuckOrder, orderHandled } from '../../sync/orders/stuck-order.ts';
import { syncOrder } from '../../sync/orders/sync-order.ts';
import { noteLevelChange } from '../../sync/inventory/note-level-change.ts';
import { announceReturnsOfOrder } from '../../sync/returns/announce-returns.ts';
import { importProductFromShopify } from '../../sync/products/import-product-from-shopify.ts';
import { noteFulfilmentsOfOrder } from '../../sync/shipments/mirror-shipments-of-order.ts';
import { mirrorShipmentsOfOrder } from '../../sync/shipments/mirror-shipments-of-order.ts';
import { openAtWork, readConnectionsAtWork } from '../../sync/shop/shop-context.ts';
import { refreshShop } from '../../sync/shop/refresh-shop.ts';
import { takeBulkResult } from '../../sync/products/take-bulk-result.ts';
import type { JobPayload } from '../definitions.ts';

/** False leaves the rows waiting: something of it was not tried, because its connection is parked or its parcels were only now told to Shopify. */
async function handle({ shop, rows }: Turn, kind: string, id: string, lastTry: boolean): Promise<boolean> {
  const shopId = shop.id;
  const admin = adminFor(shop);
  const connections = await openAtWork(shopId, rows);
  const whoseSyncIsOn = (sync: SyncKind) =>
    connections.filter((live) => rows.some(({ id: one, syncs }) => one === live.id && syncs.includes(sync)));
  switch (kind) {
    case 'order': {
      const takers = whoseSyncIsOn('orders');
      const shippers = whoseSyncIsOn('shipments');
      // Those that take orders look at theirs as they take this one.
      for (const live of shippers.filter((one) => !takers.includes(one))) await noteFulfilmentsOfOrder(live, id);
      if (takers.length === 0) await noteMissed(shopId, id);
      const whole = takers.length === 0 || (await syncOrder({ shopId, admin, connections: takers, orderId: id, lastTry }));
      for (const live of shippers) await mirrorShipmentsOfOrder(live, id);
      for (const live of whoseSyncIsOn('returns')) await announceReturnsOfOrder(live, id);
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
      await passToOrder(shopId, connections.length > 0 ? admin : null, kind, id);
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

type Turn = NonNullable<Awaited<ReturnType<typeof takeTurn>>>;

/** All that work on a subject begins with; null where nothing waits, or somebody else is at it. */
function takeTurn(shopId: number, kind: string, id: string) {
  return inShop(shopId, async (tx) => {
    if (!(await waitingAt(tx, shopId, kind, id))) return null;
    const lease = await takeFreeLease(tx, shopId, `drain ${kind} ${id}`);
    if (!lease) return null;
    // Again, now that nobody else is at it. Whoever brings news from here on waits for this lease until it is committed.
    const waiting = await waitingAt(tx, shopId, kind, id);
    if (!waiting) {
      await lease.giveBack(tx);
      return null;
    }
    const shop = { id: shopId, domain: waiting.domain };
    return { lease, shop, upTo: waiting.newest, rows: await readConnectionsAtWork(tx, shopId) };
  });
}

/** Whether there is reason to look again: not when something is left waiting on purpose, or nothing waits any more. */
async function drainTurn(
  turn: Turn,
  lease: HeldLease,
  { kind, id }: { kind: string; id: string },
  lastTry: boolean,
): Promise<boolean> {
  const { shop, upTo } = turn;
  const shopId = shop.id;
  try {
    if (!(await handle(turn, kind, id, lastTry))) return false;
  } catch (thrown) {
    if (kind === 'order' && lastTry) await inShop(shopId, (tx) => nameStuckOrder(tx, shopId, id, asCrossdockError(thrown)));
    throw thrown;
  }
  return inShop(shopId, async (tx) => {
    if (kind === 'order') await orderHandled(tx, shopId, id, upTo);
    else await markHandled(tx, shopId, kind, id, upTo);
    await lease.giveBack(tx);
    // After giving it back: whose job came before found the lease held and ended, and its news is here; who comes later takes the lease.
    return (await newestWaiting(tx, shopId, kind, id)) !== null;
  });
}

/**
 * Drains what waits about one subject. The job is only a nudge: it looks at the inbox itself. Ten webhooks about one order bring ten jobs; the
 * first does the work and the others end at once, as whoever holds the lease looks again after giving it back. Rows stay waiting when it throws.
 */
export async function drain({ shopId, kind, id }: JobPayload<'drain'>, { lastTry }: { lastTry: boolean }): Promise<void> {
  for (let again = true; again;) {
    const turn = await takeTurn(shopId, kind, id);
    if (!turn) return;
    again = await turn.lease.hold((lease) => drainTurn(turn, lease, { kind, id }, lastTry));
  }
}
