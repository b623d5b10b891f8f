import type { Shipment, ShipmentsPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import { cancelledShipment, overlapMs, pageRows, shippedStates, tillSale, trackings } from './assumptions.ts';
import { atOnce } from './at-once.ts';
import { shipmentOf } from './convert-shipment.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { everyRow } from './every-row.ts';
import { orderReader } from './order-read.ts';
import * as wire from './wire.ts';

const path = '/poorti/shipments';
const left = { shipmentTypeId: 'SALES_SHIPMENT', statusId: [...shippedStates, cancelledShipment].join(','), statusId_op: 'in' };
const idOf = ({ shipmentId }: wire.Shipment) => shipmentId;
const orderOf = ({ orderId, primaryOrderId }: wire.Shipment) => orderId ?? primaryOrderId;

/** What left each facility. `pageSize` is smaller in tests. */
export function shipmentsPort(account: Account, pageSize = pageRows): ShipmentsPort {
  const { client, context, settings } = account;

  /**
   * Of orders of ours. One that was cancelled before it ever left is nobody's parcel, so only those that had a moment of shipping count; what was
   * handed over at the till is none either.
   */
  async function convert(rows: wire.Shipment[], readOrders: ReturnType<typeof orderReader>) {
    const relevant = rows.filter(
      ({ statusId, shippedDate, shipmentMethodTypeId: method }) =>
        (statusId !== cancelledShipment || shippedDate !== null) && method !== tillSale.method,
    );
    const orders = await readOrders(relevant.map(orderOf));
    return relevant.flatMap((row) => {
      const known = orders.get(orderOf(row) ?? '');
      const shipment = known ? shipmentOf(row, known, context.nowMs()) : null;
      return shipment && known ? [{ shipment, orderId: known.row.orderId }] : [];
    });
  }

  /** Notes which shipments still wait for a tracking number, and keeps those back where the settings say so. */
  function sift(found: { shipment: Shipment; orderId: string }[], waiting: Map<string, string>): Shipment[] {
    return found.flatMap(({ shipment, orderId }) => {
      const hopeful =
        shipment.tracking.length === 0 &&
        !shipment.cancelled &&
        Date.parse(shipment.shippedAt) > context.nowMs() - trackings.waitMs;
      waiting.delete(shipment.remoteId);
      // Beyond so many nobody is waited for: one that stays behind unreported would be lost.
      const waits = hopeful && waiting.size < trackings.waitForMost;
      if (waits) waiting.set(shipment.remoteId, orderId);
      return waits && settings.untracked === 'wait' ? [] : [shipment];
    });
  }

  const ofOrders = async (orderIds: readonly string[]): Promise<wire.Shipment[]> =>
    (await atOnce(orderIds, (orderId) => client.listReadable(path, wire.shipment, { ...left, orderId }))).flat();

  return {
    async *pull({ since }) {
      const start = readCursor(since);
      const waiting = new Map(start.waiting.map((pair) => pair.split('@') as [string, string]));
      const readOrders = orderReader(account);
      const cursor = (time: number | null) =>
        writeCursor({ since: time, waiting: [...waiting].map(([id, orderId]) => `${id}@${orderId}`) }, context.nowMs());

      const again = (await ofOrders([...new Set(waiting.values())])).filter(({ shipmentId }) => waiting.has(shipmentId));
      for (const id of [...waiting.keys()]) if (!again.some(({ shipmentId }) => shipmentId === id)) waiting.delete(id);
      yield { shipments: sift(await convert(again, readOrders), waiting), cursor: cursor(start.since) };

      const begun = context.nowMs();
      const window = start.since === null ? {} : { shippedDateFrom: Math.max(0, start.since - overlapMs) };
      let upTo = start.since;
      for await (const rows of everyRow(client, { path, row: wire.shipment, query: { ...left, ...window }, idOf, pageSize })) {
        // By HotWax's clock where its rows carry a moment; else by ours, as it was before the first page.
        for (const { shippedDate } of rows) upTo = Math.max(upTo ?? 0, shippedDate ?? begun);
        // The list's order isn't known, so the cursor moves when all of it was read.
        yield { shipments: sift(await convert(rows, readOrders), waiting), cursor: cursor(start.since) };
      }
      yield { shipments: [], cursor: cursor(upTo) };
    },

    async ofOrder(remoteId) {
      const found = await convert(await ofOrders([remoteId]), orderReader(account));
      return found.map(({ shipment }) => shipment);
    },
  };
}
