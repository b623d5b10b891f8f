import type { Bench } from './frame/bench.ts';

/** In the order of the table. Loaded when it is its turn: a bench brings the app's modules along, and those read their settings as they are loaded. */
export const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  'webhook-accept': async () => (await import('./webhook-accept.ts')).webhookAccept,
  'order-corridor': async () => (await import('./order-corridor.ts')).orderCorridor,
  'stock-diff': async () => (await import('./stock-diff.ts')).stockDiff,
  'order-conversion': async () => (await import('./order-conversion.ts')).orderConversion,
};
