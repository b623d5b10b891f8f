import { readLedger } from './ledger.js';

/** @typedef {import('./ledger.js').Ledger} Ledger */
/** @typedef {'orders' | 'levels' | 'all'} Part */

const EVERY_MS = 2000;

/** The last ledger of each kind, so that a page that is opened again shows something at once. */
/** @type {Map<string, { text: string, ledger: Ledger }>} */
const kept = new Map();

/**
 * Reads a part of the ledger every two seconds while the page is visible, and calls back only when it has changed. A large ledger is read less
 * often: at most a tenth of the time goes into reading.
 * @param {{ api: import('./control-api.js').ControlApi, shop: import('./control-api.js').Shop, part: Part,
 *   onData: (ledger: Ledger) => void, onError: (error: Error | null) => void }} options onError gets null when reading works again
 */
export function pollLedger({ api, shop, part, onData, onError }) {
  const key = `${shop.domain} ${part}`;
  let stopped = false;
  let failing = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let underway = false;

  async function read() {
    clearTimeout(timer);
    if (stopped || underway) return;
    underway = true;
    const started = performance.now();
    try {
      const text = await api.ledgerText(part);
      const before = kept.get(key);
      const ledger = before?.text === text ? before.ledger : readLedger(JSON.parse(text), shop.currency);
      kept.set(key, { text, ledger });
      if (stopped) return;
      if (failing) onError(null);
      failing = false;
      if (before?.ledger !== ledger) onData(ledger);
    } catch (error) {
      failing = true;
      if (!stopped) onError(error instanceof Error ? error : new Error(String(error)));
    } finally {
      underway = false;
      if (!stopped && !document.hidden) timer = setTimeout(read, Math.max(EVERY_MS, (performance.now() - started) * 10));
    }
  }

  const onVisible = () => !document.hidden && void read();
  document.addEventListener('visibilitychange', onVisible);
  const before = kept.get(key);
  if (before) onData(before.ledger);
  void read();

  return {
    refresh: read,
    stop() {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    },
  };
}
