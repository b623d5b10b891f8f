import { z } from 'zod';
import { componentsText, parseComponents } from './kit-text.ts';
import { mappingKinds, type MappingKind } from '../connectors/contract/index.ts';

/** What becomes of the goods of a product type. Only physical ones are stocked, handed over and picked. */
export const goodsClasses = ['physical', 'digital', 'service', 'gift-card', 'donation'] as const;
export type GoodsClass = (typeof goodsClasses)[number];

/** What an order's status in the back office means in Shopify. */
export const statusMeanings = ['fulfilled', 'cancelled', 'refunded'] as const;

const text = z.string().trim().max(200);
const named = z.object({ value: text.min(1) });

/** What a merchant's answer for a value looks like, per kind. A kind is part of a mapping's key. */
export const targetSchemas = {
  shipping: z
    .object({ carrier: text.nullable().default(null), method: text.nullable().default(null) })
    .transform(({ carrier, method }) => ({ carrier: carrier || null, method: method || null }))
    .refine(({ carrier, method }) => carrier !== null || method !== null, { message: 'required', path: ['method'] }),
  payment: z.object({ method: text.min(1) }),
  channel: named,
  'product-type': z
    .object({
      /** The back office's type; null leaves Shopify's text. */
      value: text.nullable().default(null),
      class: z.enum(goodsClasses).default('physical'),
      /** What happens to order lines that nobody ships: left to Shopify, or fulfilled there once the rest was handed over. */
      lines: z.enum(['skip', 'complete']).default('skip'),
    })
    .transform(({ value, class: goods, lines }) => ({
      value: value || null,
      class: goods,
      lines: goods === 'physical' ? ('skip' as const) : lines,
    })),
  /** Here the source is the back office's word, and the answer says what it means in Shopify. */
  'order-status': z.object({ value: z.enum(statusMeanings) }),
  'customer-class': named,
  'product-tag': named,
  /** The code under which the back office keeps what Shopify calls by the source. */
  'sku-alias': named,
  /** What is sold under the source and packed as several products: `2 × SHIRT, CAP`. */
  kit: z
    .object({ value: text.min(1) })
    .refine(({ value }) => parseComponents(value) !== null, { message: 'not-a-kit', path: ['value'] })
    .transform(({ value }) => ({ value: componentsText(parseComponents(value) ?? []) })),
} satisfies Record<MappingKind, z.ZodType>;

export type MappingTarget<Kind extends MappingKind> = z.output<(typeof targetSchemas)[Kind]>;

export const matchKinds = ['exact', 'starts', 'contains'] as const;
export type MatchKind = (typeof matchKinds)[number];

/** Kinds about single codes: a rule for many could not be taken back from the back office's code to Shopify's. */
const codeKinds: readonly MappingKind[] = ['sku-alias', 'kit'];
export const takesRules = (kind: MappingKind): boolean => !codeKinds.includes(kind);

/** Kinds that are resolved for an order or a product; aliases and kits are many and are looked up on their own. */
export const tableKinds = mappingKinds.filter((kind) => kind !== 'sku-alias' && kind !== 'kit');
export type TableKind = Exclude<MappingKind, 'sku-alias' | 'kit'>;
