import { h } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('./dom.js').Child} Child */

/**
 * A dialog with one main action. What was typed stays when the action fails; the reason is shown inside, next to the button's own field group.
 * @param {{ title: string, body: Child, action?: string, tone?: 'critical', cancel?: string, wide?: boolean,
 *   onAction?: (form: FormData) => unknown | Promise<unknown> }} options
 * @returns {Promise<any>} what `onAction` gave (true if it gave nothing), or null if the dialog was closed
 */
export function openDialog({ title, body, action, tone, cancel = 'Cancel', wide = false, onAction }) {
  return new Promise((resolve) => {
    /** @type {any} */
    let result = null;
    const error = h('p', { class: 'dialog-error', role: 'alert', hidden: true });
    const submit =
      action && h('button', { type: 'submit', class: tone === 'critical' ? 'button critical' : 'button primary' }, action);
    const form = h(
      'form',
      {
        onsubmit: async (/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          if (submit) submit.disabled = true;
          error.hidden = true;
          try {
            result = (await onAction?.(new FormData(form))) ?? true;
            dialog.close();
          } catch (problem) {
            error.textContent = problem instanceof Error ? problem.message : String(problem);
            error.hidden = false;
            error.scrollIntoView({ block: 'nearest' });
          } finally {
            if (submit) submit.disabled = false;
          }
        },
      },
      h(
        'header',
        { class: 'dialog-header' },
        h('h2', { id: 'dialog-title' }, title),
        h(
          'button',
          { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: () => dialog.close() },
          icon('close'),
        ),
      ),
      h('div', { class: 'dialog-body' }, body, error),
      h(
        'footer',
        { class: 'dialog-footer' },
        h('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, cancel),
        submit,
      ),
    );
    const dialog = h('dialog', { class: wide ? 'dialog wide' : 'dialog', 'aria-labelledby': 'dialog-title' }, form);
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    /** @type {HTMLElement | null} */ (
      dialog.querySelector('[autofocus], .dialog-body input, .dialog-body select, .dialog-footer button[type=submit]')
    )?.focus();
  });
}

/**
 * @param {{ title: string, text: string, action: string, tone?: 'critical', cancel?: string }} options
 * @returns {Promise<boolean>}
 */
export async function confirmDialog({ title, text, action, tone, cancel }) {
  return (await openDialog({ title, body: h('p', {}, text), action, tone, cancel, onAction: () => true })) === true;
}
