import { Prisma } from '@prisma/client';
import type { Tx } from '../../db/scope.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/** What we write to Shopify that changes which units of an order are still to leave. */
const MOVES_UNITS = ['fulfilment-create', 'shopify-order-cancel'];

/**
 * Whether an order that was read a while ago, among many, can be taken as it was. Not once a later read of it was taken in, once parcels of it left or were
 * heard of, or once we wrote to Shopify about its units: what was open then would be counted on top of what has left since.
 */
export async function isStillSo(tx: Tx, shopId: number, { id, updatedAt }: ShopifyOrder): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ same: boolean }[]>`
    SELECT NOT EXISTS (SELECT 1 FROM shop_order o WHERE o.shop_id = ${shopId} AND o.id = ${id} AND o.shopify_updated_at > ${new Date(updatedAt)})
      AND NOT EXISTS (SELECT 1 FROM shipment s WHERE s.shop_id = ${shopId} AND s.order_id = ${id})
      AND NOT EXISTS (
        SELECT 1 FROM "write" w WHERE w.shop_id = ${shopId} AND w.subject_kind = 'order' AND w.subject_id = ${id}
          AND w.kind IN (${Prisma.join(MOVES_UNITS)})) AS same`;
  return row?.same === true;
}
