import { h } from '../dom.js';
import { counted } from '../format.js';
import { badge, card, emptyState, paged, pageHeader, searchField, table } from '../parts.js';
import { adminHref } from '../router.js';

/** @typedef {import('../ledger.js').Product} Product */
/** @typedef {import('../ledger.js').Level} Level */

/** @param {Level[]} levels @returns {Map<string, number>} available of all locations by SKU */
function availableBySku(levels) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const level of levels) if (level.active) sums.set(level.sku, (sums.get(level.sku) ?? 0) + level.available);
  return sums;
}

/** @type {import('../pages.js').Page} */
export const products = {
  part: 'levels',
  title: () => 'Products',
  view: ({ ledger, route }) => {
    const search = (route.query.get('q') ?? '').toLowerCase();
    const found = ledger.products.filter(
      (product) =>
        !search ||
        [product.title, product.vendor, product.type, ...product.variants.map((variant) => variant.sku)].some((text) =>
          text.toLowerCase().includes(search),
        ),
    );
    const page = paged(found, route.query);
    const sums = availableBySku(ledger.levels);
    const stock = (/** @type {Product} */ product) => {
      const tracked = product.variants.filter((variant) => variant.tracked && variant.sku);
      if (tracked.length === 0) return h('span', { class: 'quiet' }, 'Not tracked');
      const sum = [...new Set(tracked.map((variant) => variant.sku))].reduce((total, sku) => total + (sums.get(sku) ?? 0), 0);
      return h('span', { class: sum <= 0 ? 'low' : null }, `${sum} for ${counted(product.variants.length, 'variant')}`);
    };
    return [
      pageHeader({ title: 'Products' }),
      card(
        null,
        { flush: true },
        h('div', { class: 'filters' }, searchField({ label: 'Search products and SKUs', value: search })),
        found.length === 0
          ? emptyState('No product matches', search ? 'Change the search.' : 'This shop has no products.')
          : table({
              caption: 'Products',
              rows: page.rows,
              keyOf: (product) => product.id,
              columns: [
                {
                  label: 'Product',
                  lead: true,
                  cell: (product) => h('a', { class: 'strong', href: adminHref(`/products/${product.legacyId}`) }, product.title),
                },
                { label: 'Status', show: found.some((product) => product.status), cell: (product) => badge(product.status) },
                { label: 'Available', cell: stock },
                {
                  label: 'Type',
                  wide: true,
                  show: found.some((product) => product.type),
                  cell: (product) => product.type || '–',
                },
                {
                  label: 'Vendor',
                  wide: true,
                  show: found.some((product) => product.vendor),
                  cell: (product) => product.vendor || '–',
                },
              ],
            }),
        page.footer,
      ),
    ];
  },
};
