import { z } from 'zod';

/* What OrderWise's API answers, as far as it is used. Ids are numbers on the wire and text here; what may be absent is null. */

const id = z.union([z.number(), z.string().min(1)]).transform(String);
const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined || String(value).trim() === '' ? null : String(value).trim()));

/** Where only the status counts. */
export const anything = z.unknown();

/** A bare JSON string; an envelope is tolerated (S6). */
export const token = z.union([
  z.string().min(1),
  z.object({ token: z.string().min(1) }).transform((given) => given.token),
  z.object({ access_token: z.string().min(1) }).transform((given) => given.access_token),
]);

/** Lists say `name` or `description`. */
export const listValue = z
  .object({ id, name: text, description: text })
  .transform((value) => ({ id: value.id, name: value.name ?? value.description ?? value.id }));

/** An answer without an id: the order waits for the session's import. */
export const orderMade = z
  .object({ orderId: id.nullish(), orderNumber: text })
  .nullable()
  .transform((made) => (made?.orderId ? { id: made.orderId, number: made.orderNumber } : null));

export type OrderMade = z.output<typeof orderMade>;

export const orderStatus = z.object({
  orderNumber: text,
  eCommerceOrderNumber: text,
  orderStatus: text,
  subStatus: text,
});
export type OrderStatus = z.output<typeof orderStatus>;

export const customer = z.object({
  id,
  accountNumber: text,
  statementName: text,
  statementAddress1: text,
  statementPostcode: text,
  statementEmail: text,
});
export type Customer = z.output<typeof customer>;

export const customerMade = z.object({ id });

/** Codes are kept as they are: a blank too many is the merchant's most frequent trouble. */
export const stockVariant = z.object({
  variantID: id,
  variantCode: z
    .string()
    .nullish()
    .transform((code) => code ?? ''),
  variantDescription: text,
});
export type StockVariant = z.output<typeof stockVariant>;

const variantShape = z.object({
  variantInfo: z.object({ id, code: z.string(), description: text, eanCode: text }),
});
/** An array of one, or a bare object (S8): both are read. */
export const variant = z.union([
  variantShape,
  z
    .array(variantShape)
    .min(1)
    .transform((found) => found[0] as z.output<typeof variantShape>),
]);
export type Variant = z.output<typeof variantShape>;

/** A row of an export definition: columns as the merchant's SQL calls them. */
export const exportRow = z.record(z.string(), z.unknown());
