import { embeddedProduct } from './product-record.ts';
import { presentShippingMethod, shippingMethodRow } from './reference-data.ts';
import { notFound } from './refusals.ts';
import { presentThirdParty, thirdPartyRow } from './third-parties.ts';
import { presentWarehouse, warehouseRow } from './warehouses.ts';
import { json, type World } from './world.ts';

/** Source: pulpo.md §2.5. `shipping` is the moment between packed and gone. */
export type OrderState = 'queue' | 'picking' | 'packing' | 'shipping' | 'ended' | 'cancelled' | 'paused';
export const ORDER_STATES: readonly OrderState[] = ['queue', 'picking', 'packing', 'shipping', 'ended', 'cancelled', 'paused'];

export interface SalesOrderRow {
  id: number;
  order_num: string;
  external_order_num: string | null;
  type: string;
  state: OrderState;
  warehouse_id: number;
  third_party_id: number;
  shipping_method_id: number | null;
  delivery_date: string | null;
  priority: number | null;
  channel: string | null;
  criterium: string | null;
  notes: string | null;
  client_id: string | null;
  client_name: string | null;
  service_point_id: string | null;
  merchant_id: number | null;
  merchant_channel_id: number | null;
  creator_id: number | null;
  missing_stock_items_cancelled: number;
  data: string;
  inserted_at: string;
  updated_at: string;
}

export interface SalesItemRow {
  id: number;
  sales_order_id: number;
  product_id: number;
  quantity: number;
  picked_quantity: number;
  fulfilled_quantity: number;
  line_order_id: string | null;
  notes: string | null;
  required_date: string | null;
  state: string;
  data: string;
}

export interface FulfillmentOrderRow {
  id: number;
  sales_order_id: number;
  warehouse_id: number;
  sequence_number: string;
  state: string;
  inserted_at: string;
  updated_at: string;
}

export function orderRow(world: World, id: number): SalesOrderRow {
  const row = world.state.get<SalesOrderRow>('SELECT * FROM sales_orders WHERE id = ?', id);
  if (!row) throw notFound('sales order', id);
  return row;
}

export const orderByNumber = (world: World, orderNum: string): SalesOrderRow | undefined =>
  world.state.get<SalesOrderRow>('SELECT * FROM sales_orders WHERE order_num = ?', orderNum);

export const itemsOf = (world: World, orderId: number): SalesItemRow[] =>
  world.state.all<SalesItemRow>('SELECT * FROM sales_items WHERE sales_order_id = ? ORDER BY id', orderId);

export const fulfillmentsOf = (world: World, orderId: number): FulfillmentOrderRow[] =>
  world.state.all<FulfillmentOrderRow>('SELECT * FROM fulfillment_orders WHERE sales_order_id = ? ORDER BY id', orderId);

function presentItem(world: World, { data, picked_quantity: _unseen, ...row }: SalesItemRow): Record<string, unknown> {
  return { ...json(data), ...row, product: embeddedProduct(world, row.product_id) };
}

/** As `GET /sales/orders/{id}` shows it, with what is embedded in practice. Source: pulpo.md §2.5 [CODE S16, S19]. */
export function presentOrder(world: World, row: SalesOrderRow): Record<string, unknown> {
  const { data, missing_stock_items_cancelled, ...rest } = row;
  const thirdParty = thirdPartyRow(world, row.third_party_id);
  const warehouse = warehouseRow(world, row.warehouse_id);
  const shippingMethod = shippingMethodRow(world, row.shipping_method_id);
  return {
    ...json(data),
    ...rest,
    missing_stock_items_cancelled: missing_stock_items_cancelled === 1,
    items: itemsOf(world, row.id).map((item) => presentItem(world, item)),
    third_party: thirdParty ? presentThirdParty(thirdParty) : null,
    warehouse: warehouse ? presentWarehouse(warehouse) : null,
    shipping_method: shippingMethod ? presentShippingMethod(shippingMethod) : null,
    attachments: [],
    fulfillment_orders: fulfillmentsOf(world, row.id).map(({ id, sequence_number, state }) => ({ id, sequence_number, state })),
  };
}

export function presentFulfillment(world: World, row: FulfillmentOrderRow): Record<string, unknown> {
  const order = orderRow(world, row.sales_order_id);
  const items = world.state.all<Record<string, unknown>>(
    `SELECT f.id, f.sales_item_id, f.quantity, f.fulfilled_quantity, i.product_id, i.line_order_id FROM fulfillment_items f
     JOIN sales_items i ON i.id = f.sales_item_id WHERE f.fulfillment_order_id = ? ORDER BY f.id`,
    row.id,
  );
  return { ...row, order_num: order.order_num, type: order.type, third_party_id: order.third_party_id, items };
}
