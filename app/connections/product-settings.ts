import { z } from 'zod';
import type { Capabilities, ProductField } from '../connectors/contract/index.ts';
import { pageBlanks, pagePattern } from './page-pattern.ts';
import { productFieldMapEntry } from './product-field-map.ts';

const metafield = z
  .string()
  .trim()
  .max(100)
  .regex(/^[\w$-]{2,60}(:[\w-]+)*\.[\w-]{2,60}$/);
const updates = { name: 'backOfficeUpdates', is: 'true' };

/** What a merchant sets for the products of a connection. Every field has a default, so that an empty record is valid. */
export const productSettings = z.object({
  /** What the back office matches by; `id`: the number of Shopify's variant id. */
  identifier: z.enum(['sku', 'barcode', 'id']).default('sku'),
  /** What it matches by where that is empty. */
  identifierFallback: z.enum(['none', 'sku', 'barcode', 'id']).default('none'),
  /** Leaves out what nobody ships: gift cards, digital items. */
  physicalOnly: z.boolean().default(true),
  priceSource: z.enum(['price', 'cost']).default('price'),

  /** Whether the product's tags go along. */
  tags: z.boolean().default(true),
  /** Whether the address of its first picture goes along. */
  images: z.boolean().default(true),
  /** Metafields of product and variant that go along as attributes, `namespace.key`. */
  metafields: z.array(metafield).max(20).default([]),
  /** Whether what is deleted in Shopify is switched off in the back office, or left alone there. Nothing is deleted. */
  deletedProducts: z.enum(['deactivate', 'keep']).default('deactivate'),

  /** Whether what people change of products in the back office is written to metafields. */
  backOfficeUpdates: z
    .boolean()
    .default(false)
    .meta({ scope: { name: 'write_products', unless: 'false' } }),
  /** The back office's field = Shopify's metafield, with its type where it isn't a line of text: `brand = custom.brand`. */
  fieldMap: z.array(productFieldMapEntry).max(50).default([]).meta({ when: updates }),
  /** Whose metafields those are: the product's, or each variant's. */
  metafieldOwner: z.enum(['product', 'variant']).default('product').meta({ when: updates }),
  /** What becomes of a product of the back office that Shopify doesn't have: left out, or made as a draft. */
  unknownProducts: z.enum(['leave-out', 'draft']).default('leave-out').meta({ when: updates }),

  /** Whether both sides are compared once a day, beside the usual runs. */
  reconcileDaily: z.boolean().default(true),
  /** Whether what such a comparison finds is put right by itself. */
  autoRepair: z
    .boolean()
    .default(true)
    .meta({ when: { name: 'reconcileDaily', is: 'true' } }),

  /** Where a product's page is in the back office: an address with `{id}` or `{sku}`. */
  productPage: pagePattern(pageBlanks.product).meta({ placeholder: 'https://wms.example.com/products/{id}' }),
});

/** The page's sections in their order, most used first; all but the first are folded. Each setting stands in exactly one. */
export const productSettingGroups: Record<string, readonly (keyof typeof productSettings.shape)[]> = {
  usual: ['identifier', 'identifierFallback', 'physicalOnly', 'priceSource'],
  content: ['tags', 'images', 'metafields', 'deletedProducts'],
  back: ['backOfficeUpdates', 'fieldMap', 'metafieldOwner', 'unknownProducts'],
  times: ['reconcileDaily', 'autoRepair'],
  links: ['productPage'],
};

/** Settings about parts of a product, which are offered where the back office makes something of them. */
const aboutFields: Partial<Record<string, ProductField>> = {
  tags: 'tags',
  images: 'image',
  metafields: 'attributes',
  deletedProducts: 'active',
} satisfies Partial<Record<keyof typeof productSettings.shape, ProductField>>;

/** Whether a setting of products does anything for a back office that can do this. */
export function offersProductSetting(
  name: string,
  capabilities: Pick<Capabilities, 'productFields' | 'productUpdates' | 'tellsPages'>,
): boolean {
  if (name === 'productPage') return capabilities.tellsPages !== true;
  const field = aboutFields[name];
  if (field) return capabilities.productFields?.includes(field) ?? false;
  return capabilities.productUpdates !== undefined || !productSettingGroups['back']?.some((one) => one === name);
}
