import { defineEntity, type Entity, type Relation } from './entity.ts';

const ORDER = 'org.apache.ofbiz.order.order';
const of = (entity: string, ...keys: string[]): Relation => ({ entity, keys });

/** Orders and returns with what nests in them. Source: hotwax.md §2.3, §3.6, §3.9. */
export const ORDER_ENTITIES: Entity[] = [
  defineEntity('OrderHeader', {
    package: ORDER,
    fields: `orderId* orderName externalId orderTypeId salesChannelEnumId>Enumeration orderDate:time entryDate:time statusId>StatusItem currencyUom presentmentCurrencyUom
      productStoreId>ProductStore originFacilityId>Facility grandTotal:number remainingSubTotal:number priority autoApprove needsInventoryIssuance localeString`,
    many: {
      roles: of('OrderRole', 'orderId'),
      contactMechs: of('OrderContactMech', 'orderId'),
      paymentPreferences: of('OrderPaymentPreference', 'orderId'),
      adjustments: of('OrderAdjustment', 'orderId'),
      attributes: of('OrderAttribute', 'orderId'),
      notes: of('OrderHeaderNote', 'orderId'),
      shipGroups: of('OrderItemShipGroup', 'orderId'),
      statuses: of('OrderStatus', 'orderId'),
      identifications: of('OrderIdentification', 'orderId'),
      itemAssocs: of('OrderItemAssoc', 'orderId'),
    },
  }),
  defineEntity('OrderRole', { package: ORDER, fields: 'orderId*>OrderHeader partyId*>Party roleTypeId*' }),
  defineEntity('OrderContactMech', {
    package: ORDER,
    fields: 'orderId*>OrderHeader contactMechPurposeTypeId* contactMechId*>ContactMech',
    one: {
      contactMech: of('ContactMech', 'contactMechId'),
      postalAddress: of('PostalAddress', 'contactMechId'),
      telecomNumber: of('TelecomNumber', 'contactMechId'),
    },
  }),
  defineEntity('OrderPaymentPreference', {
    package: ORDER,
    fields:
      'orderPaymentPreferenceId* orderId>OrderHeader paymentMethodTypeId>PaymentMethodType maxAmount:number statusId>StatusItem manualRefNum',
  }),
  defineEntity('OrderAdjustment', {
    package: ORDER,
    fields:
      'orderAdjustmentId* orderAdjustmentTypeId>OrderAdjustmentType orderId>OrderHeader orderItemSeqId shipGroupSeqId amount:number comments description sourcePercentage:number',
    many: { attributes: of('OrderAdjustmentAttribute', 'orderAdjustmentId') },
  }),
  defineEntity('OrderAdjustmentAttribute', {
    package: ORDER,
    fields: 'orderAdjustmentId*>OrderAdjustment attrName* attrValue attrDescription',
  }),
  defineEntity('OrderAttribute', { package: ORDER, fields: 'orderId*>OrderHeader attrName* attrValue attrDescription' }),
  defineEntity('OrderHeaderNote', { package: ORDER, fields: 'orderId*>OrderHeader noteId* internalNote' }),
  defineEntity('OrderItemShipGroup', {
    package: ORDER,
    fields: `orderId*>OrderHeader shipGroupSeqId* shipmentMethodTypeId>ShipmentMethodType carrierPartyId>Party carrierRoleTypeId facilityId>Facility contactMechId>ContactMech
      telecomContactMechId>ContactMech trackingNumber maySplit isGift giftMessage shipAfterDate:time shipByDate:time`,
    many: { items: of('OrderItem', 'orderId', 'shipGroupSeqId') },
  }),
  defineEntity('OrderItem', {
    package: ORDER,
    fields: `orderId*>OrderHeader orderItemSeqId* shipGroupSeqId externalId orderItemTypeId productId>Product quantity:number cancelQuantity:number unitPrice:number
      unitListPrice:number statusId>StatusItem itemDescription requestedShipMethTypeId promisedDatetime:time`,
    many: {
      adjustments: of('OrderAdjustment', 'orderId', 'orderItemSeqId'),
      attributes: of('OrderItemAttribute', 'orderId', 'orderItemSeqId'),
      statuses: of('OrderStatus', 'orderId', 'orderItemSeqId'),
    },
  }),
  defineEntity('OrderItemAttribute', {
    package: ORDER,
    fields: 'orderId*>OrderHeader orderItemSeqId* attrName* attrValue attrDescription',
  }),
  defineEntity('OrderStatus', {
    package: ORDER,
    fields: 'orderStatusId* orderId>OrderHeader orderItemSeqId statusId>StatusItem statusDatetime:time',
  }),
  defineEntity('OrderItemAssoc', {
    package: ORDER,
    fields:
      'orderId*>OrderHeader orderItemSeqId* shipGroupSeqId* toOrderId* toOrderItemSeqId* toShipGroupSeqId* orderItemAssocTypeId* quantity:number',
  }),
  defineEntity('OrderIdentification', {
    package: 'co.hotwax.order',
    fields: 'orderId*>OrderHeader orderIdentificationTypeId* fromDate*:time idValue thruDate:time',
  }),
  defineEntity('OrderFacilityChange', {
    package: 'co.hotwax.facility',
    fields:
      'orderFacilityChangeId* orderId>OrderHeader orderItemSeqId shipGroupSeqId fromFacilityId facilityId changeReasonEnumId:text changeDatetime:time',
  }),

  defineEntity('ReturnHeader', {
    package: 'org.apache.ofbiz.order.return',
    fields:
      'returnId* externalId returnHeaderTypeId statusId>StatusItem fromPartyId toPartyId entryDate:time returnDate:time destinationFacilityId>Facility needsInventoryReceive currencyUomId returnChannelEnumId>Enumeration',
    many: { items: of('ReturnItem', 'returnId'), identifications: of('ReturnIdentification', 'returnId') },
  }),
  defineEntity('ReturnItem', {
    package: 'org.apache.ofbiz.order.return',
    fields:
      'returnId*>ReturnHeader returnItemSeqId* returnReasonId>ReturnReason returnTypeId>ReturnType returnItemTypeId>ReturnItemType productId>Product orderId>OrderHeader orderItemSeqId statusId>StatusItem returnQuantity:number receivedQuantity:number returnPrice:number externalId',
  }),
  defineEntity('ReturnIdentification', {
    package: 'co.hotwax.order.return',
    fields: 'returnId*>ReturnHeader returnIdentificationTypeId* fromDate*:time idValue thruDate:time',
  }),
];
