import { isParked } from '../../connections/park.ts';
import { inShop } from '../../db/scope.ts';
import { mayBeForgotten, restoredAt } from '../../env.server.ts';
import { observeValues } from '../../mappings/observed-values.ts';
import { withLease, type Lease } from '../inbox/lease.ts';
import { orderLeaseKey } from '../shipments/mirror-shipment-to-shopify.ts';
import { noteEvent } from '../timeline/timeline.ts';
import type { GivenPass } from './given-order.ts';
import { judgeNow, type Judged } from './judge-now.ts';
import { storeOrder } from './order-store.ts';
import { valuesOf } from './order-values.ts';
import { referenceOf } from './plan-parts.ts';
import { inRun, pushParts, type OrderPass } from './push-parts.ts';
import { readOrder } from './read-order.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/**
 * The order before anything of it left or was cancelled, as far as Shopify still tells: as what it was handed over. A cancellation takes the units off the
 * fulfilment orders and leaves no trace of where they were: each then has all, which is only good for being cancelled. Pure.
 */
export function asHandedOver(order: ShopifyOrder): ShopifyOrder {
  const all = order.lines
    .filter(({ requiresShipping }) => requiresShipping)
    .map(({ id, inventoryItemId, sku, quantity }) => ({
      id,
      lineId: id,
      inventoryItemId,
      sku,
      total: quantity,
      remaining: quantity,
    }));
  return {
    ...order,
    ...{ cancelledAt: null, closedAt: null, financialStatus: 'PAID', fulfilmentStatus: 'UNFULFILLED' },
    fulfilmentOrders: order.fulfilmentOrders.map((one) => ({
      ...one,
      status: 'OPEN',
      lines: order.cancelledAt ? all : one.lines.map((line) => ({ ...line, remaining: line.total })),
    })),
  };
}

/** References that the order's parts had when it was handed over, of those that are there. */
async function referencesThere({ order, takers, verdicts }: Judged): Promise<Set<string>> {
  const there = new Set<string>();
  for (const [index, { connectionId }] of verdicts.targets.entries()) {
    const taker = takers.find(({ live }) => live.id === connectionId);
    const reference = `${taker?.settings.numberPrefix ?? ''}${referenceOf(order.name, index + 1)}`;
    const remote = await taker?.live.connector.orders.find(reference);
    if (remote && remote.state !== 'cancelled') there.add(reference);
  }
  return there;
}

async function takeUp(
  pass: OrderPass,
  lease: Lease,
  order: ShopifyOrder,
  { order: before, takers, verdicts }: Judged,
  there: ReadonlySet<string>,
): Promise<void> {
  const { shopId } = pass;
  const runs = new Map<string, string>();
  await inShop(shopId, async (tx) => {
    const decision = { verdict: 'send', reason: null, holdUntil: null, lateLines: [] };
    const { isNew } = await storeOrder(tx, shopId, order, decision);
    if (isNew) {
      await noteEvent(tx, shopId, { kind: 'order', id: order.id }, 'seen', { name: order.name });
      await observeValues(tx, shopId, valuesOf(order));
    }
    for (const { live } of takers) runs.set(live.id, await inRun(tx, pass, live.id, {}));
  });
  const { failures } = await pushParts({ ...pass, there }, lease, before, takers, verdicts, runs);
  // What was never sent, or not taken up now, is as if it had not been looked for.
  await inShop(shopId, (tx) => tx.part.deleteMany({ where: { shopId, orderId: order.id, state: 'pending', remoteId: null } }));
  if (failures[0]) throw failures[0];
}

/**
 * Takes up what a back office has of an order of which nothing is known here, because the database was put back to an older backup: with all the units that it
 * was handed over with, whatever has left or was cancelled since, which the pass that follows sees to. Sent as new it would hold what remains only, under the
 * number of a part that has left. False when it can't be looked for, because the connection is parked.
 */
export async function takeUpForgotten(pass: GivenPass): Promise<boolean> {
  const { shopId, admin, connections, orderId, given } = pass;
  const isKnown = () => inShop(shopId, (tx) => tx.part.findFirst({ where: { shopId, orderId }, select: { id: true } }));
  if (!restoredAt || (await isKnown())) return true;
  const order = given?.order ?? (await readOrder(admin, orderId));
  if (!order || !mayBeForgotten(order.placedAt)) return true;
  return withLease(shopId, orderLeaseKey(orderId), async (lease) => {
    const judged = await judgeNow({ shopId, admin, orderId, connections, given: asHandedOver(order) }, [], { asIfItWent: true });
    if (!judged || judged.verdicts.targets.length === 0 || (await isKnown())) return true;
    if (judged.takers.some(({ live }) => isParked(live))) return false;
    const there = await referencesThere(judged);
    if (there.size > 0) await takeUp(pass, lease, order, judged, there);
    return true;
  });
}
