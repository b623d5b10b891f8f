import { APP_NAME } from './config.js';
import { draw, h } from './dom.js';
import { appMark, icon } from './icons.js';

/** @typedef {{ element: number, label: string, href: string | null, primary: boolean, breadcrumb: boolean, critical: boolean, disabled: boolean, loading: boolean }} Action */
/** @typedef {{ title: string, actions: Action[], groups: { label: string, actions: Action[] }[] }} TitleBar */

/** Menus close as menus do: by Escape, by a click elsewhere, and when the person turns to the app's frame. */
function closeMenus(/** @type {Node | null} */ except = null) {
  for (const menu of document.querySelectorAll('details.menu[open]'))
    if (!except || !menu.contains(except)) menu.removeAttribute('open');
}
document.addEventListener('click', (event) => closeMenus(/** @type {Node} */ (event.target)));
document.addEventListener('keydown', (event) => event.key === 'Escape' && closeMenus());
addEventListener('blur', () => closeMenus());

/**
 * The strip above the app: its name, the page's title and actions.
 * @param {HTMLElement} container
 * @param {{ bar: TitleBar | null, documentTitle: string, support: boolean, press: (element: number) => void, openSupport: () => void, openHome: () => void }} options
 */
export function drawTitleBar(container, { bar, documentTitle, support, press, openSupport, openHome }) {
  const actions = bar?.actions ?? [];
  const breadcrumb = actions.find((action) => action.breadcrumb);
  const primary = actions.filter((action) => action.primary);
  const secondary = actions.filter((action) => !action.primary && !action.breadcrumb);
  const groups = [...(secondary.length > 0 ? [{ label: 'More actions', actions: secondary }] : []), ...(bar?.groups ?? [])];
  const title = bar?.title || documentTitle;

  const button = (/** @type {Action} */ action, /** @type {string} */ kind) =>
    h(
      'button',
      {
        type: 'button',
        class: `button ${kind} ${action.critical ? 'critical' : ''}`.trim(),
        disabled: action.disabled || action.loading,
        'aria-busy': action.loading ? 'true' : null,
        onclick: (/** @type {Event} */ event) => {
          /** @type {HTMLElement} */ (event.currentTarget).closest('details')?.removeAttribute('open');
          press(action.element);
        },
      },
      action.label,
    );
  // A menu on a phone; with room for it, buttons.
  const menu = (/** @type {{ label: string, actions: Action[] }} */ group, /** @type {boolean} */ narrowOnly) =>
    h(
      'details',
      { class: narrowOnly ? 'menu narrow-only' : 'menu', 'data-key': `menu-${group.label}-${narrowOnly}` },
      h('summary', { class: 'button', 'aria-label': group.label, title: group.label }, narrowOnly ? icon('more') : group.label),
      h('div', { class: 'menu-items' }, ...group.actions.map((action) => button(action, 'menu-item'))),
    );

  draw(
    container,
    h(
      'div',
      { class: 'app-title' },
      breadcrumb
        ? h(
            'button',
            {
              type: 'button',
              class: 'icon-button',
              'aria-label': breadcrumb.label || 'Back',
              onclick: () => press(breadcrumb.element),
            },
            icon('back'),
          )
        : h(
            'button',
            { type: 'button', class: 'app-mark-button', 'aria-label': `${APP_NAME} home`, onclick: openHome },
            appMark(),
          ),
      h('span', { class: 'app-name' }, APP_NAME),
      title && title !== APP_NAME && [h('span', { class: 'app-separator', 'aria-hidden': 'true' }, '/'), h('h1', {}, title)],
    ),
    h(
      'div',
      { class: 'app-actions' },
      support && h('button', { type: 'button', class: 'button', onclick: openSupport }, 'Get support'),
      h('span', { class: 'wide-only' }, ...secondary.map((action) => button(action, ''))),
      ...groups.map((group) => menu(group, group.actions === secondary)),
      ...primary.map((action) => button(action, 'primary')),
    ),
  );
}
