/** The address the app's frame gets, and the way back from it: what the admin adds to the app's own address and takes off again. */

/** Parameters that belong to the admin, not to the app's address. */
export const LAUNCH_PARAMS = ['embedded', 'hmac', 'host', 'id_token', 'locale', 'session', 'shop', 'timestamp', 'appLoadId'];

/**
 * Shopify's `host`: base64 of the admin's address of the shop, without padding.
 * @param {string} shop myshopify.com domain
 */
export const hostOf = (shop) => btoa(`admin.shopify.com/store/${shop.replace('.myshopify.com', '')}`).replaceAll('=', '');

/**
 * An app address (path, query, hash) without the admin's parameters.
 * @param {string} path
 */
export function ownAddress(path) {
  const url = new URL(path, 'http://app');
  for (const name of LAUNCH_PARAMS) url.searchParams.delete(name);
  // Two slashes at the start would name another server.
  return url.pathname.replace(/^\/+/, '/') + url.search + url.hash;
}

/**
 * @param {object} options
 * @param {string} options.appUrl
 * @param {string} options.path the app's own address: path, query, hash
 * @param {string} options.shop myshopify.com domain
 * @param {string} options.locale of the user
 * @param {Record<string, any>} options.grant the control API's answer: `idToken`, and what it signed (`host`, `session`, `timestamp`, `hmac` …)
 * @returns {string}
 */
export function launchUrl({ appUrl, path, shop, locale, grant }) {
  const url = new URL(ownAddress(path), appUrl);
  // The signature covers the signer's own values, so they win over what could be made here.
  const { idToken, params, ...flat } = grant;
  const signed = { ...flat, ...params };
  const values = { embedded: '1', host: hostOf(shop), locale, shop, ...pick(signed), id_token: idToken };
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, String(value));
  return url.href;
}

/** @param {Record<string, unknown>} signed */
function pick(signed) {
  return Object.fromEntries(
    Object.entries(signed).filter(
      ([name, value]) => LAUNCH_PARAMS.includes(name) && (typeof value === 'string' || typeof value === 'number'),
    ),
  );
}
