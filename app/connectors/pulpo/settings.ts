import { z } from 'zod';
import type { SettingMeta } from '../contract/index.ts';

const meta = <Given extends SettingMeta>(given: Given): Given => given;
const choice = <Value extends string>(options: readonly [Value, ...Value[]], initial: NoInfer<Value>) =>
  z
    .enum(options)
    .default(initial as never)
    .meta(meta({ options }));
const text = (most = 200) => z.string().trim().max(most).default('');
const stockEvent = () =>
  z
    .boolean()
    .default(true)
    .meta(meta({ when: { name: 'webhooks', is: 'true' } }));

/** How we reach PULPO and how its records are made. */
export const settings = z
  .object({
    /** PULPO's live system, its test system, or another address. */
    environment: choice(['live', 'test', 'custom'], 'live'),
    /** Address of the API. Only for `custom`. */
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .meta(meta({ placeholder: 'https://eu.pulpo.co/api/v1', when: { name: 'environment', is: 'custom' } })),
    /** The API user: `tenant_user`. */
    username: z
      .string()
      .trim()
      .min(1)
      .meta(meta({ placeholder: 'tenant_user' })),
    password: z
      .string()
      .min(1)
      .meta(meta({ secret: true })),
    /** 3PL: the merchant that products, customers and orders belong to. */
    merchantId: z.int().min(1).nullable().default(null),
    /** 3PL: a channel of that merchant. */
    merchantChannelId: z.int().min(1).nullable().default(null),
    /** Identifier number of the customer for orders without one. Empty: a customer "Guest" is made. */
    fallbackCustomer: text(),
    /** Lower is more urgent. Null: PULPO's own default. */
    priority: z.int().min(0).max(1000).nullable().default(null),
    /** The delivery date: none, or so many days or working days after the order was placed. */
    deliveryDate: choice(['none', 'days', 'working-days'], 'working-days'),
    deliveryDays: z.int().min(0).max(90).default(0),
    /** Text in PULPO's channel. Empty: Shopify's sales channel. */
    channel: text(100),
    /** Free label that PULPO groups picking by. */
    criterium: text(100),
    /** Name of the order attribute that holds a pick-up point's id. Empty: none. */
    servicePointAttribute: text(100),
    /** Whether a box without a tracking number is reported at once or waits for its label. */
    unlabelledBoxes: choice(['report', 'wait'], 'report'),
    /** Identifier number of the supplier of new products. Empty: none. */
    defaultSupplier: text(),
    /** Whether Shopify's product tags become PULPO's product categories. */
    productTags: z.boolean().default(false),
    /** Products with this tag are managed by lots / by serial numbers. Empty: PULPO's setting stays. */
    lotTag: text(100),
    serialTag: text(100),
    /** Unit of PULPO's weights: it isn't documented, so it can be chosen. */
    weightUnit: choice(['kg', 'g', 'none'], 'kg'),
    /** Whether PULPO calls us when something happened; polling goes on beside it. */
    webhooks: z.boolean().default(true),
    /** Which events read the stock again at once. */
    stockOnSales: stockEvent(),
    stockOnReceipts: stockEvent(),
    stockOnCounts: stockEvent(),
    stockOnCorrections: stockEvent(),
    stockOnReplenishment: stockEvent(),
  })
  .superRefine((given, problems) => {
    if (given.environment === 'custom' && given.baseUrl === undefined)
      problems.addIssue({ code: 'custom', path: ['baseUrl'], message: 'missing' });
    if (given.merchantChannelId !== null && given.merchantId === null)
      problems.addIssue({ code: 'custom', path: ['merchantId'], message: 'missing' });
  });

export type Settings = z.infer<typeof settings>;
