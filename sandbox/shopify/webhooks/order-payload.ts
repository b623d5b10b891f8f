import { gid } from '../core/gid.ts';
import { fixed, plus, ZERO, type Bag } from '../core/money.ts';
import { dateTime, dateTimeOrNull } from '../core/moment.ts';
import type { Address, World } from '../core/world.ts';
import { orderTotals, shippingNet } from '../domain/order-money.ts';
import { unfulfilledOf } from '../domain/order-status.ts';
import {
  dataOf,
  type CustomerData,
  type CustomerRow,
  type FulfillmentLineRow,
  type FulfillmentRow,
  type LineData,
  type LineRow,
  type OrderData,
  type OrderRow,
  type RefundLineData,
  type RefundLineRow,
  type RefundRow,
  type Tracking,
} from '../domain/rows.ts';

type Json = Record<string, unknown>;

/** An order in the shape of the REST resource, as order webhooks carry it. */
export function orderPayload(world: World, id: number, wanted?: ReadonlySet<string>): Json {
  const { state } = world;
  const order = state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', id);
  if (!order) return { id, admin_graphql_api_id: gid('Order', id) };
  if (wanted && [...wanted].every((field) => HEAD.includes(field))) return head(order);
  const data = dataOf<OrderData>(order);
  const totals = orderTotals(state, order);
  const set = (bag: Bag) => moneySet(bag, order);
  const lines = state.all<LineRow>('SELECT * FROM order_lines WHERE order_id = ? ORDER BY id', id);
  const customer =
    order.customer_id === null ? undefined : state.get<CustomerRow>('SELECT * FROM customers WHERE id = ?', order.customer_id);
  return {
    ...head(order),
    app_id: data.app?.id ?? null,
    cancel_reason: order.cancel_reason?.toLowerCase() ?? null,
    confirmed: true,
    currency: order.currency,
    current_subtotal_price: fixed(totals.currentSubtotal[0], order.currency),
    current_total_price: fixed(totals.currentTotal[0], order.currency),
    current_total_price_set: set(totals.currentTotal),
    customer_locale: data.locale,
    discount_codes: data.discounts.filter((discount) => discount.kind === 'code').map((discount) => ({ code: discount.title })),
    email: order.email,
    financial_status: order.financial.toLowerCase(),
    fulfillment_status: { FULFILLED: 'fulfilled', PARTIALLY_FULFILLED: 'partial' }[order.fulfillment] ?? null,
    note: data.note,
    note_attributes: data.attributes.map(({ key, value }) => ({ name: key, value })),
    number: order.number - 1000,
    order_number: order.number,
    payment_gateway_names: data.gateways,
    phone: data.phone,
    po_number: data.poNumber,
    presentment_currency: order.presentment,
    processed_at: dateTime(order.processed_at),
    source_identifier: data.sourceIdentifier,
    source_name: order.source_name,
    subtotal_price: fixed(totals.subtotal[0], order.currency),
    tags: (JSON.parse(order.tags) as string[]).join(', '),
    taxes_included: data.taxesIncluded,
    total_discounts: fixed(totals.discounts[0], order.currency),
    total_outstanding: fixed(totals.outstanding[0], order.currency),
    total_price: fixed(totals.total[0], order.currency),
    total_price_set: set(totals.total),
    total_shipping_price_set: set(totals.shipping),
    total_tax: fixed(totals.tax[0], order.currency),
    total_tip_received: fixed(totals.tip[0], order.currency),
    customer: customer ? customerJson(customer) : null,
    billing_address: addressJson(data.billingAddress),
    shipping_address: addressJson(data.shippingAddress),
    line_items: lines.map((line) => lineJson(world, order, line)),
    shipping_lines: data.shippingLines.map((line) => ({
      id: line.id,
      carrier_identifier: line.carrier,
      code: line.code,
      price: fixed(line.price[0], order.currency),
      price_set: set(line.price),
      discounted_price: fixed(shippingNet(line)[0], order.currency),
      source: line.source,
      title: line.title,
    })),
    fulfillments: state
      .all<FulfillmentRow>('SELECT * FROM fulfillments WHERE order_id = ? ORDER BY id', id)
      .map((row) => fulfillmentPayload(world, row.id)),
    refunds: state
      .all<RefundRow>('SELECT * FROM refunds WHERE order_id = ? ORDER BY id', id)
      .map((row) => refundPayload(world, row.id)),
  };
}

/** What costs next to nothing to tell: all that most apps ask for. */
const HEAD = ['id', 'admin_graphql_api_id', 'name', 'created_at', 'updated_at', 'cancelled_at', 'closed_at', 'test'];
const head = (order: OrderRow): Json => ({
  id: order.id,
  admin_graphql_api_id: gid('Order', order.id),
  name: order.name,
  created_at: dateTime(order.created_at),
  updated_at: dateTime(order.updated_at),
  cancelled_at: dateTimeOrNull(order.cancelled_at),
  closed_at: dateTimeOrNull(order.closed_at),
  test: order.test === 1,
});

export function fulfillmentPayload(world: World, id: number): Json {
  const row = world.state.get<FulfillmentRow>('SELECT * FROM fulfillments WHERE id = ?', id);
  if (!row) return { id };
  const order = world.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', row.order_id) as OrderRow;
  const tracking = JSON.parse(row.tracking) as Tracking[];
  const lines = world.state.all<FulfillmentLineRow>('SELECT * FROM fulfillment_lines WHERE fulfillment_id = ?', id);
  return {
    id,
    admin_graphql_api_id: gid('Fulfillment', id),
    order_id: row.order_id,
    name: row.name,
    status: row.status.toLowerCase(),
    shipment_status: row.display === 'FULFILLED' ? null : row.display.toLowerCase(),
    service: 'manual',
    location_id: row.location_id,
    created_at: dateTime(row.created_at),
    updated_at: dateTime(row.updated_at),
    tracking_company: tracking[0]?.company ?? null,
    tracking_number: tracking[0]?.number ?? null,
    tracking_numbers: tracking.flatMap((entry) => (entry.number === null ? [] : [entry.number])),
    tracking_url: tracking[0]?.url ?? null,
    tracking_urls: tracking.flatMap((entry) => (entry.url === null ? [] : [entry.url])),
    line_items: lines.flatMap((line) => {
      const orderLine = world.state.get<LineRow>('SELECT * FROM order_lines WHERE id = ?', line.line_id);
      return orderLine ? [{ ...lineJson(world, order, orderLine), quantity: line.quantity }] : [];
    }),
  };
}

export function refundPayload(world: World, id: number): Json {
  const row = world.state.get<RefundRow>('SELECT * FROM refunds WHERE id = ?', id);
  if (!row) return { id };
  const order = world.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', row.order_id) as OrderRow;
  const lines = world.state.all<RefundLineRow>('SELECT * FROM refund_lines WHERE refund_id = ?', id);
  return {
    id,
    admin_graphql_api_id: gid('Refund', id),
    order_id: row.order_id,
    note: row.note,
    created_at: dateTime(row.created_at),
    processed_at: dateTime(row.created_at),
    return: row.return_id === null ? null : { id: row.return_id, admin_graphql_api_id: gid('Return', row.return_id) },
    refund_line_items: lines.map((line) => {
      const data = dataOf<RefundLineData>(line);
      return {
        id: line.id,
        line_item_id: line.line_id,
        location_id: line.location_id,
        quantity: line.quantity,
        restock_type: line.restock_type.toLowerCase(),
        subtotal: Number(fixed(data.subtotal[0], order.currency)),
        subtotal_set: moneySet(data.subtotal, order),
        total_tax: Number(fixed(data.tax[0], order.currency)),
      };
    }),
    transactions: world.state
      .all<{ id: number; kind: string; gateway: string; amount: number; status: string }>(
        'SELECT * FROM transactions WHERE refund_id = ?',
        id,
      )
      .map((transaction) => ({
        id: transaction.id,
        kind: transaction.kind.toLowerCase(),
        status: transaction.status.toLowerCase(),
        gateway: transaction.gateway,
        amount: fixed(transaction.amount, order.presentment),
        currency: order.presentment,
      })),
  };
}

function lineJson(world: World, order: OrderRow, line: LineRow): Json {
  const data = dataOf<LineData>(line);
  const discount = plus(ZERO, ...data.discounts.map((entry) => entry.amount));
  return {
    id: line.id,
    admin_graphql_api_id: gid('LineItem', line.id),
    current_quantity: line.current,
    fulfillable_quantity: order.routed === 1 ? unfulfilledOf(world.state, line.id) : data.tip ? 0 : line.current,
    fulfillment_service: data.giftCard ? 'gift_card' : 'manual',
    gift_card: data.giftCard,
    name: data.variantTitle ? `${data.title} - ${data.variantTitle}` : data.title,
    price: fixed(data.unit[0], order.currency),
    price_set: moneySet(data.unit, order),
    product_exists: productExists(world, line),
    product_id: line.product_id,
    properties: data.attributes.map(({ key, value }) => ({ name: key, value })),
    quantity: line.quantity,
    requires_shipping: line.requires_shipping === 1,
    sku: line.sku,
    taxable: data.taxable,
    title: data.title,
    total_discount: fixed(discount[0], order.currency),
    variant_id: line.variant_id,
    variant_title: data.variantTitle,
    vendor: data.vendor,
    tax_lines: data.taxes.map((tax) => ({
      title: tax.title,
      rate: tax.rate,
      price: fixed(tax.amount[0], order.currency),
      price_set: moneySet(tax.amount, order),
    })),
  };
}

const productExists = (world: World, line: LineRow): boolean =>
  line.product_id !== null && world.state.get('SELECT 1 FROM products WHERE id = ?', line.product_id) !== undefined;

const moneySet = (bag: Bag, order: OrderRow) => ({
  shop_money: { amount: fixed(bag[0], order.currency), currency_code: order.currency },
  presentment_money: { amount: fixed(bag[1], order.presentment), currency_code: order.presentment },
});

function customerJson(row: CustomerRow): Json {
  const data = dataOf<CustomerData>(row);
  return {
    id: row.id,
    admin_graphql_api_id: gid('Customer', row.id),
    email: row.email,
    first_name: data.firstName,
    last_name: data.lastName,
    phone: data.phone,
    tags: data.tags.join(', '),
    tax_exempt: data.taxExempt,
    created_at: dateTime(row.created_at),
    updated_at: dateTime(row.updated_at),
  };
}

function addressJson(address: Address | null): Json | null {
  if (!address) return null;
  return {
    first_name: address.firstName ?? null,
    last_name: address.lastName ?? null,
    name: [address.firstName, address.lastName].filter(Boolean).join(' '),
    company: address.company ?? null,
    address1: address.address1 ?? null,
    address2: address.address2 ?? null,
    city: address.city ?? null,
    zip: address.zip ?? null,
    province: address.province ?? null,
    province_code: address.provinceCode ?? null,
    country: address.country ?? null,
    country_code: address.countryCode ?? null,
    phone: address.phone ?? null,
  };
}
