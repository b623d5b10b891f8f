import { rowBy, rowsBy } from './finding.ts';
import { notFound } from './refusals.ts';
import { create, update } from './records.ts';
import { nextId, type World } from './world.ts';

export interface OrderRow {
  orderId: string;
  orderName: string | null;
  externalId: string | null;
  statusId: string;
  productStoreId: string | null;
  grandTotal: number | null;
  orderDate: number | null;
  entryDate: number | null;
  currencyUom: string | null;
  salesChannelEnumId: string | null;
}
export interface GroupRow {
  orderId: string;
  shipGroupSeqId: string;
  facilityId: string | null;
  shipmentMethodTypeId: string | null;
  carrierPartyId: string | null;
  contactMechId: string | null;
}
export interface ItemRow {
  orderId: string;
  orderItemSeqId: string;
  shipGroupSeqId: string | null;
  externalId: string | null;
  productId: string;
  quantity: number;
  cancelQuantity: number | null;
  unitPrice: number | null;
  statusId: string;
}

export function orderRow(world: World, orderId: string): OrderRow {
  const row = rowBy(world, 'OrderHeader', { orderId });
  if (!row) throw notFound('OrderHeader', orderId);
  return row as unknown as OrderRow;
}

export const itemsOf = (world: World, orderId: string): ItemRow[] => rowsBy<ItemRow>(world, 'OrderItem', { orderId });
export const groupsOf = (world: World, orderId: string): GroupRow[] => rowsBy<GroupRow>(world, 'OrderItemShipGroup', { orderId });

export const groupOf = (world: World, item: ItemRow): GroupRow | undefined =>
  rowsBy<GroupRow>(world, 'OrderItemShipGroup', { orderId: item.orderId, shipGroupSeqId: item.shipGroupSeqId })[0];

const isOver = (item: ItemRow): boolean => ['ITEM_CANCELLED', 'ITEM_COMPLETED', 'ITEM_REJECTED'].includes(item.statusId);

/** Items that something can still be done with. */
export const openItems = (world: World, orderId: string): ItemRow[] => itemsOf(world, orderId).filter((item) => !isOver(item));

/** How much of each item is in shipments that were not called off, by item; only in these states when given. */
export function inShipments(world: World, orderId: string, states?: readonly string[]): Map<string, number> {
  const rows = world.state.all<{ seq: string; n: number }>(
    `SELECT i.orderItemSeqId AS seq, sum(i.quantity) AS n FROM ShipmentItem i JOIN Shipment s ON s.shipmentId = i.shipmentId
     WHERE i.orderId = ? AND s.statusId <> 'SHIPMENT_CANCELLED' AND (? IS NULL OR s.statusId IN (SELECT value FROM json_each(?))) GROUP BY i.orderItemSeqId`,
    orderId,
    states ? '' : null,
    JSON.stringify(states ?? []),
  );
  return new Map(rows.map(({ seq, n }) => [seq, n]));
}

/** A change of the order's state, with its line in the history. It alone makes the header new: its items' changes don't. */
export function setOrderStatus(world: World, orderId: string, statusId: string): void {
  update(world, 'OrderHeader', { orderId, statusId });
  addStatus(world, orderId, undefined, statusId);
}

export function setItemStatus(world: World, item: ItemRow, statusId: string): void {
  update(world, 'OrderItem', { orderId: item.orderId, orderItemSeqId: item.orderItemSeqId, statusId });
  addStatus(world, item.orderId, item.orderItemSeqId, statusId);
}

function addStatus(world: World, orderId: string, orderItemSeqId: string | undefined, statusId: string): void {
  create(world, 'OrderStatus', {
    orderStatusId: nextId(world, 'OrderStatus'),
    orderId,
    ...(orderItemSeqId ? { orderItemSeqId } : {}),
    statusId,
    statusDatetime: world.now(),
  });
}
