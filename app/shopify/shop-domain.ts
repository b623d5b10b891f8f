/** A shop's permanent domain. Everything that comes from outside as a shop passes through here before it becomes part of an address. */
const pattern = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/;

/** The domain in lower case, or null when it isn't one. */
export function shopDomain(given: string | null | undefined): string | null {
  const domain = given?.trim().toLowerCase() ?? '';
  return domain.length <= 255 && pattern.test(domain) ? domain : null;
}
