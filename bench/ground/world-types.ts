import type { Orders } from './shopify-answers.ts';

type Plan = 'standard' | 'advanced' | 'plus' | 'enterprise';

export interface WorldOptions {
  plan: Plan;
  /** Of single shops, by domain. */
  plans?: Record<string, Plan>;
  /** How long Shopify takes to answer a call, and the back office. */
  shopifyMs: number;
  officeMs: number;
  /** How long a bulk operation takes: none at all unless told. */
  bulkMs?: number;
}

/** What one shop spent. */
export interface ShopStats {
  points: number;
  throttled: number;
  /** The lowest level of its bucket after a call was charged. */
  lowest: number;
}

export interface WorldStats {
  /** By domain. */
  shops: Record<string, ShopStats>;
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
  | { ask: 'written' }
  | { ask: 'stock'; account: string; levels: [sku: string, available: number][] }
  | { ask: 'orders'; orders: Orders }
  | { ask: 'catalogue'; file: string };
