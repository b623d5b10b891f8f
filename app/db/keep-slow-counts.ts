/** To count a million rows takes longer than a page may: what took longer than this is shown for a minute. */
const SLOW_MS = 50;
const SHOWN_FOR_MS = 60_000;
const MOST_KEPT = 1_000;

/** Counts under a key, or what was counted there in the last minute if that was slow. Each process keeps its own. */
export function keepSlowCounts<Counts>(): (key: string, count: () => Promise<Counts>) => Promise<Counts> {
  const kept = new Map<string, { counts: Counts; until: number }>();
  return async (key, count) => {
    const known = kept.get(key);
    if (known && known.until > performance.now()) return known.counts;
    const started = performance.now();
    const counts = await count();
    kept.delete(key);
    if (performance.now() - started > SLOW_MS) {
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(key, { counts, until: performance.now() + SHOWN_FOR_MS });
    }
    return counts;
  };
}
