import { z } from 'zod';
import type { SettingMeta } from '../contract/index.ts';
import { normalBaseUrl } from './base-url.ts';

const meta = <Given extends SettingMeta>(given: Given): Given => given;
const choice = <Value extends string>(options: readonly [Value, ...Value[]], initial: NoInfer<Value>) =>
  z
    .enum(options)
    .default(initial as never)
    .meta(meta({ options }));
const text = (initial = '', most = 200) => z.string().trim().max(most).default(initial);
const id = (initial = '') => text(initial, 20);

/** How we reach HotWax and how its records are made. */
export const settings = z
  .object({
    /** Name of the instance (`demo`), or the address of either of its servers. Parsed into an address without their paths. */
    baseUrl: z
      .string()
      .trim()
      .min(1)
      .transform((typed, problems) => {
        const address = normalBaseUrl(typed);
        if (address !== null) return address;
        problems.addIssue({ code: 'custom', message: 'unreadable' });
        return z.NEVER;
      })
      .meta(meta({ placeholder: 'demo' })),
    /** A user made for Crossdock. */
    username: z.string().trim().min(1),
    password: z
      .string()
      .min(1)
      .meta(meta({ secret: true })),
    /** The product store that orders, stock and prices belong to; chosen on the Store page. */
    productStoreId: z
      .string()
      .trim()
      .max(20)
      .default('')
      .meta(meta({ placeholder: 'STORE' })),
    /** The party that sells. Empty: the one that the product store is paid to. */
    companyPartyId: id(),
    /** The virtual facility in which orders wait to be brokered. */
    queueFacilityId: id('_NA_'),
    /** Who approves an order: HotWax's own job, or Crossdock at once. */
    approval: choice(['hotwax', 'at-once'], 'hotwax'),
    /** Whether HotWax may ship an order from several facilities. */
    allowSplit: z.boolean().default(true),
    /** Shipment method and payment type of orders whose own aren't mapped and may go. */
    defaultShipmentMethod: id('STANDARD'),
    defaultPaymentType: id('EXT_SHOP_OTHR_GTWAY'),
    /** Sales channel of every order. Empty: by Shopify's channel. */
    channel: id(),
    /** The party of orders without a customer. Empty: a party "Guest" is made. */
    guestPartyId: id(),
    /** Which levels are reported: the queue's total, each facility's own, or both. */
    stockMode: choice(['both', 'queue-only', 'facilities-only'], 'both'),
    /** How the queue's total is told: added up here, or asked of HotWax for a facility group. */
    onlineTotal: choice(['sum', 'hotwax'], 'sum'),
    /** The group of facilities that may ship online orders. */
    facilityGroupId: id().meta(meta({ when: { name: 'onlineTotal', is: 'hotwax' } })),
    /** Whether a facility's own level leaves its safety stock out, as the queue's total always does. */
    facilitySafety: z.boolean().default(false),
    /** Type of facilities that are made from a Shopify location. */
    facilityType: choice(['WAREHOUSE', 'RETAIL_STORE', 'OUTLET_STORE', 'OUTLET_WAREHOUSE', 'DISTRIBUTION_CENTER'], 'WAREHOUSE'),
    /** Product type of what Shopify's product type doesn't tell. */
    productType: id('FINISHED_GOOD'),
    /** Price group of list prices. */
    priceGroup: id('_NA_'),
    /** Whether a shipment without a tracking number is reported at once or waits for it. */
    untracked: choice(['report', 'wait'], 'report'),
    /** Whether orders are read by GraphQL where the instance offers it. */
    graphql: choice(['auto', 'off'], 'auto'),
  })
  .superRefine((given, problems) => {
    if (given.onlineTotal === 'hotwax' && given.facilityGroupId === '')
      problems.addIssue({ code: 'custom', path: ['facilityGroupId'], message: 'missing' });
  });

export type Settings = z.infer<typeof settings>;
