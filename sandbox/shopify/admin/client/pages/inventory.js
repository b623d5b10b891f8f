import { availableField } from '../available-field.js';
import { h } from '../dom.js';
import { badge, card, emptyState, filterField, paged, pageHeader, searchField, table } from '../parts.js';
import { adminHref } from '../router.js';

/** @type {import('../pages.js').Page} */
export const inventory = {
  part: 'levels',
  title: () => 'Inventory',
  view: (ctx) => {
    const { ledger, route } = ctx;
    const search = (route.query.get('q') ?? '').toLowerCase();
    const location = route.query.get('location') ?? '';
    /** @type {Map<string, { title: string, href: string }>} */
    const ownerOf = new Map();
    for (const product of ledger.products) {
      for (const variant of product.variants) {
        const title = variant.title && variant.title !== 'Default Title' ? `${product.title} · ${variant.title}` : product.title;
        if (variant.sku) ownerOf.set(variant.sku, { title, href: adminHref(`/products/${product.legacyId}`) });
      }
    }
    const found = ledger.levels.filter(
      (level) =>
        (!location || level.location === location) &&
        (!search ||
          level.sku.toLowerCase().includes(search) ||
          (ownerOf.get(level.sku)?.title.toLowerCase().includes(search) ?? false)),
    );
    const page = paged(found, route.query);
    const places = [...new Set(ledger.levels.map((level) => level.location))];
    return [
      pageHeader({ title: 'Inventory' }),
      card(
        null,
        { flush: true },
        h(
          'div',
          { class: 'filters' },
          searchField({ label: 'Search SKUs and products', value: search }),
          filterField({
            label: 'Location',
            name: 'location',
            value: location,
            options: [{ value: '', label: 'All locations' }, ...places.map((place) => ({ value: place, label: place }))],
          }),
        ),
        found.length === 0
          ? emptyState('No stock matches', search || location ? 'Change the search or the filter.' : 'This shop stocks nothing.')
          : table({
              caption: 'Inventory levels',
              rows: page.rows,
              keyOf: (level) => `${level.sku} ${level.location}`,
              columns: [
                {
                  label: 'Item',
                  lead: true,
                  cell: (level) => {
                    const owner = ownerOf.get(level.sku);
                    const sku = h('span', { class: 'sku' }, level.sku || 'no SKU');
                    return owner ? [h('a', { class: 'strong', href: owner.href }, owner.title), sku] : sku;
                  },
                },
                {
                  label: 'Location',
                  cell: (level) => h('span', {}, level.location, !level.active && [' ', badge('NOT_STOCKED', 'plain')]),
                },
                { label: 'Committed', end: true, cell: (level) => level.committed },
                { label: 'On hand', end: true, cell: (level) => level.onHand },
                { label: 'Available', end: true, cell: (level) => availableField(ctx, level) },
              ],
            }),
        page.footer,
      ),
    ];
  },
};
