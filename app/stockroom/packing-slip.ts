import { getOrder } from './orders.ts';
import type { OrderShipping, StockroomOrder, TrackingInfo } from './order-types.ts';
import type { Attribute, PostalAddress } from './personal-data.ts';
import { refusal } from './refusals.ts';
import type { Room } from './room.ts';

export interface SlipLine {
  sku: string;
  title: string;
  /** In this parcel. */
  quantity: number;
  /** Of the order. */
  ordered: number;
  /** Of the order, in neither this nor an earlier parcel. */
  toFollow: number;
  attributes: Attribute[];
}

/** What is printed and laid into a parcel. */
export interface PackingSlip {
  /** Name of the store, where the order has one. */
  heading: string | null;
  footer: string;
  reference: string;
  orderName: string | null;
  placedAt: Date;
  /** `#1001-2`; null for a slip over the whole order. */
  parcel: string | null;
  facility: string;
  shipTo: PostalAddress | null;
  shipping: OrderShipping | null;
  tracking: TrackingInfo[];
  note: string | null;
  lines: SlipLine[];
}

function linesOf(order: StockroomOrder, inParcel: Map<string, number> | null, upTo: number): SlipLine[] {
  const earlier = new Map<string, number>();
  for (const parcel of order.shipments) {
    if (parcel.state === 'cancelled' || parcel.number > upTo) continue;
    for (const { lineId, quantity } of parcel.lines) earlier.set(lineId, (earlier.get(lineId) ?? 0) + quantity);
  }
  return order.lines.flatMap((line, position) => {
    const due = line.quantity - line.cancelled;
    const quantity = inParcel ? (inParcel.get(line.id) ?? 0) : due;
    if (quantity === 0) return [];
    const attributes = order.personal?.lineAttributes[position] ?? [];
    const toFollow = inParcel ? Math.max(0, due - (earlier.get(line.id) ?? 0)) : 0;
    return [{ sku: line.sku, title: line.title, quantity, ordered: line.quantity, toFollow, attributes }];
  });
}

/** The slip of one parcel (its id), or of the whole order. Prices stand nowhere on it. */
export async function packingSlip({ shipment, ...input }: Room & { reference: string; shipment?: string }): Promise<PackingSlip> {
  const order = await getOrder(input);
  const parcel = shipment === undefined ? null : order.shipments.find(({ id }) => id === shipment);
  if (parcel === undefined)
    throw refusal('stockroom-shipment-unknown', `Order ${order.reference} has no parcel "${shipment}".`, { field: 'shipment' });
  const inParcel = parcel ? new Map(parcel.lines.map(({ lineId, quantity }) => [lineId, quantity])) : null;
  return {
    heading: order.store?.name ?? null,
    footer: order.store?.slipNote ?? '',
    reference: order.reference,
    orderName: order.externalName,
    placedAt: order.placedAt,
    parcel: parcel?.label ?? null,
    facility: order.facility.name,
    shipTo: order.personal?.shipTo ?? null,
    shipping: order.shipping,
    tracking: parcel?.tracking ?? [],
    note: order.personal?.note ?? null,
    lines: linesOf(order, inParcel, parcel?.number ?? Number.MAX_SAFE_INTEGER),
  };
}
