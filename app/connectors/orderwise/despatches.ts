import { idOf, numberOf, type Shipment, type Tracking } from '../contract/index.ts';
import { lineOf, type OrderMemory } from './order-memory.ts';

/** One delivery as an export tells it. */
export interface Delivery {
  /** Null where the export has no numbers. */
  number: string | null;
  /** ISO 8601; null where the export says nothing. */
  at: string | null;
  courier: string | null;
  /** One text may hold several numbers; the link is the first one's. */
  consignments: string | null;
  link: string | null;
  /** Null where the export tells no lines, or none that can be read. */
  lines: { code: string; quantity: number; facilityId: string | null }[] | null;
}

/** An order as the exports tell it, with what is remembered of it. */
export interface Despatched {
  reference: string;
  /** Unique and stable for the order. */
  remoteId: string;
  /** Whether its status says that everything left. */
  complete: boolean;
  lines: OrderMemory['lines'];
  deliveries: Delivery[];
}

/** Lines of a delivery as they are told. Of a quantity that nobody can read it isn't known what left: then no lines are told, as in an export without them. */
export function linesTold(
  told: readonly { code: string | null; quantity: string | null; facilityId: string | null }[],
): Delivery['lines'] {
  const lines: NonNullable<Delivery['lines']> = [];
  for (const { code, quantity: text, facilityId } of told) {
    const quantity = numberOf(text);
    if (code === null) continue;
    if (quantity === null) return null;
    if (quantity > 0) lines.push({ code, quantity, facilityId });
  }
  return lines;
}

export function trackingOf({ consignments, courier, link }: Pick<Delivery, 'consignments' | 'courier' | 'link'>): Tracking[] {
  const numbers = [...new Set((consignments ?? '').split(/[,;\n]/).map((number) => number.trim()))].filter(Boolean);
  return numbers.map((number, index) => ({ number, carrier: courier, url: index === 0 ? link : null }));
}

const only = <Value>(values: readonly (Value | null)[]): Value | null => {
  const [first = null, ...others] = new Set(values);
  return others.length === 0 ? first : null;
};

/** Lines of a delivery by what they are in the order; units of one line are added up. */
function linesOf(known: OrderMemory['lines'], told: { code: string; quantity: number }[]): Shipment['lines'] {
  const units = new Map<string, Shipment['lines'][number]>();
  for (const { code, quantity } of told) {
    const line = lineOf(known, code);
    units.set(line.sku, { ...line, quantity: quantity + (units.get(line.sku)?.quantity ?? 0) });
  }
  return [...units.values()].filter(({ quantity }) => quantity > 0);
}

/** Everything of the order as one shipment, with every tracking number that is known. */
function whole({ reference, remoteId, lines, deliveries }: Despatched, now: string): Shipment {
  const tracking = new Map(deliveries.flatMap(trackingOf).map((one) => [one.number, one]));
  return {
    remoteId,
    reference,
    facilityId: only(lines.map(({ facilityId }) => facilityId)),
    lines: lines.map(({ lineId, sku, quantity }) => ({ lineId, sku, quantity })),
    tracking: [...tracking.values()],
    shippedAt:
      deliveries
        .flatMap(({ at }) => at ?? [])
        .sort()
        .at(-1) ?? now,
    note: null,
    cancelled: false,
  };
}

/**
 * Deliveries with their lines are a shipment each, at each location where they hold goods of several. Where the export tells no lines nothing
 * can be said of a part, and a complete order is one shipment. So is one that was completed without a delivery (drop-shipped). It has no lines where the order's
 * memory has gone: it stands for all that is left of the order. So do, in a complete order, its deliveries without lines beside others with theirs.
 */
export function shipmentsOf(order: Despatched, now: string): Shipment[] {
  const { reference, remoteId, complete, lines, deliveries } = order;
  if (deliveries.every((delivery) => delivery.lines === null)) return complete ? [whole(order, now)] : [];
  const wordless = deliveries.filter((delivery) => delivery.lines === null);
  const rest = complete && wordless.length > 0 ? [{ ...whole({ ...order, deliveries: wordless }, now), lines: [] }] : [];
  const parcels = deliveries.flatMap((delivery, index) => {
    const byPlace = [...Map.groupBy(delivery.lines ?? [], ({ facilityId }) => facilityId)];
    return byPlace.flatMap(([facilityId, told]): Shipment[] => {
      const shipped = linesOf(lines, told);
      const id = `${remoteId}/${idOf(delivery.number ?? delivery.consignments ?? String(index))}`;
      return shipped.length === 0
        ? []
        : [
            {
              remoteId: byPlace.length > 1 ? `${id}/${idOf(String(facilityId))}` : id,
              reference,
              facilityId,
              lines: shipped,
              tracking: trackingOf(delivery),
              shippedAt: delivery.at ?? now,
              note: null,
              cancelled: false,
            },
          ];
    });
  });
  return [...parcels, ...rest];
}
