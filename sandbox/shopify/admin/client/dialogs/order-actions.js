import { openDialog } from '../dialog.js';
import { h } from '../dom.js';
import { readLedger } from '../ledger.js';
import { checkbox, field } from '../parts.js';

/** @typedef {import('../pages.js').Context} Context */
/** @typedef {import('../ledger.js').Order} Order */
/** @typedef {import('../ledger.js').FulfilmentOrder} FulfilmentOrder */

/**
 * A row for each line with a quantity field named `quantity-{index}`.
 * @param {{ sku: string, title?: string, value: number, max?: number, help: string }[]} lines
 */
const quantities = (lines) =>
  h(
    'div',
    { class: 'quantity-rows' },
    ...lines.map((line, index) =>
      h(
        'label',
        { class: 'quantity-row' },
        h(
          'span',
          {},
          h('span', { class: 'strong' }, line.title || line.sku || 'Item'),
          h('span', { class: 'sku' }, line.sku || 'no SKU'),
          h('span', { class: 'field-help' }, line.help),
        ),
        h('input', {
          name: `quantity-${index}`,
          type: 'number',
          min: 0,
          max: line.max,
          step: 1,
          value: line.value,
          required: true,
          class: 'number',
        }),
      ),
    ),
  );

/** @param {FormData} form @param {number} index */
const quantityAt = (form, index) => Number(form.get(`quantity-${index}`));

/** @param {Context} ctx @param {Order} order */
export async function cancelOrder(ctx, order) {
  const done = await openDialog({
    title: `Cancel ${order.name}?`,
    body: h(
      'p',
      {},
      'The order is cancelled as a merchant would: what is not shipped is put back into stock. This can’t be undone.',
    ),
    action: 'Cancel order',
    tone: 'critical',
    cancel: 'Keep order',
    onAction: () => ctx.api.cancel(order.name),
  });
  if (done) await ctx.act(`${order.name} is being cancelled.`);
}

/** @param {Context} ctx @param {Order} order */
export async function editOrder(ctx, order) {
  const addSku = h('input', { name: 'add-sku', autocomplete: 'off' });
  const done = await openDialog({
    title: `Edit ${order.name}`,
    body: [
      quantities(
        order.lines.map((line) => ({
          sku: line.sku,
          title: line.title,
          value: line.quantity,
          help: `${line.quantity} now, ${line.fulfilled} fulfilled`,
        })),
      ),
      h(
        'div',
        { class: 'field-grid' },
        field('Add an item (SKU)', addSku),
        field('Quantity', h('input', { name: 'add-quantity', type: 'number', min: 1, step: 1, value: 1, class: 'number' })),
      ),
    ],
    action: 'Update order',
    wide: true,
    onAction: async (form) => {
      const lines = order.lines.flatMap((line, index) =>
        quantityAt(form, index) === line.quantity ? [] : [{ sku: line.sku, quantity: quantityAt(form, index) }],
      );
      const added = String(form.get('add-sku') ?? '').trim();
      if (added) lines.push({ sku: added, quantity: Number(form.get('add-quantity')) });
      if (lines.length === 0) throw new Error('Nothing is different yet: change a quantity or add an item.');
      await ctx.api.edit(order.name, lines);
    },
  });
  if (done) await ctx.act(`${order.name} is updated.`);
}

/** @param {Context} ctx @param {Order} order */
export async function refundOrder(ctx, order) {
  const done = await openDialog({
    title: `Refund ${order.name}`,
    body: [
      quantities(
        order.lines.map((line) => {
          const left = Math.max(0, line.quantity - line.refunded);
          return { sku: line.sku, title: line.title, value: 0, max: left, help: `${left} can be refunded` };
        }),
      ),
      checkbox('Refund the shipping too', { name: 'shipping' }),
      checkbox('Put the items back into stock', { name: 'restock', checked: true }),
    ],
    action: 'Refund',
    wide: true,
    onAction: async (form) => {
      const lines = order.lines.flatMap((line, index) =>
        quantityAt(form, index) > 0 ? [{ sku: line.sku, quantity: quantityAt(form, index) }] : [],
      );
      const shipping = form.has('shipping');
      if (lines.length === 0 && !shipping) throw new Error('Choose at least one item, or the shipping.');
      await ctx.api.refund(order.name, { lines, shipping, restock: form.has('restock') });
    },
  });
  if (done) await ctx.act(`${order.name}: refunded.`);
}

/** @param {Context} ctx @param {Order} order @param {FulfilmentOrder} part */
export async function movePart(ctx, order, part) {
  const { locations } = readLedger(JSON.parse(await ctx.api.ledgerText('levels')), ctx.shop.currency);
  const others = locations.filter((location) => location.active && location.name !== part.location);
  const done = await openDialog({
    title: `Move ${part.location ? `from ${part.location}` : 'to a location'}`,
    body: field(
      'To location',
      h('select', { name: 'location', required: true }, ...others.map(({ name }) => h('option', { value: name }, name))),
    ),
    action: 'Move',
    onAction: (form) => ctx.api.fulfilmentOrder(order.name, part.n, 'move', { location: String(form.get('location')) }),
  });
  if (done) await ctx.act(`${order.name}: moved.`);
}

/** @param {Context} ctx @param {Order} order @param {FulfilmentOrder} part */
export async function splitPart(ctx, order, part) {
  const done = await openDialog({
    title: `Split at ${part.location}`,
    body: [
      h('p', {}, 'How many of each go into a part of their own?'),
      quantities(part.lines.map((line) => ({ sku: line.sku, value: 0, max: line.quantity, help: `${line.quantity} here` }))),
    ],
    action: 'Split',
    wide: true,
    onAction: async (form) => {
      const lines = part.lines.flatMap((line, index) =>
        quantityAt(form, index) > 0 ? [{ sku: line.sku, quantity: quantityAt(form, index) }] : [],
      );
      const moved = lines.reduce((sum, line) => sum + line.quantity, 0);
      if (moved === 0) throw new Error('Choose at least one item to split off.');
      if (moved === part.lines.reduce((sum, line) => sum + line.quantity, 0)) throw new Error('At least one item has to stay.');
      await ctx.api.fulfilmentOrder(order.name, part.n, 'split', { lines });
    },
  });
  if (done) await ctx.act(`${order.name}: split.`);
}

const REASONS = [
  'OTHER',
  'AWAITING_PAYMENT',
  'HIGH_RISK_OF_FRAUD',
  'INCORRECT_ADDRESS',
  'INVENTORY_OUT_OF_STOCK',
  'UNKNOWN_DELIVERY_DATE',
];

/** @param {Context} ctx @param {Order} order @param {FulfilmentOrder} part */
export async function holdPart(ctx, order, part) {
  const label = (/** @type {string} */ reason) => reason.charAt(0) + reason.slice(1).replaceAll('_', ' ').toLowerCase();
  const done = await openDialog({
    title: `Hold at ${part.location}`,
    body: field(
      'Reason',
      h('select', { name: 'reason' }, ...REASONS.map((reason) => h('option', { value: reason }, label(reason)))),
    ),
    action: 'Hold',
    onAction: (form) => ctx.api.fulfilmentOrder(order.name, part.n, 'hold', { reason: String(form.get('reason')) }),
  });
  if (done) await ctx.act(`${order.name}: held.`);
}
