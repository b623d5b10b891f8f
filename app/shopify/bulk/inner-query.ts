import type { TypedDocumentString } from '../operations/generated/graphql.ts';

const PLACE = '"__FILTER__"';

/** The text of a bulk query with its search put in: bulk queries take no variables. `filter` is Shopify's search syntax, empty for everything. */
export function innerQuery(document: TypedDocumentString<unknown, Record<string, never>>, filter: string): string {
  const text = document.toString();
  if (!text.includes(PLACE)) throw new RangeError(`This document has no place (${PLACE}) for a search`);
  return text.replace(PLACE, JSON.stringify(filter));
}
