import { z } from 'zod';
import type { SettingMeta } from '../contract/index.ts';
import { readOrderFields } from './order-fields.ts';

const meta = <Given extends SettingMeta>(given: Given): Given => given;
const choice = <Value extends string>(options: readonly [Value, ...Value[]], initial: NoInfer<Value>) =>
  z
    .enum(options)
    .default(initial as never)
    .meta(meta({ options }));
const text = (most = 100) => z.string().trim().max(most).default('');

/** How we reach Integration Manager (IM) and how its records are made. */
export const settings = z
  .object({
    /** Address of the API; typed in any form, see base-url.ts. */
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .default('https://api.cartrover.com/v1')
      .meta(meta({ placeholder: 'https://api.cartrover.com/v1' })),
    /** Keys of the cart: Carts > New Setup > API Access. */
    apiUser: z.string().trim().min(1),
    apiKey: z
      .string()
      .trim()
      .min(1)
      .meta(meta({ secret: true })),
    /** Keys of the merchant: Merchants > API Keys. Empty: the cart's keys read inventory too. */
    merchantApiUser: text(200),
    merchantApiKey: z
      .string()
      .trim()
      .default('')
      .meta(meta({ secret: true })),
    /** Stock of each warehouse by itself, or all warehouses together ("COMBINE ALL WAREHOUSES"). */
    stockFrom: choice(['per-warehouse', 'combined'], 'per-warehouse'),
    /** `code_type` of the aliases that the shop's SKUs are in IM. Empty: IM's own SKUs. */
    aliasType: text(),
    /** What an order's `location` says: the warehouse's name, its key in IM, or nothing. */
    orderWarehouse: choice(['name', 'id', 'none'], 'name'),
    /** Whose shipping code an order carries: the one mapped here, or Shopify's for IM to map. */
    shipCode: choice(['mapped', 'shopify'], 'mapped'),
    /** Whether a cancellation asks the warehouse too, once IM has handed the order over. */
    cancelAtWarehouse: z.boolean().default(true),
    /** Name of the order attribute that holds a gift message. Empty: none. */
    giftMessageAttribute: text(),
    /** Whether the address is residential (R) or commercial (C). */
    addressType: choice(['none', 'residential', 'commercial', 'by-company'], 'none'),
    /** "Client" of the cart: the order source that the warehouse is shown. Empty: the cart's own. */
    orderSource: text(),
    /** Fields that the WMS wants on every order: `custom_field_1=Web; extra.department=7`. */
    orderFields: text(1000),
  })
  .superRefine((given, problems) => {
    const missing = (path: string) => problems.addIssue({ code: 'custom', path: [path], message: 'missing' });
    if (given.merchantApiUser !== '' && given.merchantApiKey === '') missing('merchantApiKey');
    if (given.merchantApiKey !== '' && given.merchantApiUser === '') missing('merchantApiUser');
    if (readOrderFields(given.orderFields) === null)
      problems.addIssue({ code: 'custom', path: ['orderFields'], message: 'malformed' });
  });

export type Settings = z.infer<typeof settings>;
