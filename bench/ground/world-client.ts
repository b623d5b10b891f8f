import { startChild } from './child.ts';
import type { Orders } from './shopify-answers.ts';
import type { WorldOptions, WorldQuestion, WorldStats } from './world-types.ts';

/** Shopify and the back office of a bench. */
export interface World {
  url: string;
  stats(): Promise<WorldStats & { restorePerSecond: number }>;
  /** Counts anew. */
  reset(): Promise<void>;
  /** The back office forgets every order. */
  forget(): Promise<void>;
  haveOrders(orders: Orders): Promise<void>;
  haveCatalogue(file: string): Promise<void>;
  /** How many of Shopify's levels show this number. */
  levelsAt(available: number): Promise<number>;
  /** When each of Shopify's levels (`item@location`) was last written, epoch ms. */
  written(): Promise<Map<string, number>>;
  /** The back office counts this in an account of its own; nobody is told. */
  haveStock(account: string, levels: [sku: string, available: number][]): Promise<void>;
  /** How many orders the back office has. */
  taken(): Promise<number>;
  /** When it got each, epoch ms by our reference. */
  arrivals(): Promise<Map<string, number>>;
  stop(): Promise<void>;
}

/** Starts it, and lets the app's modules of this process and of its children talk to it. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const child = await startChild<{ url: string }>('world.ts', { options });
  const { url } = child.ready;
  process.env['SANDBOX_URL'] = url;
  process.env['ALLOWED_PRIVATE_HOSTS'] = new URL(url).host;
  const ask = <Answer>(question: WorldQuestion) => child.ask<Answer>(question);
  return {
    url,
    stats: () => ask({ ask: 'stats' }),
    reset: () => ask({ ask: 'reset' }),
    forget: () => ask({ ask: 'forget' }),
    haveOrders: (orders) => ask({ ask: 'orders', orders }),
    haveCatalogue: (file) => ask({ ask: 'catalogue', file }),
    levelsAt: (available) => ask({ ask: 'levelsAt', available }),
    written: async () => new Map(await ask<[string, number][]>({ ask: 'written' })),
    haveStock: (account, levels) => ask({ ask: 'stock', account, levels }),
    taken: () => ask({ ask: 'taken' }),
    arrivals: async () => new Map(await ask<[string, number][]>({ ask: 'arrivals' })),
    stop: () => child.stop(),
  };
}
