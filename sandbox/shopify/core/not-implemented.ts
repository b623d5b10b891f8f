/**
 * The product asked for something that this stand-in does not imitate. Never answered with null: the request fails with HTTP 501
 * and this message, so that somebody implements it (or stops asking).
 */
export class NotImplemented extends Error {
  override readonly name = 'NotImplemented';
  constructor(what: string) {
    super(`The Shopify stand-in does not implement ${what}. Implement it in sandbox/shopify, from Shopify's documents.`);
  }
}

/** Throws when `input` sets a key that is not in `known`: an input nobody reads must not look obeyed. */
export function onlyKnown(input: Record<string, unknown>, known: readonly string[], where: string): void {
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined || value === null || known.includes(key)) continue;
    throw new NotImplemented(`the input ${where}.${key}`);
  }
}
