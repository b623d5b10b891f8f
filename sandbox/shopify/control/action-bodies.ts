import { z } from 'zod';
import { address } from './order-request.ts';

const amount = z.union([z.number(), z.string()]);

/** Lines are named by SKU, or by the line's own global id where a SKU is not enough. */
const lineRef = z.strictObject({ sku: z.string().nullish(), lineId: z.string().optional(), quantity: z.number().int().min(0) });

export type LineRef = z.infer<typeof lineRef>;

const lines = z.array(lineRef).min(1);

/** Bodies of the actions on an order, `POST /_sandbox/shopify/orders/{name}/{action}`. */
export const bodies = {
  /** `{reason?, restock? = true, refund? = true when paid, note?}` */
  cancel: z.strictObject({
    reason: z.string().optional(),
    restock: z.boolean().default(true),
    refund: z.boolean().default(true),
    note: z.string().optional(),
  }),
  /**
   * `{lines?:[{sku|lineId, quantity, price?}], discounts?:[{sku|lineId, amount}], shipping?:{title, price}, restock? = true}`: quantity is the new one; 0
   * removes, an unknown line is added; amounts are of the shop's currency, of a whole line
   */
  edit: z.strictObject({
    lines: z.array(lineRef.extend({ price: amount.optional() })).default([]),
    discounts: z.array(lineRef.omit({ quantity: true }).extend({ amount })).default([]),
    shipping: z.strictObject({ title: z.string(), price: amount }).optional(),
    restock: z.boolean().default(true),
  }),
  /** `{lines?, shipping? (true or an amount), amount?, restock? (true = cancel or return as fits, or the type), note?, money? = true}`; empty = everything */
  refund: z.strictObject({
    lines: lines.optional(),
    shipping: z.union([z.boolean(), amount]).optional(),
    amount: amount.optional(),
    restock: z.union([z.boolean(), z.enum(['cancel', 'return', 'no_restock'])]).default(true),
    location: z.string().optional(),
    note: z.string().optional(),
    money: z.boolean().default(true),
  }),
  /** `{gateway?, amount?}`: the rest when no amount is given */
  pay: z.strictObject({ gateway: z.string().optional(), amount: amount.optional() }),
  /** `{lines?, fulfilmentOrder?, tracking?, carrier?, notify?}`: shipped by hand in Shopify's admin */
  fulfil: z.strictObject({
    lines: lines.optional(),
    fulfilmentOrder: z.number().int().optional(),
    tracking: z.string().optional(),
    carrier: z.string().optional(),
    notify: z.boolean().default(false),
  }),
  /** `{lines, requested?, note?}`: a return is opened (or asked for by the buyer) */
  return: z.strictObject({ lines, requested: z.boolean().default(false), note: z.string().optional() }),
  /** `{refund? = true, restock? (location name)}`: everything of the return came back */
  processReturn: z.strictObject({ refund: z.boolean().default(true), restock: z.string().optional() }),
  /** `{note?, tags?, address?}`: the address it is shipped to, as it is from now on */
  update: z.strictObject({
    note: z.string().nullable().optional(),
    tags: z.array(z.string()).optional(),
    address: address.optional(),
  }),
  /** `{reopen?}`: the merchant archives the order, or opens it again */
  archive: z.strictObject({ reopen: z.boolean().default(false) }),
  move: z.strictObject({ location: z.string(), lines: lines.optional() }),
  split: z.strictObject({ lines }),
  hold: z.strictObject({ reason: z.string().default('OTHER'), notes: z.string().optional(), lines: lines.optional() }),
  release: z.strictObject({}),
  /** To a fulfilment service: `{cancel?, message?}` */
  request: z.strictObject({ cancel: z.boolean().default(false), message: z.string().optional() }),
};

export type Body<K extends keyof typeof bodies> = z.infer<(typeof bodies)[K]>;
