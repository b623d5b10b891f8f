import { inShop } from '../db/scope.ts';
import { isUuid, type Room } from './room.ts';
import { othersOnShelf, poolOf } from './shared-shelf.ts';

/** One walk to the shelf: how many of a product, and for which orders. */
export interface PickLine {
  facility: string;
  shelf: string;
  productId: string;
  sku: string;
  barcode: string | null;
  title: string;
  /** To fetch altogether. */
  quantity: number;
  onHand: number;
  /** How many are missing for what is to be fetched here. */
  short: number;
  orders: { orderId: string; reference: string; quantity: number }[];
}

/**
 * What to fetch for several orders together, sorted by facility and shelf; only what is neither packed nor shipped. `orders` are references or
 * ids; absent = every order that is being picked.
 */
export async function pickList({
  shopId,
  connectionId,
  orders,
  facilityId,
}: Room & { orders?: string[]; facilityId?: string }): Promise<PickLine[]> {
  const room = { shopId, connectionId };
  const named = orders ? { OR: [{ reference: { in: orders } }, { id: { in: orders.filter(isUuid) } }] } : {};
  const place = facilityId && isUuid(facilityId) ? { facilityId } : {};
  return inShop(shopId, async (tx) => {
    const picked = await tx.stockroomOrder.findMany({
      where: { ...room, ...named, ...place, state: { in: orders ? ['open', 'picking', 'partly-shipped'] : ['picking'] } },
      select: { id: true },
    });
    return tx.$queryRaw<PickLine[]>`
      SELECT f.name AS facility, coalesce(s.shelf, '') AS shelf, p.id AS "productId", p.sku, p.barcode, p.title, sum(n.quantity)::int AS quantity,
        coalesce(s.on_hand, 0) + coalesce(u.on_hand, 0) AS "onHand",
        greatest(sum(n.quantity) - coalesce(s.on_hand, 0) - coalesce(u.on_hand, 0), 0)::int AS short,
        jsonb_agg(jsonb_build_object('orderId', n.order_id, 'reference', n.reference, 'quantity', n.quantity) ORDER BY n.reference) AS orders
      FROM (
        SELECT o.id AS order_id, o.reference, o.facility_id, l.product_id, sum(l.quantity - l.shipped - l.cancelled - l.packed)::int AS quantity
        FROM stockroom_order o JOIN stockroom_order_line l ON l.shop_id = o.shop_id AND l.order_id = o.id
        WHERE o.shop_id = ${shopId} AND o.id = ANY(${picked.map(({ id }) => id)}::uuid[])
        GROUP BY 1, 2, 3, 4 HAVING sum(l.quantity - l.shipped - l.cancelled - l.packed) > 0
      ) n
      JOIN stockroom_product p ON p.shop_id = ${shopId} AND p.id = n.product_id
      JOIN stockroom_facility f ON f.shop_id = ${shopId} AND f.id = n.facility_id
      LEFT JOIN stockroom_stock s ON s.shop_id = ${shopId} AND s.connection_id = ${connectionId}::uuid AND s.facility_id = n.facility_id AND s.product_id = n.product_id
      LEFT JOIN ${othersOnShelf(await poolOf(tx, room), room, null)} u ON u.facility_id = n.facility_id AND u.sku = p.sku
      GROUP BY f.name, s.shelf, p.id, p.sku, p.barcode, p.title, s.on_hand, u.on_hand
      ORDER BY f.name, coalesce(s.shelf, ''), p.sku`;
  });
}
