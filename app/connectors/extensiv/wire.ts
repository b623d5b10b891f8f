import { z } from 'zod';
import { decimal, decimalOrNull, idLength } from '../contract/index.ts';

/* What IM answers, as far as it is used. Numbers come as text or as numbers, flags as Y and N, an empty map as an empty list. */

const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? null : String(value)));
const flag = z
  .union([z.string(), z.boolean()])
  .nullish()
  .transform((value) => value === true || value === 'Y');
const rows = <Row extends z.ZodType>(row: Row) =>
  z
    .array(row)
    .nullish()
    .transform((value) => value ?? []);
const map = <Value extends z.ZodType>(value: Value) =>
  z
    .union([z.array(z.unknown()).transform(() => ({}) as Record<string, z.output<Value>>), z.record(z.string(), value)])
    .nullish()
    .transform((found) => found ?? {});

/** A name that a record goes by: nothing, a list and the like are none. */
const reference = z.union([z.string().min(1).max(idLength), z.number()]).transform(String);

/** Where only `success_code` counts. */
export const done = z.looseObject({});

/** A new order's answer stands beside `success_code`. */
export const created = z.object({ cust_ref: text, order_number: text });

/** What the WMS says to a cancellation. */
export const wmsCancel = z.object({ response: z.object({ success: z.union([z.boolean(), z.stringbool()]), message: text }) });

const shipmentItem = z.object({ item: z.string(), quantity: decimal, carton_code: text, carton_num: text, lot_code: text });

const shipment = z.object({
  carrier: text,
  method: text,
  tracking_no: text,
  tracking_no_secondary: text,
  tracking_url: text,
  sscc_barcode: text,
  date: text,
  items: rows(shipmentItem),
});

const orderItem = z.object({ item: z.string(), quantity: decimalOrNull, line_item_id: text, filtered_sku: flag });

/** An order as a single read or a list shows it. */
export const order = z.object({
  cust_ref: reference,
  order_status: z.string(),
  updated_date_time: text,
  sending_canceled: flag,
  on_hold: flag,
  error_reason: text,
  error_msg: text,
  inventory_warehouse_pk: text,
  grand_total: text,
  currency_code: text,
  extra_fields: map(text),
  items: rows(orderItem),
  shipments: rows(shipment),
});

const figure = z.object({ qty_available: decimalOrNull });

export const inventoryRow = z.object({
  sku: z.string().min(1).max(idLength),
  qty_available: decimalOrNull,
  aliases: map(z.union([text, z.array(text)])),
  warehouses: map(figure.extend({ warehouse: text })),
});

/** One of the merchant's carts. */
export const cart = z.object({ order_source: z.string().min(1), description: text });

export const shipMethod = z.object({ code: reference, description: text, carrier: text });

export type Order = z.output<typeof order>;
export type Shipment = z.output<typeof shipment>;
export type InventoryRow = z.output<typeof inventoryRow>;
