import { now, nowMs } from '../../core/clock.ts';
import { inSystem, type Tx } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { placeHash, placeTold } from './convert-order.ts';
import type { KnownPart } from './plan-parts.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/** The cause of a part whose parcels left for the address that it was handed over with, while Shopify has another. */
export const LEFT_ELSEWHERE = 'left-for-other-address';

/** So long after it left a parcel may still be redirected, or come back. */
const MATTERS_FOR_MS = 14 * 86_400_000;

const startOfMatter = () => new Date(nowMs() - MATTERS_FOR_MS);

interface Left {
  /** Of what the back office was told last. */
  told: string | null;
  at: Date | null;
}

/**
 * Names a part that has left where Shopify has another address by now: the change came when nobody could do anything about it in the back office any more,
 * or was heard too late. Closed when both agree again.
 */
export async function nameLeftElsewhere(tx: Tx, live: LiveConnection, part: KnownPart, order: ShopifyOrder): Promise<void> {
  const shopId = live.shop.id;
  const { id, name: label, shipTo } = order;
  const subject = { kind: 'order' as const, id, label };
  const about = { connectionId: live.id, part: part.reference };
  const place = placeHash(id, shipTo);
  if (placeTold(part.sentHash) === place) {
    await closeProblems(tx, shopId, { subject, ...about, causes: [LEFT_ELSEWHERE], evidence: 'addresses-agree' });
    return;
  }
  // What nobody knows to have arrived may have left with the old one.
  const [left] = await tx.$queryRaw<Left[]>`
    SELECT p.sent_hash AS told, (SELECT max(s.shipped_at) FROM shipment s WHERE s.shop_id = p.shop_id AND s.part_id = p.id AND NOT s.cancelled) AS at
    FROM part p WHERE p.shop_id = ${shopId} AND p.id = ${part.id}::uuid`;
  const told = placeTold(left?.told ?? null);
  if (told === null || told === place || !left?.at || left.at < startOfMatter() || !shipTo?.address1) return;
  const params = { reference: part.reference, backOffice: live.name };
  await openProblem(tx, shopId, { ...about, sync: 'orders', cause: LEFT_ELSEWHERE, subject, params });
}

/** Closes what was named of parcels that left so long ago that nothing can be done any more. */
export async function closeLongLeft(): Promise<void> {
  await inSystem(
    'long-left',
    (tx) => tx.$executeRaw`
      UPDATE problem q SET closed_at = ${now()}, evidence = 'long-left'
      WHERE q.cause = ${LEFT_ELSEWHERE} AND q.closed_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM part p JOIN shipment s ON s.shop_id = p.shop_id AND s.part_id = p.id AND NOT s.cancelled AND s.shipped_at >= ${startOfMatter()}
        WHERE p.shop_id = q.shop_id AND p.order_id = q.subject_id AND p.reference = q.part AND p.connection_id = q.connection_id)`,
  );
}
