import { adminOrigin, embedded } from './config.js';

/** Messages between the app's frame and the admin. Both ends check the other's origin; everything else is ignored. */
const MARK = 'crossdock-sandbox-app-bridge';

/** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
const waiting = new Map();
/** @type {Map<string, (payload: any) => void>} */
const listeners = new Map();
let lastId = 0;

/**
 * @param {string} type
 * @param {unknown} [payload]
 * @param {number} [id]
 */
function post(type, payload, id) {
  if (embedded) window.top?.postMessage({ mark: MARK, type, payload, id }, adminOrigin);
}

/**
 * Tells the admin something; no answer is expected.
 * @param {string} type
 * @param {unknown} [payload]
 */
export function tell(type, payload) {
  post(type, payload);
}

/**
 * Asks the admin and waits for its answer, which may take as long as a person looks at a dialog.
 * @param {string} type
 * @param {unknown} [payload]
 * @returns {Promise<any>}
 */
export function ask(type, payload) {
  if (!embedded) return Promise.reject(new Error(`App Bridge: "${type}" needs the admin; open the app from the shop's admin.`));
  return new Promise((resolve, reject) => {
    const id = ++lastId;
    waiting.set(id, { resolve, reject });
    post(type, payload, id);
  });
}

/**
 * @param {string} type
 * @param {(payload: any) => void} listener
 */
export function listen(type, listener) {
  listeners.set(type, listener);
}

/** Starts to hear the admin. */
export function openChannel() {
  window.addEventListener('message', (event) => {
    if (event.origin !== adminOrigin || event.source !== window.top || event.data?.mark !== MARK) return;
    const { type, payload, id, error } = event.data;
    if (type !== 'answer') return listeners.get(type)?.(payload);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error) asked?.reject(new Error(error));
    else asked?.resolve(payload);
  });
}
