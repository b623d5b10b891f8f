import { reserve } from './brokering.ts';
import { FACTS } from './facts.ts';
import { groupOf, inShipments, itemsOf, orderRow, setItemStatus, type ItemRow } from './order-record.ts';
import { create, update } from './records.ts';
import { refuseMoqui } from './refusals.ts';
import { settle } from './shipping.ts';
import type { Fields, World } from './world.ts';

export interface Cancellation {
  orderItemSeqId: string;
  shipGroupSeqId?: string;
  reason?: string;
  comment?: string;
}

/**
 * Cancels whole items, all of them or none; the order is cancelled with its last. What is being picked, packed or has left refuses.
 * Source: hotwax.md §3.6 [X]; when it refuses is a guess.
 */
export function cancelItems(world: World, orderId: string, wanted: readonly Cancellation[]): Fields[] {
  return world.state.transaction(() => {
    orderRow(world, orderId);
    const items = new Map(itemsOf(world, orderId).map((item) => [item.orderItemSeqId, item]));
    const taken = inShipments(world, orderId, ['SHIPMENT_APPROVED', 'SHIPMENT_PACKED', 'SHIPMENT_SHIPPED']);
    const cancelled = wanted.map(({ orderItemSeqId, shipGroupSeqId, reason, comment }) => {
      const item = items.get(orderItemSeqId);
      if (!item || (shipGroupSeqId && item.shipGroupSeqId !== shipGroupSeqId))
        throw refuseMoqui(
          FACTS.reference,
          400,
          `Order ${orderId} has no item ${orderItemSeqId} in ship group ${shipGroupSeqId ?? '?'}`,
        );
      if (item.statusId === 'ITEM_CANCELLED')
        throw refuseMoqui(FACTS.cancelTwice, 400, `Order item ${orderItemSeqId} of ${orderId} is already cancelled`);
      if (item.statusId === 'ITEM_COMPLETED' || (taken.get(orderItemSeqId) ?? 0) > 0)
        throw refuseMoqui(
          FACTS.cancelTooLate,
          400,
          `Order item ${orderItemSeqId} of ${orderId} cannot be cancelled: it is being picked, packed or has been shipped`,
        );
      cancelItem(world, item, { CANCEL_REASON: reason, CANCEL_COMMENT: comment });
      return { orderId, orderItemSeqId, shipGroupSeqId: item.shipGroupSeqId, cancelQuantity: item.quantity };
    });
    settle(world, orderId);
    return cancelled;
  });
}

function cancelItem(world: World, item: ItemRow, remarks: Record<string, string | undefined>): void {
  reserve(world, item, groupOf(world, item)?.facilityId ?? null, item.quantity, -1);
  const key = { orderId: item.orderId, orderItemSeqId: item.orderItemSeqId };
  update(world, 'OrderItem', { ...key, cancelQuantity: item.quantity });
  setItemStatus(world, item, 'ITEM_CANCELLED');
  for (const [attrName, attrValue] of Object.entries(remarks))
    if (attrValue) create(world, 'OrderItemAttribute', { ...key, attrName, attrValue });
}
