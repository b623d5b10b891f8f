import type { Shipment as ShipmentRow, ShipmentLine as ShipmentLineRow } from '@prisma/client';
import { sha256 } from '../../core/crypto.ts';
import type { Shipment, Subject, Tracking } from '../../connectors/contract/index.ts';
import type { Tx } from '../../db/scope.ts';

/**
 * seen: to be mirrored. waiting: until the rest of its part ships. withheld: by access level or dry run. mirrored: all its units and its tracking are in
 * Shopify. problem: see its problems. cancelled: in the back office, and taken back in Shopify. undone: its fulfilment was cancelled in Shopify by hand.
 */
export type ShipmentState = 'seen' | 'waiting' | 'withheld' | 'mirrored' | 'problem' | 'cancelled' | 'undone';

export type StoredShipment = ShipmentRow & { units: ShipmentLineRow[] };

export const trackingOf = (row: Pick<ShipmentRow, 'tracking'>): Tracking[] => row.tracking as unknown as Tracking[];

/** What mirroring depends on; when it changes, the shipment is mirrored again. */
export function shipmentHash({ lines, tracking, cancelled }: Pick<Shipment, 'lines' | 'tracking' | 'cancelled'>): string {
  return sha256(
    JSON.stringify([
      lines.map(({ lineId, sku, quantity }) => [lineId, sku, quantity]),
      tracking.map(({ number, carrier, url }) => [number, carrier, url]),
      cancelled,
    ]),
  );
}

/** How a shipment is named in problems: by the order's reference, which people know. */
export function shipmentSubject(row: Pick<ShipmentRow, 'id' | 'reference'>): Subject {
  return { kind: 'shipment', id: row.id, label: row.reference };
}

export async function loadShipment(tx: Tx, shopId: number, id: string): Promise<StoredShipment | null> {
  const row = await tx.shipment.findUnique({ where: { shopId_id: { shopId, id } } });
  if (!row) return null;
  return { ...row, units: await tx.shipmentLine.findMany({ where: { shopId, shipmentId: id }, orderBy: { lineId: 'asc' } }) };
}

/** Whether the back office has reported every unit of the part as shipped. */
export async function partIsComplete(tx: Tx, shopId: number, partId: string | null): Promise<boolean> {
  const rows = await tx.$queryRaw<{ missing: boolean }[]>`
    SELECT EXISTS (
      SELECT 1 FROM part_line l WHERE l.shop_id = ${shopId} AND l.part_id = ${partId}::uuid AND l.quantity > coalesce(
        (SELECT sum(u.quantity) FROM shipment_line u WHERE u.shop_id = l.shop_id AND u.part_id = l.part_id AND u.line_id = l.line_id), 0)
    ) AS missing`;
  return rows[0]?.missing === false;
}

/** Shopify locations that a part's units may be fulfilled from: its own first, then the others of its facility. */
export async function facilityLocations(
  tx: Tx,
  shopId: number,
  part: { connectionId: string; facilityId: string; locationId: string },
): Promise<string[]> {
  const links = await tx.locationLink.findMany({
    where: { shopId, connectionId: part.connectionId, facilityId: part.facilityId },
  });
  return [...new Set([part.locationId, ...links.map(({ locationId }) => locationId)])];
}

/** All of a connection's locations: a line that several of them ship may be fulfilled from any. */
export async function connectionLocations(tx: Tx, shopId: number, connectionId: string): Promise<string[]> {
  const links = await tx.locationLink.findMany({ where: { shopId, connectionId }, orderBy: { locationId: 'asc' } });
  return links.map(({ locationId }) => locationId);
}
