import { Prisma, type StockroomOrder as OrderRow, type StockroomOrderLine as LineRow } from '@prisma/client';
import { inShop, type Tx } from '../db/scope.ts';
import { remainingOf } from './order-state.ts';
import type { OrderCharge, OrderLine, OrderPayment, OrderShipping, OrderState, OrderTax, StockroomOrder } from './order-types.ts';
import { readReturns, readShipments } from './parcel-reading.ts';
import { openPersonal } from './personal-data.ts';
import { refusal } from './refusals.ts';
import { isUuid, type Room } from './room.ts';

function asLine(row: LineRow): OrderLine {
  const { id, externalId, productId, sku, title, quantity, packed, shipped, cancelled, returned } = row;
  const counts = { quantity, packed, shipped, cancelled, returned, remaining: remainingOf(row) };
  const amounts = {
    unitPrice: Number(row.unitPrice),
    discount: Number(row.discount),
    total: Number(row.total),
    taxes: row.taxes as unknown as OrderTax[],
  };
  return { id, externalId, productId, sku, title, ...counts, ...amounts };
}

function asOrder(
  row: OrderRow,
  related: Pick<StockroomOrder, 'lines' | 'shipments' | 'returns' | 'facility' | 'store'>,
): StockroomOrder {
  return {
    id: row.id,
    reference: row.reference,
    externalId: row.externalId,
    externalName: row.externalName,
    state: row.state as OrderState,
    placedAt: row.placedAt,
    acceptedAt: row.acceptedAt,
    changedAt: row.changedAt,
    heldReason: row.heldReason,
    statusText: row.statusText,
    cancelReason: row.cancelReason,
    currency: row.currency,
    taxesIncluded: row.taxesIncluded,
    total: Number(row.total),
    units: row.units,
    channel: row.channel,
    deliveryMethod: row.deliveryMethod,
    shipping: row.shipping as unknown as OrderShipping | null,
    payments: row.payments as unknown as OrderPayment[],
    charges: row.charges as unknown as OrderCharge[],
    tags: row.tags,
    personal: openPersonal(row.shopId, row.id, row.personal),
    ...related,
  };
}

/** Whole orders by id, in the order of the ids, in a fixed number of queries. */
export async function readOrders(tx: Tx, { shopId, connectionId }: Room, ids: string[]): Promise<StockroomOrder[]> {
  if (ids.length === 0) return [];
  const rows = await tx.stockroomOrder.findMany({ where: { shopId, connectionId, id: { in: ids } } });
  const lines = Map.groupBy(
    await tx.stockroomOrderLine.findMany({ where: { shopId, orderId: { in: ids } }, orderBy: { position: 'asc' } }),
    ({ orderId }) => orderId,
  );
  const ofThese = Prisma.sql`h.order_id = ANY(${ids}::uuid[])`;
  const tail = Prisma.sql`ORDER BY h.number`;
  const shipments = Map.groupBy(await readShipments(tx, shopId, ofThese, tail), ({ orderId }) => orderId);
  const returns = Map.groupBy(await readReturns(tx, shopId, ofThese, tail), ({ orderId }) => orderId);
  const facilities = new Map(
    (await tx.stockroomFacility.findMany({ where: { shopId, connectionId }, select: { id: true, code: true, name: true } })).map(
      (one) => [one.id, one],
    ),
  );
  const stores = new Map(
    (await tx.stockroomStore.findMany({ where: { shopId, connectionId }, select: { id: true, name: true, slipNote: true } })).map(
      (one) => [one.id, one],
    ),
  );
  const orders = new Map(
    rows.map((row) => [
      row.id,
      asOrder(row, {
        lines: (lines.get(row.id) ?? []).map(asLine),
        shipments: shipments.get(row.id) ?? [],
        returns: returns.get(row.id) ?? [],
        facility: facilities.get(row.facilityId) ?? { id: row.facilityId, code: '', name: '' },
        store: (row.storeId && stores.get(row.storeId)) || null,
      }),
    ]),
  );
  return ids.flatMap((id) => orders.get(id) ?? []);
}

/** The order with this reference (or id), or null. */
export function orderByReference({
  shopId,
  connectionId,
  reference,
}: Room & { reference: string }): Promise<StockroomOrder | null> {
  return inShop(shopId, async (tx) => {
    const room = { shopId, connectionId };
    const row =
      (await tx.stockroomOrder.findFirst({ where: { ...room, reference }, select: { id: true } })) ??
      (isUuid(reference) ? await tx.stockroomOrder.findFirst({ where: { ...room, id: reference }, select: { id: true } }) : null);
    return row ? ((await readOrders(tx, room, [row.id]))[0] ?? null) : null;
  });
}

/** As much of an order as a sync has to know; read in one statement, and nothing is unsealed. */
export interface OrderBrief {
  id: string;
  reference: string;
  state: OrderState;
  facilityId: string;
  statusText: string;
  total: number;
  lines: { externalId: string | null; sku: string; quantity: number }[];
}

/** The order with this reference (or id) in brief, or null. */
export async function orderBrief({ shopId, connectionId, reference }: Room & { reference: string }): Promise<OrderBrief | null> {
  const id = isUuid(reference) ? reference : null;
  const rows = await inShop(
    shopId,
    (tx) => tx.$queryRaw<(Omit<OrderBrief, 'total'> & { total: bigint })[]>`
      SELECT o.id, o.reference, o.state, o.facility_id AS "facilityId", o.status_text AS "statusText", o.total,
        (SELECT jsonb_agg(jsonb_build_object('externalId', l.external_id, 'sku', l.sku, 'quantity', l.quantity) ORDER BY l.position)
          FROM stockroom_order_line l WHERE l.shop_id = o.shop_id AND l.order_id = o.id) AS lines
      FROM stockroom_order o
      WHERE o.shop_id = ${shopId} AND o.connection_id = ${connectionId}::uuid AND (o.reference = ${reference} OR o.id = ${id}::uuid)
      ORDER BY o.reference = ${reference} DESC LIMIT 1`,
  );
  return rows[0] ? { ...rows[0], total: Number(rows[0].total) } : null;
}

/** As orderByReference, but an unknown order is refused. */
export async function getOrder(input: Room & { reference: string }): Promise<StockroomOrder> {
  const order = await orderByReference(input);
  if (order) return order;
  throw refusal('stockroom-order-unknown', `Stockroom has no order "${input.reference}".`, {
    field: 'reference',
    params: { reference: input.reference },
  });
}

export interface OrderHistoryEntry {
  id: string;
  at: Date;
  /** accepted, amended, held, released, picking-started, packed, shipped, returned … */
  kind: string;
  params: Record<string, string | number>;
  actor: { kind: string; name: string };
}

/** What happened to an order, oldest first. */
export function orderHistory({ shopId, orderId }: Room & { orderId: string }): Promise<OrderHistoryEntry[]> {
  return inShop(shopId, async (tx) => {
    if (!isUuid(orderId)) return [];
    const rows = await tx.stockroomOrderEvent.findMany({ where: { shopId, orderId }, orderBy: { id: 'asc' } });
    return rows.map(({ id, at, kind, params, actorKind, actorName }) => ({
      id: String(id),
      at,
      kind,
      params: params as OrderHistoryEntry['params'],
      actor: { kind: actorKind, name: actorName },
    }));
  });
}
