import type { Shipment as ShipmentRow } from '@prisma/client';
import type { Shipment } from '../../connectors/contract/index.ts';
import type { Tx } from '../../db/scope.ts';
import { matchToPart } from './match-to-part.ts';

/** What left by the word of the order's state alone is kept as a parcel under this id, until its own is reported. */
export const statusParcelId = (reference: string): string => `status ${reference}`;

/**
 * The parcel that was made up from the order's state and that a reported one turns out to be: it holds all of its units. Its fulfilments are then the reported
 * one's, and only their tracking is corrected. Null where there is none.
 */
export async function statusParcelFor(
  tx: Tx,
  part: { shopId: number; id: string; connectionId: string; reference: string },
  report: Shipment,
): Promise<ShipmentRow | null> {
  const { shopId, connectionId } = part;
  const remoteId = statusParcelId(part.reference);
  if (report.cancelled || report.remoteId === remoteId) return null;
  const row = await tx.shipment.findUnique({
    where: { shopId_connectionId_remoteId: { shopId, connectionId, remoteId }, partId: part.id, cancelled: false },
  });
  if (!row) return null;
  const units = await tx.shipmentLine.findMany({ where: { shopId, shipmentId: row.id, partId: part.id, quantity: { gt: 0 } } });
  const { matched } = await matchToPart(tx, shopId, row.id, part.id, report);
  const covers = units.every(({ lineId, quantity }) => matched.some((one) => one.lineId === lineId && one.quantity >= quantity));
  return units.length > 0 && covers ? row : null;
}
