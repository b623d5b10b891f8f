import type { MappingKind } from '../connectors/contract/index.ts';
import { tableKinds, type MappingTarget, type MatchKind, type TableKind } from './kinds.ts';

/** One answer of the merchant: this Shopify value (or what starts with or contains it) is that value there. */
export interface MappingRule<Kind extends MappingKind = MappingKind> {
  id: string;
  match: MatchKind;
  source: string;
  target: MappingTarget<Kind>;
}

/** All mappings of one connection in force but SKU aliases, with the version that is kept beside what they led to. */
export interface MappingTable {
  version: number;
  rules: { [Kind in TableKind]: readonly MappingRule<Kind>[] };
}

/** Rules by kind; what isn't named has none. */
export function rulesByKind(some: Partial<MappingTable['rules']> = {}): MappingTable['rules'] {
  return { ...(Object.fromEntries(tableKinds.map((kind) => [kind, []])) as unknown as MappingTable['rules']), ...some };
}

export interface Resolved<Kind extends MappingKind> {
  /** The rule that decided. */
  id: string;
  target: MappingTarget<Kind>;
  by: MatchKind;
}

/** Values that differ only in case, width or spaces are the same to people. */
export function normalise(value: string): string {
  return value.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}

const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** The longest source wins; equally long ones in the order of their text, so that the outcome never depends on row order. */
function longest<Kind extends MappingKind>(
  rules: readonly MappingRule<Kind>[],
  matches: (source: string) => boolean,
): MappingRule<Kind> | undefined {
  return rules
    .map((rule) => ({ rule, source: normalise(rule.source) }))
    .filter(({ source }) => source !== '' && matches(source))
    .sort(
      (one, other) =>
        other.source.length - one.source.length || byText(one.source, other.source) || byText(one.rule.source, other.rule.source),
    )[0]?.rule;
}

/**
 * The rule for a value; `values` are its names, the more telling first (a shipping line's title, then its code). Pure. Exact beats starts
 * beats contains; exactly the same text beats the same but for case and spaces; of several prefixes or parts the longest wins.
 */
export function resolve<Kind extends MappingKind>(
  rules: readonly MappingRule<Kind>[],
  values: readonly string[],
): Resolved<Kind> | null {
  const exact = rules.filter((rule) => rule.match === 'exact');
  const names = values.map(normalise);
  for (const value of values) {
    const found = exact.find((rule) => rule.source === value);
    if (found) return { id: found.id, target: found.target, by: 'exact' };
  }
  for (const name of names) {
    const found = exact
      .filter((rule) => normalise(rule.source) === name)
      .sort((one, other) => byText(one.source, other.source))[0];
    if (found) return { id: found.id, target: found.target, by: 'exact' };
  }
  const starts = longest(
    rules.filter((rule) => rule.match === 'starts'),
    (source) => names.some((name) => name.startsWith(source)),
  );
  if (starts) return { id: starts.id, target: starts.target, by: 'starts' };
  const contains = longest(
    rules.filter((rule) => rule.match === 'contains'),
    (source) => names.some((name) => name.includes(source)),
  );
  return contains ? { id: contains.id, target: contains.target, by: 'contains' } : null;
}

/** Carrier and method for a shipping line. Its title is what the merchant sees, its code what a carrier-calculated rate keeps stable. */
export function resolveShipping(
  { rules }: MappingTable,
  line: { title: string; code?: string | null },
): Resolved<'shipping'> | null {
  return resolve(rules.shipping, line.code && line.code !== line.title ? [line.title, line.code] : [line.title]);
}

/** The payment method for a gateway. */
export function resolvePayment({ rules }: MappingTable, gateway: string): Resolved<'payment'> | null {
  return resolve(rules.payment, [gateway]);
}

/** The back office's name for a sales channel: by its handle, which orders carry, else by its name. */
export function resolveChannel({ rules }: MappingTable, channel: { handle: string; label: string }): Resolved<'channel'> | null {
  return resolve(rules.channel, channel.label ? [channel.handle, channel.label] : [channel.handle]);
}

/** The customer's class by the first tag that has one, in the order of the tags. */
export function resolveCustomerClass({ rules }: MappingTable, tags: readonly string[]): Resolved<'customer-class'> | null {
  for (const tag of tags) {
    const found = resolve(rules['customer-class'], [tag]);
    if (found) return found;
  }
  return null;
}
