import type { Tx } from '../../db/scope.ts';
import { remainingUnits } from './plan-fulfilment.ts';
import type { OrderInShopify } from './order-in-shopify.ts';
import { connectionLocations, facilityLocations } from './shipment-rows.ts';

interface CountedLine {
  partId: string;
  lineId: string;
  /** Where its units may be: the locations of the part's facility. */
  locationIds: readonly string[];
  quantity: number;
  /** Units that shipments stand for and that are fulfilled in Shopify. */
  done: number;
}

/**
 * Units of each line of an order's parts that aren't fulfilled in Shopify yet, pure: what was handed over less what shipments have brought there, and in all never
 * more than Shopify itself has left at the facility's locations.
 */
export function openUnits(
  lines: readonly CountedLine[],
  order: OrderInShopify,
): { partId: string; lineId: string; open: number }[] {
  const left = new Map<string, number>();
  return lines.map(({ partId, lineId, locationIds, quantity, done }) => {
    const key = [lineId, ...[...locationIds].sort()].join(' ');
    const remaining = left.get(key) ?? remainingUnits(order, lineId, locationIds);
    const open = Math.min(Math.max(0, quantity - done), remaining);
    left.set(key, remaining - open);
    return { partId, lineId, open };
  });
}

/** Brings `open` of the order's part lines and the state of its parts up to date with what is fulfilled in Shopify. */
export async function settleParts(tx: Tx, shopId: number, connectionId: string, order: OrderInShopify): Promise<void> {
  const parts = await tx.part.findMany({
    where: { shopId, connectionId, orderId: order.id, cancelledAt: null, state: { not: 'parked' } },
    orderBy: { number: 'asc' },
  });
  const units = await tx.shipmentLine.findMany({ where: { shopId, partId: { in: parts.map(({ id }) => id) } } });
  const lines: (CountedLine & { was: number })[] = [];
  for (const part of parts) {
    const locations = await facilityLocations(tx, shopId, part);
    for (const line of await tx.partLine.findMany({ where: { shopId, partId: part.id }, orderBy: { lineId: 'asc' } })) {
      const own = units.filter(({ partId, lineId }) => partId === part.id && lineId === line.lineId);
      const done = own.reduce((sum, { mirrored, elsewhere }) => sum + mirrored + elsewhere, 0);
      lines.push({
        partId: part.id,
        lineId: line.lineId,
        locationIds: [line.locationId, ...(line.elsewhere > 0 ? await connectionLocations(tx, shopId, connectionId) : locations)],
        quantity: line.quantity,
        done,
        was: line.open,
      });
    }
  }
  const openNow = openUnits(lines, order);
  for (const [index, { partId, lineId, open }] of openNow.entries()) {
    if (lines[index]?.was !== open)
      await tx.partLine.update({ where: { shopId_partId_lineId: { shopId, partId, lineId } }, data: { open } });
  }
  for (const part of parts) {
    const open = openNow.reduce((sum, line) => sum + (line.partId === part.id ? line.open : 0), 0);
    const fulfilled = lines.reduce((sum, line) => sum + (line.partId === part.id ? line.done : 0), 0);
    const state = stateOfPart(part.state, open, fulfilled);
    if (state !== part.state) await tx.part.update({ where: { shopId_id: { shopId, id: part.id } }, data: { state } });
  }
}

/** A part's state after its fulfilments changed: units open in Shopify, units its shipments brought there. */
export function stateOfPart(state: string, open: number, fulfilled: number): string {
  if (fulfilled > 0) return open === 0 ? 'shipped' : 'partly-shipped';
  return state === 'shipped' || state === 'partly-shipped' ? 'sent' : state;
}
