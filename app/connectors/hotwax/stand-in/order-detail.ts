import { rowBy, rowsBy } from './finding.ts';
import { groupsOf, itemsOf, orderRow, type GroupRow, type ItemRow } from './order-record.ts';
import { shipmentItems, shipmentsOf, type ShipmentRow } from './shipping.ts';
import { withoutNulls } from './values.ts';
import type { Fields, World } from './world.ts';

/**
 * `GET oms/orders/{id}`: status and tracking in one. A ship group shows one shipment, the newest that was not called off. Source:
 * hotwax.md §3.6 [X]; which shipment shows when a group has several is a guess.
 */
export function orderDetail(world: World, orderId: string): Fields {
  const order = orderRow(world, orderId);
  const customer = rowsBy(world, 'OrderRole', { orderId, roleTypeId: 'PLACING_CUSTOMER' })[0]?.['partyId'] as string | undefined;
  const person = customer ? rowBy(world, 'Person', { partyId: customer }) : undefined;
  const contact = (purpose: string): string | undefined =>
    rowsBy(world, 'OrderContactMech', { orderId, contactMechPurposeTypeId: purpose })[0]?.['contactMechId'] as string | undefined;
  const record = (entity: string, contactMechId: string | undefined) => {
    const row = contactMechId ? rowBy(world, entity, { contactMechId }) : undefined;
    return row ? withoutNulls(row) : null;
  };
  const shipments = shipmentsOf(world, orderId).filter(({ statusId }) => statusId !== 'SHIPMENT_CANCELLED');
  const items = itemsOf(world, orderId);
  return withoutNulls({
    orderId,
    orderName: order.orderName,
    orderExternalId: order.externalId,
    orderDate: order.orderDate,
    orderStatusId: order.statusId,
    productStoreId: order.productStoreId,
    entryDate: order.entryDate,
    grandTotal: order.grandTotal,
    currencyUom: order.currencyUom,
    salesChannel: order.salesChannelEnumId,
    partyId: customer,
    customerFirstName: person?.['firstName'],
    customerLastName: person?.['lastName'],
    shipGroups: groupsOf(world, orderId).map((group) => shipGroup(world, group, items, shipments)),
    billingAddress: record('PostalAddress', contact('BILLING_LOCATION')),
    billingEmail: record('ContactMech', contact('ORDER_EMAIL'))?.['infoString'],
    billingPhone: record('TelecomNumber', contact('PHONE_BILLING'))?.['contactNumber'],
    attributes: rowsBy(world, 'OrderAttribute', { orderId }).map(withoutNulls),
    statuses: rowsBy(world, 'OrderStatus', { orderId }).map(withoutNulls),
    paymentPreferences: rowsBy(world, 'OrderPaymentPreference', { orderId }).map(withoutNulls),
  });
}

function shipGroup(world: World, group: GroupRow, items: readonly ItemRow[], shipments: readonly ShipmentRow[]): Fields {
  const facility = group.facilityId ? rowBy(world, 'FacilityAndType', { facilityId: group.facilityId }) : undefined;
  const method = group.shipmentMethodTypeId
    ? rowBy(world, 'ShipmentMethodType', { shipmentMethodTypeId: group.shipmentMethodTypeId })
    : undefined;
  const shipment = shipments
    .filter(
      ({ shipmentId, primaryShipGroupSeqId }) =>
        primaryShipGroupSeqId === group.shipGroupSeqId && shipmentItems(world, shipmentId).length > 0,
    )
    .at(-1);
  return withoutNulls({
    shipGroupSeqId: group.shipGroupSeqId,
    shipmentMethodTypeId: group.shipmentMethodTypeId,
    shipmentMethodTypeDesc: method?.['description'],
    shipmentId: shipment?.shipmentId,
    shipmentStatusId: shipment?.statusId,
    trackingCode: shipment?.trackingIdNumber,
    carrierPartyId: shipment?.carrierPartyId ?? group.carrierPartyId,
    facilityId: group.facilityId,
    facilityName: facility?.['facilityName'],
    facilityTypeId: facility?.['facilityTypeId'],
    parentFacilityTypeId: facility?.['parentTypeId'],
    items: items
      .filter((item) => item.shipGroupSeqId === group.shipGroupSeqId)
      .map(({ orderItemSeqId, statusId, productId, quantity, unitPrice }) =>
        withoutNulls({ orderItemSeqId, itemStatusId: statusId, productId, quantity, unitPrice }),
      ),
  });
}
