import type { OrdersPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import { pageRows, troubledAtMost } from './assumptions.ts';
import { ordersListed, type ListName } from './order-lists.ts';
import { stateOf, troubleOf } from './remote-order.ts';
import type { Order } from './wire.ts';

/** Where reading goes on: from a moment of the list of canceled orders, and the orders that didn't move then. */
interface Cursor {
  since: string | null;
  stuck: string[];
}

/** Written as JSON: a reference may hold any character. One that can't be read begins anew. */
function readCursor(cursor: string | null): Cursor {
  try {
    const [since, ...stuck] = JSON.parse(cursor ?? '[]') as string[];
    return { since: since ?? null, stuck };
  } catch {
    return { since: null, stuck: [] };
  }
}

const isStuck = (order: Order): boolean => troubleOf(order) !== null || stateOf(order) === 'cancelled';

/**
 * Orders that IM took and that don't move, that were canceled there, or that move again. An order can be stopped days after it was taken, and a
 * hold has no date of its own, so the lists of errors and of new orders are read whole: they hold only what waits. Who stood there last time
 * and doesn't any more has moved on. `pageSize` is smaller in tests.
 */
export async function* orderChanges(
  account: Account,
  cursor: string | null,
  pageSize = pageRows.orders,
): ReturnType<NonNullable<OrdersPort['changes']>> {
  const before = readCursor(cursor);
  const startedAt = new Date(Math.max(account.context.nowMs(), Date.parse(before.since ?? '') || 0)).toISOString();
  const references = new Set<string>();
  const stuck = new Set<string>();
  let whole = true;
  const read = async (list: ListName, since: string | null, take: (order: Order) => void) => {
    let settled = false;
    for await (const page of ordersListed(account, list, since, pageSize)) {
      page.orders.forEach(take);
      settled = page.settled;
    }
    whole &&= settled;
  };
  const noteStuck = (order: Order) => {
    if (!isStuck(order)) return;
    stuck.add(order.cust_ref);
    if (!before.stuck.includes(order.cust_ref)) references.add(order.cust_ref);
  };
  await read('error', null, noteStuck);
  await read('new', null, noteStuck);
  await read('canceled', before.since, ({ cust_ref: reference }) => void references.add(reference));
  // A list that moved while it was read proves of nobody that he stands there no more.
  if (whole) for (const reference of before.stuck) if (!stuck.has(reference)) references.add(reference);
  const still = whole ? [...stuck] : [...new Set([...before.stuck, ...stuck])];
  yield {
    references: [...references],
    cursor: JSON.stringify([whole ? startedAt : (before.since ?? new Date(0).toISOString()), ...still.slice(0, troubledAtMost)]),
  };
}
