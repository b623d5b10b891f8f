import { APP_HANDLE, APP_NAME } from './config.js';
import { draw, h } from './dom.js';
import { appMark, icon } from './icons.js';
import { adminHref } from './router.js';
import { saveBarElement } from './save-bar.js';
import { toastRegion } from './toasts.js';

/** @typedef {import('./control-api.js').Shop} Shop */
/** @typedef {import('./control-api.js').User} User */
/** @typedef {import('./app-frame.js').MenuItem} MenuItem */

/** @type {{ page: string, label: string, path: string, icon: Parameters<typeof icon>[0], also?: string }[]} */
const ITEMS = [
  { page: 'home', label: 'Home', path: '/', icon: 'home' },
  { page: 'orders', label: 'Orders', path: '/orders', icon: 'orders', also: 'order' },
  { page: 'products', label: 'Products', path: '/products', icon: 'products', also: 'product' },
  { page: 'inventory', label: 'Inventory', path: '/inventory', icon: 'inventory' },
  { page: 'locations', label: 'Locations', path: '/settings/locations', icon: 'locations' },
];

const topBar = h('header', { class: 'top-bar' });
const side = h('nav', { class: 'side', id: 'side', 'aria-label': 'Admin' });
const scrim = h('div', { class: 'scrim', onclick: () => setMenu(false) });
const main = h('main', { class: 'content', id: 'main', tabindex: '-1' });

/** @param {boolean} open */
function setMenu(open) {
  document.documentElement.classList.toggle('menu-open', open);
  const button = topBar.querySelector('.menu-button');
  button?.setAttribute('aria-expanded', String(open));
  if (open) /** @type {HTMLElement | null} */ (side.querySelector('a'))?.focus();
}

export const closeMenu = () => setMenu(false);

/** Puts the frame of the admin on the page. @returns {HTMLElement} where pages are drawn */
export function mountShell() {
  document.getElementById('admin')?.replaceChildren(topBar, saveBarElement, side, scrim, main, toastRegion);
  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !document.documentElement.classList.contains('menu-open')) return;
    setMenu(false);
    /** @type {HTMLElement | null} */ (topBar.querySelector('.menu-button'))?.focus();
  });
  return main;
}

/**
 * @param {string} label
 * @param {string} value
 * @param {{ value: string, label: string }[]} options
 * @param {(value: string) => void} onPick
 */
const picker = (label, value, options, onPick) =>
  h(
    'label',
    { class: 'top-picker' },
    h('span', { class: 'visually-hidden' }, label),
    h(
      'select',
      {
        title: label,
        value,
        onchange: (/** @type {Event} */ event) => {
          const select = /** @type {HTMLSelectElement} */ (event.target);
          const wanted = select.value;
          // Until the change is through (leaving may be declined), the picker shows what is.
          select.value = value;
          select.blur();
          onPick(wanted);
        },
      },
      ...options.map((option) => h('option', { value: option.value, selected: option.value === value }, option.label)),
    ),
  );

/**
 * @param {{ shops: Shop[], shop: Shop, user: User, onShop: (name: string) => void, onUser: (id: string) => void }} options
 */
export function drawTopBar({ shops, shop, user, onShop, onUser }) {
  const nameOf = (/** @type {Shop} */ one) => one.domain.replace('.myshopify.com', '');
  draw(
    topBar,
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button on-dark menu-button',
        'aria-label': 'Menu',
        'aria-expanded': 'false',
        'aria-controls': 'side',
        onclick: () => setMenu(!document.documentElement.classList.contains('menu-open')),
      },
      icon('menu'),
    ),
    h(
      'a',
      { class: 'brand', href: adminHref('/') },
      h('span', { class: 'brand-name' }, 'Shop admin'),
      h('span', { class: 'brand-tag' }, 'Sandbox'),
    ),
    picker(
      'Shop',
      nameOf(shop),
      shops.map((one) => ({ value: nameOf(one), label: one.name })),
      onShop,
    ),
    picker(
      'Acting as',
      String(user.id),
      shop.users.map((one) => ({ value: String(one.id), label: one.accountOwner ? `${one.name} (owner)` : one.name })),
      onUser,
    ),
  );
}

/**
 * @param {MenuItem[]} menu
 * @param {string} appPath
 */
function activeItem(menu, appPath) {
  const path = new URL(appPath, 'http://app').pathname;
  const within = menu.filter((item) => {
    const own = new URL(item.href, 'http://app').pathname;
    return path === own || path.startsWith(`${own.replace(/\/$/, '')}/`);
  });
  // The longest match is the nearest one.
  return within.toSorted((a, b) => b.href.length - a.href.length)[0];
}

/**
 * @param {{ page: string, menu: MenuItem[], appPath: string, onItem: (item: MenuItem) => void }} options
 */
export function drawSide({ page, menu, appPath, onItem }) {
  const inApp = page === 'app';
  const active = inApp ? activeItem(menu, appPath) : undefined;
  const shown = menu.filter((item) => !item.home);
  draw(
    side,
    h(
      'ul',
      { class: 'side-list' },
      ...ITEMS.map((item) =>
        h(
          'li',
          {},
          h(
            'a',
            {
              class: 'side-link',
              href: adminHref(item.path),
              'aria-current': page === item.page || page === item.also ? 'page' : null,
              onclick: closeMenu,
            },
            icon(item.icon),
            item.label,
          ),
        ),
      ),
    ),
    h('p', { class: 'side-heading' }, 'Apps'),
    h(
      'ul',
      { class: 'side-list' },
      h(
        'li',
        {},
        h(
          'a',
          {
            class: 'side-link',
            href: adminHref(`/apps/${APP_HANDLE}`),
            'aria-current': inApp && (!active || active.home) ? 'page' : null,
            onclick: closeMenu,
          },
          appMark(),
          APP_NAME,
        ),
        inApp &&
          shown.length > 0 &&
          h(
            'ul',
            { class: 'side-sub', 'data-key': 'app-menu' },
            ...shown.map((item) =>
              h(
                'li',
                {},
                h(
                  'a',
                  {
                    class: 'side-link',
                    href: adminHref(`/apps/${APP_HANDLE}${item.href}`),
                    'aria-current': item === active ? 'page' : null,
                    onclick: (/** @type {MouseEvent} */ event) => {
                      closeMenu();
                      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                      event.preventDefault();
                      onItem(item);
                    },
                  },
                  item.label,
                ),
              ),
            ),
          ),
      ),
    ),
  );
}
