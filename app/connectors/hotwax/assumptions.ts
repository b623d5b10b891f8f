/*
 * Everything here is a guess, or one of several readings of what HotWax published, in one place so that it can be changed when a real instance
 * shows otherwise. README.md lists where each comes from. Nothing outside this folder knows of any of it.
 */

/** Rows asked for in one page: what Moqui sends where nothing is asked for. */
export const pageRows = 100;

/** How often a list that changed while it was read is read again. */
export const readAgain = 3;

/** Calls at once and a second for one user. HotWax publishes no limits; Moqui slows down a user that calls too often (429). */
export const accountCalls = { concurrency: 6, perSecond: 15 };

/** How long a token is used where its answer names no end. */
export const tokenLifeMs = 30 * 60_000;

/** Reading changes begins this long before the last one taken: a change may be stamped before it can be seen. */
export const overlapMs = 10 * 60_000;

/** Levels of nested rows that are asked for with an order: ship groups, and items in them. */
export const orderLevels = 2;

/** Ids of ours are at most so long: OFBiz keeps ids in columns of 20 characters. */
export const idLength = 20;

/** Texts of attributes are cut to this: OFBiz keeps them in columns of 255 characters. */
export const attributeLength = 255;

/** Parties that take part in an order; a party needs each role before an order may name it. */
export const customerRoles = ['CUSTOMER', 'PLACING_CUSTOMER', 'BILL_TO_CUSTOMER', 'SHIP_TO_CUSTOMER'] as const;

/** A shipment method without a carrier: HotWax fills it in when it brokers. */
export const noCarrier = '_NA_';

/** How discounts, taxes and charges are called. EXT_PROMO_ADJUSTMENT for a Shopify discount is the best guess of HotWax's own documents. */
export const adjustments = {
  discount: 'EXT_PROMO_ADJUSTMENT',
  salesTax: 'SALES_TAX',
  includedTax: 'VAT_TAX',
  shipping: 'SHIPPING_CHARGES',
  shippingDiscount: 'EXT_SHIP_ADJUSTMENT',
  shippingTax: 'SHIPPING_SALES_TAX',
  tip: 'MISCELLANEOUS_CHARGE',
  rounding: 'MISCELLANEOUS_CHARGE',
  duty: 'DUTY',
  fee: 'FEE',
} as const;

export const paymentStates = { paid: 'PAYMENT_SETTLED', unpaid: 'PAYMENT_NOT_RECEIVED' };

/** HotWax's own starter mapping of channels; the first that the Shopify channel contains. */
export const channels: readonly (readonly [RegExp, string])[] = [
  [/^(pos|point of sale)$/i, 'POS_SALES_CHANNEL'],
  [/^(android|iphone)$/i, 'PHONE_SALES_CHANNEL'],
  [/^(shopify_)?draft_orders?$/i, 'CSR_SALES_CHANNEL'],
  [/exchange/i, 'EXCHG_SALES_CHANNEL'],
  [/instagram/i, 'INSTAGRAM_SALES_CH'],
  [/facebook/i, 'FACEBOOK_SALES_CH'],
];
export const otherChannel = 'WEB_SALES_CHANNEL';
/** Ids of HotWax's are words in capitals, Shopify's channels are not: one that looks like this was mapped. */
export const channelId = /^[A-Z][A-Z0-9_]*$/;

/**
 * A sale at the till: approved with this channel and method at its facility, HotWax completes it at once and takes its goods off the stock there
 * (hotwax.md §1.4 [D], said of its own import; that it holds for orders that are handed over is a guess).
 */
export const tillSale = { channel: 'POS_SALES_CHANNEL', method: 'POS_COMPLETED' } as const;

/** HotWax's own starter mapping of product types. */
export const productTypes: Readonly<Record<string, string>> = {
  'gift cards': 'GIFT_CARD',
  'gift card': 'GIFT_CARD',
  'loyalty card': 'DIGITAL_GOOD',
  insurance: 'DIGITAL_GOOD',
  donation: 'DONATION',
};

/** Product types of the public seed, for instances that have no list of them. */
export const seedProductTypes = [
  'FINISHED_GOOD',
  'DIGITAL_GOOD',
  'DONATION',
  'SERVICE',
  'MARKETING_PKG_PICK',
  'GIFT_CARD',
] as const;

/** Provinces by HotWax's geo ids: two letters in North America, with the country before it elsewhere (`IN-MP`). */
export const provinceGeo = (country: string, province: string): string =>
  ['US', 'CA'].includes(country) ? province : `${country}-${province}`;

/** Facility types below the parent VIRTUAL_FACILITY; told by the type where a row doesn't carry its parent. */
export const virtualTypes: readonly string[] = [
  'VIRTUAL_FACILITY',
  'NA',
  'PRE_ORDER',
  'BACKORDER',
  'GENERAL_OPERATIONS',
  'RELEASED_ORD',
];
/** Virtual facilities whose orders are promised against stock to come, or are history: they take nothing from what is there now. */
export const parkedTypes: readonly string[] = ['PRE_ORDER', 'BACKORDER', 'GENERAL_OPERATIONS'];
/** A facility of this type holds no stock: the safety stock of its rows is the threshold of the online total. */
export const thresholdType = 'CONFIGURATION';

/** Entities in HotWax's generic reading. */
export const facilityGroupEntity = 'org.apache.ofbiz.product.facility.FacilityGroup';
export const contactEntities = {
  purposes: 'org.apache.ofbiz.party.contact.PartyContactMechPurpose',
  postalAddresses: 'org.apache.ofbiz.party.contact.PostalAddress',
  telecomNumbers: 'org.apache.ofbiz.party.contact.TelecomNumber',
  emails: 'org.apache.ofbiz.party.contact.ContactMech',
} as const;

/** Orders that HotWax hasn't reserved stock for: created ones anywhere, approved ones while they are in a virtual facility. */
export const openOrderStates: readonly string[] = ['ORDER_CREATED', 'ORDER_APPROVED', 'ORDER_HOLD', 'ORDER_PROCESSING'];
export const reservedOrderStates: readonly string[] = ['ORDER_APPROVED', 'ORDER_PROCESSING'];
export const closedItemStates: readonly string[] = ['ITEM_CANCELLED', 'ITEM_COMPLETED', 'ITEM_REJECTED'];

/** Shipments in these states left the building. */
export const shippedStates: readonly string[] = ['SHIPMENT_SHIPPED', 'SHIPMENT_IN_TRANSIT', 'SHIPMENT_DELIVERED'];
export const cancelledShipment = 'SHIPMENT_CANCELLED';

/** Returns in these states were received. */
export const receivedReturnStates: readonly string[] = ['RETURN_RECEIVED', 'RETURN_COMPLETED'];
/** What the buyer gets for goods of these types is money; for every other one it is other goods or credit. */
export const moneyReturnTypes: readonly string[] = ['RTN_REFUND'];
/** What a return that we announce begins as. */
export const announcedReturn = 'RETURN_REQUESTED';

/** Shipments without a tracking number are looked at again for so long, and at most so many at a time. */
export const trackings = { waitMs: 3 * 24 * 3_600_000, waitForMost: 50 };

/** Carriers as Shopify names them; others are handed on as HotWax names them. */
export const carrierNames: Readonly<Record<string, string>> = {
  FEDEX: 'FedEx',
  UPS: 'UPS',
  USPS: 'USPS',
  DHL: 'DHL',
  DHL_EXPRESS: 'DHL Express',
  DPD: 'DPD',
  GLS: 'GLS',
  CANADA_POST: 'Canada Post',
  PUROLATOR: 'Purolator',
};

/** Where stock is kept in a facility that is made from here, and where stock is written. */
export const pickLocation = {
  locationSeqId: 'TLTLTLLL01',
  areaId: 'TL',
  aisleId: 'TL',
  sectionId: 'TL',
  levelId: 'LL',
  positionId: '01',
  locationTypeEnumId: 'FLT_PICKLOC',
};
export const stockReason = 'VAR_MANUAL';

/** Products read with one call: their ids travel in the address. */
export const productsInACall = 50;
/** Up to so many facilities are named in the address; beyond that all rows are read and sorted out here. */
export const facilitiesInACall = 40;

/** Kinds of mapping that HotWax keeps by its name of the kind. */
export const mappingTypes = {
  'payment-method': 'SHOPIFY_PAYMENT_TYPE',
  channel: 'SHOPIFY_ORDER_SOURCE',
  'product-type': 'SHOPIFY_PRODUCT_TYPE',
} as const;

/** What the record of the shop's credentials must say for HotWax to write to Shopify; a lookalike (SHOP_READ_WRITE_ACCESS) doesn't count. */
export const accessScopes = { write: 'SHOP_RW_ACCESS', none: 'SHOP_NO_ACCESS' };

/** Where orders from before the launch are kept, and the mark that nothing is issued for them (hotwax.md §1.2). */
export const history = { facilityId: 'GENERAL_OPS_PARKING', mark: { needsInventoryIssuance: 'N' } } as const;
