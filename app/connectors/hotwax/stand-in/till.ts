import { approve, holdsGoods } from './brokering.ts';
import { limitsOf } from './limits.ts';
import { groupsOf, orderRow } from './order-record.ts';
import { byGroup, ship, startShipment, unassigned } from './shipping.ts';
import type { World } from './world.ts';

/**
 * Approves an order; a sale at the till is then over at once, and its goods leave the stock of its store: "POS channel + method POS_COMPLETED ->
 * completed at once, stock deducted at the POS facility". Source: hotwax.md §1.4 [D], of HotWax's own import. That it holds for an order that was
 * posted, and that a shipment of that method stands for it, are guesses.
 */
export function approveAndComplete(world: World, orderId: string): void {
  world.state.transaction(() => {
    approve(world, orderId);
    const { salesChannelEnumId, statusId } = orderRow(world, orderId);
    if (statusId !== 'ORDER_APPROVED' || salesChannelEnumId !== 'POS_SALES_CHANNEL' || limitsOf(world).tillSales === 0) return;
    const atTill = new Set(
      groupsOf(world, orderId)
        .filter(
          ({ shipmentMethodTypeId, facilityId }) => shipmentMethodTypeId === 'POS_COMPLETED' && holdsGoods(world, facilityId),
        )
        .map(({ shipGroupSeqId }) => shipGroupSeqId),
    );
    for (const { group, portions } of byGroup(world, orderId, unassigned(world, orderId)))
      if (atTill.has(group.shipGroupSeqId)) ship(world, startShipment(world, group, portions));
  });
}
