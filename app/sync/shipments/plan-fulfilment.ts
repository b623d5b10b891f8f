import type { Reason, Tracking } from '../../connectors/contract/index.ts';
import type { Fulfilment, FulfilmentOrder, NewFulfilment, OrderInShopify } from './order-in-shopify.ts';

/** Units of one order line that left the back office and aren't fulfilled in Shopify by us yet. */
export interface Need {
  lineId: string;
  sku: string;
  quantity: number;
  /** Where they may be fulfilled from: the location they were handed over at first, then others of the same facility. */
  locationIds: readonly string[];
}

/** One fulfillmentCreate: one order, one location. */
export interface PlannedCall {
  locationId: string;
  lines: { lineId: string; quantity: number }[];
  fulfilmentOrders: NewFulfilment['fulfilmentOrders'];
}

export interface FulfilmentPlan {
  calls: PlannedCall[];
  /** Fulfilled in Shopify already, by somebody else. */
  elsewhere: { lineId: string; quantity: number }[];
  /** Can't be fulfilled now; the reason names what stands in the way. */
  blocked: { lineId: string; quantity: number; reason: Reason }[];
}

/** Shopify takes at most this many lines in one fulfillmentCreate. */
const LINES_A_CALL = 512;
const ready = new Set(['OPEN', 'IN_PROGRESS']);

/** The numbers of a parcel as one comparable text; empty when it has none. */
export function trackingNumbers(tracking: readonly Tracking[]): string {
  return tracking
    .map(({ number }) => number.trim())
    .filter(Boolean)
    .sort()
    .join('\n');
}

const unitsOf = (lines: readonly { lineId: string; quantity: number }[], lineId: string): number =>
  lines.reduce((sum, line) => sum + (line.lineId === lineId ? line.quantity : 0), 0);

function whyNot(need: Need, quantity: number, orders: readonly FulfilmentOrder[]): Reason {
  const { sku } = need;
  const holding = orders.filter(({ lines }) => lines.some(({ lineId, remaining }) => lineId === need.lineId && remaining > 0));
  const here = holding.filter(({ locationId }) => locationId !== null && need.locationIds.includes(locationId));
  const held = here.find(({ status }) => status === 'ON_HOLD');
  if (held) return { code: 'fulfilment-order-on-hold', params: { sku, quantity, hold: held.holds.join(', ') } };
  const scheduled = here.find(({ status }) => status === 'SCHEDULED');
  if (scheduled) return { code: 'fulfilment-order-scheduled', params: { sku, quantity, at: scheduled.fulfilAt ?? '' } };
  const shut = here.find(({ status }) => !ready.has(status));
  if (shut) return { code: 'fulfilment-order-not-open', params: { sku, quantity, status: shut.status } };
  const away = holding.find(({ locationId }) => locationId === null || !need.locationIds.includes(locationId));
  if (away) return { code: 'fulfilment-order-moved', params: { sku, quantity, location: away.locationId ?? '' } };
  return { code: 'nothing-left-to-fulfil', params: { sku, quantity } };
}

/**
 * Which fulfilments to make, pure. `foreign` are the fulfilments in Shopify that no shipment of ours made, less `claimed`: units of them that other
 * shipments were already recognised in. Units are taken from them where the tracking is the shipment's own, or where nothing is left to fulfil; so what was
 * fulfilled by hand is never fulfilled again. Every needed unit ends in exactly one of calls, elsewhere, blocked.
 */
export function planFulfilment(
  needs: readonly Need[],
  order: OrderInShopify,
  {
    tracking,
    foreign,
    claimed,
  }: { tracking: readonly Tracking[]; foreign: readonly Fulfilment[]; claimed: ReadonlyMap<string, number> },
): FulfilmentPlan {
  const plan: FulfilmentPlan = { calls: [], elsewhere: [], blocked: [] };
  const orders = order.fulfilmentOrders.map((one) => ({ ...one, lines: one.lines.map((line) => ({ ...line })) }));
  const foreignLeft = (lineId: string): number =>
    foreign.reduce((sum, { lines }) => sum + unitsOf(lines, lineId), 0) - (claimed.get(lineId) ?? 0);
  const numbers = trackingNumbers(tracking);
  const takes: { locationId: string; orderId: string; id: string; lineId: string; quantity: number }[] = [];

  for (const need of needs) {
    let left = need.quantity;
    const byHand =
      numbers === ''
        ? 0
        : foreign
            .filter((one) => trackingNumbers(one.tracking) === numbers)
            .reduce((sum, { lines }) => sum + unitsOf(lines, need.lineId), 0);
    let elsewhere = Math.max(0, Math.min(left, byHand, foreignLeft(need.lineId)));
    left -= elsewhere;

    for (const locationId of need.locationIds) {
      for (const one of orders) {
        if (one.locationId !== locationId || !ready.has(one.status)) continue;
        for (const line of one.lines) {
          if (line.lineId !== need.lineId) continue;
          const quantity = Math.min(left, line.remaining);
          if (quantity <= 0) continue;
          line.remaining -= quantity;
          left -= quantity;
          takes.push({ locationId, orderId: one.id, id: line.id, lineId: need.lineId, quantity });
        }
      }
    }
    if (left > 0) {
      // Units that wait on a hold or at another location may be the shipped ones; only what is nowhere any more was fulfilled by somebody.
      const waiting = orders.reduce(
        (sum, { lines }) => sum + lines.reduce((units, line) => units + (line.lineId === need.lineId ? line.remaining : 0), 0),
        0,
      );
      const recognised = Math.max(0, Math.min(left - waiting, foreignLeft(need.lineId) - elsewhere));
      elsewhere += recognised;
      left -= recognised;
    }
    if (elsewhere > 0) plan.elsewhere.push({ lineId: need.lineId, quantity: elsewhere });
    if (left > 0) plan.blocked.push({ lineId: need.lineId, quantity: left, reason: whyNot(need, left, orders) });
  }

  for (const locationId of new Set(takes.map((take) => take.locationId))) {
    const here = takes.filter((take) => take.locationId === locationId);
    for (let start = 0; start < here.length; start += LINES_A_CALL)
      plan.calls.push(toCall(locationId, here.slice(start, start + LINES_A_CALL)));
  }
  return plan;
}

function toCall(
  locationId: string,
  takes: readonly { orderId: string; id: string; lineId: string; quantity: number }[],
): PlannedCall {
  const lineIds = [...new Set(takes.map(({ lineId }) => lineId))].sort();
  return {
    locationId,
    lines: lineIds.map((lineId) => ({ lineId, quantity: unitsOf(takes, lineId) })),
    fulfilmentOrders: [...new Set(takes.map(({ orderId }) => orderId))].map((id) => ({
      id,
      lines: takes.filter(({ orderId }) => orderId === id).map((take) => ({ id: take.id, quantity: take.quantity })),
    })),
  };
}

/** The order as it stands once a call landed, so that the next one needs no further read. */
export function afterFulfilment(
  order: OrderInShopify,
  call: PlannedCall,
  fulfilmentId: string,
  tracking: Tracking[],
): OrderInShopify {
  const taken = new Map(call.fulfilmentOrders.flatMap(({ lines }) => lines.map(({ id, quantity }) => [id, quantity] as const)));
  return {
    ...order,
    fulfilmentOrders: order.fulfilmentOrders.map((one) => ({
      ...one,
      lines: one.lines.map((line) => ({ ...line, remaining: line.remaining - (taken.get(line.id) ?? 0) })),
    })),
    fulfilments: [
      ...order.fulfilments,
      { id: fulfilmentId, cancelled: false, locationId: call.locationId, tracking, lines: call.lines },
    ],
  };
}

/** Units of a line not yet fulfilled at these locations. */
export function remainingUnits(order: OrderInShopify, lineId: string, locationIds: readonly string[]): number {
  return order.fulfilmentOrders
    .filter(({ locationId }) => locationId !== null && locationIds.includes(locationId))
    .flatMap(({ lines }) => lines)
    .reduce((sum, line) => sum + (line.lineId === lineId ? line.remaining : 0), 0);
}
