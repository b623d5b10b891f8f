import { z } from 'zod';

const amount = z.union([z.number(), z.string()]);

export const address = z
  .strictObject({
    firstName: z.string().nullish(),
    lastName: z.string().nullish(),
    company: z.string().nullish(),
    address1: z.string().nullish(),
    address2: z.string().nullish(),
    city: z.string().nullish(),
    province: z.string().nullish(),
    provinceCode: z.string().nullish(),
    zip: z.string().nullish(),
    country: z.string().nullish(),
    countryCode: z.string().nullish(),
    phone: z.string().nullish(),
  })
  .nullable();

export const attributes = z.union([
  z.record(z.string(), z.string()),
  z.array(z.strictObject({ key: z.string(), value: z.string() })),
]);

export const shippingLine = z.strictObject({
  title: z.string(),
  code: z.string().nullish(),
  price: amount.optional(),
  discount: amount.optional(),
  source: z.string().nullish(),
  carrier: z.string().nullish(),
  custom: z.boolean().optional(),
});

const STATUSES = ['paid', 'pending', 'authorized', 'partially_paid', 'expired', 'voided'] as const;

/**
 * Body of `POST /_sandbox/shopify/orders`; everything but `lines` may be left out. Amounts are in major units of the shop's
 * currency (10.5 or "10.50").
 *
 * - `count`: so many alike (default 1)
 * - `lines[]`: `sku` (or a variant's id, or for a custom item `title`), `quantity`, and maybe `price`, `discount` (of the whole
 *   line), `attributes`, `taxable`, `requiresShipping`, `giftCard`, `location` (where routing must send it)
 * - `shipping`: one line, several, or null/[] for none. Left out: Standard at 4.90 where something is shipped
 * - `discounts[]`: `{code}` or `{title}` with `amount` or `percentage`, `target` order (default) or shipping
 * - `gateway`: name, or several `[{name, amount?}]` (gift card and card); `financialStatus`: paid, pending, authorized,
 *   partially_paid (with `paid`), expired, voided; default paid, pending for manual gateways
 * - `channel`: handle of one of the shop's channels (online_store, pos, shop, facebook, draft_orders, amazon)
 * - `country`, `address` (null = none), `billing`, `customer` (null = none), `email`, `phone`, `company`
 * - `currency`: the buyer's; `rate`: shop currency for one unit of it
 * - `taxesIncluded`, `taxRate`, `taxExempt`, `tip`; `fees`: additional fees of the order, untaxed, `[{name, price}]`
 * - `delivery`: shipping, pickup, local, pickup_point, none, retail; `location` for pickup, retail or everything; `pos`: at the till
 * - `fulfillAt`: ISO moment of a scheduled fulfilment; `hold`: reason, or {reason, notes}, of a merchant's hold
 * - `requiresShipping`: false makes every line digital; `test`, `tags`, `note`, `attributes`, `risk`, `poNumber`,
 *   `sourceIdentifier`, `locale`, `createdAt` (ISO, for old orders)
 */
export const orderRequest = z.strictObject({
  shop: z.string().optional(),
  count: z.number().int().min(1).max(50_000).optional(),
  lines: z
    .array(
      z.strictObject({
        sku: z.string().optional(),
        variantId: z.string().optional(),
        title: z.string().optional(),
        quantity: z.number().int().min(1).default(1),
        price: amount.optional(),
        discount: amount.optional(),
        attributes: attributes.optional(),
        taxable: z.boolean().optional(),
        requiresShipping: z.boolean().optional(),
        giftCard: z.boolean().optional(),
        location: z.string().optional(),
      }),
    )
    .min(1),
  shipping: z.union([shippingLine, z.array(shippingLine), z.null()]).optional(),
  discounts: z
    .array(
      z.strictObject({
        code: z.string().optional(),
        title: z.string().optional(),
        automatic: z.boolean().optional(),
        amount: amount.optional(),
        percentage: z.number().optional(),
        target: z.enum(['order', 'shipping']).default('order'),
      }),
    )
    .optional(),
  gateway: z
    .union([z.string(), z.array(z.union([z.string(), z.strictObject({ name: z.string(), amount: amount.optional() })]))])
    .optional(),
  financialStatus: z.enum(STATUSES).optional(),
  paid: amount.optional(),
  channel: z.string().optional(),
  country: z.string().optional(),
  address: address.optional(),
  billing: address.optional(),
  customer: z
    .strictObject({
      firstName: z.string().nullish(),
      lastName: z.string().nullish(),
      email: z.string().nullish(),
      phone: z.string().nullish(),
      taxExempt: z.boolean().optional(),
      tags: z.array(z.string()).optional(),
      metafields: z.record(z.string(), z.strictObject({ type: z.string(), value: z.string() })).optional(),
    })
    .nullable()
    .optional(),
  email: z.string().nullable().optional(),
  phone: z.string().nullable().optional(),
  company: z.union([z.string(), z.strictObject({ name: z.string(), location: z.string().optional() })]).optional(),
  currency: z.string().optional(),
  rate: z.number().positive().optional(),
  taxesIncluded: z.boolean().optional(),
  taxRate: z.number().min(0).max(1).optional(),
  taxExempt: z.boolean().optional(),
  tip: amount.optional(),
  fees: z.array(z.strictObject({ name: z.string(), price: amount })).optional(),
  delivery: z.enum(['shipping', 'pickup', 'local', 'pickup_point', 'none', 'retail']).optional(),
  location: z.string().optional(),
  pos: z.boolean().optional(),
  fulfillAt: z.iso.datetime({ offset: true }).optional(),
  hold: z.union([z.string(), z.strictObject({ reason: z.string(), notes: z.string().nullish() })]).optional(),
  requiresShipping: z.boolean().optional(),
  test: z.boolean().optional(),
  tags: z.union([z.array(z.string()), z.string()]).optional(),
  note: z.string().nullable().optional(),
  attributes: attributes.optional(),
  risk: z.enum(['none', 'low', 'medium', 'high']).optional(),
  poNumber: z.string().optional(),
  sourceIdentifier: z.string().optional(),
  locale: z.string().optional(),
  createdAt: z.iso.datetime({ offset: true }).optional(),
});

export type OrderRequest = z.infer<typeof orderRequest>;
