import type { TypedDocumentString } from '../operations/generated/graphql.ts';

const PLACE = '"__FILTER__"';
const KEYS = '"__KEYS__"';

/**
 * The text of a bulk query with its search put in: bulk queries take no variables. `filter` is Shopify's search syntax, empty for everything; `keys` are
 * those of metafields, for a document that has a place for them.
 */
export function innerQuery(
  document: TypedDocumentString<unknown, Record<string, never>>,
  filter: string,
  keys: readonly string[] = [],
): string {
  const text = document.toString();
  if (!text.includes(PLACE)) throw new RangeError(`This document has no place (${PLACE}) for a search`);
  if (text.includes(KEYS) !== keys.length > 0) throw new RangeError(`Keys and a place for them (${KEYS}) go together`);
  return text.replace(PLACE, JSON.stringify(filter)).replaceAll(KEYS, keys.map((key) => JSON.stringify(key)).join(', '));
}
