import { Prisma } from '@prisma/client';
import type { MappingKind, ReferenceValue } from '../connectors/contract/index.ts';
import type { Tx } from '../db/scope.ts';
import { loadRules } from './mapping-store.ts';
import { normalise, resolve } from './resolve.ts';

/** What a value could be mapped to. Only shown: nothing is saved and nothing counts as mapped without a yes. */
export interface Suggestion {
  value: string;
  target: Record<string, string>;
}

/** Words that say nothing of which method is meant. */
const empty = new Set([
  'shipping',
  'delivery',
  'versand',
  'lieferung',
  'payment',
  'payments',
  'zahlung',
  'the',
  'by',
  'and',
  'method',
  'type',
]);
const wordsOf = (text: string): Set<string> =>
  new Set(
    normalise(text)
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== '' && !empty.has(word)),
  );

/** 0 to 1: how much of the words of both are the same. */
function likeness(one: string, other: string): number {
  if (normalise(one) === normalise(other)) return 1;
  const [mine, theirs] = [wordsOf(one), wordsOf(other)];
  const shared = [...mine].filter((word) => theirs.has(word)).length;
  return shared === 0 ? 0 : shared / new Set([...mine, ...theirs]).size;
}

/** More than half of the words. */
const HALF = 0.5;

/** The choice that a value most resembles; null where none does, or two do alike. Pure. */
export function mostAlike(value: string, offered: readonly ReferenceValue[]): ReferenceValue | null {
  const scored = offered
    .map((one) => {
      const names = [one.label, one.id, ...(one.group ? [`${one.group} ${one.label}`] : [])];
      return { one, score: Math.max(...names.map((name) => likeness(value, name))) };
    })
    .sort((a, b) => b.score - a.score);
  const best = scored.filter(({ score }) => score > HALF && score === scored[0]?.score).map(({ one }) => one);
  // The same method of several carriers: the one that leaves the carrier open, where there is one.
  const open = best.filter(({ group }) => group === null);
  const [found, other] = open.length > 0 ? open : best;
  return found && !other ? found : null;
}

const classWords: readonly (readonly [RegExp, string])[] = [
  [/gift.?card|voucher|gutschein|geschenkkarte/i, 'gift-card'],
  [/donation|spende/i, 'donation'],
  [/service|repair|installation|warranty|dienstleistung|garantie|reparatur/i, 'service'],
  [/digital|download|e-?book|software|licen[cs]e|lizenz/i, 'digital'],
];

/** Product types of which nothing is shipped, as Shopify has it. */
async function typesNotShipped(tx: Tx, shopId: number): Promise<Map<string, string>> {
  const some = (which: Prisma.Sql) => Prisma.sql`EXISTS (
    SELECT 1 FROM variant v WHERE v.shop_id = ${shopId} AND v.product_type = t.type AND v.deleted_at IS NULL AND ${which} OFFSET 0)`;
  // From type to type in the index, with one look at most types (an OFFSET is no join): a catalogue has few types and many variants.
  const rows = await tx.$queryRaw<{ type: string; gift: boolean }[]>`
    WITH RECURSIVE types AS (
      (SELECT product_type AS type FROM variant WHERE shop_id = ${shopId} ORDER BY product_type LIMIT 1)
      UNION ALL
      SELECT (SELECT v.product_type FROM variant v WHERE v.shop_id = ${shopId} AND v.product_type > t.type ORDER BY v.product_type LIMIT 1)
      FROM types t WHERE t.type IS NOT NULL
    )
    SELECT t.type, NOT ${some(Prisma.sql`NOT v.is_gift_card`)} AS gift FROM types t
    WHERE t.type IS NOT NULL AND NOT ${some(Prisma.sql`v.requires_shipping AND NOT v.is_gift_card`)} AND ${some(Prisma.sql`true`)}`;
  return new Map(rows.map(({ type, gift }) => [type, gift ? 'gift-card' : 'digital']));
}

/**
 * Suggestions for what a connection hasn't mapped yet. `offered`: the back office's list, null where it didn't give it; without a list of this
 * kind (`none`) people there read what Shopify calls it, so that is suggested.
 */
export async function suggestMappings(
  tx: Tx,
  shopId: number,
  {
    connectionId,
    kind,
    offered,
  }: { connectionId: string; kind: MappingKind; offered: readonly ReferenceValue[] | 'none' | null },
): Promise<Suggestion[]> {
  if (!['shipping', 'payment', 'channel', 'product-type'].includes(kind)) return [];
  const rules = await loadRules(tx, shopId, connectionId, kind);
  const seen = await tx.observedValue.findMany({ where: { shopId, kind }, orderBy: { value: 'asc' } });
  const classes = kind === 'product-type' ? await typesNotShipped(tx, shopId) : null;
  return seen.flatMap(({ value, label }): Suggestion[] => {
    if (value === '' || resolve(rules, [value]) !== null) return [];
    const found = offered && offered !== 'none' ? (mostAlike(label || value, offered) ?? mostAlike(value, offered)) : null;
    const name = found?.id ?? (offered === 'none' ? label || value : null);
    if (classes) {
      const goods = classWords.find(([words]) => words.test(value))?.[1] ?? classes.get(value) ?? 'physical';
      return [{ value, target: { ...(found ? { value: found.id } : {}), class: goods } }];
    }
    if (name === null) return [];
    if (kind === 'shipping') return [{ value, target: { ...(found?.group ? { carrier: found.group } : {}), method: name } }];
    return [{ value, target: kind === 'payment' ? { method: name } : { value: name } }];
  });
}
