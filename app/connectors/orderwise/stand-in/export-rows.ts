import { shown } from './amounts.ts';
import { deliveriesOf } from './despatch.ts';
import type { OrderRow } from './order-record.ts';
import { returnedLines } from './returns.ts';
import { kitLevels, levels } from './stock-levels.ts';
import { presentCustomer, type CustomerRow } from './customer-record.ts';
import type { VariantRow } from './variant-record.ts';
import { json, local, type World } from './world.ts';

export type ExportRow = Record<string, string | number | null>;

/** Free stock in all: may be negative, may have decimals. Source: orderwise.md §6 "Stock export". */
function stock(world: World, since: number): ExportRow[] {
  const byVariant = Map.groupBy(levels(world, since), (level) => level.variant_id);
  return [...byVariant.values()].map((own) => ({
    sku: own[0]?.code ?? '',
    freeStock: own.reduce((sum, level) => sum + level.free, 0),
  }));
}

/** By location: floored at 0, rounded down, repeated for alternate codes. Source: orderwise.md §6. */
function stockByLocation(world: World, since: number): ExportRow[] {
  const alternates = Map.groupBy(
    world.state.all<{ variant_id: number; code: string }>('SELECT variant_id, code FROM alternates ORDER BY code'),
    (row) => row.variant_id,
  );
  return levels(world, since).flatMap(({ variant_id, code, free, location_id }) =>
    [code, ...(alternates.get(variant_id) ?? []).map((other) => other.code)].map((sku) => ({
      sku,
      freeStock: Math.floor(Math.max(0, free)),
      StocklocationId: location_id,
    })),
  );
}

const kits = (world: World, since: number): ExportRow[] =>
  kitLevels(world, since).map(({ code, free, location_id }) => ({ sku: code, freeStock: free, StocklocationId: location_id }));

const changedOrders = (world: World, since: number): OrderRow[] =>
  world.state.all<OrderRow>('SELECT * FROM orders WHERE changed_at >= ? AND type <> 4 ORDER BY changed_at, id', since);

/** What every row of an order says; `orderNumber` is its id and `orderID` the number people use. Source: orderwise.md §6 "Beware". */
const orderColumns = (order: OrderRow): ExportRow => ({
  orderID: order.number,
  orderStatus: order.status,
  orderNumber: order.id,
  orderReference: order.customer_ref,
});

/** Shopwise's published status export: a row per delivery, without lines. Source: orderwise.md §6. */
function status(world: World, since: number): ExportRow[] {
  const orders = changedOrders(world, since);
  const deliveries = deliveriesOf(
    world,
    orders.map(({ id }) => id),
  );
  return orders.flatMap((order): ExportRow[] => {
    const own = deliveries.get(order.id) ?? [];
    if (own.length === 0) return [{ ...orderColumns(order), trackNumber: null, trackingLink: null, dateShipped: null }];
    return own.map((delivery) => ({
      ...orderColumns(order),
      trackNumber: delivery.consignments.length > 0 ? delivery.consignments.join(', ') : null,
      trackingLink: delivery.link,
      dateShipped: local(delivery.delivered_at),
    }));
  });
}

/** The same with what each delivery holds: a row per delivery and line. Not Shopwise's; any merchant can write such SQL. */
function statusLines(world: World, since: number): ExportRow[] {
  const orders = changedOrders(world, since);
  const deliveries = deliveriesOf(
    world,
    orders.map(({ id }) => id),
  );
  const none = { trackNumber: null, trackingLink: null, dateShipped: null, deliveryNumber: null, courier: null };
  return orders.flatMap((order): ExportRow[] => {
    const columns = { ...orderColumns(order), dateChanged: local(order.changed_at) };
    const own = deliveries.get(order.id) ?? [];
    if (own.length === 0) return [{ ...columns, ...none, sku: null, quantity: null, StocklocationId: null }];
    return own.flatMap((delivery) =>
      delivery.lines.map(({ code, quantity, location_id }) => ({
        ...columns,
        trackNumber: delivery.consignments.length > 0 ? delivery.consignments.join(', ') : null,
        trackingLink: delivery.link,
        dateShipped: local(delivery.delivered_at),
        deliveryNumber: delivery.number,
        courier: delivery.courier,
        sku: code,
        quantity,
        StocklocationId: location_id,
      })),
    );
  });
}

/** Source: orderwise.md §6 "Product export"; the price is without tax. */
function products(world: World, since: number): ExportRow[] {
  const rows = world.state.all<VariantRow>('SELECT * FROM variants WHERE template = 0 AND amended_at >= ? ORDER BY id', since);
  return rows.map(({ code, description, ean, rsp, data }) => {
    const more = json(data) as Record<string, string | number | null | undefined>;
    return {
      sku: code,
      name: description,
      brand: more['brand'] ?? null,
      weight: more['weight'] ?? null,
      length: more['length'] ?? null,
      height: more['depth'] ?? null,
      width: more['width'] ?? null,
      commodityCode: more['commodityCode'] ?? null,
      countryCodeOfOrigin: more['countryCodeOfOrigin'] ?? null,
      regularPrice: Number(shown(rsp)),
      taxRateId: more['taxRateId'] ?? null,
      barcode: ean,
    };
  });
}

/** Shapes of returns are unknown (orderwise.md §9); columns are our own. */
const returns = (world: World, since: number): ExportRow[] =>
  returnedLines(world, since).map((row) => ({
    returnNumber: `RET${row.id}`,
    orderID: row.number,
    orderNumber: row.order_id,
    orderReference: row.customer_ref,
    sku: row.sku,
    quantity: row.quantity,
    restocked: row.restocked,
    StocklocationId: row.location_id,
    dateReceived: row.receivedAt,
  }));

/** Source: orderwise.md §2 "Credit sync: available credit and credit used"; the columns' names are a guess. */
function credit(world: World, since: number): ExportRow[] {
  const rows = world.state.all<CustomerRow>('SELECT * FROM customers WHERE amended_at >= ? ORDER BY id', since);
  return rows.map(presentCustomer).map((customer) => ({
    customerId: customer['id'] as number,
    accountNumber: customer['accountNumber'] as string,
    email: customer['statementEmail'] as string | null,
    availableCredit: customer['availableToSpend'] as number | null,
    creditUsed: customer['balance'] as number | null,
  }));
}

/** What each kind of export definition answers of what changed since a moment (0: everything). */
export const EXPORTS = {
  stock,
  'stock-by-location': stockByLocation,
  kits,
  status,
  'status-lines': statusLines,
  products,
  returns,
  credit,
} as const satisfies Record<string, (world: World, since: number) => ExportRow[]>;
