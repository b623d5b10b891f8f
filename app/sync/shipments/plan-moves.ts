import type { OrderInShopify } from './order-in-shopify.ts';
import type { Need } from './plan-fulfilment.ts';

/** One fulfillmentOrderMove: units of one fulfilment order that go to another location; Shopify splits off what stays. */
export interface PlannedMove {
  fulfilmentOrderId: string;
  lines: { id: string; lineId: string; quantity: number }[];
}

const movable = new Set(['OPEN']);

/**
 * Which units to move to `locationId` so that all of `needs` can be fulfilled there. Pure. What is there already isn't moved again, so a repeat after a lost
 * answer moves only what is missing. What can't be moved (held, in progress) stays and is fulfilled where it is.
 */
export function planMoves(needs: readonly Need[], order: OrderInShopify, locationId: string): PlannedMove[] {
  const left = new Map(order.fulfilmentOrders.flatMap(({ lines }) => lines).map((line) => [line.id, line.remaining]));
  const moves = new Map<string, PlannedMove>();
  const takes = (
    at: (place: string | null) => boolean,
    need: Need,
    wanted: number,
    note: (fo: string, id: string, units: number) => void,
  ) => {
    let missing = wanted;
    for (const one of order.fulfilmentOrders) {
      if (!at(one.locationId) || !movable.has(one.status)) continue;
      for (const line of one.lines) {
        const units = line.lineId === need.lineId ? Math.min(missing, left.get(line.id) ?? 0) : 0;
        if (units <= 0) continue;
        left.set(line.id, (left.get(line.id) ?? 0) - units);
        missing -= units;
        note(one.id, line.id, units);
      }
    }
    return missing;
  };
  for (const need of needs) {
    const missing = takes(
      (place) => place === locationId,
      need,
      need.quantity,
      () => undefined,
    );
    const here = (place: string | null) => place !== null && place !== locationId && need.locationIds.includes(place);
    takes(here, need, missing, (fulfilmentOrderId, id, quantity) => {
      const move = moves.get(fulfilmentOrderId) ?? { fulfilmentOrderId, lines: [] };
      move.lines.push({ id, lineId: need.lineId, quantity });
      moves.set(fulfilmentOrderId, move);
    });
  }
  return [...moves.values()];
}

/** Units of a line that can be fulfilled at a location. */
export function unitsAt(order: OrderInShopify, lineId: string, locationId: string): number {
  return order.fulfilmentOrders
    .filter((one) => one.locationId === locationId)
    .flatMap(({ lines }) => lines)
    .reduce((sum, line) => sum + (line.lineId === lineId ? line.remaining : 0), 0);
}
