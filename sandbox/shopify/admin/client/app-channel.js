import { config } from './config.js';

/** The admin's end of the messages between it and the app's frame. */
const MARK = 'crossdock-sandbox-app-bridge';

/**
 * @param {object} options
 * @param {() => Window | null} options.frameWindow
 * @param {Record<string, (payload: any) => unknown>} options.handlers by message type; what a handler gives (or throws) is the answer
 */
export function openAppChannel({ frameWindow, handlers }) {
  /** @param {MessageEvent} event */
  async function onMessage(event) {
    const source = /** @type {Window | null} */ (event.source);
    if (event.origin !== config.appOrigin || !source || event.data?.mark !== MARK || !belongsToFrame(source)) return;
    const { type, payload, id } = event.data;
    const answer = (/** @type {object} */ content) =>
      id !== undefined && source.postMessage({ mark: MARK, type: 'answer', id, ...content }, config.appOrigin);
    const handler = handlers[type];
    if (!handler) return answer({ error: `App Bridge: the sandbox admin does not know "${type}".` });
    try {
      answer({ payload: await handler(payload) });
    } catch (error) {
      answer({ error: error instanceof Error ? error.message : String(error) });
    }
  }

  /** The app's frame or a frame inside it. @param {Window} source */
  function belongsToFrame(source) {
    const frame = frameWindow();
    for (let one = source; one !== window; one = one.parent) {
      if (one === frame) return true;
      if (one === one.parent) return false;
    }
    return false;
  }

  addEventListener('message', onMessage);
  return {
    /** @param {string} type @param {unknown} [payload] */
    tell: (type, payload) => frameWindow()?.postMessage({ mark: MARK, type, payload }, config.appOrigin),
    close: () => removeEventListener('message', onMessage),
  };
}
