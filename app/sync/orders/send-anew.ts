import { now } from '../../core/clock.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { isParked } from '../../connections/park.ts';
import { SYNC_AGAIN } from '../inbox/nudge.ts';
import { checkFence, type Lease } from '../inbox/lease.ts';
import { closeProblems } from '../problems/problems.ts';
import { CANCELLED_THERE } from './hear-order-state.ts';
import { ADDRESS_UNKNOWN_THERE, OTHER_TOTAL } from './push-part.ts';
import { readParts } from './order-store.ts';
import type { KnownPart } from './plan-parts.ts';
import type { OrderPass } from './push-parts.ts';

interface CancelledThere {
  id: string;
  reference: string;
  connectionId: string;
}

/** Parts whose back office is known to have cancelled them, of an order that a person asked for again. News of any other kind sends nothing twice. */
export function partsToSendAnew(tx: Tx, shopId: number, orderId: string): Promise<CancelledThere[]> {
  return tx.$queryRaw<CancelledThere[]>`
    SELECT p.id, p.reference, p.connection_id AS "connectionId" FROM part p
    WHERE p.shop_id = ${shopId} AND p.order_id = ${orderId} AND p.state IN ('offered', 'sent') AND p.remote_id IS NOT NULL
      AND EXISTS (
        SELECT 1 FROM problem q WHERE q.shop_id = p.shop_id AND q.subject_kind = 'order' AND q.subject_id = p.order_id AND q.closed_at IS NULL
          AND q.connection_id = p.connection_id AND q.cause = ${CANCELLED_THERE} AND q.part = p.reference)
      AND EXISTS (
        SELECT 1 FROM inbox_item i WHERE i.shop_id = p.shop_id AND i.subject_kind = 'order' AND i.subject_id = p.order_id AND i.handled_at IS NULL
          AND (i.door = 'button' AND i.topic = ${SYNC_AGAIN} OR i.door = 'retry' AND i.topic = ${CANCELLED_THERE}))`;
}

/** False where a parcel of it was ever reported, whatever became of that: then it isn't known that nothing of it left. */
async function endPart(tx: Tx, shopId: number, part: CancelledThere): Promise<boolean> {
  const ended = await tx.$executeRaw`
    UPDATE part p SET state = 'cancelled', cancelled_at = ${now()} WHERE p.shop_id = ${shopId} AND p.id = ${part.id}::uuid AND p.state IN ('offered', 'sent')
      AND NOT EXISTS (SELECT 1 FROM part_line l WHERE l.shop_id = p.shop_id AND l.part_id = p.id AND l.shipped > 0)
      AND NOT EXISTS (SELECT 1 FROM shipment s WHERE s.shop_id = p.shop_id AND s.connection_id = p.connection_id
        AND (s.part_id = p.id OR s.reference = p.reference))`;
  if (ended > 0) await tx.partLine.updateMany({ where: { shopId, partId: part.id }, data: { open: 0 } });
  return ended > 0;
}

/**
 * Ends the parts that their back office still says it cancelled and of which nothing left, so that what they held goes as a part of its own. Tells the
 * order's parts as they are then.
 */
export async function endCancelledThere(pass: OrderPass, lease: Lease, parts: readonly CancelledThere[]): Promise<KnownPart[]> {
  const { shopId, orderId } = pass;
  for (const part of parts) {
    const live = pass.connections.find(({ id }) => id === part.connectionId);
    if (!live || isParked(live)) continue;
    const remote = await live.connector.orders.find(part.reference);
    if (remote?.state !== 'cancelled') continue;
    await inShop(shopId, async (tx) => {
      await checkFence(tx, shopId, lease);
      if (!(await endPart(tx, shopId, part))) return;
      const { connectionId, reference } = part;
      const causes = [
        CANCELLED_THERE,
        'order-in-trouble',
        'amend-too-late',
        'cancel-too-late',
        OTHER_TOTAL,
        ADDRESS_UNKNOWN_THERE,
      ];
      const subject = { kind: 'order' as const, id: orderId };
      await closeProblems(tx, shopId, { subject, connectionId, causes, part: reference, evidence: 'part-cancelled' });
    });
  }
  return inShop(shopId, (tx) => readParts(tx, shopId, orderId));
}
