import { now } from '../../core/clock.ts';
import type { Tx } from '../../db/scope.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { usedValuesOf } from './order-values.ts';
import type { PartKits } from './expand-kits.ts';
import type { KnownPart } from './plan-parts.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/** What is kept of an order: enough to list, count and compare, and no personal data. */
export async function storeOrder(
  tx: Tx,
  shopId: number,
  order: ShopifyOrder,
  decision: { verdict: string; reason: Reason | null; holdUntil: Date | null; lateLines: string[] },
): Promise<{ isNew: boolean; changed: boolean }> {
  const before = await tx.order.findUnique({
    where: { shopId_id: { shopId, id: order.id } },
    select: { verdict: true, reason: true },
  });
  const facts = {
    name: order.name,
    shopifyUpdatedAt: new Date(order.updatedAt),
    placedAt: new Date(order.placedAt),
    cancelledAt: order.cancelledAt ? new Date(order.cancelledAt) : null,
    closedAt: order.closedAt ? new Date(order.closedAt) : null,
    financialStatus: order.financialStatus,
    fulfilmentStatus: order.fulfilmentStatus,
    currency: order.currency,
    total: BigInt(order.currentTotal),
    units: order.lines.reduce((sum, line) => sum + line.currentQuantity, 0),
    channel: order.channel,
    tags: order.tags,
    usedValues: usedValuesOf(order),
    verdict: decision.verdict,
    reason: decision.reason ? { ...decision.reason } : { code: '', params: {} },
    holdUntil: decision.holdUntil,
    lateLines: decision.lateLines,
    decidedAt: now(),
  };
  await tx.order.upsert({
    where: { shopId_id: { shopId, id: order.id } },
    create: { shopId, id: order.id, firstSeenAt: now(), ...facts },
    update: facts,
  });
  const codeBefore = (before?.reason as Reason | null | undefined)?.code ?? '';
  return { isNew: !before, changed: before?.verdict !== decision.verdict || codeBefore !== (decision.reason?.code ?? '') };
}

/** Lines that waited for their goods while the rest of the order went. */
export async function readLateLines(tx: Tx, shopId: number, orderId: string): Promise<string[]> {
  const row = await tx.order.findUnique({ where: { shopId_id: { shopId, id: orderId } }, select: { lateLines: true } });
  return row?.lateLines ?? [];
}

/** The parts of an order, with their lines, in the order of their numbers. */
export async function readParts(tx: Tx, shopId: number, orderId: string): Promise<KnownPart[]> {
  const parts = await tx.part.findMany({ where: { shopId, orderId }, orderBy: { number: 'asc' } });
  const lines = await tx.partLine.findMany({ where: { shopId, partId: { in: parts.map((part) => part.id) } } });
  return parts.map((part) => ({
    id: part.id,
    number: part.number,
    reference: part.reference,
    connectionId: part.connectionId,
    locationId: part.locationId,
    facilityId: part.facilityId,
    fulfilmentOrderIds: part.fulfilmentOrderIds,
    remoteId: part.remoteId,
    sentHash: part.sentHash,
    state: part.state,
    kits: part.kits as PartKits | null,
    lines: lines
      .filter((line) => line.partId === part.id)
      .map(({ lineId, quantity, open, shipped }) => ({ lineId, quantity, open, shipped })),
  }));
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

/** Parts whose shipment is on its way to Shopify: until it is there, quantities on the two sides can't be compared. */
export async function partsInMirroring(tx: Tx, shopId: number, orderId: string): Promise<Set<string>> {
  const rows = await tx.shipment.findMany({
    where: { shopId, orderId, state: 'seen', partId: { not: null } },
    select: { partId: true },
  });
  return new Set(rows.flatMap(({ partId }) => partId ?? []));
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
  const { lines, ...place } = content;
  await tx.part.update({ where: { shopId_id: { shopId, id: partId } }, data: place });
  await tx.partLine.deleteMany({ where: { shopId, partId, lineId: { notIn: lines.map((line) => line.lineId) }, shipped: 0 } });
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
