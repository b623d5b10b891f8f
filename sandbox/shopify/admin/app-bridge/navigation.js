import { ask, listen, tell } from './channel.js';
import { adminOrigin, config, nested, ownPath } from './config.js';
import { elementOf } from './elements-by-id.js';
import { idToken } from './id-token.js';
import { dropSaveBar, saveBarShowing } from './save-bar.js';

/** Before the app's router runs (the page is still loading), nobody hears the navigation event. */
let appListens = false;
const plainOpen = window.open.bind(window);

/** @param {string} href */
const isAdminLink = (href) =>
  /^shopify:\/*admin(\/|$)/i.test(href) ||
  /^https:\/\/admin\.shopify\.com\/store\//.test(href) ||
  (config.shop !== '' && href.startsWith(`https://${config.shop}/admin`));

/**
 * Address of an admin page for a new tab.
 * @param {string} href
 */
function adminUrl(href) {
  const url = new URL(`${adminOrigin}/store/${config.shop.replace('.myshopify.com', '')}`);
  const path = href.replace(/^shopify:\/*admin/i, '').replace(/^https:\/\/admin\.shopify\.com\/store\/[^/]+/, '');
  return url.href + path.replace(/^https:\/\/[^/]+\/admin/, '');
}

/**
 * Opens what the app asked for: admin pages and whatever should leave the frame go to the admin, the rest stays as the browser does it.
 * @param {string} href
 * @param {string} [target]
 * @param {string} [features]
 * @returns {Window | null}
 */
export function openFromApp(href, target = '', features = undefined) {
  if (isAdminLink(href)) {
    if (target === '_blank') return plainOpen(adminUrl(href), '_blank', features);
    tell('open-admin', { href });
    return null;
  }
  if (target === '_top' || target === '_parent') {
    tell('open-top', { href: new URL(href, location.href).href });
    return null;
  }
  return plainOpen(href, target || '_blank', features);
}

/**
 * A whole new document of the app, with what its server needs to know who is asking.
 * @param {string} href
 */
export async function openDocument(href) {
  const url = new URL(href, location.href);
  // A token must never leave for another server.
  if (url.origin !== location.origin) throw new Error(`App Bridge: ${url.href} is not part of the app.`);
  const known = { embedded: '1', shop: config.shop, host: config.host, locale: config.locale, id_token: await idToken() };
  for (const [name, value] of Object.entries(known)) url.searchParams.set(name, value);
  location.replace(url.href);
}

/**
 * Client navigation: the app's own router hears `shopify:navigate` and takes the `href` of its target.
 * @param {string} href
 * @param {HTMLElement} [anchor] the app's link, if it is still there
 */
function navigateInApp(href, anchor) {
  if (!appListens) return void openDocument(href);
  const target = anchor?.isConnected ? anchor : Object.assign(document.createElement('a'), { href, hidden: true });
  // A bare attribute, because the app's router reads the attribute and wants a path.
  if (target !== anchor) {
    target.setAttribute('href', href);
    document.body.append(target);
  }
  target.dispatchEvent(new CustomEvent('shopify:navigate', { bubbles: true, cancelable: true }));
  if (target !== anchor) target.remove();
}

/**
 * @param {MouseEvent} event
 * @returns {HTMLAnchorElement | undefined}
 */
function linkOf(event) {
  const links = event.composedPath().filter((node) => node instanceof HTMLAnchorElement);
  return links.find((link) => link.hasAttribute('href'));
}

/** @param {MouseEvent} event */
function onClick(event) {
  const link = linkOf(event);
  if (!link) return;
  const href = link.getAttribute('href') ?? '';
  const newTab = event.ctrlKey || event.metaKey || event.shiftKey || event.button === 1 || link.target === '_blank';
  if (isAdminLink(href)) {
    event.preventDefault();
    openFromApp(href, newTab ? '_blank' : '_top');
    return;
  }
  // Links inside the app lose unsaved changes as surely as the admin's own menu does.
  const leaves = !newTab && event.button === 0 && !href.startsWith('#') && !link.hasAttribute('download');
  if (!leaves || !saveBarShowing()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  void ask('leave-confirmation').then((leave) => {
    if (!leave) return;
    dropSaveBar();
    link.click();
  });
}

export function tellLocation() {
  if (!nested) tell('location', { path: ownPath(location), title: document.title });
}

/** Follows the app's address and title, and sends links and windows meant for the admin there. */
export function watchNavigation() {
  document.addEventListener('click', onClick, true);
  document.addEventListener(
    'auxclick',
    (event) => event.button === 1 && isAdminLink(linkOf(event)?.getAttribute('href') ?? '') && onClick(event),
    true,
  );
  window.open = (url = '', target = '', features = undefined) => openFromApp(String(url), target, features);

  for (const method of /** @type {const} */ (['pushState', 'replaceState'])) {
    const plain = history[method].bind(history);
    history[method] = (...given) => {
      plain(...given);
      tellLocation();
    };
  }
  addEventListener('popstate', tellLocation);
  addEventListener('hashchange', tellLocation);

  const addListener = window.addEventListener.bind(window);
  window.addEventListener = (/** @type {string} */ type, /** @type {any} */ listener, /** @type {any} */ options) => {
    if (type === 'shopify:navigate') appListens = true;
    addListener(type, listener, options);
  };

  listen('navigate', ({ href, element }) => navigateInApp(href, element ? elementOf(element) : undefined));
  listen('click', ({ element }) => {
    const target = elementOf(element);
    if (target instanceof HTMLAnchorElement && !target.target) navigateInApp(target.getAttribute('href') ?? '', target);
    else target?.click();
  });
}
