import { NeedsMerchantError } from '../../core/errors.ts';
import { legacyIdOf } from '../../core/gid.ts';
import type { Tx } from '../../db/scope.ts';

/** A reference at a connection, and why no part of this order may have it. */
export interface TakenReference {
  connectionId: string;
  reference: string;
  error: NeedsMerchantError;
}

/**
 * The first of the references wanted for an order that stands for another one; null where all are free. Orders of one name come about where history was brought
 * into Shopify with its own numbers. Back offices find an order by its reference, and so do we after a lost answer: under one the two would be taken for each other.
 */
export async function findTakenReference(
  tx: Tx,
  shopId: number,
  orderId: string,
  wanted: readonly { connectionId: string; reference: string }[],
): Promise<TakenReference | null> {
  if (wanted.length === 0) return null;
  const [found] = await tx.$queryRaw<
    { connectionId: string; reference: string; backOffice: string; orderId: string; order: string; placedAt: Date | null }[]
  >`
    SELECT c.id AS "connectionId", p.reference, c.name AS "backOffice", p.order_id AS "orderId", coalesce(o.name, p.reference) AS "order", o.placed_at AS "placedAt"
    FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w ("connectionId" uuid, reference text)
    JOIN part p ON p.shop_id = ${shopId} AND p.connection_id = w."connectionId" AND p.reference = w.reference AND p.order_id <> ${orderId}
    JOIN connection c ON c.shop_id = p.shop_id AND c.id = p.connection_id
    LEFT JOIN shop_order o ON o.shop_id = p.shop_id AND o.id = p.order_id
    ORDER BY p.reference LIMIT 1`;
  if (!found) return null;
  const { connectionId, reference, backOffice, order } = found;
  const params = { reference, backOffice, order, id: legacyIdOf(found.orderId), placed: found.placedAt?.toISOString() ?? '' };
  const error = new NeedsMerchantError('reference-taken', `${reference} stands for ${found.orderId}`, { params });
  return { connectionId, reference, error };
}
