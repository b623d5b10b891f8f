import type { Tx } from '../../db/scope.ts';
import { findLanded, unsettledFulfilments, type FulfilmentIntent, type FulfilmentWitness } from './fulfil.ts';
import type { Fulfilment, OrderInShopify } from './order-in-shopify.ts';
import { planFulfilment, trackingNumbers } from './plan-fulfilment.ts';
import { trackingOf, type StoredShipment } from './shipment-rows.ts';

/** What nobody of ours made in Shopify, and how much of it shipments were already recognised in, by line. */
export interface ForeignUnits {
  foreign: Fulfilment[];
  claimed: Map<string, number>;
}

/** Reads the shipments of an order with their units, of all its connections. */
export async function shipmentsOfOrder(tx: Tx, shopId: number, orderId: string): Promise<StoredShipment[]> {
  const rows = await tx.shipment.findMany({ where: { shopId, orderId }, orderBy: [{ shippedAt: 'asc' }, { id: 'asc' }] });
  const units = await tx.shipmentLine.findMany({ where: { shopId, shipmentId: { in: rows.map(({ id }) => id) } } });
  return rows.map((row) => ({ ...row, units: units.filter(({ shipmentId }) => shipmentId === row.id) }));
}

/**
 * Tells what was fulfilled in Shopify by others from what our shipments made. That goes for an attempt too whose answer was lost: its parcel finds it when it is tried
 * again, and another under the same tracking number must not be recognised in it meanwhile.
 */
export async function foreignUnits(
  tx: Tx,
  order: OrderInShopify,
  shopId: number,
  shipments: readonly StoredShipment[],
): Promise<ForeignUnits> {
  const ours = new Set(shipments.flatMap(({ fulfilmentIds }) => fulfilmentIds));
  for (const { before, after } of await unsettledFulfilments(tx, shopId, shipments)) {
    const landed = findLanded(order, before as unknown as FulfilmentWitness, after as unknown as FulfilmentIntent, ours);
    if (landed !== null) ours.add(landed);
  }
  const claimed = new Map<string, number>();
  for (const { lineId, elsewhere } of shipments.flatMap(({ units }) => units))
    if (elsewhere > 0) claimed.set(lineId, (claimed.get(lineId) ?? 0) + elsewhere);
  return { foreign: order.fulfilments.filter(({ id, cancelled }) => !cancelled && !ours.has(id)), claimed };
}

/**
 * Units that shipments were recognised in and that nobody else's fulfilment holds any more, by shipment: it was cancelled in Shopify. Pure. They come off what was
 * taken back in the back office first, then off the newest; last off one whose own tracking still stands on a fulfilment.
 */
export function recognisedTooMuch(
  shipments: readonly StoredShipment[],
  { foreign, claimed }: ForeignUnits,
): Map<string, { lineId: string; quantity: number }[]> {
  const standing = new Set(foreign.map(({ tracking }) => trackingNumbers(tracking)).filter(Boolean));
  const stands = (one: StoredShipment) => standing.has(trackingNumbers(trackingOf(one)));
  const inTurn = [...shipments].sort(
    (a, b) =>
      Number(b.cancelled) - Number(a.cancelled) ||
      Number(stands(a)) - Number(stands(b)) ||
      b.shippedAt.getTime() - a.shippedAt.getTime() ||
      b.id.localeCompare(a.id),
  );
  const found = new Map<string, { lineId: string; quantity: number }[]>();
  for (const [lineId, units] of claimed) {
    const held = foreign.flatMap(({ lines }) => lines).filter((line) => line.lineId === lineId);
    let tooMuch = units - held.reduce((sum, { quantity }) => sum + quantity, 0);
    for (const { id, units: own } of inTurn) {
      const quantity = Math.min(
        tooMuch,
        own.reduce((sum, unit) => sum + (unit.lineId === lineId ? unit.elsewhere : 0), 0),
      );
      if (quantity <= 0) continue;
      tooMuch -= quantity;
      found.set(id, [...(found.get(id) ?? []), { lineId, quantity }]);
    }
  }
  return found;
}

/** Whether all that is missing of a shipment was fulfilled in Shopify by somebody else. Pure. */
export function isFulfilledByOthers(order: OrderInShopify, shipment: StoredShipment, units: ForeignUnits): boolean {
  const needs = shipment.units
    .map(({ lineId, quantity, mirrored, elsewhere }) => ({ lineId, quantity: quantity - mirrored - elsewhere }))
    .filter(({ quantity }) => quantity > 0)
    // Without a location nothing of it can be fulfilled by us.
    .map((need) => ({ ...need, sku: '', locationIds: [] }));
  return needs.length > 0 && planFulfilment(needs, order, { tracking: trackingOf(shipment), ...units }).blocked.length === 0;
}
