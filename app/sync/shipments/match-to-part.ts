import type { ShipmentLine } from '@prisma/client';
import type { Shipment } from '../../connectors/contract/index.ts';
import type { Tx } from '../../db/scope.ts';
import { inKits } from './kit-units.ts';
import { matchShipment, type ShipmentMatch } from './match-shipment.ts';

/** Ties what a report of a shipment says to its part's lines, less what the part's other shipments hold. `mine`: the units that the shipment stood for until now. */
export async function matchToPart(
  tx: Tx,
  shopId: number,
  shipmentId: string,
  partId: string,
  report: Shipment,
): Promise<ShipmentMatch & { mine: Map<string, ShipmentLine> }> {
  const lines = await tx.partLine.findMany({ where: { shopId, partId }, orderBy: { lineId: 'asc' } });
  const units = await tx.shipmentLine.findMany({ where: { shopId, partId } });
  const mine = new Map(units.filter((unit) => unit.shipmentId === shipmentId).map((unit) => [unit.lineId, unit]));
  const elsewhere = (lineId: string): number =>
    units.reduce((sum, unit) => sum + (unit.lineId === lineId && unit.shipmentId !== shipmentId ? unit.quantity : 0), 0);
  const open = lines
    // A changed report keeps the lines it had, so that what is in Shopify already stays true.
    .sort((a, b) => Number(mine.has(b.lineId)) - Number(mine.has(a.lineId)))
    .map(({ lineId, sku, quantity }) => ({ lineId, sku, open: Math.max(0, quantity - elsewhere(lineId)) }));
  const part = await tx.part.findUnique({ where: { shopId_id: { shopId, id: partId } }, select: { kits: true } });
  const before = part?.kits ? await toldBefore(tx, shopId, shipmentId, partId) : [];
  const counted = { ...report, lines: inKits(report.lines, before, lines, part?.kits as Parameters<typeof inKits>[3]) };
  return { ...matchShipment(counted, open), mine };
}

/** Lines of the part's shipments that were first reported before this one. Those after it counted what it holds: told again, it must not count them in turn. */
async function toldBefore(tx: Tx, shopId: number, shipmentId: string, partId: string): Promise<Shipment['lines']> {
  const all = await tx.shipment.findMany({
    where: { shopId, partId },
    orderBy: [{ seenAt: 'asc' }, { id: 'asc' }],
    select: { id: true, lines: true, cancelled: true },
  });
  const place = all.findIndex(({ id }) => id === shipmentId);
  return all
    .slice(0, place)
    .filter(({ cancelled }) => !cancelled)
    .flatMap(({ lines }) => lines as unknown as Shipment['lines']);
}
