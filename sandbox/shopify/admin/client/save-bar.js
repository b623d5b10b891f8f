import { confirmDialog } from './dialog.js';
import { draw, h } from './dom.js';

/** @typedef {{ label?: string, disabled?: boolean, loading?: boolean } | null | undefined} ButtonState */
/** @typedef {{ visible: boolean, save?: ButtonState, discard?: ButtonState, discardConfirmation?: boolean }} SaveBarState */

const bar = h('div', { class: 'save-bar', role: 'region', 'aria-label': 'Unsaved changes', hidden: true });

export const saveBarElement = bar;

/**
 * Draws the contextual save bar over the top bar.
 * @param {SaveBarState} state
 * @param {{ save: () => void, discard: () => void }} on
 */
export function drawSaveBar(state, on) {
  bar.hidden = !state.visible;
  document.documentElement.classList.toggle('has-save-bar', state.visible);
  if (!state.visible) return;
  const discard = async () => {
    const sure = !state.discardConfirmation || (await confirmDiscard());
    if (sure) on.discard();
  };
  draw(
    bar,
    h('span', { class: 'save-bar-text' }, 'Unsaved changes'),
    h(
      'button',
      { type: 'button', class: 'button on-dark', disabled: state.discard?.disabled, onclick: discard },
      state.discard?.label || 'Discard',
    ),
    h(
      'button',
      {
        type: 'button',
        class: 'button primary',
        disabled: state.save?.disabled || state.save?.loading,
        'aria-busy': state.save?.loading ? 'true' : null,
        onclick: on.save,
      },
      state.save?.loading ? 'Saving…' : state.save?.label || 'Save',
    ),
  );
}

const confirmDiscard = () =>
  confirmDialog({
    title: 'Discard all unsaved changes?',
    text: 'What you changed since you last saved goes.',
    action: 'Discard changes',
    tone: 'critical',
    cancel: 'Keep editing',
  });

/** @returns {Promise<boolean>} true if the person wants to leave */
export function confirmLeaving() {
  return confirmDialog({
    title: 'Leave page with unsaved changes?',
    text: 'Leaving this page deletes what you have not saved.',
    action: 'Leave page',
    tone: 'critical',
    cancel: 'Stay',
  });
}
