/** What taking a change back makes of a level. Units. */
export interface UndoTarget {
  /** What Shopify shall show. */
  target: number;
  /** Units that can't be taken back, because they were sold meanwhile. */
  missing: number;
}

/**
 * Takes `delta` back from what Shopify shows now. The old number itself is never restored: what was sold or counted since then stays
 * sold and counted. A level is never lowered below zero; what a shop oversold before (below zero already) stays as it is.
 */
export function undoTarget(available: number, delta: number): UndoTarget {
  const plain = available - delta;
  if (delta <= 0 || plain >= 0) return { target: plain, missing: 0 };
  const target = Math.min(available, 0);
  return { target, missing: target - plain };
}
