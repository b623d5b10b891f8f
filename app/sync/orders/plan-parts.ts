import type { PartKits } from './expand-kits.ts';
import type { FulfilmentOrder } from './shopify-order.ts';

export interface KnownPartLine {
  lineId: string;
  /** As last handed over. */
  quantity: number;
  /** Not yet fulfilled in Shopify. */
  open: number;
  /** Reported shipped by the back office and mirrored. */
  shipped: number;
}

/** A part as it stands in our records. */
export interface KnownPart {
  id: string;
  number: number;
  reference: string;
  connectionId: string;
  locationId: string;
  facilityId: string;
  fulfilmentOrderIds: string[];
  remoteId: string | null;
  /** Of what the back office has; null before, and while nobody knows whether a change of it arrived. */
  sentHash: string | null;
  state: string;
  /** What kits were made of when they were handed over; null before. */
  kits?: PartKits | null;
  lines: KnownPartLine[];
}

/** Fulfilment orders that are handed over together, and where. */
export interface PartTarget {
  connectionId: string;
  facilityId: string;
  locationId: string;
  fulfilmentOrders: FulfilmentOrder[];
  /** Facility of each of the order's fulfilment orders at this connection (by id), where the whole order is handed over at once. */
  places?: ReadonlyMap<string, string>;
  /** Sold at the till: recorded there as done. */
  handedOver?: boolean;
  /** History: kept there without being worked on. */
  parked?: boolean;
  /**
   * Lines that waited while the rest went share a fulfilment order with it. They go with the part (by id) that took them, or `late`, as a part of
   * their own that doesn't exist yet.
   */
  ofPart?: string;
}

/** The part that waited lines make where none took them yet. */
export const LATE = 'late';

export type PartPlan =
  | { action: 'keep'; part: KnownPart; target: PartTarget }
  | { action: 'new'; number: number; reference: string; target: PartTarget }
  | { action: 'cancel'; part: KnownPart; movedAway: boolean };

const live = (part: KnownPart) => part.state !== 'cancelled';

function overlap(part: KnownPart, target: PartTarget): number {
  const lines = new Set(part.lines.filter((line) => line.open > 0).map((line) => line.lineId));
  return target.fulfilmentOrders.flatMap((one) => one.lines).filter((line) => line.remaining > 0 && lines.has(line.lineId))
    .length;
}

/** `#1001` for the first part, `#1001_2` for the second: our numbering for every connector. */
export function referenceOf(orderName: string, number: number): string {
  return number === 1 ? orderName : `${orderName}_${number}`;
}

/**
 * Ties what is to be handed over to the parts that exist. Pure. Fulfilment-order ids change on move, split and cancel, so a
 * part is found by them first and else by the lines it still has open; its number stays. What no part answers for becomes a
 * new part; a part that nothing answers for any more is cancelled unless all of it has left.
 */
export function planParts(
  orderName: string,
  known: readonly KnownPart[],
  targets: readonly PartTarget[],
  allFulfilmentOrders: readonly FulfilmentOrder[],
): PartPlan[] {
  const plans: PartPlan[] = [];
  const parts = known.filter(live);
  const free = new Set(targets);
  const unmatched: KnownPart[] = [];
  const named = new Map(targets.flatMap((target) => (target.ofPart ? [[target.ofPart, target] as const] : [])));
  for (const part of parts) {
    const own = named.get(part.id);
    if (own) {
      free.delete(own);
      plans.push({ action: 'keep', part, target: own });
      continue;
    }
    const found = [...free].find(
      (target) =>
        target.ofPart === undefined &&
        target.connectionId === part.connectionId &&
        target.fulfilmentOrders.some((one) => part.fulfilmentOrderIds.includes(one.id)),
    );
    if (!found) {
      unmatched.push(part);
      continue;
    }
    free.delete(found);
    plans.push({ action: 'keep', part, target: found });
  }
  for (const part of unmatched) {
    const candidates = [...free].filter(
      (target) => target.ofPart === undefined && target.connectionId === part.connectionId && overlap(part, target) > 0,
    );
    candidates.sort(
      (a, b) =>
        Number(b.facilityId === part.facilityId) - Number(a.facilityId === part.facilityId) ||
        overlap(part, b) - overlap(part, a),
    );
    const found = candidates[0];
    if (found) {
      free.delete(found);
      plans.push({ action: 'keep', part, target: found });
      continue;
    }
    const stillHis = allFulfilmentOrders.filter((one) => part.fulfilmentOrderIds.includes(one.id));
    const waits = stillHis.some((one) => ['ON_HOLD', 'SCHEDULED'].includes(one.status));
    // Units fulfilled by hand in Shopify are not in `shipped`: the back office must not send them a second time.
    const left = part.lines.every((line) => line.shipped >= line.quantity);
    if (!left && !waits)
      plans.push({
        action: 'cancel',
        part,
        movedAway: stillHis.length === 0 || [...free].some((target) => overlap(part, target) > 0),
      });
  }
  let number = known.reduce((highest, part) => Math.max(highest, part.number), 0);
  for (const target of free) {
    number += 1;
    plans.push({ action: 'new', number, reference: referenceOf(orderName, number), target });
  }
  return plans;
}
