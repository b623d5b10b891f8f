/** How many calls a token may make: `burst` at once, `perSecond` in the long run. Counted in each process. */
export interface RateLimit {
  burst: number;
  perSecond: number;
}

/** A token bucket for each key. Answers 0 when the call may go on, else how many seconds to wait. */
export function createRateLimiter({ burst, perSecond }: RateLimit, nowMs: () => number): (key: string) => number {
  const buckets = new Map<string, { level: number; at: number }>();
  return (key) => {
    const now = nowMs();
    const { level, at } = buckets.get(key) ?? { level: burst, at: now };
    const filled = Math.min(burst, level + (Math.max(0, now - at) / 1000) * perSecond);
    if (buckets.size > 10_000) buckets.clear();
    buckets.set(key, { level: filled >= 1 ? filled - 1 : filled, at: now });
    return filled >= 1 ? 0 : Math.max(1, Math.ceil((1 - filled) / perSecond));
  };
}
