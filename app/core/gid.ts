/** Shopify's global ids: `gid://shopify/Order/123`. */
export function gid(type: string, legacyId: string | number | bigint): string {
  return `gid://shopify/${type}/${legacyId}`;
}

/** The number at the end of a global id, as text. Throws on anything else, so that a malformed id never becomes a query. */
export function legacyIdOf(id: string): string {
  const match = /^gid:\/\/shopify\/\w+\/(\d+)(?:\?.*)?$/.exec(id);
  if (!match?.[1]) throw new RangeError(`"${id}" is not a Shopify id`);
  return match[1];
}
