import { IANAZone } from 'luxon';
import { z } from 'zod';
import { ipListIn } from '../../core/ip-addresses.ts';
import type { SettingMeta } from '../contract/index.ts';
import { normalBaseUrl } from './base-url.ts';
import { fieldNamesIn } from './field-names.ts';
import { pairsIn } from './words.ts';

const meta = <Given extends SettingMeta>(given: Given): Given => given;
const restOnly = { when: { name: 'mode', is: 'rest' } };
const classicOnly = { when: { name: 'mode', is: 'classic' } };
const choice = <Value extends string>(options: readonly [Value, ...Value[]], initial: NoInfer<Value>, more: SettingMeta = {}) =>
  z
    .enum(options)
    .default(initial as never)
    .meta({ options, ...more });
const text = (more: SettingMeta = {}, initial = '', most = 400) =>
  z
    .string()
    .trim()
    .max(most)
    .default(initial)
    .meta({ ...more });
const id = (more: SettingMeta = restOnly) =>
  z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .meta({ ...more });
const checked = (fits: (typed: string) => boolean, message: string, more: SettingMeta = {}, initial = '') =>
  z
    .string()
    .trim()
    .max(1000)
    .default(initial)
    .refine((typed) => typed === '' || fits(typed), message)
    .meta({ ...more });
const style = () => choice(['since', 'window'], 'since', restOnly);
const minutes = (setting: string, initial: number) =>
  z
    .int()
    .min(5)
    .max(43_200)
    .default(initial)
    .meta(meta({ when: { name: setting, is: 'window' } }));

/** How we and OrderWise reach each other, and how its records are made. Source of the defaults: orderwise.md §2, §3, §6. */
export const settings = z
  .object({
    /** Who calls whom: we OrderWise's API, or OrderWise's session our addresses. */
    mode: choice(['rest', 'classic'], 'rest'),
    /** Address of the API in any form; empty in classic mode. */
    baseUrl: z
      .string()
      .trim()
      .default('')
      .transform((typed, problems) => {
        const address = typed === '' ? '' : normalBaseUrl(typed);
        if (address !== null) return address;
        problems.addIssue({ code: 'custom', message: 'unreadable' });
        return z.NEVER;
      })
      .meta(meta({ placeholder: 'https://your-company.orderwisecloud.com/OWAPI', needed: true, ...restOnly })),
    /** A user made for Crossdock. */
    username: text({ needed: true, ...restOnly }, '', 100),
    password: z
      .string()
      .max(200)
      .default('')
      .meta(meta({ secret: true, needed: true, ...restOnly })),
    /** ID of the E-Commerce Session that orders come in through. */
    sessionId: id({ needed: true, ...restOnly }),
    /** Calls at once to one instance. OrderWise fails when two heavy ones meet (S8). */
    concurrency: z.int().min(1).max(2).default(2).meta(meta(restOnly)),
    /** Zone of OrderWise's server: its times carry none. */
    timeZone: checked((zone) => IANAZone.isValidZone(zone), 'unknown', {}, 'Europe/London').refine(
      (zone) => zone !== '',
      'unknown',
    ),
    /** Price list of customers that are made. By name or id; empty: none. */
    priceList: text(restOnly, '', 100),
    /** The delivery method of orders whose own isn't mapped and may go. By name or id. */
    defaultDeliveryMethod: text({}, '', 100),
    /** Shopify's tax rate in percent = OrderWise's tax rate, by name or id (classic: its code). Empty: OrderWise decides. */
    taxRates: checked((typed) => pairsIn(typed)?.every(([rate]) => /^\d+(\.\d+)?$/.test(rate)) ?? false, 'unreadable', {
      placeholder: '20 = Standard 20%, 0 = Zero rated',
    }),
    /** Names of OrderWise's discount and surcharge, for tips, duties and rounding. */
    discountCode: text({}, 'Discount', 100),
    surchargeCode: text({}, 'Surcharge', 100),
    /** By name or id; empty: OrderWise's default. */
    orderType: text(restOnly, '', 100),
    /** By name or id; empty: the customer's currency. */
    currency: text(restOnly, '', 100),
    /** API Export Definition that answers free stock, and how it looks back. */
    stockExportId: id(),
    stockExportStyle: style(),
    stockWindowMinutes: minutes('stockExportStyle', 30),
    /** A definition that answers all stock, for a full run or when the window was missed. */
    fullStockExportId: id({ when: { name: 'stockExportStyle', is: 'window' } }),
    /** Answers kits, in the stock definition's columns. */
    kitExportId: id(),
    /** The stock location of an export without the column StocklocationId. By name or id. */
    stockLocation: text(restOnly, '', 100),
    /** API Export Definition that answers changed orders, and how it looks back. */
    statusExportId: id(),
    statusExportStyle: style(),
    statusWindowMinutes: minutes('statusExportStyle', 60),
    fullStatusExportId: id({ when: { name: 'statusExportStyle', is: 'window' } }),
    /** Answers lines that came back; needs @since. */
    returnExportId: id(),
    /** API Export Definition that answers products with the columns of the merchant's field map; only `sku` is a must. */
    productExportId: id(),
    /** Whether it takes @since, or answers everything each time. */
    productExportStyle: choice(['since', 'all'], 'since', restOnly),
    /** API Export Definition that answers customers' credit with their e-mail addresses, and whether it takes @since. */
    creditExportId: id(),
    creditExportStyle: choice(['all', 'since'], 'all', restOnly),
    /** What OrderWise's status texts mean. */
    fulfilledStatuses: text({}, 'Completed, Dispatched'),
    partialStatuses: text({}, 'Partially despatched'),
    heldStatuses: text({}, 'On hold'),
    cancelledStatuses: text({}, 'Cancelled'),
    refundedStatuses: text(),
    /** Id of the template that unknown products are made from. Null: none are made. */
    templateVariantId: id(),
    /** Whether a product's title and barcode in OrderWise follow Shopify. */
    productUpdates: z.boolean().default(false).meta(meta(restOnly)),
    /** Other names of fields that are guesses: `customerOrderRef = reference`; nothing after the sign leaves the field out. */
    fieldNames: checked((typed) => fieldNamesIn(typed) !== null, 'unreadable', restOnly),
    /** Orders handed over in one run of the session. */
    ordersPerRun: z.int().min(1).max(500).default(100).meta(meta(classicOnly)),
    /** Addresses and ranges that OrderWise's session calls from; empty: it may call from anywhere. */
    allowedAddresses: checked((typed) => ipListIn(typed) !== null, 'unreadable', {
      placeholder: '203.0.113.7, 198.51.100.0/24',
      ...classicOnly,
    }),
    /** The stock locations of OrderWise: `5 = Main Warehouse`. Those that a stock export names are added. */
    stockLocations: checked((typed) => pairsIn(typed) !== null, 'unreadable', {
      placeholder: '5 = Main Warehouse',
      ...classicOnly,
    }),
    /** Names of OrderWise's methods, to choose from under Mappings. */
    deliveryMethods: text(classicOnly, '', 1000),
    paymentMethods: text(classicOnly, '', 1000),
  })
  .superRefine((given, problems) => {
    const missing = (name: keyof typeof given) => problems.addIssue({ code: 'custom', path: [name], message: 'missing' });
    if (given.mode === 'classic') return;
    for (const name of ['baseUrl', 'username', 'password'] as const) if (given[name] === '') missing(name);
    if (given.sessionId === null) missing('sessionId');
    if (given.stockExportId !== null && given.stockExportStyle === 'window' && given.fullStockExportId === null)
      missing('fullStockExportId');
  });

export type Settings = z.infer<typeof settings>;
export type Mode = Settings['mode'];
