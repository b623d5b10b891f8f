import { defineEntity, type Entity } from './entity.ts';

const FACILITY =
  'facilityTypeId>FacilityType facilityName ownerPartyId>Party parentFacilityId externalId productStoreId>ProductStore primaryFacilityGroupId openedDate:time closedDate:time facilityTimeZone maximumOrderLimit:number postalCode description';
const SHOP =
  'shopifyShopId productStoreId>ProductStore name email phone shopOwner timezone planName domain myshopifyDomain primaryLocationId weightUnit currency countryCode isEnabled realTimeInventoryPush';

/** Stores, facilities and the records about Shopify shops. Source: hotwax.md §2.1, §2.3, §3.3, §3.4. */
export const PLACE_ENTITIES: Entity[] = [
  defineEntity('ProductStore', {
    package: 'org.apache.ofbiz.product.store',
    fields: `productStoreId* storeName companyName payToPartyId>Party inventoryFacilityId reserveInventory orderNumberPrefix defaultCurrencyUomId defaultLocaleString
      defaultTimeZoneString defaultSalesChannelEnumId autoApproveOrder daysToCancelNonPay:number allowSplit enableBrokering productIdentifierEnumId externalId`,
  }),
  defineEntity('ProductStoreSetting', {
    package: 'org.apache.ofbiz.product.store',
    fields: 'productStoreId*>ProductStore settingTypeEnumId*:text fromDate*:time settingValue thruDate:time',
  }),
  defineEntity('ProductStoreFacility', {
    package: 'org.apache.ofbiz.product.store',
    fields: 'productStoreId*>ProductStore facilityId*>Facility fromDate*:time thruDate:time sequenceNum:number',
  }),
  defineEntity('ProductStoreFacilityDetail', {
    package: 'co.hotwax.product.store',
    fields: 'productStoreId* facilityId* fromDate*:time thruDate:time facilityName facilityTypeId parentTypeId externalId',
    view: `SELECT l.productStoreId, l.facilityId, l.fromDate, l.thruDate, f.facilityName, f.facilityTypeId, t.parentTypeId, f.externalId, l.lastUpdatedStamp
      FROM ProductStoreFacility l JOIN Facility f ON f.facilityId = l.facilityId LEFT JOIN FacilityType t ON t.facilityTypeId = f.facilityTypeId`,
  }),
  defineEntity('FacilityType', {
    package: 'org.apache.ofbiz.product.facility',
    fields: 'facilityTypeId* parentTypeId description',
  }),
  defineEntity('Facility', { package: 'org.apache.ofbiz.product.facility', fields: `facilityId* ${FACILITY}` }),
  defineEntity('FacilityAndType', {
    package: 'co.hotwax.facility',
    fields: `facilityId* ${FACILITY} parentTypeId typeDescription`,
    view: `SELECT f.*, t.parentTypeId, t.description AS typeDescription FROM Facility f LEFT JOIN FacilityType t ON t.facilityTypeId = f.facilityTypeId`,
  }),
  defineEntity('FacilityLocation', {
    package: 'org.apache.ofbiz.product.facility',
    fields: 'facilityId*>Facility locationSeqId* locationTypeEnumId areaId aisleId sectionId levelId positionId',
  }),
  defineEntity('FacilityIdentification', {
    package: 'co.hotwax.facility',
    fields: 'facilityId*>Facility facilityIdenTypeId* fromDate*:time idValue thruDate:time',
  }),
  defineEntity('FacilityContactMechPurpose', {
    package: 'org.apache.ofbiz.product.facility',
    fields: 'facilityId*>Facility contactMechId*>ContactMech contactMechPurposeTypeId* fromDate*:time thruDate:time',
  }),
  defineEntity('FacilityGroup', {
    package: 'org.apache.ofbiz.product.facility',
    fields: 'facilityGroupId* facilityGroupTypeId facilityGroupName description',
  }),
  defineEntity('FacilityGroupMember', {
    package: 'org.apache.ofbiz.product.facility',
    fields: 'facilityId*>Facility facilityGroupId*>FacilityGroup fromDate*:time thruDate:time sequenceNum:number',
  }),

  defineEntity('ShopifyShop', { package: 'co.hotwax.shopify', fields: `shopId* ${SHOP}` }),
  defineEntity('ShopifyShopLocation', {
    package: 'co.hotwax.shopify',
    fields: 'shopId*>ShopifyShop facilityId*>Facility shopifyLocationId',
  }),
  defineEntity('ShopifyShopLocationView', {
    package: 'co.hotwax.shopify',
    fields: `shopId* facilityId* shopifyLocationId ${SHOP}`,
    view: `SELECT l.shopId, l.facilityId, l.shopifyLocationId, ${SHOP.split(' ')
      .map((field) => `s.${field.replace(/>.*/, '')}`)
      .join(', ')}, l.lastUpdatedStamp FROM ShopifyShopLocation l JOIN ShopifyShop s ON s.shopId = l.shopId`,
  }),
  defineEntity('ShopifyShopTypeMapping', {
    package: 'co.hotwax.shopify',
    // the type is no part of the key: hotwax.md §2.1
    fields: 'shopId*>ShopifyShop mappedKey* mappedTypeId>Enumeration mappedValue',
  }),
  defineEntity('ShopifyShopCarrierShipment', {
    package: 'co.hotwax.shopify',
    fields: 'shopId*>ShopifyShop shopifyShippingMethod* carrierPartyId>Party shipmentMethodTypeId>ShipmentMethodType',
  }),
  defineEntity('SystemMessageRemote', {
    package: 'moqui.service.message',
    fields:
      'systemMessageRemoteId*:text description sendUrl receiveUrl username remoteId:text internalId:text accessScopeEnumId:text>Enumeration',
  }),
];
