import { h } from './dom.js';
import { card, emptyState, pageHeader } from './parts.js';
import { home } from './pages/home.js';
import { install } from './pages/install.js';
import { inventory } from './pages/inventory.js';
import { locations } from './pages/locations.js';
import { order } from './pages/order.js';
import { orders } from './pages/orders.js';
import { product } from './pages/product.js';
import { products } from './pages/products.js';
import { adminHref } from './router.js';

/**
 * @typedef {{ shop: import('./control-api.js').Shop, user: import('./control-api.js').User, api: import('./control-api.js').ControlApi,
 *   route: import('./router.js').Route, ledger: import('./ledger.js').Ledger,
 *   act: (done: string, call?: () => Promise<unknown>) => Promise<boolean> }} Context `act` runs the call, then says `done` and reads the ledger
 *   again; a failure becomes a banner on the page. It answers whether the call succeeded
 */
/** @typedef {{ part: import('./poll.js').Part, title: (ctx: Context) => string, view: (ctx: Context) => import('./dom.js').Child }} Page */

/** @type {Page} */
const missing = {
  part: 'orders',
  title: () => 'Not in the sandbox',
  view: () => [
    pageHeader({ title: 'Not in the sandbox' }),
    card(
      null,
      {},
      emptyState(
        'The sandbox admin has no such page',
        'It has orders, products, inventory and locations; Shopify’s own admin has more.',
        h('a', { class: 'button', href: adminHref('/') }, 'Go to home'),
      ),
    ),
  ],
};

/** @typedef {Exclude<import('./router.js').Route['page'], 'app'> | 'install'} PageName */

/** @type {Record<PageName, Page>} */
export const pages = { home, install, orders, order, products, product, inventory, locations, missing };
