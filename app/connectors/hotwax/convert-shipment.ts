import type { Return, Shipment, Tracking } from '../contract/index.ts';
import { cancelledShipment, carrierNames, moneyReturnTypes, noCarrier, receivedReturnStates } from './assumptions.ts';
import { lineIdOf } from './order-state.ts';
import type { KnownOrder } from './order-read.ts';
import type { ReturnRow, Shipment as HotwaxShipment } from './wire.ts';

interface Place {
  orderItemSeqId: string | null;
  productId: string | null;
}

/** The order's line that an item belongs to: by its number, else the only line of that product. */
function lineOf({ orderItemSeqId, productId }: Place, { items, skuOf }: KnownOrder): { lineId: string | null; sku: string } {
  const byNumber = items.find((item) => item.orderItemSeqId === orderItemSeqId);
  const ofProduct = new Map(
    items.filter((item) => item.productId !== null && item.productId === productId).map((item) => [item.externalId, item]),
  );
  const line = byNumber ?? (ofProduct.size === 1 ? [...ofProduct.values()][0] : undefined);
  const product = line?.productId ?? productId ?? '';
  return { lineId: lineIdOf(line?.externalId ?? null), sku: skuOf.get(product) ?? product };
}

/** Labels that are in force: those of the packages, else the one of the shipment. Voided ones don't count. */
function trackingOf({ shipmentPackageRouteSegDetails: segments, trackingIdNumber, carrierPartyId }: HotwaxShipment): Tracking[] {
  const carrier =
    carrierPartyId && carrierPartyId !== noCarrier ? (carrierNames[carrierPartyId.toUpperCase()] ?? carrierPartyId) : null;
  const live = segments.filter(({ carrierServiceStatusId }) => carrierServiceStatusId !== 'SHRSCS_VOIDED');
  const codes = live.flatMap(({ trackingCode }) => trackingCode ?? []);
  const allVoided = segments.length > 0 && live.length === 0;
  const numbers = codes.length > 0 ? codes : trackingIdNumber && !allVoided ? [trackingIdNumber] : [];
  return [...new Set(numbers)].map((number) => ({ number, carrier, url: null }));
}

/**
 * HotWax's own moment of a shipment: the one its list is filtered by where a row carries it, else when the items it holds were completed. Null
 * where neither tells: an item of which only a part left isn't completed.
 */
export function shippedAtOf({ shippedDate, statusDate, items }: HotwaxShipment, { row }: KnownOrder): number | null {
  const holds = new Set(items.map(({ orderItemSeqId }) => orderItemSeqId));
  const completed = row.statuses.flatMap(({ statusId, statusDatetime, orderItemSeqId }) =>
    statusId === 'ITEM_COMPLETED' && statusDatetime !== null && holds.has(orderItemSeqId) ? [statusDatetime] : [],
  );
  return shippedDate ?? statusDate ?? (completed.length > 0 ? Math.max(...completed) : null);
}

/** A shipment that left. Units of one line are added up; one without units is none. */
export function shipmentOf(shipment: HotwaxShipment, known: KnownOrder, seenAt: number): Shipment | null {
  const lines = new Map<string, Shipment['lines'][number]>();
  for (const item of shipment.items) {
    const { lineId, sku } = lineOf(item, known);
    const key = lineId ?? `sku ${sku}`;
    const before = lines.get(key)?.quantity ?? 0;
    if (item.quantity > 0) lines.set(key, { lineId, sku, quantity: before + item.quantity });
  }
  if (lines.size === 0) return null;
  return {
    remoteId: shipment.shipmentId,
    reference: known.reference,
    facilityId: shipment.originFacilityId,
    lines: [...lines.values()],
    tracking: trackingOf(shipment),
    shippedAt: new Date(shippedAtOf(shipment, known) ?? seenAt).toISOString(),
    note: null,
    cancelled: shipment.statusId === cancelledShipment,
  };
}

export const returnedAtOf = ({ lastUpdatedStamp, returnDate, entryDate }: ReturnRow): number | null =>
  lastUpdatedStamp ?? returnDate ?? entryDate;

/** Goods received back, order by order: HotWax may take back goods of several orders at once. */
export function returnsOf(row: ReturnRow, orders: ReadonlyMap<string, KnownOrder>, seenAt: number): Return[] {
  const ids = [...new Set(row.items.flatMap(({ orderId }) => orderId ?? []))];
  return ids.flatMap((orderId): Return[] => {
    const known = orders.get(orderId);
    if (!known) return [];
    const lines = row.items
      .filter((item) => item.orderId === orderId && (item.statusId === null || receivedReturnStates.includes(item.statusId)))
      .map((item) => ({
        ...lineOf(item, known),
        quantity: item.receivedQuantity ?? item.returnQuantity ?? 0,
        restocked: row.needsInventoryReceive,
        ...(item.returnTypeId === null || moneyReturnTypes.includes(item.returnTypeId) ? {} : { instead: item.returnTypeId }),
      }))
      .filter(({ quantity }) => quantity > 0);
    if (lines.length === 0) return [];
    return [
      {
        remoteId: ids.length === 1 ? row.returnId : `${row.returnId}/${orderId}`,
        reference: known.reference,
        facilityId: row.destinationFacilityId,
        lines,
        // HotWax keeps no moment of receipt, and its dates are those of the opening: what was on its way when the sync was switched on is no history.
        receivedAt: new Date(returnedAtOf(row) ?? seenAt).toISOString(),
        note: null,
      },
    ];
  });
}
