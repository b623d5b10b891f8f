import { h } from './dom.js';
import { icon } from './icons.js';

const DEFAULT_MS = 5000;
const region = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });
/** @type {Map<string, (dismissed: boolean) => void>} */
const open = new Map();
let last = 0;

export const toastRegion = region;

/**
 * @param {{ id?: string, message: string, isError?: boolean, duration?: number, action?: string, onAction?: () => void, onGone?: (dismissed: boolean) => void }} options
 */
export function showToast({ id = `own-${++last}`, message, isError = false, duration = DEFAULT_MS, action, onAction, onGone }) {
  const close = (/** @type {boolean} */ dismissed) => {
    if (!open.delete(id)) return;
    clearTimeout(timer);
    element.remove();
    onGone?.(dismissed);
  };
  const element = h(
    'div',
    { class: `toast${isError ? ' toast-error' : ''}` },
    isError && icon('warning'),
    h('span', {}, message),
    action && h('button', { type: 'button', class: 'toast-action', onclick: () => (onAction?.(), close(false)) }, action),
    h('button', { type: 'button', class: 'toast-close', 'aria-label': 'Dismiss', onclick: () => close(true) }, icon('close')),
  );
  const timer = setTimeout(() => close(false), duration);
  hideToast(id);
  open.set(id, close);
  region.append(element);
}

/** @param {string} id */
export function hideToast(id) {
  open.get(id)?.(false);
}
