import { Prisma } from '@prisma/client';
import { inShop, type Tx } from '../db/scope.ts';
import { readOrders } from './orders.ts';
import type { OrderState, StockroomOrder } from './order-types.ts';
import { openPersonal } from './personal-data.ts';
import { containing, isUuid, type PageRequest, type Room } from './room.ts';
import { othersOnShelf, poolOf } from './shared-shelf.ts';

export interface OrderFilter {
  states?: OrderState[];
  facilityId?: string;
  /** Only orders of which something is on back-order. */
  backOrder?: boolean;
  /** Only orders whose newest change is at or after this moment. */
  changedSince?: Date;
}

/** Whether an order `o` has an open line whose product is on back-order. */
async function shortLine(tx: Tx, room: Room): Promise<Prisma.Sql> {
  const pool = await poolOf(tx, room);
  const open = Prisma.sql`l.shop_id = o.shop_id AND l.order_id = o.id AND l.quantity > l.shipped + l.cancelled`;
  if (pool === null)
    return Prisma.sql`EXISTS (SELECT 1 FROM stockroom_order_line l JOIN stockroom_stock s ON s.shop_id = l.shop_id AND s.product_id = l.product_id
      AND s.facility_id = o.facility_id WHERE ${open} AND s.on_hand < s.reserved)`;
  // Not by order: what the others have is summed up once.
  return Prisma.sql`EXISTS (SELECT 1 FROM stockroom_order_line l WHERE ${open} AND (o.facility_id, l.product_id) IN (
    SELECT s.facility_id, s.product_id FROM stockroom_stock s JOIN stockroom_product p ON p.shop_id = s.shop_id AND p.id = s.product_id
    LEFT JOIN ${othersOnShelf(pool, room, null)} u ON u.facility_id = s.facility_id AND u.sku = p.sku
    WHERE s.shop_id = ${room.shopId} AND s.connection_id = ${room.connectionId}::uuid
      AND s.on_hand + coalesce(u.on_hand, 0) < s.reserved + coalesce(u.reserved, 0)))`;
}

function conditions(
  { shopId, connectionId }: Room,
  { states, facilityId, backOrder, changedSince }: OrderFilter,
  search: string | undefined,
  short: Prisma.Sql,
): Prisma.Sql {
  const like = containing(search ?? '');
  return Prisma.sql`o.shop_id = ${shopId} AND o.connection_id = ${connectionId}::uuid
    ${states ? Prisma.sql`AND o.state = ANY(${states})` : Prisma.empty}
    ${facilityId && isUuid(facilityId) ? Prisma.sql`AND o.facility_id = ${facilityId}::uuid` : Prisma.empty}
    ${changedSince ? Prisma.sql`AND o.changed_at >= ${changedSince}` : Prisma.empty}
    ${backOrder ? Prisma.sql`AND ${short}` : Prisma.empty}
    ${
      search?.trim()
        ? Prisma.sql`AND (o.reference ILIKE ${like} OR o.external_name ILIKE ${like}
          OR EXISTS (SELECT 1 FROM stockroom_order_line l WHERE l.shop_id = o.shop_id AND l.order_id = o.id AND l.sku ILIKE ${like})
          OR EXISTS (SELECT 1 FROM stockroom_shipment h, jsonb_array_elements(h.tracking) t
            WHERE h.shop_id = o.shop_id AND h.order_id = o.id AND t->>'number' ILIKE ${like}))`
        : Prisma.empty
    }`;
}

/** One line of the list of orders. */
export interface OrderSummary {
  id: string;
  reference: string;
  externalName: string | null;
  state: OrderState;
  facility: string;
  placedAt: Date;
  acceptedAt: Date;
  currency: string;
  total: number;
  units: number;
  /** Units that have not left. */
  remaining: number;
  /** Whether a product of it is on back-order. */
  backOrder: boolean;
  shippingMethod: string | null;
  /** From the sealed data; null once purged. */
  shipToName: string | null;
  shipToCountry: string | null;
}

/** Orders, newest first. `search` looks in reference, Shopify's name, SKU and tracking number (names and addresses are sealed). */
export function listOrders(
  input: Room & { filter?: OrderFilter; search?: string; page: PageRequest },
): Promise<{ orders: OrderSummary[]; total: number }> {
  const { shopId, filter = {}, search, page } = input;
  type Row = Omit<OrderSummary, 'shipToName' | 'shipToCountry' | 'total'> & { total: bigint; personal: Uint8Array | null };
  return inShop(shopId, async (tx) => {
    const short = await shortLine(tx, input);
    const where = conditions(input, filter, search, short);
    const [counted] = await tx.$queryRaw<
      { total: number }[]
    >`SELECT count(*)::int AS total FROM stockroom_order o WHERE ${where}`;
    const rows = await tx.$queryRaw<Row[]>`
      SELECT o.id, o.reference, o.external_name AS "externalName", o.state, f.name AS facility, o.placed_at AS "placedAt", o.accepted_at AS "acceptedAt",
        o.currency, o.total, o.units, (SELECT coalesce(sum(l.quantity - l.shipped - l.cancelled), 0)::int FROM stockroom_order_line l
          WHERE l.shop_id = o.shop_id AND l.order_id = o.id) AS remaining, ${short} AS "backOrder",
        coalesce(o.shipping->>'method', o.shipping->>'title') AS "shippingMethod", o.personal
      FROM stockroom_order o JOIN stockroom_facility f ON f.shop_id = o.shop_id AND f.id = o.facility_id
      WHERE ${where} ORDER BY o.accepted_at DESC, o.id DESC LIMIT ${page.size} OFFSET ${(page.number - 1) * page.size}`;
    const orders = rows.map(({ personal, total, ...row }) => {
      const shipTo = openPersonal(shopId, row.id, personal)?.shipTo;
      return { ...row, total: Number(total), shipToName: shipTo?.name ?? null, shipToCountry: shipTo?.countryCode ?? null };
    });
    return { orders, total: counted?.total ?? 0 };
  });
}

/** How many orders stand where, for the tabs of the list. */
export function countOrders({ shopId, connectionId }: Room): Promise<Partial<Record<OrderState, number>>> {
  return inShop(shopId, async (tx) => {
    const rows = await tx.stockroomOrder.groupBy({ by: ['state'], where: { shopId, connectionId }, _count: { _all: true } });
    return Object.fromEntries(rows.map(({ state, _count }) => [state, _count._all]));
  });
}

/** Whole orders in the order they were accepted, after the order with the id `after`: for whoever reads them by machine. */
export function pageOfOrders(input: Room & { filter?: OrderFilter; after?: string; size: number }): Promise<StockroomOrder[]> {
  const { shopId, filter = {}, after, size } = input;
  const from =
    after && isUuid(after)
      ? Prisma.sql`AND (o.accepted_at, o.id) > (SELECT a.accepted_at, a.id FROM stockroom_order a WHERE a.shop_id = ${shopId} AND a.id = ${after}::uuid)`
      : Prisma.empty;
  return inShop(shopId, async (tx) => {
    const where = conditions(input, filter, undefined, await shortLine(tx, input));
    const rows = await tx.$queryRaw<{ id: string }[]>`
      SELECT o.id FROM stockroom_order o WHERE ${where} ${from} ORDER BY o.accepted_at, o.id LIMIT ${size}`;
    return readOrders(
      tx,
      input,
      rows.map(({ id }) => id),
    );
  });
}
