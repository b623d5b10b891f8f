import type { Tx } from '../db/scope.ts';
import type { MappingChange } from './change-mappings.ts';
import { whatIf, type WhatIf } from './coverage.ts';
import { productTypesOf } from './goods-rules.ts';
import { checkMapping, countedValues, loadRules } from './mapping-store.ts';
import { takesRules, targetSchemas } from './kinds.ts';
import { resolve, type MappingRule } from './resolve.ts';

/** Records of the shop that a change would concern, with the first few by name. */
export interface Concerned {
  count: number;
  first: string[];
}

export interface ChangePreview {
  /** Orders not handed over yet whose answer would be another one; of these, how many would be left without one. */
  openOrders: Concerned & { unmapped: number };
  /** Products whose type, class or code would be another one. */
  products: Concerned;
  /** The same for the last orders, handed over or not. */
  lastOrders: WhatIf;
  /** Ids of the open orders, to judge again once it is made. */
  orderIds: string[];
}

const SHOWN = 10;
const LOOKED_AT = 20_000;

function rulesAfter(before: readonly MappingRule[], { kind, save = [], remove = [] }: MappingChange): MappingRule[] {
  const saved = save.map((one, index) => ({ id: `new ${index}`, ...checkMapping({ kind, ...one }) }));
  const same = (one: MappingRule, other: MappingRule) => one.match === other.match && one.source === other.source;
  return [...before.filter((one) => !remove.includes(one.id) && !saved.some((other) => same(one, other))), ...saved];
}

/** Open orders that nobody was handed yet, with their values of this kind. */
function openOrders(tx: Tx, shopId: number, kind: string): Promise<{ id: string; name: string; values: string[] }[]> {
  return tx.$queryRaw`
    SELECT o.id, o.name, ARRAY(SELECT jsonb_array_elements_text(o.used_values->${kind}::text)) AS values FROM shop_order o
    WHERE o.shop_id = ${shopId} AND o.cancelled_at IS NULL AND o.closed_at IS NULL AND (o.verdict IN ('hold', 'send') OR o.reason->>'code' = 'type-not-shipped')
      AND jsonb_typeof(o.used_values->${kind}::text) = 'array'
      AND NOT EXISTS (SELECT 1 FROM part p WHERE p.shop_id = o.shop_id AND p.order_id = o.id AND p.remote_id IS NOT NULL AND p.state <> 'cancelled')
    ORDER BY o.placed_at DESC LIMIT ${LOOKED_AT}`;
}

/** Products of these types, or with these SKUs. */
async function productsOf(tx: Tx, shopId: number, which: { types: string[]; skus: string[] }): Promise<Concerned> {
  if (which.types.length === 0 && which.skus.length === 0) return { count: 0, first: [] };
  const rows = await tx.$queryRaw<{ title: string; count: number }[]>`
    SELECT product_title AS title, (count(*) OVER ())::int AS count FROM variant
    WHERE shop_id = ${shopId} AND deleted_at IS NULL AND (product_type = ANY(${which.types}) OR sku_key = ANY(${which.skus}))
    GROUP BY product_id, product_title ORDER BY product_title LIMIT ${SHOWN}`;
  return { count: rows[0]?.count ?? 0, first: rows.map(({ title }) => title) };
}

/** What a change of mappings would change, before it is made. Throws RejectedError when it isn't valid. */
export async function previewChange(tx: Tx, shopId: number, change: MappingChange): Promise<ChangePreview> {
  const { connectionId, kind } = change;
  const before: MappingRule[] = await loadRules(tx, shopId, connectionId, kind);
  const after = rulesAfter(before, change);
  // A type that nobody mapped is shipped as Shopify says: so is one that is mapped as shipped, under Shopify's own text.
  const unanswered = kind === 'product-type' ? targetSchemas[kind].parse({}) : null;
  const answer = (rules: readonly MappingRule[], value: string) => JSON.stringify(resolve(rules, [value])?.target ?? unanswered);
  const differs = (value: string) => answer(before, value) !== answer(after, value);
  const orders = (!takesRules(kind) ? [] : await openOrders(tx, shopId, kind)).filter(({ values }) => values.some(differs));
  const aliased = [...before, ...after].map(({ source }) => source.trim().toLowerCase());
  return {
    openOrders: {
      count: orders.length,
      first: orders.slice(0, SHOWN).map(({ name }) => name),
      unmapped: orders.filter(({ values }) => values.some((value) => differs(value) && answer(after, value) === 'null')).length,
    },
    products: await productsOf(tx, shopId, {
      types: kind === 'product-type' ? (await productTypesOf(tx, shopId)).filter(differs) : [],
      skus: !takesRules(kind) ? [...new Set(aliased)].filter(differs) : [],
    }),
    orderIds: orders.map(({ id }) => id),
    lastOrders: whatIf(before, after, await countedValues(tx, shopId, kind)),
  };
}
