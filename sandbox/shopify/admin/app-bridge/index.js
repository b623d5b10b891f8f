/**
 * A stand-in of Shopify's App Bridge: `window.shopify`, the `ui-*` elements and the wrapped `fetch`, spoken to the sandbox admin over
 * postMessage. At the top level, without an admin around it, it only defines the names and changes nothing.
 */
import { createApi } from './api.js';
import { ask, openChannel } from './channel.js';
import { embedded, nested, ownPath, rememberConfig } from './config.js';
import { wrapFetch } from './fetch.js';
import { defineMenus } from './menus.js';
import { defineModals } from './modal.js';
import { openDocument, tellLocation, watchNavigation } from './navigation.js';
import { defineSaveBar } from './save-bar.js';
import { listenToToasts } from './toast.js';

/** The bounce page of the app's server asks for the real page again, with a fresh token. */
function reloadFromBouncePage() {
  const reload = new URLSearchParams(location.search).get('shopify-reload');
  if (reload) void openDocument(reload);
  return Boolean(reload);
}

function hideMenus() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('ui-nav-menu, s-app-nav, ui-title-bar, ui-save-bar { display: none }');
  // Not a <style>: the app's framework compares the head with what the server sent.
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

function start() {
  hideMenus();
  openChannel();
  rememberConfig();
  const ready = embedded ? ask('hello', { nested, path: ownPath(location) }).then(() => undefined) : new Promise(() => undefined);
  Object.assign(window, { shopify: createApi(/** @type {Promise<void>} */ (ready)) });
  if (embedded) {
    wrapFetch();
    if (reloadFromBouncePage()) return;
    watchNavigation();
    listenToToasts();
    document.addEventListener('DOMContentLoaded', () => {
      tellLocation();
      new MutationObserver(tellLocation).observe(document.head, { childList: true, subtree: true, characterData: true });
    });
  }
  defineMenus();
  defineSaveBar();
  defineModals();
}

// A page may load the script twice: in its head, and by the framework's provider in its body.
if (!('shopify' in window)) start();
