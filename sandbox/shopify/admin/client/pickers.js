import { openDialog } from './dialog.js';
import { h } from './dom.js';
import { badge } from './parts.js';

/** @typedef {import('./ledger.js').Ledger} Ledger */
/** @typedef {{ id: string, heading: string, detail: string, value: any, disabled?: boolean, selected?: boolean, badges?: { content: string, tone?: string }[] }} Item */

/** @type {Record<string, import('./format.js').Tone>} */
const BADGE_TONES = { success: 'good', warning: 'warn', critical: 'bad', info: 'info' };

/**
 * A searchable list with check boxes, or radio buttons where only one may be chosen.
 * @param {{ title: string, items: Item[], multiple: boolean | number, query?: string, action: string, none: string }} options
 * @returns {Promise<any[] | undefined>} the values chosen; undefined if the dialog was closed
 */
async function choose({ title, items, multiple, query = '', action, none }) {
  const list = h(
    'div',
    { class: 'pick-list', role: 'group', 'aria-label': title },
    ...items.map((item, index) =>
      h(
        'label',
        { class: 'pick', 'data-text': `${item.heading} ${item.detail}`.toLowerCase() },
        h('input', {
          type: multiple ? 'checkbox' : 'radio',
          name: 'picked',
          value: index,
          checked: item.selected,
          disabled: item.disabled,
        }),
        h(
          'span',
          { class: 'pick-text' },
          h('span', { class: 'strong' }, item.heading),
          item.detail && h('span', { class: 'quiet' }, item.detail),
        ),
        ...(item.badges ?? []).map((one) => badge(one.content, BADGE_TONES[one.tone ?? ''] ?? 'plain')),
      ),
    ),
  );
  const filter = (/** @type {string} */ text) => {
    for (const row of list.children)
      /** @type {HTMLElement} */ (row).hidden = !row.getAttribute('data-text')?.includes(text.toLowerCase());
  };
  filter(query);
  const search = h('input', {
    type: 'search',
    value: query,
    placeholder: 'Search',
    'aria-label': 'Search',
    oninput: (/** @type {Event} */ event) => filter(/** @type {HTMLInputElement} */ (event.target).value),
  });
  const chosen = await openDialog({
    title,
    wide: true,
    body: items.length > 0 ? [search, list] : h('p', {}, none),
    action: items.length > 0 ? action : undefined,
    onAction: (form) => {
      const picked = form.getAll('picked').map((index) => items[Number(index)]?.value);
      if (typeof multiple === 'number' && picked.length > multiple) throw new Error(`Choose at most ${multiple}.`);
      if (picked.length === 0) throw new Error('Choose at least one.');
      return picked;
    },
  });
  return chosen ?? undefined;
}

/** @param {import('./ledger.js').Variant} variant @param {import('./ledger.js').Product} product */
const variantResource = (variant, product) => ({
  id: variant.id,
  title: variant.title,
  displayName: `${product.title} - ${variant.title}`,
  sku: variant.sku,
  price: variant.price,
  product: { id: product.id, title: product.title },
});

/**
 * App Bridge's resource picker over the shop's products. Collections aren't part of the sandbox; that is said in the dialog.
 * @param {any} options
 * @param {Ledger} ledger
 */
export function pickResources(options, ledger) {
  const { type, multiple = false, action = 'add', query, filter = {}, selectionIds = [] } = options ?? {};
  const selected = new Set(
    selectionIds.flatMap((/** @type {any} */ one) => [
      one.id,
      ...(one.variants ?? []).map((/** @type {any} */ variant) => variant.id),
    ]),
  );
  const products = ledger.products.filter(
    (product) =>
      !(filter.draft === false && product.status === 'DRAFT') && !(filter.archived === false && product.status === 'ARCHIVED'),
  );
  const skus = (/** @type {import('./ledger.js').Product} */ product) =>
    product.variants
      .map((variant) => variant.sku)
      .filter(Boolean)
      .join(', ');
  const item = (/** @type {any} */ value, /** @type {string} */ heading, /** @type {string} */ detail) => ({
    id: value.id,
    heading,
    detail,
    value,
    selected: selected.has(value.id),
  });
  /** @type {Item[]} */
  let items = [];
  if (type === 'product') {
    items = products.map((product) =>
      item(
        {
          id: product.id,
          title: product.title,
          status: product.status,
          vendor: product.vendor,
          productType: product.type,
          totalVariants: product.variants.length,
          variants: product.variants.map((variant) => variantResource(variant, product)),
        },
        product.title,
        skus(product),
      ),
    );
  }
  if (type === 'variant')
    items = products.flatMap((product) =>
      product.variants.map((variant) =>
        item(variantResource(variant, product), `${product.title} · ${variant.title}`, variant.sku),
      ),
    );
  return choose({
    title: `${action === 'select' ? 'Select' : 'Add'} ${multiple ? `${type}s` : `a ${type}`}`,
    items,
    multiple,
    query: query ?? filter.query,
    action: action === 'select' ? 'Select' : 'Add',
    none: type === 'collection' ? 'The sandbox shop has no collections.' : 'The shop has nothing to choose from.',
  });
}

/**
 * App Bridge's generic picker.
 * @param {any} options
 * @returns {Promise<string[] | undefined>} ids
 */
export function pickItems({ heading, multiple = false, items = [] }) {
  return choose({
    title: heading,
    multiple,
    action: 'Add',
    none: 'There is nothing to choose from.',
    items: items.map((/** @type {any} */ one) => ({
      ...one,
      detail: (one.data ?? []).filter((/** @type {unknown} */ cell) => cell !== undefined).join(' · '),
      value: one.id,
    })),
  });
}
