import { defineEntity, type Entity } from './entity.ts';

/** Types, methods, carriers and people. Source: hotwax.md §3.3, §3.6. */
export const REFERENCE_ENTITIES: Entity[] = [
  defineEntity('Enumeration', {
    package: 'moqui.basic',
    fields: 'enumId*:text enumTypeId:text enumCode enumName description sequenceNum:number',
  }),
  defineEntity('StatusItem', {
    package: 'moqui.basic',
    fields: 'statusId* statusTypeId statusCode sequenceNum:number description',
  }),
  defineEntity('ShipmentMethodType', {
    package: 'org.apache.ofbiz.shipment.shipment',
    fields: 'shipmentMethodTypeId* description sequenceNum:number parentTypeId',
  }),
  defineEntity('CarrierShipmentMethod', {
    package: 'org.apache.ofbiz.shipment.shipment',
    fields:
      'shipmentMethodTypeId*>ShipmentMethodType partyId*>Party roleTypeId* sequenceNumber:number carrierServiceCode deliveryDays:number',
  }),
  defineEntity('ProductStoreShipmentMeth', {
    package: 'org.apache.ofbiz.product.store',
    fields:
      'productStoreShipMethId* productStoreId>ProductStore shipmentMethodTypeId>ShipmentMethodType partyId>Party roleTypeId sequenceNumber:number isTrackingRequired fromDate:time thruDate:time',
  }),
  defineEntity('PaymentMethodType', {
    package: 'org.apache.ofbiz.accounting.payment',
    fields: 'paymentMethodTypeId* description paymentMethodCode',
  }),
  defineEntity('ProductType', {
    package: 'org.apache.ofbiz.product.product',
    fields: 'productTypeId* parentTypeId description isPhysical isDigital hasTable',
  }),
  defineEntity('GoodIdentificationType', {
    package: 'org.apache.ofbiz.product.product',
    fields: 'goodIdentificationTypeId* parentTypeId description',
  }),
  defineEntity('OrderAdjustmentType', {
    package: 'org.apache.ofbiz.order.order',
    fields: 'orderAdjustmentTypeId* parentTypeId description',
  }),
  defineEntity('ReturnType', { package: 'org.apache.ofbiz.order.return', fields: 'returnTypeId* description sequenceId' }),
  defineEntity('ReturnReason', { package: 'org.apache.ofbiz.order.return', fields: 'returnReasonId* description sequenceId' }),
  defineEntity('ReturnItemType', {
    package: 'org.apache.ofbiz.order.return',
    fields: 'returnItemTypeId* parentTypeId description',
  }),

  defineEntity('Party', {
    package: 'org.apache.ofbiz.party.party',
    fields: 'partyId* partyTypeId externalId statusId>StatusItem description preferredCurrencyUomId createdDate:time',
    many: {
      roles: { entity: 'PartyRole', keys: ['partyId'] },
      identifications: { entity: 'PartyIdentification', keys: ['partyId'] },
    },
    one: { person: { entity: 'Person', keys: ['partyId'] }, partyGroup: { entity: 'PartyGroup', keys: ['partyId'] } },
  }),
  defineEntity('Person', { package: 'org.apache.ofbiz.party.party', fields: 'partyId*>Party firstName lastName' }),
  defineEntity('PartyGroup', { package: 'org.apache.ofbiz.party.party', fields: 'partyId*>Party groupName' }),
  defineEntity('PartyRole', { package: 'org.apache.ofbiz.party.party', fields: 'partyId*>Party roleTypeId*' }),
  defineEntity('PartyIdentification', {
    package: 'org.apache.ofbiz.party.party',
    fields: 'partyId*>Party partyIdentificationTypeId* idValue',
  }),
  defineEntity('PartyNameDetail', {
    package: 'co.hotwax.party.party',
    fields: 'partyId* partyTypeId externalId statusId firstName lastName groupName',
    view: `SELECT p.partyId, p.partyTypeId, p.externalId, p.statusId, n.firstName, n.lastName, g.groupName, p.lastUpdatedStamp
      FROM Party p LEFT JOIN Person n ON n.partyId = p.partyId LEFT JOIN PartyGroup g ON g.partyId = p.partyId`,
  }),
  defineEntity('PartyNameAndRoleDetail', {
    package: 'co.hotwax.party.party',
    fields: 'partyId* roleTypeId* partyTypeId firstName lastName groupName',
    view: `SELECT r.partyId, r.roleTypeId, p.partyTypeId, n.firstName, n.lastName, g.groupName, p.lastUpdatedStamp FROM PartyRole r
      JOIN Party p ON p.partyId = r.partyId LEFT JOIN Person n ON n.partyId = p.partyId LEFT JOIN PartyGroup g ON g.partyId = p.partyId`,
  }),
  defineEntity('ContactMech', {
    package: 'org.apache.ofbiz.party.contact',
    fields: 'contactMechId* contactMechTypeId infoString',
  }),
  defineEntity('PostalAddress', {
    package: 'org.apache.ofbiz.party.contact',
    fields:
      'contactMechId*>ContactMech toName attnName address1 address2 directions city postalCode stateProvinceGeoId countryGeoId latitude:number longitude:number',
  }),
  defineEntity('TelecomNumber', {
    package: 'org.apache.ofbiz.party.contact',
    fields: 'contactMechId*>ContactMech countryCode areaCode contactNumber',
  }),
  defineEntity('PartyContactMechPurpose', {
    package: 'org.apache.ofbiz.party.contact',
    fields: 'partyId*>Party contactMechId*>ContactMech contactMechPurposeTypeId* fromDate*:time thruDate:time',
  }),
];
