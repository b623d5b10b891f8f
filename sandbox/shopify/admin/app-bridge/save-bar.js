import { listen, tell } from './channel.js';

/**
 * The contextual save bar. It is one thing with two sources: `<ui-save-bar>`, which the app shows and hides, and `<form data-save-bar>`, which
 * shows it by itself as soon as somebody changes a field. The admin draws it.
 */
/** @typedef {{ save: () => void, discard: () => void, close: () => void, describe: () => object, connected: () => boolean }} Source */

/** @type {Map<Element, Source>} the last one added is the one shown */
const sources = new Map();

function draw() {
  for (const [element, source] of sources) if (!source.connected()) sources.delete(element);
  const source = [...sources.values()].at(-1);
  tell('save-bar', source ? { visible: true, ...source.describe() } : { visible: false });
}

export function saveBarShowing() {
  return sources.size > 0;
}

/** Hides it without saving or discarding, because the person has agreed to leave. */
export function dropSaveBar() {
  for (const source of [...sources.values()]) source.close();
  sources.clear();
  draw();
}

/** @param {HTMLFormElement} form @returns {Source} */
const formSource = (form) => ({
  save: () => form.requestSubmit(),
  discard: () => form.reset(),
  close: () => undefined,
  describe: () => ({ discardConfirmation: form.hasAttribute('data-discard-confirmation') }),
  connected: () => form.isConnected,
});

/** @param {Event} event */
const saveBarForm = (event) => {
  const form = event.target instanceof HTMLFormElement ? event.target : /** @type {any} */ (event.target)?.form;
  return form instanceof HTMLFormElement && form.hasAttribute('data-save-bar') ? form : undefined;
};

function watchForms() {
  for (const type of ['input', 'change']) {
    document.addEventListener(type, (event) => {
      const form = saveBarForm(event);
      if (!form || sources.has(form)) return;
      sources.set(form, formSource(form));
      draw();
    });
  }
  for (const type of ['submit', 'reset']) {
    document.addEventListener(type, (event) => {
      const form = saveBarForm(event);
      if (form && sources.delete(form)) draw();
    });
  }
}

class SaveBarElement extends HTMLElement {
  #observer = new MutationObserver(draw);

  get showing() {
    return sources.has(this);
  }

  get discardConfirmation() {
    return this.hasAttribute('discardConfirmation');
  }

  set discardConfirmation(wanted) {
    this.toggleAttribute('discardConfirmation', Boolean(wanted));
  }

  get #save() {
    return /** @type {HTMLButtonElement | null} */ (this.querySelector('button[variant="primary"]'));
  }

  get #discard() {
    return /** @type {HTMLButtonElement | null} */ (this.querySelector('button:not([variant="primary"])'));
  }

  async show() {
    if (this.showing) return;
    const state = (/** @type {HTMLButtonElement | null} */ button) =>
      button && { label: button.textContent?.trim() ?? '', disabled: button.disabled, loading: isOn(button, 'loading') };
    sources.set(this, {
      save: () => this.#save?.click(),
      discard: () => this.#discard?.click(),
      close: () => void this.hide(),
      describe: () => ({ save: state(this.#save), discard: state(this.#discard), discardConfirmation: this.discardConfirmation }),
      connected: () => this.isConnected,
    });
    this.#observer.observe(this, { attributes: true, childList: true, characterData: true, subtree: true });
    draw();
    this.dispatchEvent(new Event('show'));
  }

  async hide() {
    if (!sources.delete(this)) return;
    this.#observer.disconnect();
    draw();
    this.dispatchEvent(new Event('hide'));
  }

  toggle() {
    return this.showing ? this.hide() : this.show();
  }

  disconnectedCallback() {
    void this.hide();
  }
}

/**
 * True for `loading`, `loading=""` and `loading="true"`, false for `loading="false"` as React writes it on such elements.
 * @param {Element} element
 * @param {string} name
 */
export function isOn(element, name) {
  return element.hasAttribute(name) && element.getAttribute(name) !== 'false';
}

export function defineSaveBar() {
  customElements.define('ui-save-bar', SaveBarElement);
  watchForms();
  listen('save-bar-save', () => [...sources.values()].at(-1)?.save());
  listen('save-bar-discard', () => [...sources.values()].at(-1)?.discard());
  listen('save-bar-drop', dropSaveBar);
  // A form that its page takes away takes its bar along.
  new MutationObserver(() => {
    if ([...sources.values()].some((source) => !source.connected())) draw();
  }).observe(document, { childList: true, subtree: true });
}
