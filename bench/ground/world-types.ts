import type { Orders } from './shopify-answers.ts';

export interface WorldOptions {
  plan: 'standard' | 'advanced' | 'plus' | 'enterprise';
  /** How long Shopify takes to answer a call, and the back office. */
  shopifyMs: number;
  officeMs: number;
}

export interface WorldStats {
  points: number;
  throttled: number;
  calls: Record<string, number>;
  /** The lowest level that any bucket had after a call was charged. */
  lowest: number;
  /** Orders that the back office was handed twice. */
  doubled: number;
  /** Levels refused as stale. */
  stale: number;
  /** Epoch ms of the first and the last call that was let through. */
  firstAt: number;
  lastAt: number;
}

export type WorldQuestion =
  | { ask: 'reset' | 'forget' | 'stats' | 'levels' | 'taken' | 'arrivals' }
  | { ask: 'levelsAt'; available: number }
  | { ask: 'orders'; orders: Orders }
  | { ask: 'catalogue'; file: string };
