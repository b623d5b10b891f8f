import type { Tx } from '../../db/scope.ts';
import type { OrderInShopify } from './order-in-shopify.ts';
import { connectionLocations, facilityLocations } from './shipment-rows.ts';

const open = new Set(['OPEN', 'IN_PROGRESS', 'ON_HOLD', 'SCHEDULED']);

/**
 * Ties a part to the fulfilment order that Shopify opened for lines of it whose fulfilment was cancelled: the one they were in is closed, and by it alone the part
 * would have nothing open, and the units be handed over as a new part.
 */
export async function tieReopened(
  tx: Tx,
  shopId: number,
  order: OrderInShopify,
  partId: string | null,
  lineIds: readonly string[],
): Promise<void> {
  const parts = await tx.part.findMany({ where: { shopId, orderId: order.id, cancelledAt: null } });
  const part = parts.find(({ id }) => id === partId);
  if (!part) return;
  const tied = new Set(parts.flatMap(({ fulfilmentOrderIds }) => fulfilmentOrderIds));
  const reopened = order.fulfilmentOrders.filter(
    ({ id, status, lines }) =>
      !tied.has(id) && open.has(status) && lines.some(({ lineId, remaining }) => remaining > 0 && lineIds.includes(lineId)),
  );
  const at = (places: readonly string[]) =>
    reopened.filter(({ locationId }) => locationId !== null && places.includes(locationId));
  const own = at(await facilityLocations(tx, shopId, part));
  // A part can hold lines that other places of the back office ship.
  const found = own.length > 0 ? own : at(await connectionLocations(tx, shopId, part.connectionId));
  if (found.length === 0) return;
  await tx.part.update({
    where: { shopId_id: { shopId, id: part.id } },
    data: { fulfilmentOrderIds: { push: found.map(({ id }) => id) } },
  });
}
