import { BadRequest } from '../../../../sandbox/kit/http.ts';
import type { Portion } from './brokering.ts';
import { take } from './control-lookup.ts';
import { inShipments, openItems, type OrderRow } from './order-record.ts';
import type { World } from './world.ts';

/** 409 for an order that is over. */
export function unfinished(order: OrderRow): OrderRow {
  if (['ORDER_CANCELLED', 'ORDER_COMPLETED', 'ORDER_REJECTED'].includes(order.statusId))
    throw new BadRequest(`${order.orderName} is ${order.statusId}; nothing can be done with it.`, 409);
  return order;
}

/** The wanted SKUs among what has not left, or all of that. */
export function pickPortions(
  world: World,
  order: OrderRow,
  wanted: readonly { sku: string; quantity: number }[] | undefined,
): Portion[] {
  const gone = inShipments(world, order.orderId, ['SHIPMENT_SHIPPED']);
  const open = openItems(world, order.orderId).map(({ orderItemSeqId, quantity }) => ({
    orderItemSeqId,
    quantity: quantity - (gone.get(orderItemSeqId) ?? 0),
  }));
  return wanted ? take(world, order, open, wanted) : open.filter(({ quantity }) => quantity > 0);
}
