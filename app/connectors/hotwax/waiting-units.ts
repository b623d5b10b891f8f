import type { Account } from './account.ts';
import { closedItemStates, openOrderStates, parkedTypes, reservedOrderStates } from './assumptions.ts';
import { itemsOf } from './order-state.ts';
import type { Places } from './facilities.ts';
import { ordersWhere } from './order-read.ts';
import type { OrderRow } from './wire.ts';

/** Units that orders take and that no facility's stock shows yet, by product and facility; those in the queue stand under its id. */
export type WaitingUnits = ReadonlyMap<string, ReadonlyMap<string, number>>;

/**
 * Counts them. An order in the queue was given to nobody; one that waits for its approval at a facility isn't reserved there. What is parked for
 * stock to come, or is history, takes nothing of what is there now.
 */
export function unitsIn(orders: readonly OrderRow[], { virtual, queue }: Pick<Places, 'virtual' | 'queue'>): WaitingUnits {
  const types = new Map(virtual.map(({ facilityId, facilityTypeId }) => [facilityId, facilityTypeId ?? '']));
  const waiting = new Map<string, Map<string, number>>();
  for (const order of orders) {
    if (!openOrderStates.includes(order.statusId ?? '')) continue;
    for (const { productId, facilityId, quantity, cancelQuantity, statusId } of itemsOf(order)) {
      if (productId === null || closedItemStates.includes(statusId ?? '')) continue;
      const type = facilityId === null ? 'NA' : types.get(facilityId);
      if (type !== undefined && parkedTypes.includes(type)) continue;
      if (type === undefined && reservedOrderStates.includes(order.statusId ?? '')) continue;
      const place = type === undefined ? (facilityId ?? '') : (queue?.facilityId ?? '');
      const units = waiting.get(productId) ?? new Map<string, number>();
      // Where nobody knows how many wait, nobody knows what is left: NaN goes through every sum.
      units.set(place, (units.get(place) ?? 0) + Math.max(0, (quantity ?? NaN) - (cancelQuantity ?? 0)));
      waiting.set(productId, units);
    }
  }
  return waiting;
}

export async function waitingUnits(account: Account, places: Places): Promise<WaitingUnits> {
  const { productStoreId } = account.settings;
  const query = { statusId: openOrderStates.join(','), statusId_op: 'in', productStoreId };
  return unitsIn(await ordersWhere(account, query), places);
}
