import { openAppChannel } from './app-channel.js';
import { appRequests } from './app-requests.js';
import { APP_HANDLE, APP_NAME, config } from './config.js';
import { draw, h } from './dom.js';
import { launchUrl, ownAddress } from './launch-url.js';
import { adminHref, go, guardLeaving, mirrorAddress } from './router.js';
import { confirmLeaving, drawSaveBar } from './save-bar.js';
import { drawTitleBar } from './title-bar.js';

/** @typedef {{ element: number, label: string, href: string, home: boolean }} MenuItem */

/** How long a page may take to load App Bridge after it has arrived, before the admin says that it lacks it. */
const NO_APP_BRIDGE_MS = 4000;
/** How long until the admin says that the app is slow or down. */
const SLOW_MS = 20_000;

/**
 * Shows the app inside the admin. The frame keeps its own history; the admin's address only follows.
 * @param {object} options
 * @param {HTMLElement} options.container
 * @param {import('./control-api.js').Shop} options.shop
 * @param {import('./control-api.js').User} options.user
 * @param {import('./control-api.js').ControlApi} options.api
 * @param {string} options.path the app's own address
 * @param {(menu: MenuItem[], path: string) => void} options.onMenu the app's menu and where in the app the person is
 */
export function mountApp({ container, shop, user, api, path, onMenu }) {
  const titleBar = h('div', { class: 'app-bar' });
  const loadingBar = h('div', {
    class: 'loading-bar',
    role: 'progressbar',
    'aria-label': `${APP_NAME} is loading`,
    hidden: true,
  });
  const notice = h('div', { class: 'app-notice', role: 'alert', hidden: true });
  const frame = h('iframe', { class: 'app-frame', title: APP_NAME, name: 'app-frame', allow: 'clipboard-write; fullscreen' });
  container.replaceChildren(titleBar, loadingBar, notice, frame);

  let current = path;
  let asked = path;
  /** @type {import('./title-bar.js').TitleBar | null} */
  let bar = null;
  let documentTitle = '';
  let support = false;
  let bridged = false;
  let launches = 0;
  let busy = { page: true, app: false };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let watch;

  const channel = openAppChannel({
    frameWindow: () => frame.contentWindow,
    handlers: {
      ...appRequests({ shop, user, api, tell: (type, payload) => channel.tell(type, payload) }),
      hello: ({ nested, path: where }) => {
        if (nested) return;
        bridged = true;
        clearTimeout(watch);
        say(null);
        setBusy({ page: false });
        // A new document starts without any of these.
        saveBar({ visible: false });
        dim({ open: 0 });
        moved(where, '');
      },
      location: ({ path: where, title }) => moved(where, title),
      menu: (items) => {
        onMenu(items ?? [], current);
      },
      'title-bar': (given) => {
        bar = given;
        drawBar();
      },
      loading: ({ isLoading }) => setBusy({ app: isLoading }),
      modal: dim,
      support: ({ registered }) => {
        support = registered;
        drawBar();
      },
      'save-bar': saveBar,
      'leave-confirmation': confirmLeaving,
    },
  });

  /** @param {string} where @param {string} title */
  function moved(where, title) {
    current = ownAddress(where);
    asked = current;
    if (title) documentTitle = title;
    // The bounce page is on its way elsewhere; a reload there would lead nowhere.
    if (!current.startsWith('/auth/session-token'))
      mirrorAddress(adminHref(`/apps/${APP_HANDLE}${current === '/' ? '' : current}`));
    onMenu([], current);
    drawBar();
  }

  /** @param {import('./save-bar.js').SaveBarState} state */
  function saveBar(state) {
    drawSaveBar(state, { save: () => channel.tell('save-bar-save'), discard: () => channel.tell('save-bar-discard') });
    guardLeaving(
      state.visible
        ? (again) =>
            void confirmLeaving().then((leave) => {
              if (!leave) return;
              channel.tell('save-bar-drop');
              saveBar({ visible: false });
              again();
            })
        : null,
    );
    onbeforeunload = state.visible ? (event) => event.preventDefault() : null;
  }

  /** @param {{ open: number }} modal */
  function dim({ open }) {
    document.documentElement.classList.toggle('app-modal-open', open > 0);
  }

  /** @param {Partial<typeof busy>} change */
  function setBusy(change) {
    busy = { ...busy, ...change };
    loadingBar.hidden = !busy.page && !busy.app;
  }

  /** @param {string | null} text */
  function say(text) {
    notice.hidden = text === null;
    if (text !== null)
      draw(
        notice,
        h('span', {}, text),
        h('button', { type: 'button', class: 'button', onclick: () => void launch(current) }, 'Load again'),
      );
  }

  function drawBar() {
    document.title = `${bar?.title || documentTitle || APP_NAME} · ${APP_NAME} · ${shop.name}`;
    drawTitleBar(titleBar, {
      bar,
      documentTitle,
      support,
      press: (element) => channel.tell('click', { element }),
      openSupport: () => channel.tell('support'),
      openHome: () => go(adminHref(`/apps/${APP_HANDLE}`)),
    });
  }

  /** @param {string} where the app's own address */
  async function launch(where) {
    const mine = ++launches;
    asked = where;
    bridged = false;
    bar = null;
    setBusy({ page: true, app: false });
    say(null);
    drawBar();
    clearTimeout(watch);
    watch = setTimeout(() => say(`${APP_NAME} takes long to answer at ${config.appUrl}. Is it running?`), SLOW_MS);
    try {
      const grant = await api.idToken(user.id);
      if (mine !== launches || !container.isConnected) return;
      const url = launchUrl({ appUrl: config.appUrl, path: where, shop: shop.domain, locale: user.locale || shop.locale, grant });
      // Not the src attribute: that would add to the history what the person never did.
      if (frame.src) frame.contentWindow?.location.replace(url);
      else frame.src = url;
    } catch (error) {
      clearTimeout(watch);
      setBusy({ page: false });
      say(error instanceof Error ? error.message : String(error));
    }
  }

  frame.addEventListener('load', () => {
    if (bridged || !frame.src) return;
    clearTimeout(watch);
    watch = setTimeout(() => {
      setBusy({ page: false });
      say(`This page of ${APP_NAME} did not load App Bridge, or ${config.appUrl} does not answer.`);
    }, NO_APP_BRIDGE_MS);
  });
  void launch(path);

  return {
    /**
     * Leads the app to one of its addresses, by its own router where it is listening.
     * @param {string} where
     * @param {number} [element] the menu link that stands for it
     */
    navigate(where, element) {
      if (where === current && where === asked) return;
      asked = where;
      if (bridged) channel.tell('navigate', { href: where, element });
      else void launch(where);
    },
    unmount() {
      clearTimeout(watch);
      launches += 1;
      saveBar({ visible: false });
      dim({ open: 0 });
      channel.close();
      container.replaceChildren();
    },
  };
}
