import { z } from 'zod';

/** Shopify's OrderDisplayFinancialStatus. */
export const financialStatuses = [
  'AUTHORIZED',
  'EXPIRED',
  'PAID',
  'PARTIALLY_PAID',
  'PARTIALLY_REFUNDED',
  'PENDING',
  'REFUNDED',
  'VOIDED',
] as const;

const tag = z.string().trim().min(1).max(255);
const words = z.array(tag).max(50);
const daily = { name: 'dailyTransfer', is: 'true' };
const countries = z
  .array(
    z
      .string()
      .trim()
      .regex(/^[a-z]{2}$/i)
      .transform((code) => code.toUpperCase()),
  )
  .max(250);

/** What a merchant sets for the orders of a connection. Every field has a default, so that an empty record is valid; the defaults of some are the connector's own. */
export const orderSettings = z.object({
  /** From which payment states an order goes; others wait. The default is the connector's own. */
  financialStatuses: z.array(z.enum(financialStatuses)).min(1),
  /** ISO 8601; orders placed before it are left out as too old. Null: those placed since the sync was first switched on. */
  earliestOrderDate: z
    .union([z.iso.datetime({ offset: true }), z.iso.date()])
    .nullable()
    .default(null),
  /** Minutes an order waits for the buyer's and the merchant's changes before it goes. */
  editWindowMinutes: z.int().min(0).max(10_080).default(0),
  requiredTags: words.default([]),
  requiredTagsMode: z
    .enum(['all', 'any'])
    .default('all')
    .meta({ when: { name: 'requiredTags', is: 'several' } }),
  excludedTags: words.default([]),

  /** UNFULFILLED also stands for what Shopify calls open, scheduled, on hold or in progress. */
  fulfilmentStatuses: z
    .array(z.enum(['UNFULFILLED', 'PARTIALLY_FULFILLED']))
    .min(1)
    .default(['UNFULFILLED', 'PARTIALLY_FULFILLED']),
  /** open: orders that were archived in Shopify before they went are left out. */
  orderStatus: z.enum(['open', 'any']).default('open'),
  /** Payment states that cancel an order in the back office, beside a cancellation in Shopify. The default is the connector's own. */
  cancelStatuses: z.array(z.enum(['EXPIRED', 'REFUNDED', 'VOIDED'])),
  requiredCustomerTags: words.default([]),
  requiredCustomerTagsMode: z
    .enum(['all', 'any'])
    .default('any')
    .meta({ when: { name: 'requiredCustomerTags', is: 'several' } }),
  excludedCustomerTags: words.default([]),
  /** Handles of sales channels, as orders carry them; empty: all. */
  onlyChannels: words.default([]),
  excludedChannels: words.default([]),
  /** ISO 3166 alpha-2 codes of the country an order is shipped to; empty: all. */
  onlyCountries: countries.default([]),
  excludedCountries: countries.default([]),
  /** Which of Shopify's recommendations keep an order back until somebody sends it: CANCEL is high, INVESTIGATE medium. */
  risk: z.enum(['send', 'hold-high', 'hold-medium']).default('send'),
  /** Leaves out what nobody ships: digital items and services. */
  physicalOnly: z.boolean().default(true),

  unmappedShipping: z.enum(['hold', 'send']).default('hold'),
  unmappedPayment: z.enum(['hold', 'send']).default('send'),
  /** send: with Shopify's own name of the channel. */
  unmappedChannel: z.enum(['hold', 'send']).default('send'),
  /** Payment methods (gateways) that are left out of what is handed over; the order itself goes. */
  omittedPayments: words.default([]),
  /** Put before the order's number in the back office: `DE-` makes `DE-#1001`. Orders that went keep their number. */
  numberPrefix: z
    .string()
    .trim()
    .max(20)
    .regex(/^[\w.#-]*$/)
    .default(''),
  /** Whether the order's note goes along. */
  orderNote: z.boolean().default(true),
  /** Whether the order's additional details (note attributes) go along. */
  orderAttributes: z.boolean().default(true),
  /** Name of the customer of orders that have none; empty: they go without one. */
  fallbackCustomerName: z.string().trim().max(120).default(''),
  fallbackCustomerEmail: z.union([z.literal(''), z.email().max(200)]).default(''),
  /** own: the order's customer; fixed: every order gets the one customer named above. */
  customer: z.enum(['own', 'fixed']).default('own'),

  /** Sales at the till that were handed over there. The default is record where the back office can take them. */
  posSales: z.enum(['leave-out', 'record']),

  /** Tag put on orders that went; empty: none. */
  tagImported: z.string().trim().max(40).default(''),
  /** Metafield `namespace.key` that gets the back office's order number; empty: none. */
  numberMetafield: z
    .string()
    .trim()
    .max(100)
    .regex(/^($|[\w$-]{2,60}(:[\w-]+)*\.[\w-]{2,60}$)/)
    .default(''),

  /** Runs look this far back before the end of the last one, for what Shopify's search showed late. */
  lookBackMinutes: z.int().min(1).max(10_080).default(5),
  /** Runs leave the newest minutes to the next run; webhooks are not delayed. */
  skipNewestMinutes: z.int().min(0).max(1440).default(0),
  /** Reads the last days again once a day. */
  dailyTransfer: z.boolean().default(false),
  /** Time of day in the shop's zone. */
  dailyAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .default('03:00')
    .meta({ when: daily, placeholder: '03:00' }),
  dailyDaysBack: z.int().min(1).max(60).default(2).meta({ when: daily }),
  /** Seconds between the start of the regular run and this one, so that they don't start together. */
  dailyOffsetSeconds: z.int().min(0).max(3600).default(60).meta({ when: daily }),
  /** Whether a statement takes orders in again that are missing here or in the back office. */
  autoRepair: z.boolean().default(true),
});

/** The page's sections in their order, most used first; all but the first are folded. Each setting stands in exactly one. */
export const orderSettingGroups: Record<string, readonly (keyof typeof orderSettings.shape)[]> = {
  usual: ['earliestOrderDate', 'editWindowMinutes', 'financialStatuses', 'unmappedShipping'],
  filters: [
    'requiredTags',
    'requiredTagsMode',
    'excludedTags',
    'requiredCustomerTags',
    'requiredCustomerTagsMode',
    'excludedCustomerTags',
    'onlyChannels',
    'excludedChannels',
    'onlyCountries',
    'excludedCountries',
    'risk',
    'physicalOnly',
  ],
  states: ['fulfilmentStatuses', 'orderStatus', 'cancelStatuses'],
  content: [
    'unmappedPayment',
    'unmappedChannel',
    'omittedPayments',
    'numberPrefix',
    'orderNote',
    'orderAttributes',
    'customer',
    'fallbackCustomerName',
    'fallbackCustomerEmail',
  ],
  pos: ['posSales'],
  back: ['tagImported', 'numberMetafield'],
  times: [
    'lookBackMinutes',
    'skipNewestMinutes',
    'dailyTransfer',
    'dailyAt',
    'dailyDaysBack',
    'dailyOffsetSeconds',
    'autoRepair',
  ],
};

/** Settings whose change may turn an earlier verdict, with the reasons under which orders were held or left out by them. */
export const settingsThatJudge: Partial<Record<keyof typeof orderSettings.shape, readonly string[]>> = {
  financialStatuses: ['awaiting-payment'],
  earliestOrderDate: ['too-old'],
  editWindowMinutes: ['edit-window'],
  requiredTags: ['tag-missing'],
  requiredTagsMode: ['tag-missing'],
  excludedTags: ['tag-excluded'],
  requiredCustomerTags: ['customer-tag-missing'],
  requiredCustomerTagsMode: ['customer-tag-missing'],
  excludedCustomerTags: ['customer-tag-excluded'],
  onlyChannels: ['channel-left-out'],
  excludedChannels: ['channel-left-out'],
  onlyCountries: ['country-left-out', 'country-unknown'],
  excludedCountries: ['country-left-out', 'country-unknown'],
  risk: ['risk'],
  physicalOnly: ['no-delivery'],
  fulfilmentStatuses: ['fulfilment-state'],
  orderStatus: ['archived'],
  cancelStatuses: ['payment-state-cancels'],
  unmappedShipping: ['shipping-unmapped'],
  unmappedPayment: ['payment-unmapped'],
  unmappedChannel: ['channel-unmapped'],
  posSales: ['sold-in-store'],
};
