/** Whether an address names how it is reached, and so leads out of the app. */
export const hasScheme = (url: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(url);

/** The web, Shopify's admin, a mail. Others' addresses (a parcel's, an order's page) may be anything else: a script would run in the app. */
const schemes = ['https:', 'http:', 'shopify:', 'mailto:'];

/** Whether a link may lead to an address. Browsers overlook blanks and control signs in a scheme. */
export function mayLeadTo(url: string): boolean {
  const plain = url.replace(/[\u0000-\u0020]/g, '').toLowerCase();
  return !hasScheme(plain) || schemes.some((scheme) => plain.startsWith(scheme));
}
