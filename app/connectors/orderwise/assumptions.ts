/*
 * Everything here is a guess, or one of several readings of what is known of OrderWise, in one place so that it can be changed when a real
 * installation shows otherwise. README.md lists where each comes from. Nothing outside this folder knows of any of it.
 */

/**
 * Names of fields of an order that no source shows, told by analogy with the XML of the classic session. The setting `fieldNames` changes
 * each of them, or leaves it out, without a release. The left side is our name for it.
 */
export const guessedFields = {
  customerOrderRef: 'customerOrderRef',
  pricesAsNet: 'pricesAsNet',
  orderNet: 'orderNet',
  orderTax: 'orderTax',
  deliveryNet: 'deliveryNet',
  deliveryTax: 'deliveryTax',
  orderTypeId: 'orderTypeId',
  currencyId: 'currencyId',
  itemNet: 'itemNet',
  eCommerceItemId: 'eCommerceItemId',
  payments: 'payments',
  paymentMethodId: 'paymentMethodId',
  paymentAmount: 'amount',
  dissurs: 'dissurs',
  dissurDescription: 'description',
  dissurPrice: 'price',
  dissurTaxRateId: 'taxRateId',
  dissurDiscount: 'discount',
} as const;

/** What `systemOrderType` says of an ordinary order. */
export const orderKind = 1;

/** The number of each value list (S4). */
export const valueLists = {
  currency: 1,
  taxRate: 2,
  stockLocation: 4,
  orderType: 15,
  deliveryMethod: 18,
  paymentMethod: 20,
  priceList: 56,
} as const;

/** The right of the API user group that a path asks for, as OrderWise's security page calls it. */
export const rights: readonly (readonly [path: RegExp, right: string])[] = [
  [/^\/value-lists|^\/system\/stock-locations/, 'Value lists'],
  [/^\/sales\//, 'Sales orders'],
  [/^\/stock\//, 'Stock'],
  [/^\/customers/, 'Customers'],
  [/^\/(products|variants)/, 'Products'],
  [/^\/system\/export-definition/, 'API Export Definitions'],
];

/** A token is kept so long at most: sources differ between one call and 30 days. */
export const tokenLifeMs = 55 * 60_000;

/** Export definitions are SQL over a whole business: they may take long. */
export const exportTimeoutMs = 120_000;

/** The variable of an export definition that says since when. */
export const sinceParameter = '@since';

/** What is sent to a definition without variables: seen so in a working client (S5). */
export const noParameters = [{ name: '', value: null }];

/** "Everything" for a definition that asks since when. */
export const beginningOfTime = '2000-01-01T00:00:00';

/** Reading changes begins this long before the last time: clocks differ, and a change may be stamped before it can be seen. */
export const overlapMs = 10 * 60_000;

/** A fixed window counts as missed this long before it is over. */
export const windowMarginMs = 60_000;

/** The first reading of statuses, and the look for an order of which nothing is remembered, reach back so far. */
export const lookBackMs = 366 * 86_400_000;

/** What is remembered of an order is kept for so long at least. */
export const memoryMs = 60 * 86_400_000;

/** An order that was accepted for a later import and isn't there after so long is named. */
export const queuedTooLongMs = 2 * 3_600_000;

/** Customers and variants in one answer. */
export const customerPage = 1000;
export const mostVariants = 200_000;

/** Columns of export definitions and of the classic exports; upper and lower case don't count. The first that is there is read. */
export const columns = {
  sku: ['sku', 'variantCode', 'vad_variant_code'],
  freeStock: ['vsl_free_stock_quantity', 'freeStock', 'vasq_free_stock_quantity', 'StockQty'],
  location: ['StocklocationId', 'vsl_sl_id', 'sl_id'],
  locationName: ['sl_name', 'StockLocation'],
  /** Shopwise's names: `orderNumber` is the record's id, `orderID` the number that people use. */
  orderId: ['orderNumber'],
  orderNumber: ['orderID'],
  reference: ['orderReference'],
  status: ['orderStatus'],
  tracking: ['trackNumber'],
  link: ['trackingLink'],
  shipped: ['dateShipped'],
  delivery: ['deliveryNumber'],
  courier: ['courier', 'courierName'],
  quantity: ['quantity'],
  returnNumber: ['returnNumber'],
  restocked: ['restocked'],
  received: ['dateReceived'],
  account: ['accountNumber', 'customerId'],
  email: ['email', 'statementEmail'],
  availableCredit: ['availableCredit', 'availableToSpend'],
  creditUsed: ['creditUsed', 'balance'],
} as const;

/** Elements of the classic despatch export, as a working shop reads them (S2); `lines` is ours. */
export const despatchElements = {
  order: ['order', 'SalesOrder'],
  number: ['orderNo', 'orderNumber'],
  status: ['orderStatus', 'status'],
  delivery: ['deliveries', 'delivery'],
  deliveryNumber: ['deliveryNumber'],
  date: ['deliveryDate'],
  courier: ['courierName', 'courier'],
  consignments: ['consignmentNumbers'],
  consignment: ['consignmentNumber'],
  lines: ['deliveryLines'],
  line: ['deliveryLine'],
  sku: ['variantCode', 'sku'],
  quantity: ['quantity'],
} as const;

/** Limits of a document that OrderWise sends us: characters, and elements within elements. */
export const xmlLimits = { characters: 16 * 1024 * 1024, depth: 32 };

/** While nobody can say whether OrderWise has an order it is looked again so much later: a session runs every five minutes. */
export const lookAgainMs = 5 * 60_000;

/** So many of its runs must have confirmed orders fetched with this one, and not this one, before it counts as refused: one confirmation may have been late. */
export const refusalsUntilCertain = 2;

/** An order that was fetched so often without being confirmed is named: OrderWise refuses it. */
export const fetchesUntilNamed = 3;

/** A classic session that was silent for so long is named by the connection test. */
export const silentMs = 24 * 3_600_000;

/** Pieces that the classic session's stock is kept in. */
export const stockPieces = 64;

/** Documents of a connection go after 60 days; stock that doesn't change is written anew before. */
export const renewStockMs = 30 * 86_400_000;
