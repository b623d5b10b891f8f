import { z } from 'zod';
import type { Capabilities } from '../connectors/contract/index.ts';
import { pageBlanks, pagePattern } from './page-pattern.ts';

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
/** `namespace.key`, or empty. */
const metafieldName = z
  .string()
  .trim()
  .max(100)
  .regex(/^($|[\w$-]{2,60}(:[\w-]+)*\.[\w-]{2,60}$)/)
  .default('');
/** A customer's number in the back office, or empty. */
const customerNumber = z
  .string()
  .trim()
  .max(60)
  .regex(/^[\w./#-]*$/)
  .default('');
const recorded = { name: 'posSales', is: 'record' };
const byMetafield = { name: 'customer', is: 'metafield' };
const cancelling = { name: 'backOfficeCancels', is: 'cancel' };
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
  /**
   * Orders placed from this day on and before the earliest order date are kept in the back office as history: they take no stock and nobody works
   * on them. Null: they are left out. Only where the back office keeps history.
   */
  historyFrom: z.iso.date().nullable().default(null),
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

  /** What happens to orders with goods that are promised for later. send: like any other; park: they wait until all is there; split: the rest goes. */
  preOrders: z.enum(['send', 'park', 'split']).default('send'),
  /** Tags of products, or of orders, that mark goods as sold before they are there. */
  preOrderTags: words.default([]),
  /** Name of the line's or the order's detail (note attribute) that holds the promised day. Empty: none. */
  promiseDetail: z.string().trim().max(100).default(''),
  /** Metafield `namespace.key` of variants, else of products, that holds the promised day. Empty: none. */
  promiseMetafield: metafieldName,
  /** The same for goods that go on selling although none are left at their location. */
  backOrders: z.enum(['send', 'park', 'split']).default('send'),
  /** Tag put on orders that wait for goods promised for later, and for goods that are out of stock. Empty: none. */
  tagPreOrder: z.string().trim().max(40).default(''),
  tagBackOrder: z.string().trim().max(40).default(''),

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
  fallbackCustomerId: customerNumber,
  fallbackCustomerName: z.string().trim().max(120).default(''),
  fallbackCustomerEmail: z.union([z.literal(''), z.email().max(200)]).default(''),
  /**
   * own: the order's customer, who is looked for in the back office (by the id that is known of them, then by e-mail, then by name and address, as far as
   * it can be searched) and else made there; fixed: every order gets the one customer named here; metafield: Shopify's customer carries the back office's id.
   */
  customer: z.enum(['own', 'fixed', 'metafield']).default('own'),
  /** `namespace.key` of the customer's metafield with that id, and its type: a whole number, or text. */
  customerMetafield: metafieldName.meta({ when: byMetafield, placeholder: 'custom.erp_customer_id' }),
  customerIdType: z.enum(['integer', 'text']).default('integer').meta({ when: byMetafield }),
  /** What happens to orders of customers whose metafield is empty. */
  customerWithoutId: z.enum(['hold', 'match']).default('hold').meta({ when: byMetafield }),

  /** Metafields `namespace.key` of customers (decimal numbers) that get what they may still buy on account, and what they have; empty: none. */
  creditAvailableMetafield: metafieldName.meta({ scope: { name: 'write_customers', unless: '' } }),
  creditUsedMetafield: metafieldName.meta({ scope: { name: 'write_customers', unless: '' } }),

  /** Sales at the till that were handed over there. The default is record where the back office can take them. */
  posSales: z.enum(['leave-out', 'record']),
  /** What happens to such a sale of more than the back office has: recorded all the same, held until it has, or left out by name. */
  posBeyondStock: z.enum(['record', 'hold', 'leave-out']).default('record').meta({ when: recorded }),
  /** Whose such sales are, by the back office's number or by name; both empty: whoever bought. */
  posCustomerId: customerNumber.meta({ when: recorded }),
  posCustomerName: z.string().trim().max(120).default('').meta({ when: recorded }),

  /** Tag put on orders that went; empty: none. */
  tagImported: z.string().trim().max(40).default(''),
  /** Metafield `namespace.key` that gets the back office's order number; empty: none. */
  numberMetafield: metafieldName,

  /** ask: an order that the back office cancelled is a problem that somebody decides; cancel: it is cancelled in Shopify too, if nothing of it has left. */
  backOfficeCancels: z.enum(['ask', 'cancel']).default('ask'),
  /** Whether Shopify puts its units back on sale. */
  cancelRestock: z.boolean().default(true).meta({ when: cancelling }),
  /** Whether the buyer gets the money back, to the original payment methods. */
  cancelRefund: z.boolean().default(false).meta({ when: cancelling }),
  cancelNotify: z.boolean().default(false).meta({ when: cancelling }),

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

  /** Where an order's page is in the back office: an address with `{id}`, `{number}` or `{reference}`. */
  orderPage: pagePattern(pageBlanks.order).meta({ placeholder: 'https://oms.example.com/orders/{id}' }),
});

/** The page's sections in their order, most used first; all but the first are folded. Each setting stands in exactly one. */
export const orderSettingGroups: Record<string, readonly (keyof typeof orderSettings.shape)[]> = {
  usual: ['earliestOrderDate', 'historyFrom', 'editWindowMinutes', 'financialStatuses', 'unmappedShipping'],
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
  content: ['unmappedPayment', 'unmappedChannel', 'omittedPayments', 'numberPrefix', 'orderNote', 'orderAttributes'],
  customers: [
    'customer',
    'customerMetafield',
    'customerIdType',
    'customerWithoutId',
    'fallbackCustomerId',
    'fallbackCustomerName',
    'fallbackCustomerEmail',
    'creditAvailableMetafield',
    'creditUsedMetafield',
  ],
  goods: ['preOrders', 'backOrders', 'preOrderTags', 'promiseDetail', 'promiseMetafield', 'tagPreOrder', 'tagBackOrder'],
  pos: ['posSales', 'posBeyondStock', 'posCustomerId', 'posCustomerName'],
  back: ['tagImported', 'numberMetafield', 'backOfficeCancels', 'cancelRestock', 'cancelRefund', 'cancelNotify'],
  times: [
    'lookBackMinutes',
    'skipNewestMinutes',
    'dailyTransfer',
    'dailyAt',
    'dailyDaysBack',
    'dailyOffsetSeconds',
    'autoRepair',
  ],
  links: ['orderPage'],
};

/** Settings whose change may turn an earlier verdict, with the reasons under which orders were held or left out by them. */
export const settingsThatJudge: Partial<Record<keyof typeof orderSettings.shape, readonly string[]>> = {
  financialStatuses: ['awaiting-payment'],
  earliestOrderDate: ['too-old'],
  historyFrom: ['too-old'],
  preOrders: ['pre-order', 'back-order'],
  backOrders: ['pre-order', 'back-order'],
  preOrderTags: ['pre-order'],
  promiseDetail: ['pre-order'],
  promiseMetafield: ['pre-order'],
  customer: ['customer-id-missing', 'customer-id-type'],
  customerMetafield: ['customer-id-missing', 'customer-id-type'],
  customerIdType: ['customer-id-missing', 'customer-id-type'],
  customerWithoutId: ['customer-id-missing'],
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
  posBeyondStock: ['sold-beyond-stock'],
};

/** Whether the back office can do what a setting is about; what it can't isn't asked. */
export function offersOrderSetting(
  name: string,
  { recordsHandedOver, parksHistory, keepsCustomers, tellsCredit, tellsPages }: Capabilities,
): boolean {
  if (name === 'creditAvailableMetafield' || name === 'creditUsedMetafield') return tellsCredit === true;
  if (name === 'orderPage') return tellsPages !== true;
  if (name.startsWith('pos') && recordsHandedOver !== true) return false;
  if (name === 'historyFrom') return parksHistory === true;
  const named = ['customerMetafield', 'customerIdType', 'customerWithoutId', 'fallbackCustomerId', 'posCustomerId'];
  return !named.includes(name) || keepsCustomers === true;
}

type Settings = z.infer<typeof orderSettings>;

/** Fields that must be filled because of what another says: without them the setting would do nothing, or hold every order. Pure. */
export function orderSettingsNeeded(settings: Settings): (keyof Settings)[] {
  const { customer, fallbackCustomerId: id, fallbackCustomerName: name, preOrders, promiseDetail, promiseMetafield } = settings;
  return [
    ...(customer === 'fixed' && id === '' && name === '' ? (['fallbackCustomerName'] as const) : []),
    ...(customer === 'metafield' && settings.customerMetafield === '' ? (['customerMetafield'] as const) : []),
    ...(preOrders !== 'send' && settings.preOrderTags.length === 0 && promiseDetail === '' && promiseMetafield === ''
      ? (['preOrderTags'] as const)
      : []),
  ];
}
