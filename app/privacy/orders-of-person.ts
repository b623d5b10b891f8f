import type { Tx } from '../db/scope.ts';
import { legacyIdOf } from '../core/gid.ts';

/** Every id under which our tables speak of these orders. */
export interface RecordsOfOrders {
  orderIds: string[];
  partIds: string[];
  shipmentIds: string[];
  returnIds: string[];
  /** All of them, and the bare numbers of the orders: subjects of writes, problems and timelines. */
  subjectIds: string[];
}

export async function recordsOfOrders(tx: Tx, shopId: number, orderIds: string[]): Promise<RecordsOfOrders> {
  const ids = async (rows: Promise<{ id: string }[]>) => (await rows).map(({ id }) => id);
  const where = { shopId, orderId: { in: orderIds } };
  const partIds = await ids(tx.part.findMany({ where, select: { id: true } }));
  const ofParts = { shopId, OR: [{ orderId: { in: orderIds } }, { partId: { in: partIds } }] };
  const shipmentIds = await ids(tx.shipment.findMany({ where: ofParts, select: { id: true } }));
  const returnIds = await ids(tx.return.findMany({ where, select: { id: true } }));
  return {
    orderIds,
    partIds,
    shipmentIds,
    returnIds,
    subjectIds: [...orderIds, ...orderIds.map(legacyIdOf), ...partIds, ...shipmentIds, ...returnIds],
  };
}
