/** LCP, CLS and INP of this document, handed to `shopify.webVitals.onReport` when the page is left or hidden, as App Bridge does. */

/** @type {((report: { metrics: { id: string, name: string, value: number }[] }) => void) | null} */
let callback = null;
let started = false;
const id = `v-${Math.round(performance.timeOrigin)}`;
/** @type {Record<'LCP' | 'CLS' | 'INP', number | undefined>} */
const values = { LCP: undefined, CLS: undefined, INP: undefined };

/**
 * @param {string} type
 * @param {(entry: any) => void} read
 * @param {object} [options]
 */
function observe(type, read, options) {
  if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
  new PerformanceObserver((list) => list.getEntries().forEach(read)).observe({ type, buffered: true, ...options });
}

function start() {
  if (started) return;
  started = true;
  values.CLS = 0;
  observe('largest-contentful-paint', (entry) => (values.LCP = entry.startTime));
  observe('layout-shift', (entry) => {
    if (!entry.hadRecentInput) values.CLS = (values.CLS ?? 0) + entry.value;
  });
  // The slowest interaction: for the few interactions of one page view that is INP.
  observe('event', (entry) => entry.interactionId && (values.INP = Math.max(values.INP ?? 0, entry.duration)), {
    durationThreshold: 16,
  });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && report());
  addEventListener('pagehide', report);
}

function report() {
  const metrics = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ id, name, value }]));
  if (callback && metrics.length > 0) callback({ metrics });
}

export const webVitals = {
  /** @param {((report: { metrics: { id: string, name: string, value: number }[] }) => void) | null} given null ends it */
  async onReport(given) {
    callback = given;
    if (given) start();
  },
};
