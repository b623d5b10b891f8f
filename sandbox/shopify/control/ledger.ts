import { gid } from '../core/gid.ts';
import { fixed } from '../core/money.ts';
import { dateTime, dateTimeOrNull } from '../core/moment.ts';
import { RESTORE_RATE } from '../core/bucket.ts';
import type { Shop, World } from '../core/world.ts';
import { onHand } from '../domain/inventory.ts';
import { lineNet, orderTotals } from '../domain/order-money.ts';
import { fulfilledByLine, foLines } from '../domain/order-status.ts';
import {
  dataOf,
  type CustomerData,
  type CustomerRow,
  type FulfillmentData,
  type FulfillmentLineRow,
  type FulfillmentOrderData,
  type FulfillmentOrderRow,
  type FulfillmentRow,
  type HoldRow,
  type LevelRow,
  type LineData,
  type LineRow,
  type OrderData,
  type OrderRow,
  type RefundLineRow,
  type RefundRow,
  type ReturnLineRow,
  type ReturnRow,
  type Tracking,
  type TransactionRow,
} from '../domain/rows.ts';

/** One order as the ledger shows it. Amounts are decimal text in the shop's currency. */
export function ledgerOrder(world: World, row: OrderRow) {
  const { state } = world;
  const data = dataOf<OrderData>(row);
  const totals = orderTotals(state, row);
  const lines = state.all<LineRow>('SELECT * FROM order_lines WHERE order_id = ? ORDER BY id', row.id);
  const byId = new Map(lines.map((line) => [line.id, line]));
  const fulfilled = fulfilledByLine(state, row.id);
  const money = (minor: number) => fixed(minor, row.currency);
  const item = (lineId: number) => ({
    lineId: gid('LineItem', lineId),
    sku: byId.get(lineId)?.sku ?? null,
    title: byId.has(lineId) ? dataOf<LineData>(byId.get(lineId) as LineRow).title : null,
  });
  return {
    id: gid('Order', row.id),
    name: row.name,
    createdAt: dateTime(row.created_at),
    updatedAt: dateTime(row.updated_at),
    cancelledAt: dateTimeOrNull(row.cancelled_at),
    closed: row.closed_at !== null,
    test: row.test === 1,
    edited: row.edited === 1,
    financialStatus: row.financial,
    fulfillmentStatus: row.fulfillment,
    total: money(totals.total[0]),
    currentTotal: money(totals.currentTotal[0]),
    subtotal: money(totals.subtotal[0]),
    shippingTotal: money(totals.shipping[0]),
    tax: money(totals.tax[0]),
    discounts: money(totals.discounts[0]),
    tip: money(totals.tip[0]),
    outstanding: money(totals.outstanding[0]),
    refunded: money(totals.refunded[0]),
    currency: row.currency,
    presentment: { currency: row.presentment, total: fixed(totals.total[1], row.presentment) },
    email: row.email,
    customer: customerOf(world, row.customer_id),
    country: data.shippingAddress?.countryCode ?? null,
    shippingAddress: data.shippingAddress,
    shipping: data.shippingLines.map((line) => ({ title: line.title, code: line.code, price: money(line.price[0]) })),
    gateways: data.gateways,
    channel: data.attribution?.handle ?? null,
    delivery: data.delivery.type,
    note: data.note,
    attributes: data.attributes,
    tags: JSON.parse(row.tags) as string[],
    lines: lines.map((line) => ({
      id: gid('LineItem', line.id),
      sku: line.sku,
      title: dataOf<LineData>(line).title,
      quantity: line.quantity,
      currentQuantity: line.current,
      price: money(dataOf<LineData>(line).unit[0]),
      net: money(lineNet(line, dataOf<LineData>(line))[0]),
      fulfilled: fulfilled.get(line.id) ?? 0,
      refunded: line.quantity - line.current,
    })),
    fulfilmentOrders: state
      .all<FulfillmentOrderRow>('SELECT * FROM fulfillment_orders WHERE order_id = ? ORDER BY id', row.id)
      .map((fo, index) => ({
        n: index + 1,
        id: gid('FulfillmentOrder', fo.id),
        location: dataOf<FulfillmentOrderData>(fo).locationName,
        status: fo.status,
        requestStatus: fo.request_status,
        fulfillAt: dateTimeOrNull(fo.fulfill_at),
        delivery: dataOf<FulfillmentOrderData>(fo).delivery.type,
        holds: state
          .all<HoldRow>('SELECT * FROM holds WHERE fo_id = ?', fo.id)
          .map((hold) => ({ reason: hold.reason, notes: hold.notes, byApp: hold.by_app === 1 })),
        lines: foLines(state, fo.id).map((line) => ({ ...item(line.line_id), quantity: line.total, remaining: line.remaining })),
      })),
    fulfilments: state.all<FulfillmentRow>('SELECT * FROM fulfillments WHERE order_id = ? ORDER BY id', row.id).map((entry) => ({
      id: gid('Fulfillment', entry.id),
      name: entry.name,
      status: entry.status,
      displayStatus: entry.display,
      createdAt: dateTime(entry.created_at),
      location: locationName(world, entry.location_id),
      tracking: JSON.parse(entry.tracking) as Tracking[],
      notified: dataOf<FulfillmentData>(entry).notified,
      lines: state
        .all<FulfillmentLineRow>('SELECT * FROM fulfillment_lines WHERE fulfillment_id = ?', entry.id)
        .map((line) => ({ ...item(line.line_id), quantity: line.quantity })),
    })),
    transactions: state
      .all<TransactionRow>('SELECT * FROM transactions WHERE order_id = ? ORDER BY id', row.id)
      .map((entry) => ({ kind: entry.kind, status: entry.status, gateway: entry.gateway, amount: money(entry.shop_amount) })),
    refunds: state.all<RefundRow>('SELECT * FROM refunds WHERE order_id = ? ORDER BY id', row.id).map((refund) => ({
      id: gid('Refund', refund.id),
      note: refund.note,
      createdAt: dateTime(refund.created_at),
      amount: money(
        state.get<{ n: number }>(
          "SELECT coalesce(sum(shop_amount), 0) AS n FROM transactions WHERE refund_id = ? AND kind = 'REFUND'",
          refund.id,
        )?.n ?? 0,
      ),
      lines: state
        .all<RefundLineRow>('SELECT * FROM refund_lines WHERE refund_id = ?', refund.id)
        .map((line) => ({ ...item(line.line_id), quantity: line.quantity, restock: line.restock_type })),
    })),
    returns: state.all<ReturnRow>('SELECT * FROM returns WHERE order_id = ? ORDER BY id', row.id).map((entry) => ({
      id: gid('Return', entry.id),
      name: entry.name,
      status: entry.status,
      createdAt: dateTime(entry.created_at),
      lines: state
        .all<ReturnLineRow>('SELECT * FROM return_lines WHERE return_id = ?', entry.id)
        .map((line) => ({ ...item(line.line_id), quantity: line.quantity, processed: line.processed })),
    })),
    metafields: state.all<{ namespace: string; key: string; value: string }>(
      'SELECT namespace, key, value FROM metafields WHERE owner = ? ORDER BY id',
      gid('Order', row.id),
    ),
  };
}

function customerOf(world: World, id: number | null) {
  const row = id === null ? undefined : world.state.get<CustomerRow>('SELECT * FROM customers WHERE id = ?', id);
  if (!row) return null;
  const { firstName, lastName } = dataOf<CustomerData>(row);
  return { id: gid('Customer', row.id), name: [firstName, lastName].filter(Boolean).join(' '), email: row.email };
}

export function* ledgerOrders(world: World, shop: Shop) {
  for (const row of world.state.iterate<OrderRow>('SELECT * FROM orders WHERE shop_id = ? ORDER BY id', shop.id))
    yield ledgerOrder(world, row);
}

interface LevelLine extends LevelRow {
  sku: string | null;
  location: string;
}

export function* ledgerLevels(world: World, shop: Shop) {
  const sql =
    'SELECT l.*, v.sku AS sku, p.name AS location FROM levels l JOIN variants v ON v.item_id = l.item_id JOIN locations p ON p.id = l.location_id WHERE l.shop_id = ? ORDER BY l.id';
  for (const row of world.state.iterate<LevelLine>(sql, shop.id)) {
    yield {
      sku: row.sku,
      location: row.location,
      available: row.available,
      onHand: onHand(row),
      committed: row.committed,
      active: row.active === 1,
      inventoryItemId: gid('InventoryItem', row.item_id),
      locationId: gid('Location', row.location_id),
    };
  }
}

/** Counts of the catalogue and of the Admin API's use. */
export function ledgerHead(world: World, shop: Shop) {
  const count = (table: string) =>
    world.state.get<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE shop_id = ?`, shop.id)?.n ?? 0;
  const calls = world.state.get<{ graphql: number; throttled: number; points: number }>(
    `SELECT count(*) AS graphql, coalesce(sum(fact LIKE '%THROTTLED%'), 0) AS throttled, coalesce(sum(points), 0) AS points
     FROM calls WHERE target = 'shopify' AND shop = ? AND path LIKE '%/graphql.json'`,
    shop.domain,
  );
  const seconds = (world.clock.now() - shop.createdAt) / 1000;
  return {
    products: count('products'),
    variants: count('variants'),
    calls: {
      graphql: calls?.graphql ?? 0,
      throttled: calls?.throttled ?? 0,
      points: Math.round(calls?.points ?? 0),
      budgetPoints: Math.round(RESTORE_RATE[shop.data.plan] * (20 + seconds)),
    },
  };
}

const locationName = (world: World, id: number): string =>
  world.state.get<{ name: string }>('SELECT name FROM locations WHERE id = ?', id)?.name ?? '';
