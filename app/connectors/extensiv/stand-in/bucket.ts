import { limitsOf } from './limits.ts';
import type { World } from './world.ts';

/**
 * A leaky bucket per API user, by the sandbox clock: each call adds a hit, one leaks out every `refillMs`. A call that finds it full is
 * over the limit and adds nothing. `free` calls are let through and only told what is left.
 */
export function takeHit(world: World, apiUser: string, { free }: { free: boolean }): { left: number; over: boolean } {
  const { bucket, refillMs } = limitsOf(world);
  const now = world.clock.now();
  const row = world.state.get<{ hits: number; at: number }>('SELECT hits, at FROM buckets WHERE api_user = ?', apiUser);
  const hits = row ? Math.max(0, row.hits - (now - row.at) / refillMs) : 0;
  if (free) return { left: Math.max(0, Math.floor(bucket - hits)), over: false };
  if (hits + 1 > bucket) return { left: 0, over: true };
  world.state.run(
    'INSERT INTO buckets (api_user, hits, at) VALUES (?, ?, ?) ON CONFLICT (api_user) DO UPDATE SET hits = excluded.hits, at = excluded.at',
    apiUser,
    hits + 1,
    now,
  );
  return { left: Math.floor(bucket - hits - 1), over: false };
}
