import type { OrderBrief } from '../../stockroom/orders.ts';
import type { OrderInput, StockroomReturn, StockroomShipment } from '../../stockroom/order-types.ts';
import type { RemoteOrder, Return, SalesOrder, Shipment } from '../contract/index.ts';

/** A part of a Shopify order as Stockroom takes it. `storeId` is the connection's store, for orders that name none. */
export function orderInput(order: SalesOrder, storeId: string | null): OrderInput {
  const {
    reference,
    currency,
    taxesIncluded,
    channel,
    deliveryMethod,
    handedOver,
    shipping,
    payments,
    charges,
    tags,
    shipTo,
    billing,
    note,
    attributes,
    parked = false,
  } = order;
  return {
    ...{
      reference,
      currency,
      taxesIncluded,
      channel,
      deliveryMethod,
      handedOver,
      parked,
      shipping,
      payments,
      charges,
      tags,
      shipTo,
      billing,
      note,
      attributes,
    },
    externalId: order.shopifyOrderId,
    externalName: order.shopifyOrderName,
    facility: order.facilityId,
    storeId: order.storeId ?? storeId,
    placedAt: new Date(order.placedAt),
    total: order.total.amount,
    customer: order.customer && {
      id: order.customer.remoteId ?? order.customer.id,
      name: order.customer.name,
      email: order.customer.email,
      phone: order.customer.phone,
      ...(order.customer.class ? { class: order.customer.class } : {}),
    },
    lines: order.lines.map(
      ({ lineId, remoteProductId, sku, title, quantity, unitPrice, discount, total, taxes, attributes: noted, promisedOn }) => ({
        ...{ sku, title, quantity, unitPrice, discount, total, taxes },
        externalId: lineId,
        productId: remoteProductId,
        attributes: promisedOn ? [...noted, { key: 'promised', value: promisedOn }] : noted,
      }),
    ),
  };
}

export function remoteOrder(order: OrderBrief): RemoteOrder {
  return {
    remoteId: order.id,
    remoteNumber: null,
    reference: order.reference,
    state: order.state,
    lines: order.lines.map(({ externalId, sku, quantity }) => ({ lineId: externalId, sku, quantity })),
    total: order.total,
    facilityId: order.facilityId,
    url: `/app/stockroom/orders/${order.id}`,
    ...(order.statusText ? { vendorStatus: order.statusText } : {}),
  };
}

/** Only for parcels that left. */
export function shipment(parcel: StockroomShipment): Shipment {
  return {
    remoteId: parcel.id,
    reference: parcel.reference,
    facilityId: parcel.facilityId,
    lines: parcel.lines.map(({ externalId, sku, quantity }) => ({ lineId: externalId, sku, quantity })),
    tracking: parcel.tracking,
    shippedAt: (parcel.shippedAt ?? parcel.changedAt).toISOString(),
    note: parcel.note || null,
    cancelled: parcel.state === 'cancelled',
  };
}

export function returned(received: StockroomReturn): Return {
  return {
    remoteId: received.id,
    reference: received.reference,
    facilityId: received.facilityId,
    lines: received.lines.map(({ externalId, sku, quantity, restocked }) => ({ lineId: externalId, sku, quantity, restocked })),
    receivedAt: received.receivedAt.toISOString(),
    note: received.note || null,
    ...(received.amount === null ? {} : { amount: received.amount }),
  };
}
