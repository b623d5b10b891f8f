import type { RemoteOrderState } from '../contract/index.ts';
import type { Account } from './account.ts';
import { beginning, ordersListed } from './order-lists.ts';
import { stateOf, troubleOf } from './remote-order.ts';
import type { Order } from './wire.ts';

/** An order that IM took and that doesn't move, or that was canceled there. */
export interface OrderTrouble {
  reference: string;
  state: RemoteOrderState;
  /** In IM's own words. */
  text: string;
}

export interface OrderTroubles {
  /** Streams orders that came into trouble since `since`, as ShipmentsPort.pull does: an order that IM took may be stopped days later. */
  troubles(request: { since: string | null }): AsyncIterable<{ orders: OrderTrouble[]; cursor: string }>;
}

function troubleIn(order: Order): OrderTrouble[] {
  const state = stateOf(order);
  const text = troubleOf(order) ?? (state === 'cancelled' ? order.order_status : null);
  return text === null ? [] : [{ reference: order.cust_ref, state, text }];
}

/**
 * Errors and cancellations have dates of their own. An order that is held, or whose sending was cancelled, stays in the list of new ones with
 * the date of its creation, so that list is read whole each time: it holds only what waits for its delivery.
 */
export async function* troublesOf(account: Account, since: string | null): ReturnType<OrderTroubles['troubles']> {
  const from = since ?? beginning;
  const startedAt = new Date(Math.max(account.context.nowMs(), Date.parse(from))).toISOString();
  let whole = true;
  for (const list of ['error', 'canceled', 'new'] as const) {
    let settled = false;
    for await (const page of ordersListed(account, list, list === 'new' ? null : since)) {
      settled = page.settled;
      const orders = page.orders.flatMap(troubleIn);
      if (orders.length > 0) yield { orders, cursor: from };
    }
    whole &&= settled;
  }
  yield { orders: [], cursor: whole ? startedAt : from };
}
