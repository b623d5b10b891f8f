import { rowsBy } from './finding.ts';
import {
  groupsOf,
  inShipments,
  itemsOf,
  openItems,
  orderRow,
  setItemStatus,
  setOrderStatus,
  type GroupRow,
} from './order-record.ts';
import { create, update } from './records.ts';
import { moveStock } from './stock-levels.ts';
import type { Portion } from './brokering.ts';
import { nextId, type World } from './world.ts';

export interface ShipmentRow {
  shipmentId: string;
  statusId: string;
  primaryOrderId: string;
  primaryShipGroupSeqId: string;
  originFacilityId: string;
  shipmentMethodTypeId: string | null;
  carrierPartyId: string | null;
  trackingIdNumber: string | null;
  shippedDate: number | null;
}
export interface ShipmentItemRow {
  shipmentId: string;
  shipmentItemSeqId: string;
  productId: string;
  quantity: number;
  orderId: string;
  orderItemSeqId: string;
}

export interface Label {
  tracking?: string | undefined;
  carrier?: string | undefined;
}

const OPEN = ['SHIPMENT_INPUT', 'SHIPMENT_APPROVED', 'SHIPMENT_PACKED'];

export const shipmentsOf = (world: World, orderId: string): ShipmentRow[] =>
  rowsBy<ShipmentRow>(world, 'Shipment', { primaryOrderId: orderId });
export const openShipments = (world: World, orderId: string): ShipmentRow[] =>
  shipmentsOf(world, orderId).filter(({ statusId }) => OPEN.includes(statusId));
export const shipmentItems = (world: World, shipmentId: string): ShipmentItemRow[] =>
  rowsBy<ShipmentItemRow>(world, 'ShipmentItem', { shipmentId });

/** Begins to pick portions of one ship group: a shipment in SHIPMENT_APPROVED. Source: hotwax.md §2.3, §3.12. */
export function startShipment(world: World, group: GroupRow, portions: readonly Portion[], carrier?: string): string {
  return world.state.transaction(() => {
    const shipmentId = nextId(world, 'Shipment');
    create(world, 'Shipment', {
      shipmentId,
      shipmentTypeId: 'SALES_SHIPMENT',
      statusId: 'SHIPMENT_APPROVED',
      primaryOrderId: group.orderId,
      primaryShipGroupSeqId: group.shipGroupSeqId,
      originFacilityId: group.facilityId,
      shipmentMethodTypeId: group.shipmentMethodTypeId,
      carrierPartyId: carrier ?? group.carrierPartyId,
      createdDate: world.now(),
    });
    const items = new Map(itemsOf(world, group.orderId).map((item) => [item.orderItemSeqId, item]));
    for (const { orderItemSeqId, quantity } of portions)
      create(world, 'ShipmentItem', {
        shipmentId,
        productId: items.get(orderItemSeqId)?.productId,
        quantity,
        orderId: group.orderId,
        orderItemSeqId,
        shipGroupSeqId: group.shipGroupSeqId,
      });
    return shipmentId;
  });
}

/** Packs a shipment into one package, with a label where a tracking number is given. */
export function pack(world: World, shipmentId: string, label: Label): void {
  create(world, 'ShipmentPackage', { shipmentId, shipmentPackageSeqId: '00001' });
  addLabel(world, shipmentId, label);
  update(world, 'Shipment', { shipmentId, statusId: 'SHIPMENT_PACKED' });
}

/** A route segment with its tracking code; the ones before are voided. Source: hotwax.md §3.8 "skip segments SHRSCS_VOIDED". */
export function addLabel(world: World, shipmentId: string, { tracking, carrier }: Label): void {
  const before = rowsBy<{ shipmentRouteSegmentId: string; shipmentPackageSeqId: string }>(
    world,
    'ShipmentPackageRouteSegDetail',
    { shipmentId },
  );
  for (const { shipmentRouteSegmentId, shipmentPackageSeqId } of before)
    update(world, 'ShipmentPackageRouteSegDetail', {
      shipmentId,
      shipmentPackageSeqId,
      shipmentRouteSegmentId,
      carrierServiceStatusId: 'SHRSCS_VOIDED',
    });
  const [shipment] = rowsBy<ShipmentRow>(world, 'Shipment', { shipmentId });
  create(world, 'ShipmentPackageRouteSegDetail', {
    shipmentId,
    shipmentPackageSeqId: '00001',
    shipmentRouteSegmentId: String(before.length + 1).padStart(5, '0'),
    trackingCode: tracking,
    carrierPartyId: carrier ?? shipment?.carrierPartyId,
    shipmentMethodTypeId: shipment?.shipmentMethodTypeId,
    carrierServiceStatusId: tracking ? 'SHRSCS_ACCEPTED' : 'SHRSCS_NOT_STARTED',
    ...(tracking ? { labelImageUrl: `${world.publicUrl}/labels/${shipmentId}.pdf` } : {}),
  });
  update(world, 'Shipment', { shipmentId, trackingIdNumber: tracking ?? null, ...(carrier ? { carrierPartyId: carrier } : {}) });
}

/** The parcel leaves: stock goes, items and order are completed when nothing of them is left. */
export function ship(world: World, shipmentId: string): void {
  world.state.transaction(() => {
    update(world, 'Shipment', { shipmentId, statusId: 'SHIPMENT_SHIPPED', shippedDate: world.now() });
    const [shipment] = rowsBy<ShipmentRow>(world, 'Shipment', { shipmentId });
    const items = shipmentItems(world, shipmentId);
    for (const { productId, quantity, orderId, orderItemSeqId } of items)
      // what can be promised went down when it was reserved
      moveStock(world, {
        productId,
        facilityId: String(shipment?.originFacilityId),
        atp: 0,
        qoh: -quantity,
        reason: 'SHIPPED',
        orderId,
        orderItemSeqId,
      });
    for (const orderId of new Set(items.map((item) => item.orderId))) settle(world, orderId);
  });
}

/** Completes what has left whole, and the order once nothing is open. */
export function settle(world: World, orderId: string): void {
  const gone = inShipments(world, orderId, ['SHIPMENT_SHIPPED']);
  for (const item of openItems(world, orderId))
    if ((gone.get(item.orderItemSeqId) ?? 0) >= item.quantity) setItemStatus(world, item, 'ITEM_COMPLETED');
  if (openItems(world, orderId).length > 0) return;
  const all = itemsOf(world, orderId);
  const outcome = all.some(({ statusId }) => statusId === 'ITEM_COMPLETED') ? 'ORDER_COMPLETED' : 'ORDER_CANCELLED';
  if (orderRow(world, orderId).statusId !== outcome) setOrderStatus(world, orderId, outcome);
}

/** Calls open shipments off; their items can be picked again. */
export function callOff(world: World, shipments: readonly ShipmentRow[]): void {
  for (const { shipmentId } of shipments) update(world, 'Shipment', { shipmentId, statusId: 'SHIPMENT_CANCELLED' });
}

/** What of each open item is in no shipment yet. */
export function unassigned(world: World, orderId: string): Portion[] {
  const taken = inShipments(world, orderId);
  return openItems(world, orderId).flatMap(({ orderItemSeqId, quantity }) => {
    const left = quantity - (taken.get(orderItemSeqId) ?? 0);
    return left > 0 ? [{ orderItemSeqId, quantity: left }] : [];
  });
}

/** Portions by the ship group they are in. */
export function byGroup(world: World, orderId: string, portions: readonly Portion[]): { group: GroupRow; portions: Portion[] }[] {
  const groupOfItem = new Map(itemsOf(world, orderId).map((item) => [item.orderItemSeqId, item.shipGroupSeqId]));
  return groupsOf(world, orderId).flatMap((group) => {
    const own = portions.filter(({ orderItemSeqId }) => groupOfItem.get(orderItemSeqId) === group.shipGroupSeqId);
    return own.length > 0 ? [{ group, portions: own }] : [];
  });
}
