import { listen, tell } from './channel.js';

/** @type {Map<string, { onAction?: () => void, onDismiss?: () => void }>} */
const shown = new Map();
let last = 0;

export const toast = {
  /**
   * @param {string} message
   * @param {{ duration?: number, isError?: boolean, action?: string, onAction?: () => void, onDismiss?: () => void }} [options]
   */
  show(message, { duration, isError, action, onAction, onDismiss } = {}) {
    const id = `toast-${++last}`;
    shown.set(id, { onAction, onDismiss });
    tell('toast-show', { id, message: String(message), duration, isError, action });
    return id;
  },
  /** @param {string} id */
  hide(id) {
    tell('toast-hide', { id });
  },
};

export function listenToToasts() {
  listen('toast-action', ({ id }) => shown.get(id)?.onAction?.());
  listen('toast-gone', ({ id, dismissed }) => {
    if (dismissed) shown.get(id)?.onDismiss?.();
    shown.delete(id);
  });
}
