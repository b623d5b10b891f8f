import type { Tx } from '../../db/scope.ts';
import { remainingUnits } from './plan-fulfilment.ts';
import type { OrderInShopify } from './order-in-shopify.ts';

/**
 * Units of each line of an order's parts that aren't fulfilled in Shopify yet, pure: what was handed over less what shipments have brought there, and never
 * more in all than Shopify itself has left at that location.
 */
export function openUnits(
  lines: readonly { partId: string; lineId: string; locationId: string; quantity: number; done: number }[],
  order: OrderInShopify,
): { partId: string; lineId: string; open: number }[] {
  const left = new Map<string, number>();
  return lines.map(({ partId, lineId, locationId, quantity, done }) => {
    const key = `${lineId} ${locationId}`;
    const remaining = left.get(key) ?? remainingUnits(order, lineId, locationId);
    const open = Math.min(Math.max(0, quantity - done), remaining);
    left.set(key, remaining - open);
    return { partId, lineId, open };
  });
}

/** Brings `open` of the order's part lines and the state of its parts up to date with what is fulfilled in Shopify. */
export async function settleParts(tx: Tx, shopId: number, connectionId: string, order: OrderInShopify): Promise<void> {
  const parts = await tx.part.findMany({ where: { shopId, connectionId, orderId: order.id }, orderBy: { number: 'asc' } });
  const partIds = parts.map(({ id }) => id);
  const lines = await tx.partLine.findMany({ where: { shopId, partId: { in: partIds } } });
  const units = await tx.shipmentLine.findMany({ where: { shopId, partId: { in: partIds } } });
  const done = (partId: string, lineId: string): number =>
    units.reduce((sum, unit) => sum + (unit.partId === partId && unit.lineId === lineId ? unit.mirrored + unit.elsewhere : 0), 0);
  const live = new Set(parts.filter(({ cancelledAt }) => cancelledAt === null).map(({ id }) => id));
  const counted = lines
    .filter(({ partId }) => live.has(partId))
    .sort((a, b) => partIds.indexOf(a.partId) - partIds.indexOf(b.partId))
    .map((line) => ({ ...line, done: done(line.partId, line.lineId) }));
  const openNow = openUnits(counted, order);
  for (const { partId, lineId, open } of openNow) {
    if (lines.find((line) => line.partId === partId && line.lineId === lineId)?.open === open) continue;
    await tx.partLine.update({ where: { shopId_partId_lineId: { shopId, partId, lineId } }, data: { open } });
  }
  for (const part of parts) {
    if (!live.has(part.id)) continue;
    const own = openNow.filter(({ partId }) => partId === part.id);
    const fulfilled = counted.filter(({ partId }) => partId === part.id).reduce((sum, line) => sum + line.done, 0);
    const state = stateOfPart(
      part.state,
      own.reduce((sum, { open }) => sum + open, 0),
      fulfilled,
    );
    if (state !== part.state) await tx.part.update({ where: { shopId_id: { shopId, id: part.id } }, data: { state } });
  }
}

/** A part's state after its fulfilments changed: units open in Shopify, units its shipments brought there. */
export function stateOfPart(state: string, open: number, fulfilled: number): string {
  if (fulfilled > 0) return open === 0 ? 'shipped' : 'partly-shipped';
  return state === 'shipped' || state === 'partly-shipped' ? 'sent' : state;
}
