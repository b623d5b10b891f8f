import type { Return, Shipment, Tracking } from '../contract/index.ts';
import { carrierNames, labels, sellableReturnState } from './assumptions.ts';
import { timeOf } from './changes.ts';
import type { KnownOrder } from './sales-orders-read.ts';
import type { IncomingGood, PackingBox, PackingOrder, ShipmentTracking } from './wire.ts';

interface Item {
  product_id: string | null;
  line_order_id: string | null;
  product?: { sku: string | null } | null | undefined;
}

/** The order's line that an item belongs to: by our line id, else the only line of that product. */
function lineOf(item: Item, { order, skuOf }: KnownOrder): { lineId: string | null; sku: string } {
  const byLine = order.items.find(({ line_order_id: id }) => id !== null && id === item.line_order_id);
  const ofProduct = order.items.filter(({ product_id: id }) => id !== null && id === item.product_id);
  const line = byLine ?? (ofProduct.length === 1 ? ofProduct[0] : undefined);
  const productId = line?.product_id ?? item.product_id ?? '';
  return { lineId: line?.line_order_id ?? null, sku: item.product?.sku ?? skuOf.get(productId) ?? '' };
}

function trackingOf(trackings: readonly ShipmentTracking[]): Tracking[] {
  const byNumber = new Map<string, Tracking>();
  for (const { tracking_code: number, carrier_code: carrier, tracking_url: url } of trackings) {
    if (number) byNumber.set(number, { number, carrier: carrier && (carrierNames[carrier.toLowerCase()] ?? carrier), url });
  }
  return [...byNumber.values()];
}

/** Lots and serial numbers in plain words; null without any. */
function batchesOf(box: PackingBox, known: KnownOrder): string | null {
  const words = box.items.flatMap((item) =>
    item.batches.flatMap(({ batch, quantity }) =>
      batch?.number ? [`${lineOf(item, known).sku}: ${batch.number}${quantity && quantity > 1 ? ` × ${quantity}` : ''}`] : [],
    ),
  );
  return words.length > 0 ? words.join('\n') : null;
}

/** When a packing order left the table; null where neither of its times can be read. */
const endedAt = ({ end_date: ended, updated_at: updated }: PackingOrder): number | null => timeOf(ended) ?? timeOf(updated);

/** A box that left, as a shipment. Units of one line are added up. An empty box is none; one without a time left when it was seen. */
export function shipmentOf(
  box: PackingBox,
  trackings: readonly ShipmentTracking[],
  packing: PackingOrder,
  { known, seenAt }: { known: KnownOrder; seenAt: number },
): Shipment | null {
  const lines = new Map<string, Shipment['lines'][number]>();
  for (const item of box.items) {
    const { lineId, sku } = lineOf(item, known);
    const key = lineId ?? `sku ${sku}`;
    const before = lines.get(key)?.quantity ?? 0;
    if (item.quantity > 0) lines.set(key, { lineId, sku, quantity: before + item.quantity });
  }
  if (lines.size === 0) return null;
  return {
    remoteId: box.id,
    reference: known.order.order_num,
    facilityId: packing.warehouse_id ?? known.order.warehouse_id,
    lines: [...lines.values()],
    tracking: trackingOf(trackings),
    shippedAt: new Date(endedAt(packing) ?? seenAt).toISOString(),
    note: batchesOf(box, known),
    cancelled: false,
  };
}

/** Whether a label may still come for a box without a tracking number: not where the method prints none, and not for ever, so not without a time to count from. */
export function mayGetLabel(packing: PackingOrder, { order }: KnownOrder, nowMs: number): boolean {
  return order.shipping_method?.fetch_label !== false && (endedAt(packing) ?? 0) > nowMs - labels.waitMs;
}

/** Goods received back, as a return. */
export function returnOf(goods: IncomingGood, known: KnownOrder): Return {
  const insertedAt = timeOf(goods.inserted_at);
  const remarks = goods.items.flatMap(({ notes, ...item }) => (notes ? [`${lineOf(item, known).sku}: ${notes}`] : []));
  return {
    remoteId: goods.id,
    reference: known.order.order_num,
    facilityId: goods.warehouse_id ?? known.order.warehouse_id,
    lines: goods.items
      .filter(({ quantity }) => quantity > 0)
      .map((item) => ({
        ...lineOf(item, known),
        quantity: item.quantity,
        restocked: item.state === sellableReturnState,
      })),
    receivedAt: insertedAt === null ? null : new Date(insertedAt).toISOString(),
    note: [goods.notes, ...remarks].filter(Boolean).join('\n') || null,
  };
}
