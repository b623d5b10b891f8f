import { z } from 'zod';
import { decimal, decimalOrNull, idLength } from '../contract/index.ts';

/* What PULPO answers, as far as it is used. Ids are numbers on the wire (a few are text) and text here; what may be absent is null. */

const id = z.union([z.number(), z.string().min(1).max(idLength)]).transform(String);
const optionalId = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? null : String(value)));
const text = z
  .string()
  .nullish()
  .transform((value) => value || null);
const yes = z
  .boolean()
  .nullish()
  .transform((value) => value !== false);
/** A time as it stands there; what can't be one is looked at where it is read (changes.ts), as a record is of use without it. */
const time = z.string().catch('');
const rows = <Row extends z.ZodType>(row: Row) =>
  z
    .array(row)
    .nullish()
    .transform((value) => value ?? []);
/** A free JSON object; the specification calls it a string, so both are read. */
const attributes = z
  .unknown()
  .optional()
  .transform((value): Record<string, unknown> => {
    if (typeof value === 'string') {
      try {
        return attributesOf(JSON.parse(value));
      } catch {
        return {};
      }
    }
    return attributesOf(value);
  });

function attributesOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** Where only the status counts. */
export const anything = z.unknown();

export const token = z.object({ access_token: z.string().min(1), expires_in: decimalOrNull });

export const user = z.object({ id, username: text, tenant_id: optionalId });

export const warehouse = z.object({
  id,
  name: z.string(),
  active: yes,
  line1: text,
  line2: text,
  zip_code: text,
  city: text,
  state: text,
  country_code: text,
  company_name: text,
  phone: text,
});

export const userWarehouses = z.object({ warehouses: rows(z.object({ id })) });

export const merchant = z.object({ id, name: text });

export const shippingMethod = z.object({
  id,
  name: z.string(),
  service: text,
  carrier: text,
  merchant_id: optionalId,
});

export const thirdParty = z.object({ id, name: text, identifier_number: text, third_type: text });

/** One that is longer than any SKU of Shopify's is nobody's. */
const sku = text.transform((value) => (value !== null && value.length <= idLength ? value : null));

export const product = z.object({
  id,
  sku,
  name: text,
  active: yes,
  barcodes: rows(z.union([z.string(), z.object({ code: z.string() }).transform(({ code }) => code)])),
  weight: decimalOrNull,
  cost_price: decimalOrNull,
  hs_code: text,
  origin_country: text,
  management_type: text,
  third_party_id: optionalId,
  product_categories: rows(z.object({ name: text })),
  attributes,
});

const bulkRows = rows(z.object({ id, sku: text }));
/** Bulk create and update of products; both names of the list are read. What is missing in it was refused. */
export const bulkProducts = z.object({ created: bulkRows, updated: bulkRows });

export const salesOrderItem = z.object({
  id,
  product_id: optionalId,
  quantity: decimalOrNull,
  fulfilled_quantity: decimalOrNull,
  line_order_id: text,
  product: z.object({ sku: text }).nullish(),
});

export const salesOrder = z.object({
  id,
  order_num: z.string().min(1).max(idLength),
  external_order_num: text,
  type: text,
  state: z.string(),
  warehouse_id: optionalId,
  attributes,
  shipping_method: z.object({ name: text, carrier: text, fetch_label: z.boolean().nullish() }).nullish(),
  items: rows(salesOrderItem),
});

export const packingOrder = z.object({
  id,
  state: z.string(),
  sales_order_id: optionalId,
  warehouse_id: optionalId,
  end_date: time,
  updated_at: time,
});

/** Lots and serial numbers of a box item: documented as a table of its own, read where it is embedded. */
const boxBatch = z.object({
  quantity: decimalOrNull,
  batch: z.object({ number: text, type: text }).nullish(),
});

export const packingBox = z.object({
  id,
  items: rows(
    z.object({
      product_id: optionalId,
      quantity: decimal,
      line_order_id: text,
      product: z.object({ sku: text }).nullish(),
      batches: rows(boxBatch),
    }),
  ),
});

export const shipmentTracking = z.object({
  carrier_code: text,
  tracking_code: text,
  tracking_url: text,
  error_message: text,
});

export const stockSummary = z.object({ product_id: id, sku });

export const availability = z.object({ product_id: id, available_quantity: decimalOrNull });

export const incomingGood = z.object({
  id,
  sequence_number: text,
  document_type: text,
  sales_order_id: optionalId,
  warehouse_id: optionalId,
  notes: text,
  inserted_at: time,
  items: rows(
    z.object({
      product_id: optionalId,
      product: z.object({ sku: text }).nullish(),
      quantity: decimal,
      state: text,
      notes: text,
      line_order_id: text,
    }),
  ),
});

/** A record, or any other JSON as null: what is no JSON isn't PULPO's word. */
export const orUnread = <Row extends z.ZodType>(row: Row) =>
  z
    .unknown()
    .refine((value) => value !== undefined)
    .transform((value): { read: z.output<Row> | null } => ({ read: row.safeParse(value).data ?? null }));

export const webhook = z.object({
  id,
  url: z.string(),
  warehouse_id: optionalId,
  enabled: yes,
  allowed_types: rows(z.string()),
});

/** A call from PULPO (stock synchronisation examples): the record is embedded as `data`, of which only what names it is taken. */
export const event = z.object({
  id: z.string().min(1),
  type: z.string(),
  warehouse_id: optionalId,
  data: z.unknown().transform((value) => {
    const { order_num: orderNumber, document_type: documentType, packing_box_id: boxId } = attributesOf(value);
    return {
      orderNumber: typeof orderNumber === 'string' ? orderNumber : null,
      documentType: typeof documentType === 'string' ? documentType : null,
      boxId: optionalId.safeParse(boxId).data ?? null,
    };
  }),
});

export type Event = z.output<typeof event>;
export type Product = z.output<typeof product>;
export type SalesOrder = z.output<typeof salesOrder>;
export type PackingOrder = z.output<typeof packingOrder>;
export type PackingBox = z.output<typeof packingBox>;
export type ShipmentTracking = z.output<typeof shipmentTracking>;
export type IncomingGood = z.output<typeof incomingGood>;
export type Warehouse = z.output<typeof warehouse>;
