/** Shopify's global ids: `gid://shopify/Order/123`. */
export const gid = (type: string, id: number | string): string => `gid://shopify/${type}/${id}`;

/** Type and number of a global id; undefined when it isn't one. A query part (`?inventory_item_id=`) is left out. */
export function parseGid(value: unknown): { type: string; id: number } | undefined {
  const match = /^gid:\/\/shopify\/(\w+)\/(\d+)(?:\?.*)?$/.exec(String(value));
  return match ? { type: match[1] as string, id: Number(match[2]) } : undefined;
}

/** The number of a global id of `type`, or undefined when it is another type's or none at all. */
export function idOf(type: string, value: unknown): number | undefined {
  const parsed = parseGid(value);
  return parsed?.type === type ? parsed.id : undefined;
}
