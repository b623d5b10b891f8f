import { h } from '../dom.js';
import { money } from '../format.js';
import { availableField } from '../available-field.js';
import { badge, card, emptyState, pageHeader, table } from '../parts.js';
import { adminHref } from '../router.js';

/** @typedef {import('../pages.js').Context} Context */
/** @typedef {import('../ledger.js').Variant} Variant */

/** @param {Context} ctx @param {Variant} variant */
function variantCard(ctx, variant) {
  const levels = variant.sku ? ctx.ledger.levels.filter((level) => level.sku === variant.sku) : [];
  const facts = [variant.sku || 'No SKU', money(variant.price, ctx.ledger.currency), variant.tracked ? null : 'stock not tracked']
    .filter(Boolean)
    .join(' · ');
  return card(
    variant.title || 'Default',
    { key: variant.id, flush: true },
    h('p', { class: 'card-sub' }, facts),
    levels.length === 0
      ? h(
          'p',
          { class: 'card-sub quiet' },
          variant.sku ? 'Not stocked at any location.' : 'Without a SKU its stock can only be changed through the Admin API.',
        )
      : table({
          caption: `Stock of ${variant.sku}`,
          rows: levels,
          keyOf: (level) => level.location,
          columns: [
            {
              label: 'Location',
              lead: true,
              cell: (level) => h('span', {}, level.location, !level.active && [' ', badge('NOT_STOCKED', 'plain')]),
            },
            { label: 'Committed', end: true, cell: (level) => level.committed },
            { label: 'On hand', end: true, cell: (level) => level.onHand },
            { label: 'Available', end: true, cell: (level) => availableField(ctx, level) },
          ],
        }),
  );
}

/** @type {import('../pages.js').Page} */
export const product = {
  part: 'levels',
  title: ({ ledger, route }) => ledger.products.find((one) => one.legacyId === route.id)?.title ?? 'Product',
  view: (ctx) => {
    const found = ctx.ledger.products.find((one) => one.legacyId === ctx.route.id);
    const back = { href: adminHref('/products'), label: 'Back to products' };
    if (!found)
      return [
        pageHeader({ title: 'Product', back }),
        card(null, {}, emptyState('No such product', `This shop has no product with the number ${ctx.route.id}.`)),
      ];
    return [
      pageHeader({
        title: found.title,
        back,
        meta: badge(found.status),
        sub: [found.vendor, found.type].filter(Boolean).join(' · ') || null,
      }),
      h('div', { class: 'stack' }, ...found.variants.map((variant) => variantCard(ctx, variant))),
    ];
  },
};
