import { h } from '../dom.js';
import { dateTime, money } from '../format.js';
import { badge, card, emptyState, pageHeader, table } from '../parts.js';
import { adminHref } from '../router.js';
import { cancelOrder, editOrder, holdPart, movePart, refundOrder, splitPart } from '../dialogs/order-actions.js';

/** @typedef {import('../pages.js').Context} Context */
/** @typedef {import('../ledger.js').Order} Order */
/** @typedef {import('../ledger.js').FulfilmentOrder} FulfilmentOrder */
/** @typedef {import('../ledger.js').SkuLine} SkuLine */

const DONE = ['CLOSED', 'CANCELLED'];

/** @param {string} label @param {() => unknown} onclick @param {string} [kind] */
const button = (label, onclick, kind = '') => h('button', { type: 'button', class: `button ${kind}`.trim(), onclick }, label);

/** @param {SkuLine[]} lines @param {Order} order */
const lineList = (lines, order) =>
  lines.length > 0 &&
  h(
    'ul',
    { class: 'lines' },
    ...lines.map((line) => {
      const title = order.lines.find((one) => one.sku === line.sku)?.title;
      return h(
        'li',
        {},
        h('span', { class: 'quantity' }, `${line.quantity} ×`),
        h('span', {}, h('span', { class: 'sku' }, line.sku || 'no SKU'), title && ` ${title}`),
      );
    }),
  );

/** @param {Context} ctx @param {Order} order @param {FulfilmentOrder} part */
function fulfilmentOrderCard(ctx, order, part) {
  const held = part.status === 'ON_HOLD';
  const actions = DONE.includes(part.status)
    ? null
    : [
        button('Move', () => movePart(ctx, order, part)),
        part.lines.reduce((sum, line) => sum + line.quantity, 0) > 1 && button('Split', () => splitPart(ctx, order, part)),
        held
          ? button('Release', () =>
              ctx.act(`Released part ${part.n}.`, () => ctx.api.fulfilmentOrder(order.name, part.n, 'release')),
            )
          : button('Hold', () => holdPart(ctx, order, part)),
      ];
  return h(
    'div',
    { class: 'part', 'data-key': `fo-${part.n}` },
    h(
      'div',
      { class: 'part-header' },
      h('h3', {}, part.location || 'No location'),
      badge(part.status),
      actions && h('div', { class: 'card-actions' }, actions),
    ),
    held &&
      part.holds.length > 0 &&
      h('p', { class: 'note' }, `Held: ${part.holds.map((hold) => hold.replaceAll('_', ' ').toLowerCase()).join(', ')}`),
    lineList(part.lines, order),
  );
}

/** @param {Order} order */
const fulfilmentsCard = (order) =>
  card(
    'Fulfilments',
    { key: 'fulfilments' },
    order.fulfilments.length === 0 && h('p', { class: 'quiet' }, 'Nothing has been shipped yet.'),
    ...order.fulfilments.map((one, index) =>
      h(
        'div',
        { class: 'part', 'data-key': `f-${index}` },
        h(
          'div',
          { class: 'part-header' },
          h('h3', {}, one.name || `Shipment ${index + 1}`),
          badge(one.status),
          h('span', { class: 'quiet' }, one.location),
        ),
        one.createdAt && h('p', { class: 'quiet' }, dateTime(one.createdAt)),
        ...one.tracking.map((track) =>
          h(
            'p',
            {},
            track.company ? `${track.company}: ` : 'Tracking: ',
            /^https?:/.test(track.url)
              ? h('a', { href: track.url, target: '_blank', rel: 'noreferrer' }, track.number)
              : h('span', { class: 'sku' }, track.number),
          ),
        ),
        lineList(one.lines, order),
      ),
    ),
  );

/** @param {string} title @param {import('../ledger.js').Refund[]} entries @param {Order} order */
const moneyBackCard = (title, entries, order) =>
  entries.length > 0 &&
  card(
    title,
    { key: title },
    ...entries.map((one, index) =>
      h(
        'div',
        { class: 'part', 'data-key': `r-${index}` },
        h(
          'p',
          {},
          one.amount === null ? null : h('span', { class: 'strong' }, money(one.amount, order.currency)),
          one.createdAt && h('span', { class: 'quiet' }, ` ${dateTime(one.createdAt)}`),
        ),
        lineList(one.lines, order),
      ),
    ),
  );

/** @param {Order} order */
const itemsCard = (order) =>
  card(
    'Items',
    { key: 'items', flush: true },
    table({
      caption: 'Items of the order',
      rows: order.lines,
      keyOf: (line) => line.id || line.sku,
      columns: [
        {
          label: 'Item',
          lead: true,
          cell: (line) => [
            h('span', { class: 'strong' }, line.title || line.sku || 'Item'),
            line.title && h('span', { class: 'sku' }, line.sku || 'no SKU'),
          ],
        },
        { label: 'Price', end: true, cell: (line) => money(line.price, order.currency) },
        { label: 'Quantity', end: true, cell: (line) => line.quantity },
        { label: 'Fulfilled', end: true, cell: (line) => line.fulfilled },
        { label: 'Refunded', end: true, show: order.lines.some((line) => line.refunded > 0), cell: (line) => line.refunded },
        {
          label: 'Total',
          end: true,
          cell: (line) => (line.price === null ? '–' : money(line.price * line.quantity, order.currency)),
        },
      ],
    }),
    h('p', { class: 'total' }, h('span', {}, 'Order total'), h('strong', {}, money(order.total, order.currency))),
  );

/** @param {Order} order */
const detailsCard = (order) => {
  const rows = [
    ['Customer', order.customer],
    ['Channel', order.channel],
    ['Shipping', order.shipping.join(', ')],
    ['Payment', order.gateways.join(', ')],
    ['Country', order.country],
    ['Cancelled', order.cancelledAt && dateTime(order.cancelledAt)],
  ].filter(([, value]) => value);
  return card(
    'Details',
    { key: 'details' },
    rows.length > 0 && h('dl', { class: 'facts' }, ...rows.flatMap(([label, value]) => [h('dt', {}, label), h('dd', {}, value)])),
    h('h3', {}, 'Tags'),
    order.tags.length > 0
      ? h('p', { class: 'tags' }, ...order.tags.map((tag) => h('span', { class: 'tag' }, tag)))
      : h('p', { class: 'quiet' }, 'No tags.'),
  );
};

/** @type {import('../pages.js').Page} */
export const order = {
  part: 'orders',
  title: ({ ledger, route }) => ledger.orders.find((one) => one.legacyId === route.id)?.name ?? 'Order',
  view: (ctx) => {
    const found = ctx.ledger.orders.find((one) => one.legacyId === ctx.route.id || one.name === `#${ctx.route.id}`);
    const back = { href: adminHref('/orders'), label: 'Back to orders' };
    if (!found)
      return [
        pageHeader({ title: 'Order', back }),
        card(null, {}, emptyState('No such order', `This shop has no order with the number ${ctx.route.id}.`)),
      ];
    const unpaid = ['PENDING', 'AUTHORIZED', 'PARTIALLY_PAID', ''].includes(found.financial);
    const actions = found.cancelledAt
      ? [button('Refund', () => refundOrder(ctx, found))]
      : [
          button('Refund', () => refundOrder(ctx, found)),
          button('Edit', () => editOrder(ctx, found)),
          button('Cancel order', () => cancelOrder(ctx, found)),
          unpaid && button('Mark as paid', () => ctx.act(`${found.name} is paid.`, () => ctx.api.pay(found.name)), 'primary'),
        ];
    return [
      pageHeader({
        title: found.name,
        back,
        meta: [
          badge(found.financial),
          badge(found.fulfilment),
          found.cancelledAt && badge('CANCELLED', 'bad'),
          found.closed && badge('ARCHIVED', 'plain'),
        ],
        sub: found.createdAt && dateTime(found.createdAt),
        actions,
      }),
      h(
        'div',
        { class: 'columns wide-first' },
        h(
          'div',
          { class: 'stack' },
          itemsCard(found),
          card(
            'To fulfil',
            { key: 'fulfilment-orders' },
            found.fulfilmentOrders.length === 0 &&
              h('p', { class: 'quiet' }, 'Shopify has not routed this order to a location yet, or nothing in it is shipped.'),
            ...found.fulfilmentOrders.map((part) => fulfilmentOrderCard(ctx, found, part)),
          ),
          fulfilmentsCard(found),
          moneyBackCard('Refunds', found.refunds, found),
          moneyBackCard('Returns', found.returns, found),
        ),
        h('div', { class: 'stack' }, detailsCard(found)),
      ),
    ];
  },
};
