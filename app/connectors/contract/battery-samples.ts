import { randomInt } from 'node:crypto';
import type { BatteryRig } from './battery-rig.ts';
import type { SalesOrder, SalesOrderLine } from './orders.ts';
import type { Product } from './products.ts';

/** A line of the battery's orders: 10.00 each. Its line id is told from reference and SKU. */
function lineOf(facilityId: string, reference: string, sku: string, quantity: number): SalesOrderLine {
  return {
    lineId: `gid://shopify/LineItem/${reference.replace(/\D/g, '')}${[...sku].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)}`,
    variantId: null,
    sku,
    remoteProductId: null,
    title: `Article ${sku}`,
    quantity,
    facilityId,
    unitPrice: 1000,
    discount: 0,
    taxes: [{ title: 'VAT', rate: 0.19, amount: Math.round((1000 * quantity * 19) / 119) }],
    total: 1000 * quantity,
    requiresShipping: true,
    attributes: [],
  };
}

/** An order of `units` with shipping for 5.00, prices with tax. */
export function batteryOrder(
  rig: Pick<BatteryRig, 'facilityId' | 'order'>,
  reference: string,
  units: Record<string, number>,
): SalesOrder {
  const lines = Object.entries(units).map(([sku, quantity]) => lineOf(rig.facilityId, reference, sku, quantity));
  const total = lines.reduce((sum, line) => sum + line.total, 500);
  const address = {
    name: 'Ada Lovelace',
    company: null,
    address1: 'Hauptstraße 1',
    address2: null,
    city: 'Berlin',
    zip: '10115',
    province: null,
    provinceCode: null,
    countryCode: 'DE',
    phone: '+49 30 1234567',
  };
  return {
    reference,
    partNumber: 1,
    shopifyOrderId: `gid://shopify/Order/${reference.replace(/\D/g, '')}`,
    shopifyOrderName: reference,
    placedAt: new Date().toISOString(),
    currency: 'EUR',
    taxesIncluded: true,
    storeId: null,
    facilityId: rig.facilityId,
    channel: 'web',
    customer: { id: 'gid://shopify/Customer/77', name: address.name, email: 'ada@example.com', phone: null, tags: [] },
    billing: address,
    shipTo: address,
    deliveryMethod: 'shipping',
    handedOver: false,
    shipping: { title: 'Standard', code: 'standard', carrier: null, method: null },
    payments: [{ gateway: 'shopify_payments', method: null, amount: total, paid: true }],
    lines,
    charges: [{ kind: 'shipping', title: 'Standard', amount: 500, discount: 0, taxes: [] }],
    total: { amount: total, currency: 'EUR' },
    note: null,
    attributes: [],
    tags: [],
    ...rig.order,
  };
}

/** A product as the engine hands it over. */
export function batteryProduct(sku: string, changes: Partial<Product> = {}): Product {
  return {
    variantId: `gid://shopify/ProductVariant/${randomInt(1, 2 ** 40)}`,
    productId: `gid://shopify/Product/${randomInt(1, 2 ** 40)}`,
    sku,
    barcode: null,
    title: `Article ${sku}`,
    variantTitle: null,
    productType: 'Shirts',
    vendor: 'Battery',
    tags: [],
    price: { amount: 1000, currency: 'EUR' },
    cost: null,
    weight: 250,
    countryOfOrigin: null,
    hsCode: null,
    imageUrl: null,
    options: [],
    attributes: {},
    inventoryItemId: `gid://shopify/InventoryItem/${randomInt(1, 2 ** 40)}`,
    active: true,
    storeId: null,
    remoteId: null,
    ...changes,
  };
}
