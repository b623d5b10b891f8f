import { Prisma } from '@prisma/client';
import type { Tx } from '../../db/scope.ts';
import type { OrderPass } from './push-parts.ts';
import { isOver, type ShopifyOrder } from './shopify-order.ts';

/** An order that was read among many, and when Shopify was asked for it. */
export interface GivenOrder {
  order: ShopifyOrder;
  readAt: Date;
}

/** A pass of an order that was read among others, so that it isn't read again where it still is as it was. */
export type GivenPass = OrderPass & { given?: GivenOrder };

/** What we write to Shopify about an order itself that changes which units of it are still to leave. */
const MOVES_UNITS = ['fulfilment-create', 'shopify-order-cancel'];

/** Units of a line that were still to leave. */
const openOf = (order: ShopifyOrder, lineId: string): number =>
  order.fulfilmentOrders
    .filter((one) => !isOver(one))
    .flatMap(({ lines }) => lines)
    .reduce((sum, line) => sum + (line.lineId === lineId ? line.remaining : 0), 0);

interface Standing {
  same: boolean;
  shipped: Record<string, number> | null;
}

/**
 * Whether an order that was read a while ago can be taken as it was: nobody took in a later read of it; we wrote nothing about its units; nobody has opened a return;
 * all its parcels were in Shopify before, and they and what is open make up the order. They don't once somebody cancelled a fulfilment of ours, or fulfilled by hand.
 * Else units that were open then would be counted on top of those that have left, or something of it would not be looked at.
 */
export async function isStillSo(tx: Tx, shopId: number, { order, readAt }: GivenOrder): Promise<boolean> {
  const { id } = order;
  if (order.hasReturns) return false;
  const [standing] = await tx.$queryRaw<Standing[]>`
    SELECT NOT EXISTS (
        SELECT 1 FROM shop_order o WHERE o.shop_id = ${shopId} AND o.id = ${id} AND o.shopify_updated_at > ${new Date(order.updatedAt)})
      AND NOT EXISTS (
        SELECT 1 FROM shipment s WHERE s.shop_id = ${shopId} AND s.order_id = ${id}
          AND NOT (s.state = 'mirrored' AND NOT s.cancelled AND s.mirrored_at < ${readAt}))
      AND NOT EXISTS (
        SELECT 1 FROM "write" w WHERE w.shop_id = ${shopId} AND w.subject_kind = 'order' AND w.subject_id = ${id}
          AND w.kind IN (${Prisma.join(MOVES_UNITS)})) AS same,
      (SELECT jsonb_object_agg(u.line_id, u.units) FROM (
        SELECT l.line_id, sum(l.shipped)::int AS units FROM part p JOIN part_line l ON l.shop_id = p.shop_id AND l.part_id = p.id
        WHERE p.shop_id = ${shopId} AND p.order_id = ${id} GROUP BY l.line_id) u) AS shipped`;
  if (!standing?.same) return false;
  const ordered = new Map(order.lines.map((line) => [line.id, line.currentQuantity]));
  const shipped = Object.entries(standing.shipped ?? {});
  return (
    shipped.every(([, units]) => units === 0) ||
    shipped.every(([lineId, units]) => openOf(order, lineId) + units === ordered.get(lineId))
  );
}
