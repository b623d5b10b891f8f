import { LEGACY } from './legacy-fields.ts';
import { aliasesBySku } from './product-record.ts';
import { shipmentsOf } from './shipment-record.ts';
import { amount, json, moment, price, yesNo, type World } from './world.ts';

export type OrderStatus = 'new' | 'at_wms' | 'shipped' | 'confirmed' | 'error' | 'canceled';

export interface OrderRow {
  pk: number;
  cart_pk: number;
  cust_ref: string;
  status: OrderStatus;
  warehouse_pk: number | null;
  /** What the warehouse does with it; null before delivery. */
  wms_state: 'open' | 'picking' | 'packed' | 'shipped' | 'canceled' | null;
  data: string;
  extra_fields: string;
  sending_canceled: number;
  on_hold: number;
  num_failed_sends: number;
  error_reason: string | null;
  error_msg: string | null;
  deliver_at: number | null;
  created_at: number;
  updated_at: number;
  delivered_at: number | null;
  shipped_at: number | null;
  confirmed_at: number | null;
  error_at: number | null;
  canceled_at: number | null;
}

export interface ItemRow {
  pk: number;
  line_no: string;
  /** As ordered. */
  item: string;
  /** The master SKU behind it, where an alias was ordered. */
  sku: string;
  quantity: number;
  /** What left the warehouse, whether IM knows it yet or not. */
  shipped: number;
  filtered: number;
  data: string;
  extra_fields: string;
}

/** The stored part of an order that is answered as it came in. */
export interface OrderData {
  texts: Record<string, string | null>;
  numbers: Record<string, number | null>;
}

export const dataOf = (row: Pick<OrderRow, 'data'>): OrderData & Record<string, unknown> => json(row.data);

export function orderRow(world: World, pk: number): OrderRow {
  const row = world.state.get<OrderRow>('SELECT * FROM orders WHERE pk = ?', pk);
  if (!row) throw new Error(`There is no order ${pk}.`);
  return row;
}

export const itemsOf = (world: World, orderPk: number): ItemRow[] =>
  world.state.all<ItemRow>('SELECT * FROM order_items WHERE order_pk = ? ORDER BY pk', orderPk);

export interface Extras {
  filteredItems?: boolean;
  orderExtras?: boolean;
  lineExtras?: boolean;
  /** The merchant whose products' aliases each line carries. */
  aliasesOf?: number;
}

/** The short answer of `…/orders/status/{cust_ref}`. */
export function presentStatus(world: World, row: OrderRow): Record<string, unknown> {
  const { texts } = dataOf(row);
  return {
    cust_ref: row.cust_ref,
    cust_po_no: texts['cust_po_no'] ?? row.cust_ref,
    order_status: row.status,
    delivered_to_wms_date: moment(row.delivered_at),
    updated_date_time: moment(row.updated_at),
    ship_country: texts['ship_country'],
    shipments: shipmentsOf(world, row.pk),
  };
}

/** A full order. Empty maps are `[]`. Source: extensiv.md §2.1, §2.4. */
export function presentOrder(world: World, row: OrderRow, extras: Extras = {}): Record<string, unknown> {
  const { texts, numbers, ...rest } = dataOf(row);
  const sum = (name: string) => amount(numbers[name] ?? 0);
  return {
    ...LEGACY,
    created_date_time: moment(row.created_at),
    updated_date_time: moment(row.updated_at),
    ...texts,
    cust_po_no: texts['cust_po_no'] ?? row.cust_ref,
    working_ship_code: rest['working_ship_code'] ?? null,
    weight: numbers['weight'] ?? null,
    sub_total: sum('sub_total'),
    order_discount: sum('order_discount'),
    sales_tax: sum('sales_tax'),
    shipping_handling: sum('shipping_handling'),
    grand_total: sum('grand_total'),
    order_source: texts['order_source'] ?? rest['cart'],
    delivered_to_wms_date: moment(row.delivered_at),
    mark_in_progress_date: null,
    cancel_date: moment(row.canceled_at),
    error_code: null,
    error_reason: row.error_reason,
    error_msg: row.error_msg,
    num_failed_sends: String(row.num_failed_sends),
    sending_canceled: yesNo(row.sending_canceled),
    shipping_pickup_canceled: 'N',
    on_hold: yesNo(row.on_hold),
    inventory_warehouse_pk: row.warehouse_pk === null ? null : String(row.warehouse_pk),
    order_status: row.status,
    ...(extras.orderExtras ? { extra_fields: mapOrList(json(row.extra_fields)) } : {}),
    items: itemsOf(world, row.pk)
      .filter((item) => extras.filteredItems === true || item.filtered === 0)
      .map((item) => presentItem(world, item, extras)),
    shipments: shipmentsOf(world, row.pk),
  };
}

/** A row of an order list: the order with its counts. */
export function presentListed(world: World, row: OrderRow): Record<string, unknown> {
  const total = itemsOf(world, row.pk)
    .filter((item) => item.filtered === 0)
    .reduce((sum, item) => sum + item.quantity, 0);
  const shipped = world.state.get<{ n: number | null }>(
    'SELECT sum(i.quantity) AS n FROM shipment_items i JOIN shipments s ON s.pk = i.shipment_pk WHERE s.order_pk = ? AND s.loaded_at IS NOT NULL',
    row.pk,
  );
  const count = shipped?.n ?? 0;
  const counts = { total_qty: String(total), num_to_ship: String(total - count), num_shipped: String(count) };
  return { ...presentOrder(world, row), ...counts };
}

function presentItem(world: World, row: ItemRow, { lineExtras, aliasesOf }: Extras): Record<string, unknown> {
  const { texts, numbers } = json<OrderData>(row.data);
  return {
    line_no: row.line_no,
    item: row.item,
    lot_number: texts['lot_number'] ?? null,
    quantity: String(row.quantity),
    price: price(numbers['price'] ?? 0),
    discount: price(numbers['discount'] ?? 0),
    addl_discount: price(numbers['addl_discount'] ?? 0),
    extended_amount: amount(numbers['extended_amount'] ?? 0),
    tax: amount(numbers['tax'] ?? 0),
    shipping_surcharge: amount(numbers['shipping_surcharge'] ?? 0),
    line_item_id: texts['line_item_id'] ?? null,
    line_comment: texts['line_comment'] ?? null,
    Description: texts['description'] ?? null,
    alt_sku: null,
    filtered_sku: yesNo(row.filtered),
    line_location: '',
    ...(lineExtras ? { extra_fields: mapOrList(json(row.extra_fields)) } : {}),
    ...(aliasesOf === undefined ? {} : { aliases: mapOrList(aliasesBySku(world, aliasesOf, [row.sku]).get(row.sku) ?? {}) }),
  };
}

/** IM is written in a language whose empty map is a list. Source: extensiv.md §2.1. */
export const mapOrList = (map: Record<string, unknown>): Record<string, unknown> | [] =>
  Object.keys(map).length === 0 ? [] : map;
