import { idOf, momentOf, type Shipment, type Tracking } from '../contract/index.ts';
import { carrierNames } from './assumptions.ts';
import { lineGid } from './convert-order.ts';
import type * as wire from './wire.ts';

/**
 * What tells a carton from the others of its order. IM gives shipments no id: a carton's own barcode or code stays when a label is replaced, a
 * tracking number is what IM itself knows a shipment by.
 */
function identityOf({ sscc_barcode: barcode, tracking_no: number, items }: wire.Shipment): string {
  const codes = [...new Set(items.flatMap(({ carton_code: code }) => code ?? []))].sort().join('+');
  return barcode ?? (codes || (number ?? 'untracked'));
}

/** The order's line of a SKU, where there is only one. Two lines of one SKU leave as one: the engine then fills them by what is open. */
function lineOf(sku: string, order: wire.Order): string | null {
  const lines = order.items.filter(({ item, filtered_sku: struckOut }) => item === sku && !struckOut);
  const id = lines.length === 1 ? lines[0]?.line_item_id : null;
  return id ? lineGid(id) : null;
}

function linesOf({ items }: wire.Shipment, order: wire.Order): Shipment['lines'] {
  const lines = new Map<string, Shipment['lines'][number]>();
  for (const { item: sku, quantity } of items) {
    if (quantity <= 0) continue;
    lines.set(sku, { lineId: lineOf(sku, order), sku, quantity: (lines.get(sku)?.quantity ?? 0) + quantity });
  }
  return [...lines.values()];
}

function trackingOf({
  carrier,
  tracking_no: first,
  tracking_no_secondary: second,
  tracking_url: url,
}: wire.Shipment): Tracking[] {
  const name = carrier && (carrierNames[carrier.toUpperCase().replaceAll(/[ -]/g, '_')] ?? carrier);
  return [
    ...(first ? [{ number: first, carrier: name, url }] : []),
    ...(second && second !== first ? [{ number: second, carrier: name, url: null }] : []),
  ];
}

/** Lots in plain words; null without any. */
function lotsOf({ items }: wire.Shipment): string | null {
  const words = items.flatMap(({ item, quantity, lot_code: lot }) => (lot ? [`${item}: ${lot} × ${quantity}`] : []));
  return words.length > 0 ? words.join('\n') : null;
}

const isoOf = (text: string | null): string | null => {
  const time = momentOf(Date.parse(text ?? ''));
  return time === null ? null : new Date(time).toISOString();
};

/**
 * The shipments of an order as IM shows it. Cartons that can't be told apart are numbered by their date and contents, never by their place:
 * nobody says in which order IM lists them. A carton without units is none; one without a date left when it was seen.
 */
export function shipmentsOf(order: wire.Order, seenAt: number): Shipment[] {
  const counted = new Map<string, number>();
  const contents = (one: wire.Shipment) => JSON.stringify(one.items.map(({ item, quantity }) => [item, quantity]));
  const sortKey = (one: wire.Shipment) => `${isoOf(one.date) ?? ''} ${one.tracking_no ?? ''} ${contents(one)}`;
  const sorted = order.shipments.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : sortKey(a) > sortKey(b) ? 1 : 0));
  return sorted.flatMap((carton): Shipment[] => {
    const lines = linesOf(carton, order);
    if (lines.length === 0) return [];
    const identity = identityOf(carton);
    const nth = (counted.get(identity) ?? 0) + 1;
    counted.set(identity, nth);
    return [
      {
        remoteId: `${order.cust_ref}/${idOf(identity)}${nth > 1 ? `/${nth}` : ''}`,
        reference: order.cust_ref,
        facilityId: order.inventory_warehouse_pk,
        lines,
        tracking: trackingOf(carton),
        shippedAt: isoOf(carton.date) ?? isoOf(order.updated_date_time) ?? new Date(seenAt).toISOString(),
        note: lotsOf(carton),
        cancelled: false,
      },
    ];
  });
}
