/** How many calls a caller may make: `burst` at once, `perSecond` in the long run. Counted in each process. */
export interface RateLimit {
  burst: number;
  perSecond: number;
}

const MAXIMUM_KEYS = 10_000;

/** A token bucket for each key. Answers 0 when the call may go on, else how many seconds to wait. A cost of -1 gives a call back. */
export function createRateLimiter({ burst, perSecond }: RateLimit, nowMs: () => number): (key: string, cost?: 1 | -1) => number {
  const buckets = new Map<string, { level: number; at: number }>();
  return (key, cost = 1) => {
    const now = nowMs();
    const { level, at } = buckets.get(key) ?? { level: burst, at: now };
    const filled = Math.min(burst, level + (Math.max(0, now - at) / 1000) * perSecond);
    // The one that was used longest ago goes first: whoever comes under ever new names must not free all others.
    buckets.delete(key);
    for (const oldest of buckets.keys()) {
      if (buckets.size < MAXIMUM_KEYS) break;
      buckets.delete(oldest);
    }
    buckets.set(key, { level: filled >= 1 || cost < 0 ? Math.min(burst, filled - cost) : filled, at: now });
    return filled >= 1 ? 0 : Math.max(1, Math.ceil((1 - filled) / perSecond));
  };
}
