/** Who is served first when points are short: a person waiting at a page, then what ships, then orders, stock, products. */
export const priorities = ['page', 'fulfilment', 'order', 'inventory', 'product'] as const;
export type Priority = (typeof priorities)[number];

/** The share of the bucket that background work leaves to pages. */
const PAGE_SHARE = 0.2;
/** What each rank below leaves, beyond that, to the ranks above it. */
const STEP = 0.05;
/** After this long without points a caller is served like a fulfilment: nobody starves. */
const PATIENCE_MS = 10_000;

/** 0 is served first. Waiting raises a caller step by step, but never before a page. */
export function rankOf(priority: Priority, waitedMs: number): number {
  const rank = priorities.indexOf(priority);
  return rank === 0 ? 0 : Math.max(1, rank - (waitedMs / PATIENCE_MS) * priorities.length);
}

/** The level of the bucket (a share of its capacity) below which this caller takes nothing. */
export function floorOf(priority: Priority, waitedMs: number): number {
  const rank = rankOf(priority, waitedMs);
  return rank === 0 ? 0 : PAGE_SHARE + STEP * (rank - 1);
}
