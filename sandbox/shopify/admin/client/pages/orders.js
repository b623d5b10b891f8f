import { h } from '../dom.js';
import { counted, dateTime, money } from '../format.js';
import { badge, card, emptyState, filterField, paged, pageHeader, searchField, table } from '../parts.js';
import { adminHref } from '../router.js';
import { placeOrder } from '../dialogs/place-order.js';

/** @typedef {import('../ledger.js').Order} Order */

const STATES = [
  { value: '', label: 'All orders' },
  { value: 'open', label: 'To fulfil' },
  { value: 'held', label: 'On hold' },
  { value: 'unpaid', label: 'Not paid' },
  { value: 'fulfilled', label: 'Fulfilled' },
  { value: 'cancelled', label: 'Cancelled' },
];

/** @type {Record<string, (order: Order) => boolean>} */
const IN_STATE = {
  open: (order) => !order.cancelledAt && order.fulfilment !== 'FULFILLED',
  held: (order) => order.fulfilmentOrders.some((one) => one.status === 'ON_HOLD'),
  unpaid: (order) => !order.cancelledAt && ['PENDING', 'AUTHORIZED', 'PARTIALLY_PAID'].includes(order.financial),
  fulfilled: (order) => order.fulfilment === 'FULFILLED',
  cancelled: (order) => Boolean(order.cancelledAt),
};

/** @param {Order} order @param {string} search lower case */
const matches = (order, search) =>
  [order.name, order.customer, order.channel, ...order.tags, ...order.lines.flatMap((line) => [line.sku, line.title])].some(
    (text) => text.toLowerCase().includes(search),
  );

/** @param {Order} order */
const newestFirst = (order) => Number(order.legacyId) || 0;

/** @param {Order} order */
const units = (order) => order.lines.reduce((sum, line) => sum + line.quantity, 0);

/** @type {import('../pages.js').Page} */
export const orders = {
  part: 'orders',
  title: () => 'Orders',
  view: (ctx) => {
    const search = (ctx.route.query.get('q') ?? '').toLowerCase();
    const state = ctx.route.query.get('state') ?? '';
    const inState = IN_STATE[state] ?? (() => true);
    const found = ctx.ledger.orders
      .filter((order) => inState(order) && (!search || matches(order, search)))
      .toSorted((a, b) => newestFirst(b) - newestFirst(a));
    const page = paged(found, ctx.route.query);
    const place = h('button', { type: 'button', class: 'button primary', onclick: () => placeOrder(ctx) }, 'Place an order');
    if (ctx.ledger.orders.length === 0) {
      return [
        pageHeader({ title: 'Orders' }),
        card(null, {}, emptyState('No orders yet', 'Place one as a buyer would; the app hears of it by webhook.', place)),
      ];
    }
    const has = (/** @type {(order: Order) => unknown} */ value) => ctx.ledger.orders.some(value);
    return [
      pageHeader({ title: 'Orders', actions: place }),
      card(
        null,
        { flush: true },
        h(
          'div',
          { class: 'filters' },
          searchField({ label: 'Search orders, SKUs and tags', value: search }),
          filterField({ label: 'State', name: 'state', value: state, options: STATES }),
        ),
        found.length === 0
          ? emptyState('No order matches', 'Change the search or the filter.')
          : table({
              caption: 'Orders',
              rows: page.rows,
              keyOf: (order) => order.id,
              columns: [
                {
                  label: 'Order',
                  lead: true,
                  nowrap: true,
                  cell: (order) => [
                    h('a', { class: 'strong', href: adminHref(`/orders/${order.legacyId}`) }, order.name),
                    order.cancelledAt && badge('CANCELLED', 'bad'),
                  ],
                },
                {
                  label: 'Date',
                  nowrap: true,
                  show: Boolean(has((order) => order.createdAt)),
                  cell: (order) => dateTime(order.createdAt),
                },
                {
                  label: 'Channel',
                  wide: true,
                  show: Boolean(has((order) => order.channel)),
                  cell: (order) => order.channel || '–',
                },
                { label: 'Payment', show: Boolean(has((order) => order.financial)), cell: (order) => badge(order.financial) },
                { label: 'Fulfilment', cell: (order) => badge(order.fulfilment) },
                { label: 'Items', end: true, nowrap: true, wide: true, cell: (order) => counted(units(order), 'item') },
                { label: 'Total', end: true, cell: (order) => money(order.total, order.currency) },
                {
                  label: 'Tags',
                  show: Boolean(has((order) => order.tags.length > 0)),
                  cell: (order) =>
                    order.tags.length > 0
                      ? h('span', { class: 'tags' }, ...order.tags.map((tag) => h('span', { class: 'tag' }, tag)))
                      : '–',
                },
              ],
            }),
        page.footer,
      ),
    ];
  },
};
