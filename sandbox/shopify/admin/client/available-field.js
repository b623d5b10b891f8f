import { h } from './dom.js';

/** @typedef {import('./pages.js').Context} Context */
/** @typedef {import('./ledger.js').Level} Level */

/**
 * The available quantity of one level, changed in place: Enter or "Save" sends it, Escape takes it back. What is being typed is left alone by the
 * page's polling.
 * @param {Context} ctx
 * @param {Level} level
 */
export function availableField(ctx, level) {
  if (!level.sku) return h('span', { title: 'Without a SKU the sandbox cannot tell which item is meant.' }, level.available);
  const inputOf = (/** @type {Event} */ event) => {
    const input = /** @type {HTMLElement} */ (event.currentTarget).closest('form')?.querySelector('input');
    return /** @type {HTMLInputElement} */ (input);
  };
  return h(
    'form',
    {
      class: 'level-form',
      onsubmit: async (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        const input = inputOf(event);
        if (!input.hasAttribute('data-edited')) return;
        const available = Number(input.value);
        const done = await ctx.act(`${level.sku} at ${level.location}: ${available} available.`, () =>
          ctx.api.setLevel({ sku: level.sku, location: level.location, available }),
        );
        if (done) input.removeAttribute('data-edited');
        input.blur();
      },
    },
    h('input', {
      type: 'number',
      step: 1,
      required: true,
      class: 'number',
      value: level.available,
      'aria-label': `Available of ${level.sku} at ${level.location}`,
      oninput: (/** @type {Event} */ event) => inputOf(event).setAttribute('data-edited', ''),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== 'Escape') return;
        const input = inputOf(event);
        input.value = String(level.available);
        input.removeAttribute('data-edited');
      },
    }),
    h('button', { type: 'submit', class: 'button small' }, 'Save'),
  );
}
