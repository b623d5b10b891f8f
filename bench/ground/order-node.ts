const money = (amount: string) => ({
  shopMoney: { amount, currencyCode: 'EUR' },
  presentmentMoney: { amount, currencyCode: 'EUR' },
});
const zero = money('0.0');

const address = {
  firstName: 'Ada',
  lastName: 'Byron',
  name: 'Ada Byron',
  company: null,
  address1: 'Lange Straße 12',
  address2: null,
  city: 'Berlin',
  province: null,
  provinceCode: null,
  zip: '10115',
  countryCodeV2: 'DE',
  phone: '+49 30 1234567',
};

const tax = (amount: string) => ({ title: 'MwSt', rate: 0.19, priceSet: money(amount) });

/** Ids of order `n` are made from its number alone, so that nobody has to keep it. */
const gid = (kind: string, n: number, part = 0) => `gid://shopify/${kind}/${n * 10 + part}`;
export const orderGid = (n: number) => gid('Order', n);
export const orderNumber = (id: string) => Math.floor(Number(id.slice(id.lastIndexOf('/') + 1)) / 10);

const lines = (n: number) =>
  [1, 2].map((part) => ({
    id: gid('LineItem', n, part),
    name: `Mug ${part}`,
    title: `Mug ${part}`,
    variantTitle: null,
    sku: `SKU-${(n * 2 + part) % 1_000}`,
    vendor: 'Bench',
    quantity: part,
    currentQuantity: part,
    unfulfilledQuantity: part,
    requiresShipping: true,
    taxable: true,
    isGiftCard: false,
    product: { id: gid('Product', 1, part), productType: 'Mugs' },
    variant: { id: gid('ProductVariant', 1, part) },
    customAttributes: [],
    originalUnitPriceSet: money('10.0'),
    discountAllocations: [],
    taxLines: [tax(part === 1 ? '1.6' : '3.19')],
  }));

/** Everything of order `n` but its connections: two lines of 10.00 (one and two units), 5.00 shipping, paid, tax included. */
function head(n: number, at: string) {
  return {
    ...{ id: orderGid(n), name: `#${n}`, createdAt: at, processedAt: at, updatedAt: at, cancelledAt: null, cancelReason: null },
    ...{ closedAt: null, confirmed: true, test: false, edited: false, displayFinancialStatus: 'PAID' },
    ...{ displayFulfillmentStatus: 'UNFULFILLED', returnStatus: 'NO_RETURN', requiresShipping: true, fulfillable: true },
    ...{ currencyCode: 'EUR', presentmentCurrencyCode: 'EUR', taxesIncluded: true, taxExempt: false, dutiesIncluded: false },
    ...{ paymentGatewayNames: ['shopify_payments'], sourceName: 'web', sourceIdentifier: null },
    ...{
      attribution: { handle: 'web', displayName: 'Online Store' },
      poNumber: null,
      tags: ['vip'],
      note: 'Ring twice',
      customAttributes: [],
    },
    ...{ discountCodes: [], email: 'ada@example.com', phone: null, customerLocale: 'de' },
    customer: {
      id: gid('Customer', 1),
      displayName: 'Ada Byron',
      firstName: 'Ada',
      lastName: 'Byron',
      tags: [],
      taxExempt: false,
    },
    ...{ billingAddress: address, shippingAddress: address, risk: { recommendation: 'ACCEPT' } },
    ...{
      subtotalPriceSet: money('30.0'),
      totalPriceSet: money('35.0'),
      totalTaxSet: money('5.59'),
      totalShippingPriceSet: money('5.0'),
    },
    ...{ totalDiscountsSet: zero, totalTipReceivedSet: zero, totalReceivedSet: money('35.0'), totalRefundedSet: zero },
    ...{
      totalOutstandingSet: zero,
      currentTotalPriceSet: money('35.0'),
      currentTotalTaxSet: money('5.59'),
      currentTotalDutiesSet: null,
    },
    currentSubtotalLineItemsQuantity: 3,
    transactions: [
      {
        ...{ id: gid('OrderTransaction', n), kind: 'SALE', status: 'SUCCESS', gateway: 'shopify_payments' },
        ...{ formattedGateway: 'Shopify Payments', manualPaymentGateway: false, amountSet: money('35.0') },
      },
    ],
  };
}

const shippingLine = (n: number) => ({
  ...{
    id: gid('ShippingLine', n),
    title: 'Standard',
    code: 'standard',
    source: 'shopify',
    carrierIdentifier: null,
    deliveryCategory: null,
  },
  ...{
    originalPriceSet: money('5.0'),
    discountedPriceSet: money('5.0'),
    currentDiscountedPriceSet: money('5.0'),
    taxLines: [tax('0.8')],
  },
});

const fulfilmentOrder = (n: number, locationId: string, at: string) => ({
  ...{ id: gid('FulfillmentOrder', n), status: 'OPEN', requestStatus: 'UNSUBMITTED', fulfillAt: null, updatedAt: at },
  assignedLocation: { name: 'Main', location: { id: locationId } },
  fulfillmentHolds: [],
  deliveryMethod: { methodType: 'SHIPPING', presentedName: 'Standard', serviceCode: 'standard' },
});

const fulfilmentLines = (n: number) =>
  [1, 2].map((part) => ({
    ...{
      id: gid('FulfillmentOrderLineItem', n, part),
      inventoryItemId: gid('InventoryItem', 1, part),
      sku: `SKU-${(n * 2 + part) % 1_000}`,
    },
    ...{ totalQuantity: part, remainingQuantity: part, lineItem: { id: gid('LineItem', n, part) } },
  }));

const page = <Node>(nodes: Node[]) => ({ nodes, pageInfo: { hasNextPage: false, endCursor: null } });

/** The answer to OrderRead. */
export function orderNode(n: number, locationId: string, at: string) {
  return {
    ...head(n, at),
    lineItems: page(lines(n)),
    shippingLines: page([shippingLine(n)]),
    fulfillmentOrders: page([{ ...fulfilmentOrder(n, locationId, at), lineItems: page(fulfilmentLines(n)) }]),
  };
}

/** The same order as lines of a bulk query's result: the order, and below it what hangs on it. */
export function orderLines(n: number, locationId: string, at: string): object[] {
  const parent = { __parentId: orderGid(n) };
  return [
    { ...head(n, at), shippingLine: shippingLine(n) },
    ...lines(n).map((line) => ({ ...line, duties: [], ...parent })),
    { ...fulfilmentOrder(n, locationId, at), supportedActions: [], ...parent },
    ...fulfilmentLines(n).map((line) => ({ ...line, __parentId: gid('FulfillmentOrder', n) })),
  ];
}

/** The order as a long list names it; `open`: something is left to ship. */
export function listedOrder(n: number, at: string, open: boolean) {
  const { id, name, cancelledAt, displayFinancialStatus, sourceName, currencyCode, currentTotalPriceSet, tags } = head(n, at);
  return {
    ...{ id, name, processedAt: at, updatedAt: at, cancelledAt, closedAt: open ? null : at, displayFinancialStatus },
    displayFulfillmentStatus: open ? 'UNFULFILLED' : 'FULFILLED',
    ...{ sourceName, currencyCode, currentTotalPriceSet, currentSubtotalLineItemsQuantity: 3, tags },
  };
}
