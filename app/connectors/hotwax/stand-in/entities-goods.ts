import { defineEntity, type Entity } from './entity.ts';

/** Products, stock and shipments. Source: hotwax.md §2.3, §3.5, §3.7, §3.8. */
export const GOODS_ENTITIES: Entity[] = [
  defineEntity('Product', {
    package: 'org.apache.ofbiz.product.product',
    fields:
      'productId* productTypeId>ProductType internalName productName brandName description isVirtual isVariant weight:number weightUomId primaryProductCategoryId createdDate:time',
  }),
  defineEntity('GoodIdentification', {
    package: 'org.apache.ofbiz.product.product',
    fields: 'productId*>Product goodIdentificationTypeId*>GoodIdentificationType fromDate*:time idValue thruDate:time',
  }),
  defineEntity('ProductPrice', {
    package: 'org.apache.ofbiz.product.price',
    fields:
      'productId*>Product productPriceTypeId* productPricePurposeId* currencyUomId* productStoreGroupId* fromDate*:time price:number thruDate:time',
  }),
  defineEntity('ProductAssoc', {
    package: 'org.apache.ofbiz.product.product',
    fields: 'productId*>Product productIdTo*>Product productAssocTypeId* fromDate*:time thruDate:time sequenceNum:number',
  }),
  defineEntity('ProductFeature', {
    package: 'org.apache.ofbiz.product.feature',
    fields: 'productFeatureId* productFeatureTypeId description',
  }),
  defineEntity('ProductFeatureType', {
    package: 'org.apache.ofbiz.product.feature',
    fields: 'productFeatureTypeId* description',
  }),
  defineEntity('ProductFeatureAppl', {
    package: 'org.apache.ofbiz.product.feature',
    fields:
      'productId*>Product productFeatureId*>ProductFeature fromDate*:time productFeatureApplTypeId sequenceNum:number thruDate:time',
  }),
  defineEntity('ShopifyShopProduct', {
    package: 'co.hotwax.shopify',
    fields: 'shopId*>ShopifyShop shopifyProductId* productId>Product shopifyInventoryItemId',
  }),

  defineEntity('ProductFacility', {
    package: 'org.apache.ofbiz.product.facility',
    fields:
      'productId*>Product facilityId*>Facility lastInventoryCount:number minimumStock:number computedLastInventoryCount:number allowBrokering allowPickup inventoryItemId',
  }),
  defineEntity('InventoryItem', {
    package: 'org.apache.ofbiz.product.inventory',
    fields:
      'inventoryItemId* productId>Product facilityId>Facility availableToPromiseTotal:number quantityOnHandTotal:number locationSeqId',
  }),
  defineEntity('InventoryItemDetail', {
    package: 'org.apache.ofbiz.product.inventory',
    fields:
      'inventoryItemId*>InventoryItem inventoryItemDetailSeqId* productId facilityId effectiveDate:time availableToPromiseDiff:number quantityOnHandDiff:number orderId orderItemSeqId reasonEnumId lastAvailableToPromise:number lastQuantityOnHand:number',
  }),

  defineEntity('Shipment', {
    package: 'org.apache.ofbiz.shipment.shipment',
    fields:
      'shipmentId* shipmentTypeId statusId>StatusItem primaryOrderId primaryShipGroupSeqId originFacilityId>Facility shipmentMethodTypeId carrierPartyId externalId createdDate:time estimatedShipDate:time shippedDate:time trackingIdNumber',
  }),
  defineEntity('ShipmentItem', {
    package: 'org.apache.ofbiz.shipment.shipment',
    fields: 'shipmentId*>Shipment shipmentItemSeqId* productId>Product quantity:number orderId orderItemSeqId shipGroupSeqId',
  }),
  defineEntity('ShipmentPackage', {
    package: 'org.apache.ofbiz.shipment.shipment',
    fields: 'shipmentId*>Shipment shipmentPackageSeqId*',
  }),
  defineEntity('ShipmentPackageRouteSegDetail', {
    package: 'co.hotwax.shipment',
    fields:
      'shipmentId*>Shipment shipmentPackageSeqId* shipmentRouteSegmentId* trackingCode labelImageUrl carrierPartyId shipmentMethodTypeId carrierServiceStatusId',
  }),
];
