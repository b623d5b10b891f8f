import { now } from '../../core/clock.ts';
import { BugError } from '../../core/errors.ts';
import type { Tx } from '../../db/scope.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { usedValuesOf } from './order-values.ts';
import { isOpenWrite, SEVERAL } from '../writes/open-writes.ts';
import type { OrderChoice } from './decide-order.ts';
import type { KnownPart } from './plan-parts.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/** What is kept of an order: enough to list, count and compare, and no personal data. */
export async function storeOrder(
  tx: Tx,
  shopId: number,
  order: ShopifyOrder,
  decision: { verdict: string; reason: Reason | null; holdUntil: Date | null; lateLines: string[] },
): Promise<{ isNew: boolean; changed: boolean }> {
  const at = now();
  const reason = JSON.stringify(decision.reason ?? { code: '', params: {} });
  const units = order.lines.reduce((sum, line) => sum + line.currentQuantity, 0);
  const [before] = await tx.$queryRaw<{ verdict: string | null; code: string | null }[]>`
    WITH before AS (SELECT verdict, reason->>'code' AS code FROM shop_order WHERE shop_id = ${shopId} AND id = ${order.id})
    INSERT INTO shop_order (shop_id, id, first_seen_at, decided_at, name, shopify_updated_at, placed_at, cancelled_at, closed_at, financial_status,
      fulfilment_status, currency, total, units, channel, tags, used_values, verdict, reason, hold_until, late_lines)
    VALUES (${shopId}, ${order.id}, ${at}, ${at}, ${order.name}, ${order.updatedAt}, ${order.placedAt}, ${order.cancelledAt}, ${order.closedAt},
      ${order.financialStatus}, ${order.fulfilmentStatus}, ${order.currency}, ${order.currentTotal}, ${units}, ${order.channel}, ${order.tags},
      ${JSON.stringify(usedValuesOf(order))}::jsonb, ${decision.verdict}, ${reason}::jsonb, ${decision.holdUntil}, ${decision.lateLines})
    ON CONFLICT (shop_id, id) DO UPDATE
      SET decided_at = excluded.decided_at, name = excluded.name, shopify_updated_at = excluded.shopify_updated_at, placed_at = excluded.placed_at,
        cancelled_at = excluded.cancelled_at, closed_at = excluded.closed_at, financial_status = excluded.financial_status,
        fulfilment_status = excluded.fulfilment_status, currency = excluded.currency, total = excluded.total, units = excluded.units,
        channel = excluded.channel, tags = excluded.tags, used_values = excluded.used_values, verdict = excluded.verdict, reason = excluded.reason,
        hold_until = excluded.hold_until, late_lines = excluded.late_lines
    RETURNING (SELECT verdict FROM before) AS verdict, (SELECT code FROM before) AS code`;
  return {
    isNew: (before?.verdict ?? null) === null,
    changed: before?.verdict !== decision.verdict || (before.code ?? '') !== (decision.reason?.code ?? ''),
  };
}

/** What people and earlier passes left with an order. */
export interface Standing {
  /** What somebody decided about it, or null where nobody did or the order is new to us. */
  choice: OrderChoice | null;
  /** Lines that waited for their goods while the rest of the order went. */
  late: string[];
}

export async function readStanding(tx: Tx, shopId: number, orderId: string): Promise<Standing> {
  const [row] = await tx.$queryRaw<{ sendNow: boolean; leftOut: boolean; late: string[] }[]>`
    SELECT send_now_at IS NOT NULL AS "sendNow", left_out_at IS NOT NULL AS "leftOut", late_lines AS late
    FROM shop_order WHERE shop_id = ${shopId} AND id = ${orderId}`;
  const { sendNow = false, leftOut = false, late = [] } = row ?? {};
  return { choice: sendNow || leftOut ? { sendNow, leftOut } : null, late };
}

/** The parts of an order, with their lines, in the order of their numbers. */
export function readParts(tx: Tx, shopId: number, orderId: string): Promise<KnownPart[]> {
  return tx.$queryRaw<KnownPart[]>`
    SELECT p.id, p.number, p.reference, p.connection_id AS "connectionId", p.location_id AS "locationId", p.facility_id AS "facilityId",
      p.fulfilment_order_ids AS "fulfilmentOrderIds", p.remote_id AS "remoteId", p.state, p.kits,
      CASE WHEN NOT EXISTS (
        SELECT 1 FROM "write" w
        WHERE w.shop_id = p.shop_id AND w.subject_kind = 'part' AND w.subject_id = p.id::text AND w.kind = 'order-amend' AND ${isOpenWrite}
      ) THEN p.sent_hash END AS "sentHash",
      (SELECT coalesce(jsonb_agg(jsonb_build_object('lineId', l.line_id, 'quantity', l.quantity, 'open', l.open, 'shipped', l.shipped)), '[]')
       FROM part_line l WHERE l.shop_id = p.shop_id AND l.part_id = p.id) AS lines
    FROM part p WHERE p.shop_id = ${shopId} AND p.order_id = ${orderId} ORDER BY p.number`;
}

/** The first part that this connection's back office took, with its number there. */
export function firstThatWent(
  tx: Tx,
  shopId: number,
  orderId: string,
  connectionId: string,
): Promise<{ reference: string; remoteNumber: string | null } | null> {
  return tx.part.findFirst({
    where: { shopId, orderId, connectionId, remoteId: { not: null }, state: { notIn: ['cancelled', 'offered'] } },
    orderBy: { number: 'asc' },
    select: { reference: true, remoteNumber: true },
  });
}

/**
 * Parts whose shipment is on its way to Shopify: until it is there, quantities on the two sides can't be compared. By id; true where the shipments sync is at it,
 * false where it is switched off or paused, so that nobody knows when that will be.
 */
export async function partsInMirroring(tx: Tx, shopId: number, orderId: string): Promise<Map<string, boolean>> {
  const rows = await tx.$queryRaw<{ id: string; going: boolean }[]>`
    SELECT DISTINCT s.part_id AS id, EXISTS (
      SELECT 1 FROM sync y
      WHERE y.shop_id = s.shop_id AND y.connection_id = s.connection_id AND y.kind = 'shipments' AND y.enabled AND y.paused_at IS NULL) AS going
    FROM shipment s WHERE s.shop_id = ${shopId} AND s.order_id = ${orderId} AND s.state = 'seen' AND s.part_id IS NOT NULL`;
  return new Map(rows.map(({ id, going }) => [id, going]));
}

/** A part of an order that is new, without its units; tells its id. */
export async function createPart(
  tx: Tx,
  shopId: number,
  orderId: string,
  part: Pick<KnownPart, 'connectionId' | 'number' | 'reference' | 'locationId' | 'facilityId' | 'fulfilmentOrderIds'> & {
    tillSale: boolean;
  },
): Promise<string> {
  const { connectionId, number, reference, locationId, facilityId, fulfilmentOrderIds, tillSale } = part;
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO part (shop_id, order_id, connection_id, number, reference, location_id, facility_id, fulfilment_order_ids, created_at, till_sale)
    VALUES (${shopId}, ${orderId}, ${connectionId}::uuid, ${number}, ${reference}, ${locationId}, ${facilityId}, ${fulfilmentOrderIds}, ${now()}, ${tillSale})
    RETURNING id`;
  if (!row) throw new BugError('part-not-made', `Part ${reference} could not be made`);
  return row.id;
}

/**
 * Units that the back office was last told of a part and took; null where nothing says so. Of a hand-over that was tried with more than one content only its
 * answer tells which arrived.
 */
export async function unitsTold(tx: Tx, shopId: number, partId: string): Promise<number | null> {
  const [row] = await tx.$queryRaw<{ units: number | null }[]>`
    SELECT (
      SELECT sum((l->>'quantity')::int)::int
      FROM jsonb_array_elements(CASE WHEN w.after->>'content' = ${SEVERAL} THEN w.answer->'lines' ELSE w.after->'lines' END) AS l) AS units
    FROM "write" w
    WHERE w.shop_id = ${shopId} AND w.subject_kind = 'part' AND w.subject_id = ${partId} AND w.state = 'landed'
      AND (w.kind = 'order-create' OR (w.kind = 'order-amend' AND w.answer->>'verdict' = 'accepted'))
    ORDER BY w.settled_at DESC LIMIT 1`;
  return row?.units ?? null;
}

/** Writes down what a part is made of now: its fulfilment orders, place and units. */
export async function storePartContent(
  tx: Tx,
  shopId: number,
  partId: string,
  content: {
    locationId: string;
    facilityId: string;
    fulfilmentOrderIds: string[];
    lines: {
      lineId: string;
      sku: string;
      inventoryItemId: string | null;
      locationId: string;
      quantity: number;
      open: number;
      elsewhere: number;
      places: { location_id: string; facility_id: string; units: number }[] | null;
    }[];
  },
): Promise<void> {
  const { lines, locationId, facilityId, fulfilmentOrderIds } = content;
  await tx.$executeRaw`
    UPDATE part SET location_id = ${locationId}, facility_id = ${facilityId}, fulfilment_order_ids = ${fulfilmentOrderIds}
    WHERE shop_id = ${shopId} AND id = ${partId}::uuid`;
  await tx.$executeRaw`
    DELETE FROM part_line WHERE shop_id = ${shopId} AND part_id = ${partId}::uuid AND shipped = 0
      AND NOT (line_id = ANY(${lines.map(({ lineId }) => lineId)}))`;
  // One statement however many lines: an order of hundreds must not outlast its transaction.
  await tx.$executeRaw`
    INSERT INTO part_line (shop_id, part_id, line_id, sku, inventory_item_id, location_id, quantity, open, elsewhere, places)
    SELECT ${shopId}, ${partId}::uuid, "lineId", sku, "inventoryItemId", "locationId", quantity, open, elsewhere, nullif(places, 'null')
    FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb)
      AS l ("lineId" text, sku text, "inventoryItemId" text, "locationId" text, quantity int, open int, elsewhere int, places jsonb)
    ON CONFLICT (shop_id, part_id, line_id)
    DO UPDATE SET location_id = excluded.location_id, quantity = excluded.quantity, open = excluded.open, elsewhere = excluded.elsewhere,
      places = excluded.places`;
}

/** Writes down that a part is made of what has left of it. */
export async function storeWhatLeft(tx: Tx, shopId: number, partId: string): Promise<void> {
  await tx.$executeRaw`DELETE FROM part_line WHERE shop_id = ${shopId} AND part_id = ${partId}::uuid AND shipped = 0`;
  await tx.$executeRaw`
    UPDATE part_line SET quantity = shipped, open = 0, elsewhere = 0, places = NULL WHERE shop_id = ${shopId} AND part_id = ${partId}::uuid`;
}

/** Writes down how many units of each line are still to be fulfilled in Shopify. */
export async function storeOpenUnits(
  tx: Tx,
  shopId: number,
  lines: { partId: string; lineId: string; open: number }[],
): Promise<void> {
  if (lines.length === 0) return;
  await tx.$executeRaw`
    UPDATE part_line SET open = l.open
    FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS l ("partId" uuid, "lineId" text, open int)
    WHERE part_line.shop_id = ${shopId} AND part_id = "partId" AND line_id = "lineId" AND part_line.open <> l.open`;
}
