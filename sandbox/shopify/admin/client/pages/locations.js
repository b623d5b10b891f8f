import { h } from '../dom.js';
import { badge, card, emptyState, pageHeader, table } from '../parts.js';
import { adminHref } from '../router.js';

/** @type {import('../pages.js').Page} */
export const locations = {
  part: 'levels',
  title: () => 'Locations',
  view: ({ ledger, route }) => {
    const rows = ledger.locations.filter((one) => !route.id || !one.legacyId || one.legacyId === route.id);
    const one = route.id && rows.length === 1 ? rows[0] : undefined;
    const stockAt = (/** @type {string} */ name) => {
      const levels = ledger.levels.filter((level) => level.location === name && level.active);
      return { skus: levels.length, available: levels.reduce((sum, level) => sum + level.available, 0) };
    };
    return [
      pageHeader({
        title: one?.name ?? 'Locations',
        back: one && { href: adminHref('/settings/locations'), label: 'Back to locations' },
      }),
      card(
        null,
        { flush: true },
        rows.length === 0
          ? emptyState('No such location', 'This shop has no location with that number.')
          : table({
              caption: 'Locations',
              rows,
              keyOf: (place) => place.id || place.name,
              columns: [
                {
                  label: 'Location',
                  lead: true,
                  cell: (place) =>
                    h(
                      'a',
                      { class: 'strong', href: adminHref(`/inventory?location=${encodeURIComponent(place.name)}`) },
                      place.name,
                    ),
                },
                { label: 'State', cell: (place) => (place.active ? badge('ACTIVE') : badge('INACTIVE', 'plain')) },
                { label: 'Stocked items', end: true, cell: (place) => stockAt(place.name).skus },
                { label: 'Available', end: true, cell: (place) => stockAt(place.name).available },
              ],
            }),
      ),
    ];
  },
};
