import type { ProductFacility } from './wire.ts';

/** What one product has at the facilities, and what waits. */
export interface ProductStock {
  rows: readonly ProductFacility[];
  /** Units that wait, by facility. */
  waiting: ReadonlyMap<string, number>;
}

/**
 * What can be sold at one facility. Null where nothing is known: no row, or one without a count, isn't zero. `keepSafety` takes the safety stock
 * off, too.
 */
export function levelAt(facilityId: string, { rows, waiting }: ProductStock, keepSafety: boolean): number | null {
  const row = rows.find((one) => one.facilityId === facilityId);
  if (!row || row.lastInventoryCount === null) return null;
  return afterSafety(row, keepSafety) - (waiting.get(facilityId) ?? 0);
}

/** Safety stock is held back of what is there; it makes no debt of its own. */
function afterSafety({ lastInventoryCount, minimumStock }: ProductFacility, keepSafety: boolean): number {
  const atp = lastInventoryCount ?? 0;
  return keepSafety && atp > 0 ? Math.max(0, atp - Math.max(0, minimumStock ?? 0)) : atp;
}

/**
 * What can be sold online: the facilities that ship such orders together, without safety stock, threshold and what waits for any of them; never
 * below zero (docs, inventory). A facility that owes units owes them here too: its orders go to another one. Null where no facility knows the product.
 */
export function onlineTotal(
  { rows, waiting }: ProductStock,
  { brokering, thresholds, queueId }: { brokering: ReadonlySet<string>; thresholds: ReadonlySet<string>; queueId: string },
): number | null {
  const known = rows.filter(({ facilityId, lastInventoryCount }) => brokering.has(facilityId) && lastInventoryCount !== null);
  if (known.length === 0) return null;
  const shipping = known.filter(({ allowBrokering }) => allowBrokering);
  const threshold = Math.max(
    0,
    ...rows.filter(({ facilityId }) => thresholds.has(facilityId)).map((row) => row.minimumStock ?? 0),
  );
  const total = shipping.reduce((sum, row) => sum + afterSafety(row, true) - (waiting.get(row.facilityId) ?? 0), 0);
  return Math.max(0, total - threshold - (waiting.get(queueId) ?? 0));
}
