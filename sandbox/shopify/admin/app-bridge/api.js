import { ask, listen, tell } from './channel.js';
import { config, embedded } from './config.js';
import { idToken } from './id-token.js';
import { dropSaveBar, saveBarShowing } from './save-bar.js';
import { toast } from './toast.js';
import { webVitals } from './web-vitals.js';

/**
 * Calls show, hide or toggle of the app's element with that id.
 * @param {string} kind
 * @param {string} selector
 */
function byId(kind, selector) {
  const call = (/** @type {string} */ method) => async (/** @type {string} */ id) => {
    const element = document.getElementById(id);
    if (!element?.matches(selector)) throw new Error(`App Bridge: there is no ${kind} with the id "${id}" in the document.`);
    await /** @type {any} */ (element)[method]();
  };
  return { show: call('show'), hide: call('hide'), toggle: call('toggle') };
}

/** @param {string} what */
const notHere = (what) => async () => {
  throw new Error(`App Bridge: ${what} is not part of the sandbox admin.`);
};

const noIntent = { code: 'error', message: 'The sandbox admin has no intents.' };

/** @type {(() => void) | null} */
let supportHandler = null;

/**
 * `window.shopify`.
 * @param {Promise<void>} ready
 */
export function createApi(ready) {
  listen('support', () => supportHandler?.());
  return {
    config,
    origin: location.origin,
    ready,
    idToken,
    toast,
    environment: { embedded, mobile: false, pos: false, intent: false },
    loading: (/** @type {boolean} */ isLoading = true) => tell('loading', { isLoading: Boolean(isLoading) }),
    user: () => ask('user'),
    modal: byId('modal', 'ui-modal, s-app-window'),
    saveBar: {
      ...byId('save bar', 'ui-save-bar'),
      /** Resolves when leaving is all right. It stays open when the person decides to stay, so that what was to follow doesn't happen. */
      leaveConfirmation: async () => {
        if (!saveBarShowing()) return;
        if (!(await ask('leave-confirmation'))) await new Promise(() => undefined);
        dropSaveBar();
      },
    },
    /** @param {object} options */
    resourcePicker: async (options) => {
      const chosen = await ask('resource-picker', options);
      // Kept by App Bridge for apps of its older days.
      return chosen && Object.assign(chosen, { selection: chosen });
    },
    /** @param {object} options */
    picker: async (options) => ({ selected: ask('picker', options) }),
    scopes: {
      query: () => ask('scopes-query'),
      request: (/** @type {string[]} */ scopes) => ask('scopes-request', { scopes }),
      revoke: (/** @type {string[]} */ scopes) => ask('scopes-revoke', { scopes }),
    },
    reviews: { request: () => ask('review') },
    support: {
      /** @param {(() => void) | null} handler */
      registerHandler: async (handler) => {
        supportHandler = handler;
        tell('support', { registered: Boolean(handler) });
      },
    },
    webVitals,
    intents: {
      request: { value: null, subscribe: () => () => undefined },
      register: () => () => undefined,
      invoke: async () => ({ complete: Promise.resolve(noIntent) }),
    },
    app: { extensions: async () => [] },
    shopifyQL: { available: async () => false },
    scanner: { capture: notHere('the scanner') },
    tools: { register: () => () => undefined, unregister: () => undefined, clear: () => undefined },
    setSignals: () => undefined,
  };
}
