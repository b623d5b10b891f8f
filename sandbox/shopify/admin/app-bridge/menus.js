import { tell } from './channel.js';
import { nested } from './config.js';
import { numberOf } from './elements-by-id.js';
import { isOn } from './save-bar.js';

/**
 * `ui-nav-menu`/`s-app-nav` and `ui-title-bar`: the app writes them into its own document, the admin draws them. They never change their own
 * children, because those belong to the app's framework.
 */

/** @param {HTMLElement} element */
export function describeAction(element) {
  const variant = element.getAttribute('variant');
  return {
    element: numberOf(element),
    label: element.textContent?.trim() ?? '',
    href: element instanceof HTMLAnchorElement ? element.getAttribute('href') : null,
    primary: variant === 'primary',
    breadcrumb: variant === 'breadcrumb',
    critical: element.getAttribute('tone') === 'critical',
    disabled: isOn(element, 'disabled'),
    loading: isOn(element, 'loading'),
  };
}

/** @param {Element} bar */
export function describeTitleBar(bar) {
  const children = /** @type {HTMLElement[]} */ ([...bar.children]);
  return {
    title: bar.getAttribute('title') ?? '',
    actions: children.filter((child) => child.matches('button, a')).map(describeAction),
    groups: children
      .filter((child) => child.matches('section'))
      .map((section) => ({
        label: section.getAttribute('label') ?? 'More actions',
        actions: /** @type {HTMLElement[]} */ ([...section.querySelectorAll('button, a')]).map(describeAction),
      })),
  };
}

/**
 * An element whose content is told to the admin whenever it changes; of several in a document the newest counts.
 * @param {string} type message to the admin
 * @param {(element: HTMLElement) => unknown} describe
 * @param {(element: HTMLElement) => boolean} [counts]
 */
function mirrored(type, describe, counts = () => true) {
  /** @type {Set<HTMLElement>} */
  const present = new Set();
  let queued = false;
  const draw = () => {
    if (queued || nested) return;
    queued = true;
    // After the framework has finished with this change.
    queueMicrotask(() => {
      queued = false;
      const element = [...present].filter(counts).at(-1);
      tell(type, element ? describe(element) : null);
    });
  };
  return class extends HTMLElement {
    observer = new MutationObserver(draw);

    connectedCallback() {
      present.add(this);
      this.observer.observe(this, { attributes: true, childList: true, characterData: true, subtree: true });
      draw();
    }

    disconnectedCallback() {
      present.delete(this);
      this.observer.disconnect();
      draw();
    }
  };
}

/** @param {HTMLElement} menu */
const describeMenu = (menu) =>
  [...menu.querySelectorAll('a')].map((link) => ({
    element: numberOf(link),
    label: link.textContent?.trim() ?? '',
    href: link.getAttribute('href') ?? '/',
    home: link.getAttribute('rel') === 'home',
  }));

export function defineMenus() {
  const Menu = mirrored('menu', describeMenu);
  customElements.define('ui-nav-menu', Menu);
  customElements.define('s-app-nav', class extends Menu {});
  customElements.define(
    'ui-title-bar',
    mirrored('title-bar', describeTitleBar, (bar) => !bar.closest('ui-modal, s-app-window')),
  );
}
