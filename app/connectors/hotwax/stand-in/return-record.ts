import { itemsOf } from './order-record.ts';
import { create } from './records.ts';
import { moveStock } from './stock-levels.ts';
import type { Fields, World } from './world.ts';

interface ReturnedLine {
  orderId: string;
  orderItemSeqId: string;
  quantity: number;
  reason?: string | undefined;
  returnTypeId?: string | undefined;
  price?: number | undefined;
  externalId?: string | undefined;
}

interface ReturnToReceive {
  items: readonly ReturnedLine[];
  facilityId: string;
  statusId: string;
  /** Whether the goods can be promised again. */
  restock: boolean;
  header?: Fields;
  identifications?: readonly Fields[];
}

/** Writes a return, and puts its goods back on stock where it has been received. Source: hotwax.md §2.3, §3.9. */
export function receiveReturn(
  world: World,
  { items, facilityId, statusId, restock, header = {}, identifications = [] }: ReturnToReceive,
): string {
  return world.state.transaction(() => {
    const now = world.now();
    const received = ['RETURN_RECEIVED', 'RETURN_COMPLETED'].includes(statusId);
    const { returnId } = create(world, 'ReturnHeader', {
      returnHeaderTypeId: 'CUSTOMER_RETURN',
      statusId,
      toPartyId: 'COMPANY',
      entryDate: now,
      returnDate: now,
      destinationFacilityId: facilityId,
      needsInventoryReceive: restock ? 'Y' : 'N',
      returnChannelEnumId: 'ECOM_RTN_CHANNEL',
      ...header,
      identifications,
    });
    for (const { orderId, orderItemSeqId, quantity, reason, returnTypeId, price, externalId } of items) {
      const item = itemsOf(world, orderId).find((one) => one.orderItemSeqId === orderItemSeqId);
      const productId = item?.productId ?? '';
      create(world, 'ReturnItem', {
        returnId,
        returnReasonId: reason,
        returnTypeId: returnTypeId ?? 'RTN_REFUND',
        returnItemTypeId: 'RET_FPROD_ITEM',
        productId,
        orderId,
        orderItemSeqId,
        statusId,
        returnQuantity: quantity,
        receivedQuantity: received ? quantity : 0,
        returnPrice: price ?? item?.unitPrice,
        externalId,
      });
      if (received && restock)
        moveStock(world, { productId, facilityId, atp: quantity, qoh: quantity, reason: 'RETURNED', orderId, orderItemSeqId });
    }
    return String(returnId);
  });
}

/** How much of an item has come back. */
export function returnedOf(world: World, orderId: string, orderItemSeqId: string): number {
  return (
    world.state.get<{ n: number | null }>(
      "SELECT sum(returnQuantity) AS n FROM ReturnItem WHERE orderId = ? AND orderItemSeqId = ? AND coalesce(statusId, '') NOT IN ('RETURN_CANCELLED', 'RETURN_REJECTED')",
      orderId,
      orderItemSeqId,
    )?.n ?? 0
  );
}
