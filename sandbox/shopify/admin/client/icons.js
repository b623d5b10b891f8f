import { svg } from './dom.js';

/** Line drawings on a 20 × 20 grid. */
const PATHS = {
  home: 'M3.5 9 10 3.5 16.5 9v7.5h-4.5V12H8v4.5H3.5z',
  orders: 'M4 11.5h3l1 2h4l1-2h3M4 11.5v5h12v-5M4 11.5 6 4h8l2 7.5',
  products: 'M10.5 3.5h6v6L9 17l-6-6zM13.6 6.4h.01',
  inventory: 'M3.5 16.5v-9L10 4l6.5 3.5v9M6.5 16.5v-6h7v6M6.5 13.5h7',
  locations: 'M10 17s5.5-4.6 5.5-9a5.5 5.5 0 0 0-11 0c0 4.4 5.5 9 5.5 9zM10 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  close: 'M5 5l10 10M15 5 5 15',
  back: 'M12 4.5 6.5 10l5.5 5.5',
  plus: 'M10 4v12M4 10h12',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4 4',
  warning: 'M10 3 2.5 16.5h15zM10 8v4M10 14.2v.1',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
};

/**
 * @param {keyof typeof PATHS} name
 */
export function icon(name) {
  const wide = name === 'more' ? 2.6 : 1.6;
  return svg(
    'svg',
    { viewBox: '0 0 20 20', class: 'icon', 'aria-hidden': 'true', focusable: 'false' },
    svg('path', {
      d: PATHS[name],
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': wide,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    }),
  );
}

/** The app's own mark: a box on its way. */
export function appMark() {
  return svg(
    'svg',
    { viewBox: '0 0 32 32', class: 'app-mark', 'aria-hidden': 'true', focusable: 'false' },
    svg('rect', { width: 32, height: 32, rx: 8, fill: '#2f5bea' }),
    svg('path', {
      d: 'M8 12.5 16 8l8 4.5v7L16 24l-8-4.5zM8 12.5 16 17l8-4.5M16 17v7',
      fill: 'none',
      stroke: '#fff',
      'stroke-width': 2,
      'stroke-linejoin': 'round',
    }),
  );
}
