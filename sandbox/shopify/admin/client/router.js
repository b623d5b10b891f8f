import { APP_HANDLE, config } from './config.js';

/** @typedef {{ page: 'home' | 'orders' | 'order' | 'products' | 'product' | 'inventory' | 'locations' | 'app' | 'missing', id?: string, appPath?: string, element?: number, query: URLSearchParams }} Route */

const base = `/store/${config.shopName}`;

/**
 * Address of an admin page of this shop.
 * @param {string} path e.g. `/orders/1001`
 */
export const adminHref = (path) => base + (path === '/' ? '' : path);

/**
 * @param {URL | Location} url
 * @returns {Route}
 */
export function parseRoute(url) {
  const query = new URLSearchParams(url.search);
  const rest = url.pathname.slice(base.length).replace(/\/+$/, '') || '/';
  const parts = rest.split('/').slice(1).map(decodeURIComponent);
  const [first = '', second, third] = parts;
  // Shopify itself takes the handle or the client id here.
  if (first === 'apps' && (second === APP_HANDLE || second === config.apiKey)) {
    return { page: 'app', appPath: `/${rest.split('/').slice(3).join('/')}${url.search}${url.hash}`, query };
  }
  if (rest === '/') return { page: 'home', query };
  if (first === 'orders') return second ? { page: 'order', id: second, query } : { page: 'orders', query };
  if (rest === '/inventory' || rest === '/products/inventory') return { page: 'inventory', query };
  if (first === 'products') return second ? { page: 'product', id: second, query } : { page: 'products', query };
  if (first === 'settings' && second === 'locations') return { page: 'locations', id: third, query };
  return { page: 'missing', query };
}

/**
 * The admin address behind a link of the app: `shopify://admin/…`, `shopify:admin/…`, `https://admin.shopify.com/store/…` or `https://{shop}/admin/…`.
 * @param {string} href
 * @returns {string | null} null if it is none
 */
export function adminAddressOf(href) {
  const scheme = /^shopify:\/*admin(\/.*)?$/i.exec(href);
  if (scheme) return adminHref(scheme[1] ?? '/');
  const url = URL.canParse(href) ? new URL(href) : null;
  if (!url) return null;
  const tail = url.search + url.hash;
  if (url.hostname === 'admin.shopify.com' && url.pathname.startsWith('/store/')) return url.pathname + tail;
  if (url.hostname === `${config.shopName}.myshopify.com` && /^\/admin(\/|$)/.test(url.pathname)) {
    return adminHref(url.pathname.slice('/admin'.length) || '/') + tail;
  }
  return null;
}

/** @typedef {(again: () => void) => void} Guard called with what to do if leaving is all right */

/** @type {(route: Route) => void} */
let onRoute = () => undefined;
/** @type {Guard | null} */
let guard = null;
let current = '';

/** @param {Guard | null} next asked before the page changes; null takes it away */
export function guardLeaving(next) {
  guard = next;
}

function show() {
  current = location.pathname + location.search + location.hash;
  onRoute(parseRoute(location));
}

/**
 * @param {string} href full admin path
 * @param {{ replace?: boolean, unguarded?: boolean, before?: () => void, element?: number }} [how] `before` runs once leaving is agreed to;
 *   `element` is the app's menu link that stands for the address
 */
export function go(href, how = {}) {
  const { replace = false, unguarded = false, before, element } = how;
  if (guard && !unguarded) return guard(() => go(href, { ...how, unguarded: true }));
  before?.();
  // Another shop has a document of its own.
  if (href !== base && !href.startsWith(`${base}/`) && !href.startsWith(`${base}?`)) return location.assign(href);
  const next = parseRoute(new URL(href, location.href));
  // Inside the app its own history grows; the address follows when the app has moved.
  if (next.page === 'app' && parseRoute(location).page === 'app') return onRoute({ ...next, element });
  history[replace ? 'replaceState' : 'pushState'](null, '', href);
  show();
}

/**
 * Changes the address only: the app's frame has moved by itself.
 * @param {string} href
 */
export function mirrorAddress(href) {
  if (href !== current) history.replaceState(null, '', href);
  current = href;
}

/** @param {(route: Route) => void} listener */
export function startRouter(listener) {
  onRoute = listener;
  addEventListener('popstate', () => {
    const wanted = location.pathname + location.search + location.hash;
    if (wanted === current) return;
    if (!guard) return show();
    // Going back can't be stopped, only be taken back until the person has answered.
    history.pushState(null, '', current);
    guard(() => go(wanted, { unguarded: true }));
  });
  document.addEventListener('click', (event) => {
    const link = /** @type {Element} */ (event.target).closest?.('a[href]');
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || link.target || link.origin !== location.origin) return;
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!link.pathname.startsWith('/store/') || link.getAttribute('href')?.startsWith('#')) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash);
  });
  show();
}
