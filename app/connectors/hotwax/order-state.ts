import { wholeLines, type RemoteOrder, type RemoteOrderState } from '../contract/index.ts';
import { orderIdOf } from './ids.ts';
import type { OrderDetail, OrderItem, OrderRow } from './wire.ts';

/** Whose order it is: by its id, which follows from shop and reference, or by its mark. */
export function isOurs(
  { orderId, orderName, attributes }: Pick<OrderRow, 'orderId' | 'orderName' | 'attributes'>,
  domain: string,
): boolean {
  if (orderName !== null && orderIdOf(domain, orderName) === orderId) return true;
  return attributes.some(({ attrName, attrValue }) => attrName === 'crossdock_shop' && attrValue === domain);
}

/** The items of a row, wherever they are nested, with their ship group and its facility. */
export function itemsOf({
  shipGroups,
  items,
}: Pick<OrderRow, 'shipGroups' | 'items'>): (OrderItem & { facilityId: string | null })[] {
  const nested = shipGroups.flatMap((group) =>
    [...group.items, ...group.orderItems].map((item) => ({
      ...item,
      shipGroupSeqId: item.shipGroupSeqId ?? group.shipGroupSeqId,
      facilityId: group.facilityId,
    })),
  );
  if (nested.length > 0) return nested;
  const facilityOf = new Map(shipGroups.map((group) => [group.shipGroupSeqId, group.facilityId]));
  return items.map((item) => ({ ...item, facilityId: facilityOf.get(item.shipGroupSeqId ?? '') ?? null }));
}

/** Shopify's line id as our items carry it. */
export const lineIdOf = (externalId: string | null): string | null =>
  externalId && /^\d+$/.test(externalId) ? `gid://shopify/LineItem/${externalId}` : null;

const cancelled = ['ITEM_CANCELLED', 'ITEM_REJECTED'];
const begun: Readonly<Record<string, RemoteOrderState>> = {
  SHIPMENT_INPUT: 'picking',
  SHIPMENT_APPROVED: 'picking',
  SHIPMENT_PACKED: 'packed',
};

/** Where an order stands: by its items first, which are always up to date, then by what is being done for its ship groups. */
export function stateOf({ orderStatusId, shipGroups }: Pick<OrderDetail, 'orderStatusId' | 'shipGroups'>): RemoteOrderState {
  const items = shipGroups.flatMap((group) => group.items);
  const live = items.filter(({ itemStatusId }) => !cancelled.includes(itemStatusId ?? ''));
  if (orderStatusId === 'ORDER_CANCELLED' || orderStatusId === 'ORDER_REJECTED') return 'cancelled';
  if (items.length > 0 && live.length === 0) return 'cancelled';
  const shipped = live.filter(({ itemStatusId }) => itemStatusId === 'ITEM_COMPLETED');
  if (orderStatusId === 'ORDER_COMPLETED' || orderStatusId === 'ORDER_SENT') return 'shipped';
  if (live.length > 0 && shipped.length === live.length) return 'shipped';
  if (shipped.length > 0) return 'partly-shipped';
  const steps = shipGroups.map(
    ({ shipmentStatusId, picklistId }) => begun[shipmentStatusId ?? ''] ?? (picklistId ? 'picking' : 'open'),
  );
  if (steps.includes('packed')) return 'packed';
  if (steps.includes('picking')) return 'picking';
  return orderStatusId === 'ORDER_HOLD' ? 'held' : 'open';
}

/** An order as the engine sees it. An item that HotWax split over ship groups is one line there, so units are added up. */
export function remoteOrder(detail: OrderDetail, reference: string, skuOf: ReadonlyMap<string, string>): RemoteOrder {
  const units = new Map<string, number | null>();
  const items = detail.shipGroups.flatMap((group) => group.items);
  const state = stateOf(detail);
  for (const { productId, quantity, itemStatusId } of items) {
    if (state !== 'cancelled' && cancelled.includes(itemStatusId ?? '')) continue;
    const sku = skuOf.get(productId ?? '') ?? productId ?? '';
    const before = units.has(sku) ? (units.get(sku) ?? null) : 0;
    units.set(sku, before === null || quantity === null ? null : before + quantity);
  }
  return {
    remoteId: detail.orderId,
    remoteNumber: null,
    reference,
    state,
    lines: wholeLines([...units].map(([sku, quantity]) => ({ lineId: null, sku, quantity }))),
    total: null,
    facilityId: detail.shipGroups.length === 1 ? (detail.shipGroups[0]?.facilityId ?? null) : null,
    url: null,
  };
}
