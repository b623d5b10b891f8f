import { h } from './dom.js';
import { toneOf, words } from './format.js';
import { icon } from './icons.js';
import { go } from './router.js';

/** @typedef {import('./dom.js').Child} Child */

/**
 * @param {string} status e.g. `ON_HOLD`
 * @param {import('./format.js').Tone} [tone]
 */
export const badge = (status, tone = toneOf(status)) => (status ? h('span', { class: `badge ${tone}` }, words(status)) : null);

/**
 * @param {string | null} title
 * @param {{ actions?: Child, flush?: boolean, key?: string }} options
 * @param {...Child} children
 */
export const card = (title, { actions, flush, key } = {}, ...children) =>
  h(
    'section',
    { class: flush ? 'card flush' : 'card', 'data-key': key },
    title !== null &&
      h('div', { class: 'card-header' }, h('h2', {}, title), actions && h('div', { class: 'card-actions' }, actions)),
    ...children,
  );

/**
 * @param {{ title: string, back?: { href: string, label: string }, meta?: Child, actions?: Child, sub?: Child }} options
 */
export const pageHeader = ({ title, back, meta, actions, sub }) =>
  h(
    'header',
    { class: 'page-header' },
    h(
      'div',
      { class: 'page-heading' },
      h(
        'div',
        { class: 'page-title' },
        back && h('a', { class: 'icon-button', href: back.href, 'aria-label': back.label, title: back.label }, icon('back')),
        h('h1', {}, title),
        meta,
      ),
      sub && h('p', { class: 'page-sub' }, sub),
    ),
    actions && h('div', { class: 'page-actions' }, actions),
  );

/**
 * @param {string} title
 * @param {Child} text
 * @param {Child} [action]
 */
export const emptyState = (title, text, action) => h('div', { class: 'empty' }, h('h2', {}, title), h('p', {}, text), action);

/**
 * A table that becomes a list of small cards on a phone: `lead` is the card's heading there, `wide` columns are left out.
 * @template Row
 * @param {{ caption: string, rows: Row[], keyOf: (row: Row) => string, columns: { label: string, end?: boolean, lead?: boolean, nowrap?: boolean, wide?: boolean, show?: boolean, cell: (row: Row) => Child }[] }} options
 */
export function table({ caption, rows, keyOf, columns }) {
  const shown = columns.filter((column) => column.show !== false);
  const kind = (/** @type {typeof shown[number]} */ column) =>
    [column.end && 'end', column.lead && 'lead', column.nowrap && 'nowrap', column.wide && 'wide'].filter(Boolean).join(' ') ||
    null;
  return h(
    'table',
    { class: 'table' },
    h('caption', { class: 'visually-hidden' }, caption),
    h('thead', {}, h('tr', {}, ...shown.map((column) => h('th', { scope: 'col', class: kind(column) }, column.label)))),
    h(
      'tbody',
      {},
      ...rows.map((row) =>
        h(
          'tr',
          { 'data-key': keyOf(row) },
          ...shown.map((column) => h('td', { class: kind(column), 'data-label': column.label }, column.cell(row))),
        ),
      ),
    ),
  );
}

/**
 * Sets query parameters of the address, so that a reload keeps what was searched; page numbers start anew.
 * @param {Record<string, string>} values
 */
export function setQuery(values) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries({ page: '', ...values })) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  go(`${location.pathname}${query.size > 0 ? `?${query}` : ''}`, { replace: true });
}

/**
 * @param {{ label: string, value: string }} options
 */
export const searchField = ({ label, value }) =>
  h(
    'label',
    { class: 'search' },
    icon('search'),
    h('span', { class: 'visually-hidden' }, label),
    h('input', {
      type: 'search',
      value,
      placeholder: label,
      oninput: (/** @type {InputEvent} */ event) => setQuery({ q: /** @type {HTMLInputElement} */ (event.target).value.trim() }),
    }),
  );

/**
 * @param {{ label: string, name: string, value: string, options: { value: string, label: string }[] }} field
 */
export const filterField = ({ label, name, value, options }) =>
  h(
    'label',
    { class: 'filter' },
    h('span', { class: 'visually-hidden' }, label),
    h(
      'select',
      {
        value,
        onchange: (/** @type {Event} */ event) => setQuery({ [name]: /** @type {HTMLSelectElement} */ (event.target).value }),
      },
      ...options.map((option) => h('option', { value: option.value, selected: option.value === value }, option.label)),
    ),
  );

const PAGE_SIZE = 50;

/**
 * @template Row
 * @param {Row[]} rows
 * @param {URLSearchParams} query
 * @returns {{ rows: Row[], footer: Child }}
 */
export function paged(rows, query) {
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_SIZE));
  const page = Math.min(pages, Math.max(1, Number(query.get('page')) || 1));
  const from = (page - 1) * PAGE_SIZE;
  const step = (/** @type {number} */ to, /** @type {string} */ label) =>
    h(
      'button',
      { type: 'button', class: 'button', disabled: to < 1 || to > pages, onclick: () => setQuery({ page: String(to) }) },
      label,
    );
  return {
    rows: rows.slice(from, from + PAGE_SIZE),
    footer:
      rows.length > PAGE_SIZE &&
      h(
        'nav',
        { class: 'pager', 'aria-label': 'Pages' },
        step(page - 1, 'Previous'),
        h('span', {}, `${from + 1}–${Math.min(rows.length, from + PAGE_SIZE)} of ${rows.length}`),
        step(page + 1, 'Next'),
      ),
  };
}

/**
 * @param {string} label
 * @param {Child} control
 * @param {string} [help]
 */
export const field = (label, control, help) =>
  h(
    'label',
    { class: 'field' },
    h('span', { class: 'field-label' }, label),
    control,
    help && h('span', { class: 'field-help' }, help),
  );

/**
 * @param {string} label
 * @param {{ name: string, checked?: boolean, value?: string }} attributes
 */
export const checkbox = (label, attributes) =>
  h('label', { class: 'check' }, h('input', { type: 'checkbox', ...attributes }), h('span', {}, label));
