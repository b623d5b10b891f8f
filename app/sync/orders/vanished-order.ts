import { now } from '../../core/clock.ts';
import { hasScope } from '../../core/access-scopes.ts';
import { isParked } from '../../connections/park.ts';
import { inShop } from '../../db/scope.ts';
import type { Lease } from '../inbox/lease.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { askScopes } from '../shop/refresh-scopes.ts';
import type { KnownPart } from './plan-parts.ts';
import { cancelPart } from './push-part.ts';
import { inRun, type OrderPass } from './push-parts.ts';
import { surelyVisibleSince } from './visible-since.ts';

/** What is still to be done about an order can't be, as Shopify doesn't show it any more. */
const TOO_OLD_TO_SEE = 'order-too-old-to-see';

/** What has left whole, or is kept as done, can't be cancelled and needn't be. */
const isOver = ({ state, lines }: KnownPart): boolean =>
  ['cancelled', 'shipped', 'parked'].includes(state) ||
  (lines.length > 0 && lines.every(({ shipped, quantity }) => shipped >= quantity));

type Known = Awaited<ReturnType<typeof readKnown>>;

const readKnown = ({ shopId, orderId }: OrderPass) =>
  inShop(shopId, (tx) =>
    tx.order.findUnique({
      where: { shopId_id: { shopId, id: orderId } },
      select: { name: true, placedAt: true, verdict: true, reason: true },
    }),
  );

/**
 * An order that Shopify answers nothing for: it was deleted, or it is only too old to be shown to us. False when a part waits for its parked connection.
 */
export async function endVanished(pass: OrderPass, lease: Lease, parts: KnownPart[]): Promise<boolean> {
  const order = await readKnown(pass);
  // Asked of Shopify at this moment: by a permission that we only believe to have, an order that is alive would be cancelled.
  const tooOld = order && order.placedAt < surelyVisibleSince(now()) && !hasScope(await askScopes(pass.admin), 'read_all_orders');
  return tooOld ? leaveUnseen(pass, order, parts) : cancelDeleted(pass, lease, parts);
}

/** Leaves it as it is, and says so where something of it is still to be done. */
async function leaveUnseen(pass: OrderPass, order: NonNullable<Known>, parts: KnownPart[]): Promise<true> {
  const { shopId, orderId, connections } = pass;
  const { code } = (order.reason ?? {}) as { code?: string };
  const waits = order.verdict === 'hold' || code === 'orders-sync-off' || (order.verdict === 'send' && parts.length === 0);
  const open = new Set(parts.filter((part) => !isOver(part)).map(({ connectionId }) => connectionId));
  const whose = open.size === 0 && waits ? [connections[0]?.id ?? null] : [...open];
  const subject = { kind: 'order' as const, id: orderId, label: order.name };
  await inShop(shopId, async (tx) => {
    for (const connectionId of whose)
      await openProblem(tx, shopId, { connectionId, sync: 'orders', cause: TOO_OLD_TO_SEE, subject });
  });
  return true;
}

async function cancelDeleted(pass: OrderPass, lease: Lease, parts: KnownPart[]): Promise<boolean> {
  const { shopId, orderId } = pass;
  for (const part of parts.filter((one) => !isOver(one))) {
    const live = pass.connections.find((one) => one.id === part.connectionId);
    // One that is off looks at what it missed when it is on again.
    if (!live) continue;
    if (isParked(live)) return false;
    const runId = await inShop(shopId, (tx) => inRun(tx, pass, live.id, { seen: 1 }));
    await cancelPart({ live, lease, runId, orderId, orderName: part.reference }, part, 'deleted-in-shopify');
  }
  await inShop(shopId, async (tx) => {
    await tx.order.updateMany({
      where: { shopId, id: orderId },
      data: { verdict: 'skip', reason: { code: 'deleted-in-shopify', params: {} }, decidedAt: now() },
    });
    // Nothing can be done about it any more but to cancel in the back office what was too late for that.
    const subject = { kind: 'order' as const, id: orderId };
    const evidence = 'order-deleted';
    for (const { id: connectionId } of pass.connections)
      await closeProblems(tx, shopId, { subject, connectionId, sync: 'orders', except: ['cancel-too-late'], evidence });
  });
  return true;
}
