import type { Account } from './account.ts';
import { listReadings, overlapMs, pageRows } from './assumptions.ts';
import * as wire from './wire.ts';

/** Lists of a cart's orders; what their dates mean differs: extensiv.md §2.4. */
export type ListName = 'partial' | 'shipped_or_confirmed' | 'error' | 'canceled' | 'new';

/** The beginning of time, as a cursor. */
export const beginning = new Date(0).toISOString();

/** `from_date` of a reading that goes on from a cursor; none from the beginning. Z instead of an offset needs no escaping. */
function window(since: string | null): { from_date?: string } {
  const from = since === null ? 0 : Date.parse(since) - overlapMs;
  return from > 0 ? { from_date: new Date(from).toISOString() } : {};
}

/**
 * Streams a list whole, page by page. Pages are counted by place, and IM says nothing of their order: where the list moved while it was read
 * (another total, a row twice, or fewer rows than it has), it is read again. `settled` of the last page says whether one reading held still.
 */
export async function* ordersListed(
  { client }: Account,
  list: ListName,
  since: string | null,
  limit = pageRows.orders,
): AsyncGenerator<{ orders: wire.Order[]; settled: boolean }> {
  const query = { ...window(since), limit };
  for (let reading = 1; reading <= listReadings; reading += 1) {
    const seen = new Set<string>();
    let unreadable = 0;
    const totals = new Set<number>();
    for (let page = 1; ; page += 1) {
      const { rows, unread, total } = await client.page('cart', `/cart/orders/list/${list}`, wire.order, { ...query, page });
      if (total !== null) totals.add(total);
      const fresh = rows.filter(({ cust_ref: reference }) => !seen.has(reference));
      for (const { cust_ref: reference } of fresh) seen.add(reference);
      if (fresh.length > 0) yield { orders: fresh, settled: false };
      unreadable += unread;
      const more = fresh.length > 0 || unread > 0;
      if (!more || (total !== null && seen.size + unreadable >= total)) break;
    }
    const [total = seen.size + unreadable] = totals;
    if (totals.size <= 1 && seen.size + unreadable === total) {
      yield { orders: [], settled: true };
      return;
    }
  }
}
