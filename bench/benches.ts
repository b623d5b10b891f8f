import type { Bench } from './frame/bench.ts';

/** In the order of the table. Loaded when it is its turn: a bench brings the app's modules along, and those read their settings as they are loaded. */
export const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  'webhook-accept': async () => (await import('./webhook-accept.ts')).webhookAccept,
  'order-corridor': async () => (await import('./order-corridor.ts')).orderCorridor,
  drain: async () => (await import('./drain.ts')).drain,
  'product-backfill': async () => (await import('./product-backfill.ts')).productBackfill,
  'order-backfill': async () => (await import('./order-backfill.ts')).orderBackfill,
  'stock-diff': async () => (await import('./stock-diff.ts')).stockDiff,
  'stock-push': async () => (await import('./stock-push.ts')).stockPush,
  'stock-news': async () => (await import('./stock-news.ts')).stockNews,
  'order-conversion': async () => (await import('./order-conversion.ts')).orderConversion,
  pages: async () => (await import('./pages.ts')).pages,
  'cold-start': async () => (await import('./cold-start.ts')).coldStart,
  'noisy-shop': async () => (await import('./noisy-shop.ts')).noisyShop,
  workers: async () => (await import('./workers.ts')).workers,
  idle: async () => (await import('./idle.ts')).idle,
  'side-by-side': async () => (await import('./side-by-side.ts')).sideBySideBench,
};
