import { changedShipments } from '../../stockroom/parcel-reading.ts';
import { getOrder } from '../../stockroom/orders.ts';
import type { ShipmentsPort } from '../contract/index.ts';
import { shipment } from './convert.ts';
import { startAt, withCursors } from './cursor.ts';
import { roomOf, type StockroomContext } from './room.ts';

/** `pageSize` is smaller in tests. */
export function shipmentsPort(context: StockroomContext, pageSize = 250): ShipmentsPort {
  const room = roomOf(context);
  return {
    async *pull({ since }) {
      const pages = changedShipments({ ...room, ...startAt(since), size: pageSize });
      for await (const { rows, cursor } of withCursors(pages, since ?? '0')) yield { shipments: rows.map(shipment), cursor };
    },
    async ofOrder(remoteId) {
      const { shipments } = await getOrder({ ...room, reference: remoteId });
      return shipments.filter(({ shippedAt }) => shippedAt !== null).map(shipment);
    },
  };
}
