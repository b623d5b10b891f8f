import { APP_NAME } from './config.js';
import { confirmDialog, openDialog } from './dialog.js';
import { h } from './dom.js';
import { readLedger } from './ledger.js';
import { pickItems, pickResources } from './pickers.js';
import { adminAddressOf, go } from './router.js';
import { hideToast, showToast } from './toasts.js';

/** What the app may ask of the admin at any time, whichever of its pages is shown. */

const REVIEW_PAUSE_MS = 60_000;
let lastReview = -REVIEW_PAUSE_MS;

/**
 * Asks the person for scopes and grants them.
 * @param {string[]} scopes
 * @param {import('./control-api.js').ControlApi} api
 * @param {string} shopName
 */
async function requestScopes(scopes, api, shopName) {
  const before = await api.scopes();
  const missing = scopes.filter((scope) => !before.granted.includes(scope));
  if (missing.length === 0) return { result: 'granted-all', detail: before };
  const granted = await openDialog({
    title: `${APP_NAME} asks for more access`,
    body: [
      h('p', {}, `${APP_NAME} wants to do more in ${shopName}:`),
      h('ul', { class: 'scope-list' }, ...missing.map((scope) => h('li', {}, h('span', { class: 'sku' }, scope)))),
      h('p', { class: 'quiet' }, 'The app keeps what it already may do, whatever you choose.'),
    ],
    action: 'Grant access',
    cancel: 'Decline',
    onAction: () => api.changeScopes({ grant: missing }),
  });
  return granted ? { result: 'granted-all', detail: await api.scopes() } : { result: 'declined-all', detail: before };
}

async function askForReview() {
  if (performance.now() - lastReview < REVIEW_PAUSE_MS) {
    return { success: false, code: 'cooldown-period', message: 'The review modal was shown recently' };
  }
  lastReview = performance.now();
  void confirmDialog({
    title: `How do you like ${APP_NAME}?`,
    text: 'Shopify would ask for a review in the App Store here.',
    action: 'Close',
    cancel: 'Not now',
  });
  return { success: true, code: 'success', message: 'Review modal shown successfully' };
}

/**
 * A failure a person should see although the app asked: the admin itself lacks something.
 * @param {() => Promise<any>} call
 */
async function withToast(call) {
  try {
    return await call();
  } catch (error) {
    showToast({ message: error instanceof Error ? error.message : String(error), isError: true, duration: 10_000 });
    throw error;
  }
}

/**
 * @param {{ shop: import('./control-api.js').Shop, user: import('./control-api.js').User, api: import('./control-api.js').ControlApi,
 *   tell: (type: string, payload?: unknown) => void }} context
 * @returns {Record<string, (payload: any) => unknown>}
 */
export function appRequests({ shop, user, api, tell }) {
  const ledger = async () => readLedger(JSON.parse(await api.ledgerText('levels')), shop.currency);
  return {
    'id-token': async () => (await withToast(() => api.idToken(user.id))).idToken,
    user: () => ({
      id: Number(user.id),
      name: user.name,
      email: user.email,
      accountAccess: user.accountOwner ? 'Full access' : 'Limited access',
    }),
    'toast-show': ({ id, message, duration, isError, action }) =>
      showToast({
        id,
        message,
        duration,
        isError,
        action,
        onAction: () => tell('toast-action', { id }),
        onGone: (dismissed) => tell('toast-gone', { id, dismissed }),
      }),
    'toast-hide': ({ id }) => hideToast(id),
    'open-admin': ({ href }) => {
      const address = adminAddressOf(href);
      if (address) go(address);
    },
    'open-top': ({ href }) => {
      // Only what a browser would open: never a script.
      if (/^https?:/.test(href)) location.assign(href);
    },
    'resource-picker': async (options) => withToast(async () => pickResources(options, await ledger())),
    picker: (options) => pickItems(options),
    'scopes-query': () => withToast(() => api.scopes()),
    'scopes-request': ({ scopes }) => withToast(() => requestScopes(scopes, api, shop.name)),
    'scopes-revoke': ({ scopes }) =>
      withToast(async () => {
        await api.changeScopes({ revoke: scopes });
        return { detail: await api.scopes() };
      }),
    review: askForReview,
  };
}
