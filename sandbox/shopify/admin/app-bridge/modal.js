import { tell } from './channel.js';
import { describeTitleBar } from './menus.js';
import { elementOf } from './elements-by-id.js';

/**
 * `ui-modal` and `s-app-window`. Drawn inside the app's frame (its content belongs to the app and can't leave it); the admin dims the rest of
 * the page meanwhile. Title and buttons come from the modal's own `ui-title-bar`.
 */
const STYLE = `
  :host { display: contents }
  dialog { padding: 0; border: 0; border-radius: 12px; width: min(620px, calc(100vw - 32px)); max-height: calc(100vh - 48px); color: #1b1f2a; background: #fff;
    box-shadow: 0 20px 60px rgb(15 20 35 / .35); font: 14px/1.45 system-ui, sans-serif; overflow: hidden }
  dialog[open] { display: flex; flex-direction: column }
  dialog::backdrop { background: rgb(15 20 35 / .5) }
  dialog.small { width: min(380px, calc(100vw - 32px)) }
  dialog.large { width: min(980px, calc(100vw - 32px)) }
  dialog.max { width: 100vw; height: 100vh; max-width: none; max-height: none; border-radius: 0 }
  header, footer { display: flex; align-items: center; gap: 8px; padding: 12px 16px; background: #f4f5f7; flex: none }
  h2 { flex: 1; margin: 0; font-size: 15px; font-weight: 650 }
  footer { justify-content: flex-end; background: #fff; border-top: 1px solid #e3e5ea; flex-wrap: wrap }
  footer:empty { display: none }
  .body { overflow: auto; flex: 1; min-height: 0 }
  .body iframe { display: block; width: 100%; height: min(600px, 60vh); border: 0 }
  .max .body iframe { height: 100% }
  button { font: inherit; font-weight: 600; border: 1px solid #c3c7d0; border-radius: 8px; background: #fff; color: inherit; padding: 6px 12px; cursor: pointer }
  button:focus-visible { outline: 2px solid #2f5bea; outline-offset: 1px }
  button.primary { background: #1f2a44; border-color: #1f2a44; color: #fff }
  button.critical { background: #b42318; border-color: #b42318; color: #fff }
  button:disabled { opacity: .5; cursor: default }
  button.close { border-color: transparent; background: none; padding: 4px 8px }
  ::slotted(ui-title-bar), ::slotted(ui-save-bar) { display: none }
`;

let open = 0;

class ModalElement extends HTMLElement {
  #dialog = document.createElement('dialog');
  /** @type {HTMLElement | undefined} */
  #content;
  /** @type {HTMLIFrameElement | undefined} */
  #frame;
  #drawn = '';
  #observer = new MutationObserver(() => this.#draw());

  constructor() {
    super();
    // A shadow root from the start: without it the content would show while the modal is closed.
    const root = this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    root.append(this.#dialog);
    this.#dialog.addEventListener('close', () => {
      this.#observer.disconnect();
      open -= 1;
      tell('modal', { open });
      this.dispatchEvent(new Event('hide'));
    });
  }

  get variant() {
    return this.getAttribute('variant') ?? (this.localName === 's-app-window' ? 'max' : 'base');
  }

  set variant(variant) {
    this.setAttribute('variant', variant);
  }

  get src() {
    return this.getAttribute('src') ?? undefined;
  }

  set src(src) {
    if (src) this.setAttribute('src', src);
    else this.removeAttribute('src');
  }

  /** Where the app's framework may draw the content. Made when first asked for, which is after the framework took over the document. */
  get content() {
    if (!this.#content) {
      this.#content = document.createElement('div');
      this.append(this.#content);
    }
    return this.#content;
  }

  get contentWindow() {
    return this.#dialog.open ? (this.#frame?.contentWindow ?? null) : null;
  }

  async show() {
    const dialog = this.#dialog;
    if (dialog.open || !this.isConnected) return;
    this.#draw();
    this.#observer.observe(this, { attributes: true, childList: true, characterData: true, subtree: true });
    dialog.showModal();
    open += 1;
    tell('modal', { open });
    this.dispatchEvent(new Event('show'));
  }

  async hide() {
    this.#dialog.close();
  }

  toggle() {
    return this.#dialog.open ? this.hide() : this.show();
  }

  disconnectedCallback() {
    void this.hide();
  }

  /** Title, body and buttons as they are now; the body is kept, so that what somebody typed stays. */
  #draw() {
    const dialog = this.#dialog;
    const bar = this.querySelector('ui-title-bar');
    const { title, actions } = bar ? describeTitleBar(bar) : { title: '', actions: [] };
    dialog.className = this.variant;
    dialog.setAttribute('aria-label', title || document.title);

    let body = dialog.querySelector('.body');
    if (!body) {
      body = Object.assign(document.createElement('div'), { className: 'body' });
      dialog.append(body);
    }
    this.#drawBody(body);

    // A change in the content alone leaves the buttons be, so that none loses its focus.
    const drawn = JSON.stringify([title, actions]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;

    const heading = Object.assign(document.createElement('h2'), { textContent: title });
    const close = Object.assign(document.createElement('button'), { type: 'button', className: 'close', textContent: '✕' });
    close.setAttribute('aria-label', 'Close');
    close.onclick = () => void this.hide();
    const header = document.createElement('header');
    header.append(heading, close);

    const footer = document.createElement('footer');
    for (const action of actions.toSorted((a, b) => Number(a.primary) - Number(b.primary))) {
      const button = Object.assign(document.createElement('button'), { type: 'button', textContent: action.label });
      button.className = action.critical ? 'critical' : action.primary ? 'primary' : '';
      button.disabled = action.disabled || action.loading;
      button.onclick = () => elementOf(action.element)?.click();
      footer.append(button);
    }

    dialog.querySelector('header')?.remove();
    dialog.querySelector('footer')?.remove();
    dialog.prepend(header);
    dialog.append(footer);
  }

  /** @param {Element} body */
  #drawBody(body) {
    if (!this.src) {
      if (!body.querySelector('slot')) body.replaceChildren(document.createElement('slot'));
      return;
    }
    const url = new URL(this.src, location.href).href;
    if (this.#frame?.src === url && body.contains(this.#frame)) return;
    this.#frame = Object.assign(document.createElement('iframe'), { src: url, title: 'Content of the dialog' });
    body.replaceChildren(this.#frame);
  }
}

export function defineModals() {
  customElements.define('ui-modal', ModalElement);
  customElements.define('s-app-window', class extends ModalElement {});
}
