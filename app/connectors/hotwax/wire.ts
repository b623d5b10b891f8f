import { z } from 'zod';
import { decimal, decimalOrNull, idLength, momentOf } from '../contract/index.ts';

/*
 * What HotWax answers, as far as it is used. Fields without a value are left out on the wire and null here; ids are text; moments are epoch ms
 * from both servers and ISO 8601 from GraphQL; amounts and counts are numbers, decimals as text from GraphQL.
 */

const id = z.union([z.string().min(1).max(idLength), z.number()]).transform(String);
const optionalId = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? null : String(value)));
const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? null : String(value)));
/** A count that nobody may guess at: it is there and can be read, or isn't there at all. */
const countIfAny = z
  .union([decimal, z.literal('')])
  .nullish()
  .transform((value) => (typeof value === 'number' ? value : null));
/** A moment as epoch ms; null where there is none or it can't be read. */
const moment = z
  .unknown()
  .optional()
  .transform((value) => {
    if (typeof value === 'number') return momentOf(value);
    return typeof value === 'string' ? momentOf(/^\d+$/.test(value) ? Number(value) : Date.parse(value)) : null;
  });
/** OFBiz's `Y` and `N`; where nothing stands, yes. */
const yes = z
  .string()
  .nullish()
  .transform((value) => value !== 'N');
const rows = <Row extends z.ZodType>(row: Row) =>
  z
    .array(row)
    .nullish()
    .transform((value) => value ?? []);

/** Where only success counts. */
export const anything = z.unknown();

/** Something must be in it, or a page of another server would pass for it. */
export const loginOptions = z
  .object({ loginAuthType: text, loginAuthUrl: text, maargInstanceUrl: text })
  .refine(({ loginAuthType, maargInstanceUrl }) => loginAuthType !== null || maargInstanceUrl !== null);
export const token = z.object({ token: z.string().min(1), expirationTime: moment });
export const profile = z.object({ userId: text, userLoginId: text, username: text, partyName: text, userFullName: text });
export const instance = z.object({
  instanceInfo: z.object({ instancePurpose: text, instanceName: text, componentRelease: text }).nullish(),
  components: rows(z.object({ name: text, version: text })),
});

export const productStore = z.object({
  productStoreId: id,
  storeName: text,
  companyName: text,
  payToPartyId: optionalId,
  allowSplit: text,
});
export const facility = z.object({
  facilityId: id,
  facilityName: text,
  facilityTypeId: text,
  parentTypeId: text,
  externalId: optionalId,
  closedDate: moment,
  maximumOrderLimit: decimalOrNull,
  postalCode: text,
});
export const storeFacility = z.object({ facilityId: id, thruDate: moment });
export const facilityMade = z.object({ facilityId: id });
export const contactMechMade = z.object({ contactMechId: id });

export const shipmentMethod = z.object({ shipmentMethodTypeId: id, description: text });
export const carrier = z.object({ partyId: id, groupName: text });
export const carrierMethod = z.object({ partyId: id, shipmentMethodTypeId: id });
export const paymentType = z.object({ paymentMethodTypeId: id, description: text, paymentMethodCode: text });
export const enumeration = z.object({ enumId: id, description: text });
export const productType = z.object({ productTypeId: id, description: text, parentTypeId: text });

/** One that is longer than any SKU of Shopify's is nobody's. */
const sku = text.transform((value) => (value !== null && value.length <= idLength ? value : null));

export const product = z.object({ productId: id, internalName: sku, productName: text });
export const productWritten = z.object({ productId: id });

export const party = z.object({ partyId: id });

export const orderItem = z.object({
  orderItemSeqId: id,
  shipGroupSeqId: optionalId,
  externalId: optionalId,
  productId: optionalId,
  quantity: decimalOrNull,
  cancelQuantity: decimalOrNull,
  unitPrice: decimalOrNull,
  statusId: text,
});
/** An order as a row with its ship groups and items nested; where items stand beside the ship groups, they are read there. */
export const orderRow = z.object({
  orderId: id,
  orderName: text,
  externalId: optionalId,
  statusId: text,
  attributes: rows(z.object({ attrName: text, attrValue: text })),
  shipGroups: rows(
    z.object({
      shipGroupSeqId: id,
      facilityId: optionalId,
      contactMechId: optionalId,
      telecomContactMechId: optionalId,
      items: rows(orderItem),
      orderItems: rows(orderItem),
    }),
  ),
  items: rows(orderItem),
  statuses: rows(z.object({ statusId: text, statusDatetime: moment, orderItemSeqId: optionalId })),
});
/** An order with what it costs and whose it is. */
export const orderToChange = orderRow.extend({
  roles: rows(z.object({ partyId: id, roleTypeId: text })),
  adjustments: rows(z.object({ orderItemSeqId: optionalId, amount: decimalOrNull })),
});
export const facilityChange = z.object({ orderItemSeqId: optionalId, fromFacilityId: optionalId, changeDatetime: moment });
export const orderMade = z.object({ orderId: id });

const detailItem = z.object({
  orderItemSeqId: id,
  itemStatusId: text,
  productId: optionalId,
  quantity: decimalOrNull,
});
/** One order with its ship groups, what ships them and where that stands. */
export const orderDetail = z.object({
  orderId: id,
  orderName: text,
  orderStatusId: text,
  grandTotal: decimalOrNull,
  currencyUom: text,
  shipGroups: rows(
    z.object({
      shipGroupSeqId: id,
      facilityId: optionalId,
      picklistId: optionalId,
      shipmentId: optionalId,
      shipmentStatusId: text,
      items: rows(detailItem),
    }),
  ),
});
export const orderAnswer = z.object({ orderDetail: orderDetail.nullish() });

export const graphqlAnswer = z.object({
  data: z.object({ order: orderRow.omit({ attributes: true, items: true }).nullish() }).nullish(),
  errors: rows(z.object({ message: text, extensions: z.object({ code: text }).nullish() })),
});

const routeSegment = z.object({ trackingCode: text, carrierServiceStatusId: text });
export const shipment = z.object({
  shipmentId: id,
  orderId: optionalId,
  primaryOrderId: optionalId,
  statusId: text,
  originFacilityId: optionalId,
  shipmentMethodTypeId: text,
  carrierPartyId: text,
  trackingIdNumber: text,
  shippedDate: moment,
  statusDate: moment,
  lastUpdatedStamp: moment,
  items: rows(z.object({ orderItemSeqId: optionalId, orderId: optionalId, productId: optionalId, quantity: decimal })),
  shipmentPackageRouteSegDetails: rows(routeSegment),
});

export const productFacility = z.object({
  productId: id,
  facilityId: id,
  lastInventoryCount: decimalOrNull,
  minimumStock: decimalOrNull,
  allowBrokering: yes,
  lastUpdatedStamp: moment,
});
export const inventoryItem = z.object({ productId: id, facilityId: id, quantityOnHandTotal: decimalOrNull });
/** Rows of a generic reading. */
export const contactRows = z.object({ entityValueList: rows(z.looseObject({ contactMechId: id })) });
export const facilityGroups = z.object({ entityValueList: rows(z.object({ facilityGroupId: id })) });
export const onlineAtp = z.object({ productId: id, sku: text, atp: decimalOrNull });

export const returnRow = z.object({
  returnId: id,
  externalId: optionalId,
  statusId: text,
  destinationFacilityId: optionalId,
  needsInventoryReceive: yes,
  returnDate: moment,
  entryDate: moment,
  lastUpdatedStamp: moment,
  items: rows(
    z.object({
      returnItemSeqId: optionalId,
      orderId: optionalId,
      orderItemSeqId: optionalId,
      productId: optionalId,
      statusId: text,
      returnQuantity: countIfAny,
      receivedQuantity: countIfAny,
      returnReasonId: text,
      returnTypeId: text,
    }),
  ),
});

export const shopRecord = z.object({
  shopId: id,
  shopifyShopId: text,
  productStoreId: text,
  name: text,
  email: text,
  shopOwner: text,
  timezone: text,
  planName: text,
  domain: text,
  myshopifyDomain: text,
  weightUnit: text,
  currency: text,
  countryCode: text,
  isEnabled: text,
});
export const shopMade = z.object({ shopId: id });
export const remote = z.object({ systemMessageRemoteId: id, internalId: text, accessScopeEnumId: text });
export const shopLocation = z.object({ shopId: id, facilityId: id, shopifyLocationId: text });
export const shopCarrierShipment = z.object({
  shopId: id,
  shopifyShippingMethod: z.string(),
  carrierPartyId: text,
  shipmentMethodTypeId: text,
});
export const shopTypeMapping = z.object({ shopId: id, mappedKey: z.string(), mappedTypeId: text, mappedValue: text });

export type OrderRow = z.output<typeof orderRow>;
export type OrderToChange = z.output<typeof orderToChange>;
export type OrderItem = z.output<typeof orderItem>;
export type OrderDetail = z.output<typeof orderDetail>;
export type Shipment = z.output<typeof shipment>;
export type ReturnRow = z.output<typeof returnRow>;
export type Facility = z.output<typeof facility>;
export type ProductFacility = z.output<typeof productFacility>;
export type Product = z.output<typeof product>;
export type ShopRecordRow = z.output<typeof shopRecord>;
