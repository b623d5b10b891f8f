import { Hono } from 'hono';

export interface Health {
  ready: boolean;
  urls: Record<string, string>;
  pids: { web: number[]; workers: number[]; postgres: number | null; sandbox: number };
}

/** The one control route that is about the whole machine; clock, faults and the call log are the kit's. */
export function createHealth(health: () => Promise<Health>): Hono {
  return new Hono().get('/health', async (context) => context.json(await health()));
}
