import type { FulfilmentOrder, ShopifyOrder, ShopifyOrderLine } from './shopify-order.ts';

/* A plain paid order of two lines at one location, and small ways to vary it: for the tables of tests beside this file. */

export function aLine(change: Partial<ShopifyOrderLine> = {}): ShopifyOrderLine {
  return {
    id: 'gid://shopify/LineItem/1',
    variantId: 'gid://shopify/ProductVariant/1',
    inventoryItemId: 'gid://shopify/InventoryItem/1',
    sku: 'MUG-1',
    title: 'Mug',
    quantity: 2,
    currentQuantity: 2,
    requiresShipping: true,
    isGiftCard: false,
    productType: 'Mugs',
    productTags: [],
    unitPrice: 1000,
    discount: 0,
    unitNet: null,
    taxes: [],
    attributes: [],
    ...change,
  };
}

export function aFulfilmentOrder(change: Partial<FulfilmentOrder> = {}): FulfilmentOrder {
  return {
    id: 'gid://shopify/FulfillmentOrder/1',
    status: 'OPEN',
    locationId: 'gid://shopify/Location/1',
    locationName: 'Main',
    deliveryMethod: 'SHIPPING',
    fulfillAt: null,
    holds: [],
    lines: [
      {
        id: 'gid://shopify/FulfillmentOrderLineItem/1',
        lineId: 'gid://shopify/LineItem/1',
        inventoryItemId: 'gid://shopify/InventoryItem/1',
        sku: 'MUG-1',
        total: 2,
        remaining: 2,
      },
    ],
    ...change,
  };
}

export function anOrder(change: Partial<ShopifyOrder> = {}): ShopifyOrder {
  return {
    id: 'gid://shopify/Order/1',
    name: '#1001',
    placedAt: '2026-11-20T10:00:00.000Z',
    updatedAt: '2026-11-20T10:00:05.000Z',
    cancelledAt: null,
    closedAt: null,
    test: false,
    edited: false,
    financialStatus: 'PAID',
    fulfilmentStatus: 'UNFULFILLED',
    currency: 'EUR',
    taxesIncluded: true,
    currentTotal: 2500,
    refundedTotal: 0,
    tags: [],
    note: null,
    attributes: [],
    channel: 'web',
    channelLabel: 'Online Store',
    gateways: ['shopify_payments'],
    customer: null,
    billing: null,
    shipTo: null,
    lines: [aLine()],
    shippingLines: [{ title: 'Standard', code: 'standard', amount: 500, discount: 0, taxes: [] }],
    tips: 0,
    duties: 0,
    fees: [],
    rounding: 0,
    sums: null,
    risk: 'NONE',
    withheld: [],
    hasReturns: false,
    fulfilmentOrders: [aFulfilmentOrder()],
    ...change,
  };
}
