import { actAs, actingUser } from './acting-user.js';
import { mountApp } from './app-frame.js';
import { APP_HANDLE, config } from './config.js';
import { controlApi, listShops } from './control-api.js';
import { draw, h } from './dom.js';
import { pages } from './pages.js';
import { pollLedger } from './poll.js';
import { adminHref, go, startRouter } from './router.js';
import { closeMenu, drawSide, drawTopBar, mountShell } from './shell.js';
import { showToast } from './toasts.js';

/** @typedef {import('./router.js').Route} Route */
/** @typedef {import('./app-frame.js').MenuItem} MenuItem */

const main = mountShell();

/** @param {string} title @param {string} text */
function showFailure(title, text) {
  draw(
    main,
    h(
      'div',
      { class: 'page' },
      h(
        'section',
        { class: 'card' },
        h(
          'div',
          { class: 'empty', role: 'alert' },
          h('h2', {}, title),
          h('p', {}, text),
          h('button', { type: 'button', class: 'button', onclick: () => location.reload() }, 'Try again'),
        ),
      ),
    ),
  );
}

/** @param {import('./control-api.js').Shop[]} shops @param {import('./control-api.js').Shop} shop */
function startAdmin(shops, shop) {
  const api = controlApi(shop.domain);
  let user = actingUser(shop);
  /** @type {Route} */
  let route = { page: 'home', query: new URLSearchParams() };
  /** @type {MenuItem[]} */
  let menu = [];
  /** What is on the page now; taken down when another page comes. */
  /** @type {{ key: string, show: (route: Route) => void, stop: () => void } | undefined} */
  let shown;

  function drawChrome() {
    drawTopBar({
      shops,
      shop,
      user,
      onShop: (name) => go(`/store/${name}`),
      onUser: (id) =>
        // To the same place as somebody else, after asking about unsaved changes.
        go(location.pathname + location.search + location.hash, { replace: true, before: () => switchUser(id) }),
    });
    drawSide({ page: route.page, menu, appPath: route.appPath ?? '/', onItem: (item) => openInApp(item) });
  }

  /** @param {string} id */
  function switchUser(id) {
    user = actAs(shop, id);
    shown?.stop();
    shown = undefined;
  }

  /** @param {MenuItem} item */
  function openInApp(item) {
    go(adminHref(`/apps/${APP_HANDLE}${item.href}`), { element: item.element });
  }

  /** @param {Route} first */
  function showApp(first) {
    main.className = 'content with-app';
    const app = mountApp({
      container: main,
      shop,
      user,
      api,
      path: first.appPath ?? '/',
      onMenu: (items, path) => {
        if (items.length > 0) menu = items;
        route = { ...route, appPath: path };
        drawChrome();
      },
    });
    return {
      key: 'app',
      show: (/** @type {Route} */ next) => app.navigate(next.appPath ?? '/', next.element),
      stop: app.unmount,
    };
  }

  /** @param {import('./pages.js').PageName} name @param {string} key */
  function showPage(name, key) {
    const page = pages[name];
    main.className = 'content';
    const container = h('div', { class: 'page' }, h('p', { class: 'quiet' }, 'Loading…'));
    main.replaceChildren(container);
    main.scrollTo(0, 0);
    /** @type {import('./ledger.js').Ledger | undefined} */
    let ledger;
    let problem = '';

    const redraw = () => {
      const banner =
        problem &&
        h(
          'div',
          { class: 'banner', role: 'alert', 'data-key': 'banner' },
          h('p', {}, problem),
          h('button', { type: 'button', class: 'button', onclick: () => ((problem = ''), redraw()) }, 'Dismiss'),
        );
      if (!ledger) return draw(container, banner, h('p', { class: 'quiet' }, 'Loading…'));
      const context = { shop, user, api, route, ledger, act };
      document.title = `${page.title(context)} · ${shop.name}`;
      draw(container, banner, page.view(context));
    };
    const say = (/** @type {string} */ text) => {
      problem = text;
      redraw();
      if (text) main.scrollTo({ top: 0, behavior: 'smooth' });
    };
    /** @type {import('./pages.js').Context['act']} */
    const act = async (done, call) => {
      try {
        await call?.();
      } catch (error) {
        say(error instanceof Error ? error.message : String(error));
        return false;
      }
      if (problem) say('');
      showToast({ message: done });
      void poll.refresh();
      return true;
    };
    const poll = pollLedger({
      api,
      shop,
      part: page.part,
      onData: (next) => {
        ledger = next;
        redraw();
      },
      onError: (error) => say(error?.message ?? ''),
    });
    return { key, show: redraw, stop: poll.stop };
  }

  startRouter((next) => {
    route = next;
    const name = next.page === 'app' && !shop.installed ? 'install' : next.page;
    const key = name === 'app' ? 'app' : `${name} ${next.id ?? ''}`;
    const stays = shown?.key === key;
    if (!stays) {
      shown?.stop();
      shown = name === 'app' ? showApp(next) : showPage(name, key);
      closeMenu();
    }
    drawChrome();
    if (stays) shown?.show(next);
  });
}

try {
  const shops = await listShops();
  const shop = shops.find((one) => one.domain === `${config.shopName}.myshopify.com`);
  if (shop) startAdmin(shops, shop);
  else
    showFailure(
      'No such shop',
      `The sandbox has no shop ${config.shopName}. It has: ${shops.map((one) => one.domain.replace('.myshopify.com', '')).join(', ')}.`,
    );
} catch (error) {
  showFailure('The admin can’t start', error instanceof Error ? error.message : String(error));
}
