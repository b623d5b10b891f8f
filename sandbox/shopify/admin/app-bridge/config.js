/**
 * What App Bridge knows about where it runs. Shop and host arrive as URL parameters of the first document; later documents of the same
 * frame may lack them, so they are kept in `window.name`: it lives as long as the frame and, unlike storage, isn't blocked for third parties.
 */

/** Parameters the admin adds to the app's URL; they are no part of the app's own address. */
export const LAUNCH_PARAMS = ['embedded', 'hmac', 'host', 'id_token', 'locale', 'session', 'shop', 'timestamp', 'appLoadId'];

const NAME_PREFIX = 'shopify-admin-frame:';
const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);

/** @returns {{ shop?: string, host?: string, locale?: string, apiKey?: string }} */
function remembered() {
  if (!window.name.startsWith(NAME_PREFIX)) return {};
  try {
    return JSON.parse(window.name.slice(NAME_PREFIX.length));
  } catch {
    return {};
  }
}

function readConfig() {
  const params = new URLSearchParams(location.search);
  const before = remembered();
  const meta = document.querySelector('meta[name="shopify-api-key"]');
  return {
    apiKey: meta?.getAttribute('content') ?? script?.dataset.apiKey ?? before.apiKey ?? '',
    shop: params.get('shop') ?? before.shop ?? '',
    host: params.get('host') ?? before.host ?? '',
    locale: params.get('locale') ?? before.locale ?? 'en',
  };
}

/** @type {{ apiKey: string, shop: string, host: string, locale: string }} */
export const config = readConfig();

/** True inside any frame. At the top level there is no admin to talk to. */
export const embedded = window.parent !== window;

/** True in a frame of the app inside the app, as `ui-modal src` makes: it talks to the admin too, but doesn't lead its address or menu. */
export const nested = embedded && window.parent !== window.top;

const scriptOrigin = script ? new URL(script.src, location.href).origin : location.origin;

/** Origin of the admin. A test may serve this script in place of Shopify's CDN; the admin is then admin.shopify.com. */
export const adminOrigin = scriptOrigin === 'https://cdn.shopify.com' ? 'https://admin.shopify.com' : scriptOrigin;

/** Keeps shop and host for the frame's next documents. */
export function rememberConfig() {
  if (embedded && config.shop) window.name = NAME_PREFIX + JSON.stringify(config);
}

/**
 * An address of the app without what the admin added.
 * @param {URL | Location} url
 */
export function ownPath(url) {
  const params = new URLSearchParams(url.search);
  for (const name of LAUNCH_PARAMS) params.delete(name);
  const query = params.toString();
  return url.pathname + (query ? `?${query}` : '') + url.hash;
}
