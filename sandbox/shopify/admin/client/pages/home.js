import { APP_HANDLE, APP_NAME } from '../config.js';
import { openDialog } from '../dialog.js';
import { h } from '../dom.js';
import { counted } from '../format.js';
import { card, pageHeader } from '../parts.js';
import { adminHref } from '../router.js';

/** @param {import('../pages.js').Context} ctx */
async function uninstall({ api, shop }) {
  const done = await openDialog({
    title: `Uninstall ${APP_NAME} from ${shop.name}?`,
    body: h('p', {}, `${APP_NAME} loses its access at once and is told so. It can be installed again.`),
    action: 'Uninstall',
    tone: 'critical',
    onAction: () => api.uninstall(),
  });
  if (done) location.reload();
}

/** @type {import('../pages.js').Page} */
export const home = {
  part: 'all',
  title: () => 'Home',
  view: (ctx) => {
    const { shop, user, ledger } = ctx;
    const open = ledger.orders.filter((order) => !order.cancelledAt && order.fulfilment !== 'FULFILLED');
    const held = open.filter((order) => order.fulfilmentOrders.some((one) => one.status === 'ON_HOLD'));
    const unpaid = ledger.orders.filter(
      (order) => !order.cancelledAt && ['PENDING', 'AUTHORIZED', 'PARTIALLY_PAID'].includes(order.financial),
    );
    const tile = (/** @type {string} */ label, /** @type {number} */ value, /** @type {string} */ href) =>
      h(
        'a',
        { class: 'tile', href: adminHref(href) },
        h('span', { class: 'tile-value' }, new Intl.NumberFormat('en').format(value)),
        h('span', {}, label),
      );
    const fact = (/** @type {string} */ label, /** @type {string} */ value) => [h('dt', {}, label), h('dd', {}, value)];
    return [
      pageHeader({ title: shop.name, sub: 'A sandbox shop: everything here is made up, nothing leaves this machine.' }),
      h(
        'div',
        { class: 'tiles' },
        tile('Orders', ledger.orders.length, '/orders'),
        tile('To fulfil', open.length, '/orders?state=open'),
        tile('On hold', held.length, '/orders?state=held'),
        tile('Not paid', unpaid.length, '/orders?state=unpaid'),
      ),
      h(
        'div',
        { class: 'columns' },
        card(
          `Open ${APP_NAME}`,
          {},
          h(
            'p',
            {},
            `The app opens here inside the admin, as ${user.name}. Change who you are at the top to see what others may do.`,
          ),
          h('p', {}, h('a', { class: 'button primary', href: adminHref(`/apps/${APP_HANDLE}`) }, `Open ${APP_NAME}`)),
        ),
        card(
          'Shop',
          {},
          h(
            'dl',
            { class: 'facts' },
            ...fact('Domain', shop.domain),
            ...fact('Plan', shop.plan),
            ...fact('Currency', shop.currency),
            ...fact('Staff', counted(shop.users.length, 'person', 'people')),
            ...fact(APP_NAME, shop.installed ? 'Installed' : 'Not installed'),
          ),
          shop.installed &&
            h('button', { type: 'button', class: 'button', onclick: () => uninstall(ctx) }, `Uninstall ${APP_NAME}`),
        ),
      ),
    ];
  },
};
