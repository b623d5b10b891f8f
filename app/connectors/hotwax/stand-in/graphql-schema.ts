import { buildSchema } from 'graphql';

const LIST = '(first: Int, after: String, last: Int, before: String, query: String, sortKey: String, reverse: Boolean)';
const connection = (name: string) => `
type ${name}Connection { edges: [${name}Edge!]! nodes: [${name}!]! pageInfo: PageInfo! }
type ${name}Edge { cursor: String! node: ${name}! }`;

/**
 * The read-only GraphQL of 2026. Roots, arguments and the fields of Order, ShipGroup, Shipment, InventoryLevel and Facility are documented;
 * the shape of a connection (as Relay has it), the types of arguments and the other objects' fields are a guess. Source: hotwax.md §3.10.
 */
export const SDL = `
type Query {
  order(orderId: String, externalId: String): Order
  orderByIdentification(identificationTypeId: String!, idValue: String!): Order
  shipment(shipmentId: String!): Shipment
  return(returnId: String!): Return
  facility(facilityId: String!): Facility
  product(productId: String!): Product
  party(partyId: String!): Party
  orders${LIST}: OrderConnection!
  shipments${LIST}: ShipmentConnection!
  returns${LIST}: ReturnConnection!
  inventoryLevels${LIST}: InventoryLevelConnection!
  products${LIST}: ProductConnection!
  facilities${LIST}: FacilityConnection!
  parties${LIST}: PartyConnection!
}
type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
type Order {
  orderId: String! orderName: String externalId: String statusId: String orderDate: String grandTotal: String currencyUomId: String
  productStoreId: String orderItemCount: Int! billToCustomer: Party orderItems: [OrderItem!]! identifications: [OrderIdentification!]!
  shipGroups: [ShipGroup!]! statuses: [OrderStatus!]! adjustments: [OrderAdjustment!]! paymentPreferences: [PaymentPreference!]!
}
type OrderItem {
  orderItemSeqId: String! shipGroupSeqId: String productId: String externalId: String quantity: String unitPrice: String statusId: String itemDescription: String
}
type OrderIdentification { orderIdentificationTypeId: String! idValue: String }
type OrderStatus { statusId: String statusDatetime: String orderItemSeqId: String }
type OrderAdjustment { orderAdjustmentTypeId: String amount: String comments: String orderItemSeqId: String }
type PaymentPreference { paymentMethodTypeId: String maxAmount: String statusId: String manualRefNum: String }
type ShipGroup {
  shipGroupSeqId: String! shipmentMethodTypeId: String carrierPartyId: String facilityId: String orderItems: [OrderItem!]!
  shipFromAddress: PostalAddress shippingMethod: ShippingMethod facilityChangeHistory: [FacilityChange!]!
}
type PostalAddress { toName: String address1: String address2: String city: String postalCode: String stateProvinceGeoId: String countryGeoId: String }
type ShippingMethod { shipmentMethodTypeId: String! description: String }
type FacilityChange { fromFacilityId: String facilityId: String changeDatetime: String changeReasonEnumId: String orderItemSeqId: String }
type Shipment {
  shipmentId: String! statusId: String primaryOrderId: String originFacilityId: String shipmentMethodTypeId: String estimatedShipDate: String externalId: String
}
type Return { returnId: String! externalId: String statusId: String entryDate: String returnDate: String destinationFacilityId: String returnItems: [ReturnItem!]! }
type ReturnItem { returnItemSeqId: String! orderId: String orderItemSeqId: String productId: String returnQuantity: String returnReasonId: String statusId: String }
type InventoryLevel { productId: String! facilityId: String! availableToPromise: String! quantityOnHand: String! }
type Product { productId: String! internalName: String productName: String productTypeId: String }
type Facility { facilityId: String! facilityName: String facilityTypeId: String parentFacilityId: String externalId: String }
type Party { partyId: String! partyTypeId: String firstName: String lastName: String groupName: String }
${['Order', 'Shipment', 'Return', 'InventoryLevel', 'Product', 'Facility', 'Party'].map(connection).join('')}
`;

export const schema = buildSchema(SDL);
