import { RejectedError, TransientError } from '../../core/errors.ts';
import type { ChangeVerdict, OrdersPort, RemoteOrder, SalesOrder } from '../contract/index.ts';
import { inPath, type Account } from './account.ts';
import { mayBeDuplicate } from './assumptions.ts';
import { ImRefusal } from './client.ts';
import { orderBody } from './convert-order.ts';
import { orderChanges } from './order-changes.ts';
import { isAnothers, isSameOrder, remoteOrder, stateOf, takenOrder } from './remote-order.ts';
import { warehouseName } from './warehouses.ts';
import * as wire from './wire.ts';

const withExtras = { include_filtered_items: 'Y', include_order_extras: 'Y' };

export function ordersPort(account: Account): OrdersPort {
  const { client, context, settings } = account;
  const { domain, timeZone: zone, currency } = context.shop;

  const look = (reference: string): Promise<wire.Order | null> =>
    client.lookUp('cart', `/cart/orders/${inPath(reference)}`, wire.order, withExtras);

  /** What the order says of its warehouse. */
  async function locationOf({ facilityId, lines, reference }: SalesOrder): Promise<string | null> {
    if (settings.stockFrom === 'combined' || settings.orderWarehouse === 'none') return null;
    if (settings.orderWarehouse === 'id') return facilityId;
    const name = await warehouseName(account, facilityId, lines[0]?.sku ?? '');
    if (name !== null) return name;
    throw new RejectedError('extensiv-warehouse-unknown', `Integration Manager shows no warehouse ${facilityId}`, {
      field: 'location',
      params: { reference, warehouse: facilityId },
    });
  }

  /** What became of an order that IM won't take because it has one of that reference. Null: it has none. */
  async function existing(order: SalesOrder): Promise<RemoteOrder | null> {
    const found = await look(order.reference);
    if (!found) return null;
    const params = { reference: order.reference };
    if (!isSameOrder(found, order, domain)) {
      throw new RejectedError('extensiv-order-number-taken', `Another order has the number ${order.reference}`, {
        field: 'cust_ref',
        params,
      });
    }
    // IM takes no second order under a number, not even after a cancellation: answering this one would lose the order in silence.
    if (stateOf(found) === 'cancelled') {
      throw new RejectedError('extensiv-order-canceled-there', `${order.reference} was canceled in Integration Manager`, {
        field: 'cust_ref',
        params,
      });
    }
    return remoteOrder(found, currency);
  }

  /** The order after a cancellation was tried; what it came to by its state. */
  async function verdictOf(reference: string, text: string): Promise<ChangeVerdict> {
    const order = await look(reference);
    if (!order)
      throw new RejectedError('extensiv-order-gone', 'Integration Manager has no such order', { params: { reference } });
    const state = stateOf(order);
    if (state === 'cancelled') return { verdict: 'accepted', order: remoteOrder(order, currency) };
    return { verdict: 'too-late', state, text: text || `Integration Manager keeps the order as ${order.order_status}.` };
  }

  /** A change that IM may refuse: its words, or null where it was made. */
  async function refusalOf(change: () => Promise<unknown>): Promise<string | null> {
    try {
      await change();
      return null;
    } catch (error) {
      if (error instanceof ImRefusal) return error.vendorText;
      throw error;
    }
  }

  const bodyOf = async (order: SalesOrder) => orderBody(order, { settings, domain, zone, location: await locationOf(order) });

  return {
    preview: async (order) => [{ call: 'POST /cart/orders/cartrover', body: await bodyOf(order) }],

    async create(order) {
      const json = await bodyOf(order);
      try {
        const made = await client.write('POST', '/cart/orders/cartrover', wire.created, { json, exempt: true });
        return takenOrder(order, made.order_number);
      } catch (error) {
        if (!(error instanceof ImRefusal) || !mayBeDuplicate(error.refusal.code, error.refusal.text)) throw error;
        const taken = await existing(order);
        if (taken) return taken;
        if (!/duplicate/i.test(error.refusal.text)) throw error;
        throw new TransientError('extensiv-order-not-visible', 'Integration Manager has the order but does not show it yet', {
          params: { reference: order.reference },
        });
      }
    },

    async find(reference) {
      const found = await look(reference);
      return found && !isAnothers(found, domain) ? remoteOrder(found, currency) : null;
    },

    async cancel(remoteId) {
      const early = await refusalOf(() =>
        client.write('POST', '/cart/orders/cancel/cartrover', wire.done, { json: { cust_ref: remoteId } }),
      );
      if (early === null) return verdictOf(remoteId, '');
      const before = await verdictOf(remoteId, early);
      if (before.verdict === 'accepted' || before.state === 'shipped' || !settings.cancelAtWarehouse) return before;
      const asked = await refusalOf(async () => {
        const { response } = await client.write('GET', `/cart/orders/wms_cancel/${inPath(remoteId)}`, wire.wmsCancel);
        if (!response.success) throw new ImRefusal({ code: 'Failure', text: response.message ?? early }, {});
      });
      return verdictOf(remoteId, asked ?? '');
    },

    changes: ({ since }) => orderChanges(account, since),
  };
}
