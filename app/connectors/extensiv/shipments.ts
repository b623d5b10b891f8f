import type { Shipment, ShipmentsPort } from '../contract/index.ts';
import { inPath, type Account } from './account.ts';
import { pageRows } from './assumptions.ts';
import { shipmentsOf } from './convert-shipment.ts';
import { beginning, ordersListed, type ListName } from './order-lists.ts';
import { isAnothers } from './remote-order.ts';
import * as wire from './wire.ts';

/** Orders that shipped in part stay at the WMS and stand in a list of their own. Both lists go by when a shipment was loaded. */
const lists: readonly ListName[] = ['partial', 'shipped_or_confirmed'];

/** Cartons of the cart's orders. `pageSize` is smaller in tests. */
export function shipmentsPort(
  account: Account,
  pageSize = pageRows.orders,
): ShipmentsPort & Required<Pick<ShipmentsPort, 'confirm'>> {
  const { client, context } = account;
  return {
    // The lists' order is unknown, so the cursor stands still until both were read whole.
    async *pull({ since }) {
      const from = since ?? beginning;
      const startedAt = new Date(Math.max(context.nowMs(), Date.parse(from))).toISOString();
      let whole = true;
      for (const list of lists) {
        let settled = false;
        for await (const page of ordersListed(account, list, since, pageSize)) {
          settled = page.settled;
          if (page.orders.length > 0)
            yield { shipments: page.orders.flatMap((order) => shipmentsOf(order, context.nowMs())), cursor: from };
        }
        whole &&= settled;
      }
      if (!whole) context.logger.warn('Lists of shipped orders moved at each reading; they are read again next time');
      yield { shipments: [], cursor: whole ? startedAt : from };
    },

    async ofOrder(remoteId): Promise<Shipment[]> {
      const order = await client.lookUp('cart', `/cart/orders/${inPath(remoteId)}`, wire.order, { include_order_extras: 'Y' });
      return order && !isAnothers(order, context.shop.domain) ? shipmentsOf(order, context.nowMs()) : [];
    },

    // IM shows the order as confirmed once it was told all of its numbers.
    async confirm(remoteId, trackingNumbers) {
      await client.write('POST', `/cart/orders/update/${inPath(remoteId)}`, wire.done, {
        json: { order_status: 'confirmed', shipments: trackingNumbers.map((number) => ({ tracking_no: number })) },
      });
    },
  };
}
