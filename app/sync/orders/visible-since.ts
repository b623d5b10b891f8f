const DAY_MS = 86_400_000;

/** Without read_all_orders Shopify shows the orders of the last 60 days only; asked for an older one it answers as if there were none. */
export const visibleSince = (at: Date): Date => new Date(at.getTime() - 60 * DAY_MS);

/** Whoever concludes something from an order's absence leaves a day: which of its moments counts, and how exactly, isn't documented. */
export const surelyVisibleSince = (at: Date): Date => new Date(at.getTime() - 59 * DAY_MS);
