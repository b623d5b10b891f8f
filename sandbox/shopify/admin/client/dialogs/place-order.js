import { openDialog } from '../dialog.js';
import { h } from '../dom.js';
import { icon } from '../icons.js';
import { checkbox, field } from '../parts.js';
import { adminHref, go } from '../router.js';
import { readLedger } from '../ledger.js';
import { legacyId } from '../format.js';

/** @typedef {import('../pages.js').Context} Context */

const COUNTRIES = [
  'AT',
  'AU',
  'BE',
  'CA',
  'CH',
  'CZ',
  'DE',
  'DK',
  'ES',
  'FI',
  'FR',
  'GB',
  'IE',
  'IT',
  'JP',
  'NL',
  'NO',
  'NZ',
  'PL',
  'PT',
  'SE',
  'US',
];
const countryName = new Intl.DisplayNames('en', { type: 'region' });

let lines = 0;

/** @param {boolean} removable */
function lineRow(removable) {
  const n = ++lines;
  const row = h(
    'div',
    { class: 'line-row' },
    h(
      'label',
      { class: 'field' },
      h('span', { class: 'field-label' }, 'SKU'),
      h('input', { name: `sku-${n}`, list: 'skus', required: true, autocomplete: 'off' }),
    ),
    h(
      'label',
      { class: 'field' },
      h('span', { class: 'field-label' }, 'Quantity'),
      h('input', { name: `quantity-${n}`, type: 'number', min: 1, step: 1, value: 1, required: true, class: 'number' }),
    ),
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button',
        'aria-label': 'Remove this item',
        disabled: !removable,
        onclick: () => row.remove(),
      },
      icon('close'),
    ),
  );
  return row;
}

/** @param {string} id @param {{ value: string, label?: string }[]} options */
const datalist = (id, options) =>
  h('datalist', { id }, ...options.map((option) => h('option', { value: option.value }, option.label ?? '')));

/** @param {FormData} form */
function readLines(form) {
  return [...form.entries()].flatMap(([name, sku]) =>
    name.startsWith('sku-') ? [{ sku: String(sku), quantity: Number(form.get(name.replace('sku-', 'quantity-'))) }] : [],
  );
}

/**
 * Places an order as a buyer would, and opens it.
 * @param {Context} ctx
 */
export async function placeOrder(ctx) {
  const known = readLedger(JSON.parse(await ctx.api.ledgerText('all')), ctx.shop.currency);
  const skus = new Map(
    known.products.flatMap((product) =>
      product.variants.map((variant) => [variant.sku, `${product.title} ${variant.title}`.trim()]),
    ),
  );
  for (const level of known.levels) if (!skus.has(level.sku)) skus.set(level.sku, '');
  skus.delete('');
  const methods =
    known.shippingMethods.length > 0
      ? known.shippingMethods
      : [...new Set(known.orders.flatMap((order) => order.shipping))].map((title) => ({ title, code: '' }));
  const rows = h('div', { class: 'line-rows' }, lineRow(false));

  const body = [
    datalist(
      'skus',
      [...skus].map(([value, label]) => ({ value, label })),
    ),
    datalist(
      'methods',
      methods.map(({ title }) => ({ value: title })),
    ),
    datalist(
      'gateways',
      known.gateways.map((value) => ({ value })),
    ),
    datalist(
      'channels',
      known.channels.map((value) => ({ value })),
    ),
    rows,
    h('button', { type: 'button', class: 'button', onclick: () => rows.append(lineRow(true)) }, 'Add an item'),
    h(
      'div',
      { class: 'field-grid' },
      field(
        'Shipping method',
        h('input', { name: 'shipping', list: 'methods', autocomplete: 'off' }),
        'Empty: the shop’s usual one',
      ),
      field('Shipping code', h('input', { name: 'code', autocomplete: 'off' }), 'Empty: the method’s name'),
      field(
        'Payment gateway',
        h('input', { name: 'gateway', list: 'gateways', autocomplete: 'off' }),
        'Empty: the shop’s usual one',
      ),
      field('Sales channel', h('input', { name: 'channel', list: 'channels', autocomplete: 'off' }), 'Empty: the online store'),
      field(
        'Payment',
        h(
          'select',
          { name: 'financialStatus' },
          ...[
            ['PAID', 'Paid'],
            ['PENDING', 'Not paid yet'],
            ['AUTHORIZED', 'Authorised, not captured'],
            ['PARTIALLY_PAID', 'Partly paid'],
          ].map(([value, label]) => h('option', { value }, label)),
        ),
      ),
      field(
        'Country',
        h(
          'select',
          { name: 'country' },
          h('option', { value: '' }, 'The shop’s own'),
          ...COUNTRIES.map((code) => h('option', { value: code }, countryName.of(code) ?? code)),
        ),
      ),
      field('Tags', h('input', { name: 'tags', autocomplete: 'off' }), 'Separated by commas'),
      field(
        'How many orders',
        h('input', { name: 'count', type: 'number', min: 1, max: 500, step: 1, value: 1, required: true, class: 'number' }),
      ),
    ),
    checkbox('Sold in the shop itself (point of sale)', { name: 'pos' }),
  ];

  const placed = await openDialog({
    title: 'Place an order',
    body,
    action: 'Place order',
    wide: true,
    onAction: async (form) => {
      const value = (/** @type {string} */ name) => String(form.get(name) ?? '').trim();
      const title = value('shipping');
      const code = value('code') || (methods.find((method) => method.title === title)?.code ?? '') || title;
      const tags = value('tags')
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean);
      return ctx.api.placeOrder({
        lines: readLines(form),
        financialStatus: value('financialStatus'),
        ...(Number(value('count')) > 1 && { count: Number(value('count')) }),
        ...(title && { shipping: { title, code } }),
        ...(value('gateway') && { gateway: value('gateway') }),
        ...(value('channel') && { channel: value('channel') }),
        ...(value('country') && { country: value('country') }),
        ...(tags.length > 0 && { tags }),
        ...(form.has('pos') && { pos: true }),
      });
    },
  });
  if (!placed) return;
  const orders = placed.orders ?? [];
  await ctx.act(
    orders.length === 1 ? `Order ${orders[0].name} placed.` : `${orders.length} orders placed.`,
    async () => undefined,
  );
  if (orders.length === 1) go(adminHref(`/orders/${legacyId(orders[0].id)}`));
}
