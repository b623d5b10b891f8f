interface Counts {
  done: number;
  skipped: number;
  held: number;
  failed: number;
  total: number | null;
}

/** Records dealt with. A total may count only what is to be written; then what was left out beforehand doesn't count towards it. */
export function dealtWith({ done, failed, skipped, held, total }: Counts): number {
  const all = done + failed + skipped + held;
  return total !== null && all > total ? Math.min(total, done + failed) : all;
}

/** How fast something goes, and how long it will take. */
interface Pace {
  /** Records a second; null before there is anything to tell it from. */
  perSecond: number | null;
  /** ms; null where the total isn't known, or all is done. */
  leftMs: number | null;
}

/**
 * The pace of a run from its counts now, and those (`from`) of the moment at which it dealt with its first record (`since`, epoch ms): what it waited for
 * before that, such as a bulk operation of Shopify's, isn't waited for again. Pure.
 */
export function paceOf(counts: Counts, begun: { since: number; from: Counts } | null, nowMs: number): Pace {
  const count = dealtWith(counts);
  if (!begun) return { perSecond: null, leftMs: null };
  const since = count - Math.min(count, dealtWith({ ...begun.from, total: counts.total }));
  const ms = nowMs - begun.since;
  if (since <= 0 || ms <= 0) return { perSecond: null, leftMs: null };
  const { total } = counts;
  return { perSecond: (since * 1000) / ms, leftMs: total !== null && total > count ? ((total - count) * ms) / since : null };
}
