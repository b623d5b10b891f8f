import { SKU_OF_PRODUCTS } from './identification.ts';
import type { World } from './world.ts';

interface Line {
  sku: string;
  quantity: number;
}

interface OrderRow {
  orderId: string;
  orderName: string | null;
  statusId: string;
  grandTotal: number | null;
}

/** An order's state in the words that every back office's ledger uses. */
function ledgerState(statusId: string, shipped: number, shipments: readonly string[]): string {
  if (['ORDER_CANCELLED', 'ORDER_REJECTED'].includes(statusId)) return 'cancelled';
  if (statusId === 'ORDER_COMPLETED') return 'shipped';
  if (shipped > 0) return 'partly-shipped';
  if (statusId === 'ORDER_HOLD') return 'held';
  if (shipments.includes('SHIPMENT_PACKED')) return 'packed';
  return shipments.includes('SHIPMENT_APPROVED') ? 'picking' : 'open';
}

/** Orders with their lines and parcels, as HotWax's people would count them. Cancelled items are left out unless all are. */
export function ledgerOrders(world: World): unknown[] {
  const items = Map.groupBy(
    world.state.all<{
      orderId: string;
      sku: string;
      quantity: number;
      price: number | null;
      seq: string;
      group: string | null;
      status: string;
      externalId: string | null;
      fulfilled: number;
    }>(
      `SELECT i.orderId, p.sku, i.quantity, i.unitPrice AS price, i.orderItemSeqId AS seq, i.shipGroupSeqId AS "group", i.statusId AS status, i.externalId,
         coalesce((SELECT sum(si.quantity) FROM ShipmentItem si JOIN Shipment s ON s.shipmentId = si.shipmentId
           WHERE si.orderId = i.orderId AND si.orderItemSeqId = i.orderItemSeqId AND s.statusId = 'SHIPMENT_SHIPPED'), 0) AS fulfilled
       FROM OrderItem i LEFT JOIN (${SKU_OF_PRODUCTS}) p ON p.productId = i.productId ORDER BY i.orderId, i.orderItemSeqId`,
    ),
    (row) => row.orderId,
  );
  const parcels = Map.groupBy(
    world.state.all<{
      orderId: string;
      shipmentId: string;
      status: string;
      tracking: string | null;
      carrier: string | null;
      facility: string | null;
      sku: string;
      quantity: number;
    }>(
      `SELECT s.primaryOrderId AS orderId, s.shipmentId, s.statusId AS status, s.trackingIdNumber AS tracking, s.carrierPartyId AS carrier, f.facilityName AS facility, p.sku, i.quantity
       FROM Shipment s JOIN ShipmentItem i ON i.shipmentId = s.shipmentId LEFT JOIN Facility f ON f.facilityId = s.originFacilityId
       LEFT JOIN (${SKU_OF_PRODUCTS}) p ON p.productId = i.productId WHERE s.statusId <> 'SHIPMENT_CANCELLED' ORDER BY s.shipmentId, i.shipmentItemSeqId`,
    ),
    (row) => row.orderId,
  );
  const groups = Map.groupBy(
    world.state.all<{
      orderId: string;
      group: string;
      facility: string | null;
      method: string | null;
      carrier: string | null;
      address: string | null;
    }>(
      `SELECT g.orderId, g.shipGroupSeqId AS "group", f.facilityName AS facility, g.shipmentMethodTypeId AS method, g.carrierPartyId AS carrier, a.address1 AS address
       FROM OrderItemShipGroup g LEFT JOIN Facility f ON f.facilityId = g.facilityId LEFT JOIN PostalAddress a ON a.contactMechId = g.contactMechId ORDER BY g.orderId, g.shipGroupSeqId`,
    ),
    (row) => row.orderId,
  );
  return world.state
    .all<OrderRow>('SELECT orderId, orderName, statusId, grandTotal FROM OrderHeader ORDER BY orderId')
    .map((order) => {
      const own = items.get(order.orderId) ?? [];
      const alive = own.some(({ status }) => status !== 'ITEM_CANCELLED')
        ? own.filter(({ status }) => status !== 'ITEM_CANCELLED')
        : own;
      const [first] = groups.get(order.orderId) ?? [];
      const facilityOf = new Map((groups.get(order.orderId) ?? []).map(({ group, facility }) => [group, facility]));
      const sent = [...Map.groupBy(parcels.get(order.orderId) ?? [], (row) => row.shipmentId).values()];
      return {
        reference: order.orderName ?? order.orderId,
        orderId: order.orderId,
        state: ledgerState(
          order.statusId,
          alive.reduce((sum, line) => sum + line.fulfilled, 0),
          sent.flatMap(([row]) => row?.status ?? []),
        ),
        vendorState: order.statusId,
        facility: facilityOf.get(alive[0]?.group ?? '') ?? first?.facility ?? null,
        total: order.grandTotal,
        lines: alive.map(({ sku, quantity, price, fulfilled, group, status, externalId }) => ({
          sku,
          quantity,
          price,
          fulfilled,
          facility: facilityOf.get(group ?? '') ?? null,
          // An order that waits for its approval has reserved nothing.
          reserved: status === 'ITEM_APPROVED',
          externalId,
        })),
        // each ship group has its own
        address: [...new Set((groups.get(order.orderId) ?? []).flatMap((one) => one.address ?? []))].join(' and ') || null,
        shipping: first?.method ? `${first.carrier ?? '_NA_'} ${first.method}` : null,
        shipments: sent
          .filter(([row]) => row?.status === 'SHIPMENT_SHIPPED')
          .map((rows) => ({
            tracking: rows[0]?.tracking ?? null,
            carrier: rows[0]?.carrier ?? null,
            facility: rows[0]?.facility ?? null,
            lines: rows.map(({ sku, quantity }): Line => ({ sku, quantity })),
          })),
      };
    });
}

/** What can be promised, of every product at every facility where it has a row. */
export function ledgerStock(world: World): unknown[] {
  return world.state.all(
    `SELECT p.sku, f.facilityName AS facility, l.lastInventoryCount AS available, coalesce(l.minimumStock, 0) AS safetyStock FROM ProductFacility l
     JOIN Facility f ON f.facilityId = l.facilityId JOIN (${SKU_OF_PRODUCTS}) p ON p.productId = l.productId ORDER BY f.facilityId, p.productId`,
  );
}

/** What is sold; a parent that only groups variants is not. */
export function ledgerProducts(world: World): unknown[] {
  return world.state.all(
    `SELECT p.productId AS id, s.sku, p.productName AS name, p.productTypeId AS type FROM Product p JOIN (${SKU_OF_PRODUCTS}) s ON s.productId = p.productId
     WHERE coalesce(p.isVirtual, 'N') <> 'Y' ORDER BY p.productId`,
  );
}

export function ledgerReturns(world: World): unknown[] {
  const rows = world.state.all<{
    id: string;
    reference: string | null;
    facility: string | null;
    status: string | null;
    externalId: string | null;
    sku: string;
    quantity: number;
    reason: string | null;
  }>(
    `SELECT r.returnId AS id, o.orderName AS reference, f.facilityName AS facility, r.statusId AS status, r.externalId, p.sku, i.returnQuantity AS quantity, i.returnReasonId AS reason
     FROM ReturnHeader r JOIN ReturnItem i ON i.returnId = r.returnId LEFT JOIN OrderHeader o ON o.orderId = i.orderId LEFT JOIN Facility f ON f.facilityId = r.destinationFacilityId
     LEFT JOIN (${SKU_OF_PRODUCTS}) p ON p.productId = i.productId ORDER BY r.returnId, i.returnItemSeqId`,
  );
  return [...Map.groupBy(rows, (row) => row.id).values()].map((lines) => ({
    id: lines[0]?.id,
    reference: lines[0]?.reference,
    facility: lines[0]?.facility,
    vendorState: lines[0]?.status,
    externalId: lines[0]?.externalId,
    lines: lines.map(({ sku, quantity, reason }) => ({ sku, quantity, reason })),
  }));
}
