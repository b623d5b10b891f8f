import { RejectedError } from '../../core/errors.ts';
import { acceptOrder, amendOrder, type AcceptRules } from '../../stockroom/accept-order.ts';
import { cancelOrder } from '../../stockroom/order-steps.ts';
import { orderBrief } from '../../stockroom/orders.ts';
import { refusal } from '../../stockroom/refusals.ts';
import type { ChangeVerdict, OrdersPort, RemoteOrder } from '../contract/index.ts';
import { orderInput, remoteOrder } from './convert.ts';
import { crossdock, roomOf, type StockroomContext } from './room.ts';

export function ordersPort(context: StockroomContext): OrdersPort {
  const room = roomOf(context);
  const { unknownSku, beyondStock, newOrders } = context.settings;
  const rules: AcceptRules = { unknownSku, beyondStock, holdNew: newOrders === 'held' };

  async function find(reference: string): Promise<RemoteOrder | null> {
    const order = await orderBrief({ ...room, reference });
    return order && remoteOrder(order);
  }

  async function read(id: string): Promise<RemoteOrder> {
    const order = await find(id);
    if (!order)
      throw refusal('stockroom-order-unknown', `Stockroom has no order "${id}".`, {
        field: 'reference',
        params: { reference: id },
      });
    return order;
  }

  /** "It can't be changed any more" is an answer, not an error. */
  async function tryTo(remoteId: string, change: () => Promise<void>): Promise<ChangeVerdict> {
    try {
      await change();
    } catch (error) {
      if (!(error instanceof RejectedError) || error.code !== 'stockroom-order-state') throw error;
      return { verdict: 'too-late', state: (await read(remoteId)).state, text: error.vendorText };
    }
    return { verdict: 'accepted', order: await read(remoteId) };
  }

  return {
    preview: (order) => Promise.resolve([{ call: 'POST /orders', body: orderInput(order, context.storeId) }]),
    async create(order) {
      const { id } = await acceptOrder({ ...room, order: orderInput(order, context.storeId), rules, actor: crossdock });
      return read(id);
    },
    find,
    amend(remoteId, order) {
      return tryTo(remoteId, () =>
        amendOrder({ ...room, order: remoteId, to: orderInput(order, context.storeId), rules, actor: crossdock }),
      );
    },
    cancel(remoteId, reason) {
      return tryTo(remoteId, () => cancelOrder({ ...room, order: remoteId, reason, actor: crossdock }));
    },
  };
}
