import { RejectedError } from '../../core/errors.ts';
import type { Shipment, ShipmentsPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import { labels, overlapMs, shippedPackingState, tillSale } from './assumptions.ts';
import { atOnce } from './at-once.ts';
import { changesSince, timeOf } from './changes.ts';
import { mayGetLabel, shipmentOf } from './convert-parcel.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { orderReader, type KnownOrder } from './sales-orders-read.ts';
import * as wire from './wire.ts';

const path = '/packing/orders';

/**
 * Packing orders of the last minutes that this process has read and the engine has stored, by connection: each pull begins with those again, in case one
 * became visible late, and reading them whole takes four calls and more. After a wave of parcels it would be done all night.
 */
const stored = new Map<string, Map<string, number>>();
const CONNECTIONS = 1_000;

const nameOf = ({ id, updated_at: at }: wire.PackingOrder): string => `${id} ${at}`;

function noteStored(connectionId: string, packings: readonly wire.PackingOrder[], upTo: number): void {
  if (stored.size > CONNECTIONS) stored.clear();
  const known = stored.get(connectionId) ?? new Map<string, number>();
  for (const packing of packings) known.set(nameOf(packing), timeOf(packing.updated_at) ?? upTo);
  for (const [name, time] of known) if (time < upTo - overlapMs) known.delete(name);
  stored.set(connectionId, known);
}

/** What went over the counter is nobody's parcel, whatever PULPO packs to end its order. */
const isShipped = ({ order }: KnownOrder): boolean => order.type !== tillSale.type;

/** Packing orders that ended, their boxes, their labels: each box is a shipment. `pageSize` is smaller in tests. */
export function shipmentsPort(account: Account, pageSize?: number): ShipmentsPort {
  const { client, context, settings, ownerFilter } = account;

  /** The labels of a box. One that never had any may be an empty list or none at all. */
  async function labelsOf(packing: wire.PackingOrder, boxId: string): Promise<wire.ShipmentTracking[]> {
    try {
      return await client.listReadable(
        `${path}/${packing.id}/boxes/${boxId}/shipment_tracking`,
        'shipment_trackings',
        wire.shipmentTracking,
      );
    } catch (error) {
      if (error instanceof RejectedError && error.code === 'pulpo-record-gone') return [];
      throw error;
    }
  }

  async function boxesOf(packing: wire.PackingOrder, known: KnownOrder): Promise<Shipment[]> {
    const boxes = await client.listReadable(`${path}/${packing.id}/boxes`, 'packing_boxes', wire.packingBox);
    const shipments = await atOnce(boxes, async (box) =>
      shipmentOf(box, await labelsOf(packing, box.id), packing, { known, seenAt: context.nowMs() }),
    );
    return shipments.filter((one) => one !== null);
  }

  /** Reads packing orders whole. Those with a box whose label is still to come are noted in `waiting`, the others taken off it. */
  async function read(
    packings: wire.PackingOrder[],
    waiting: Set<string>,
    orderOf: ReturnType<typeof orderReader>,
  ): Promise<Shipment[]> {
    const found = await atOnce(packings, async (packing) => {
      const known = await orderOf(packing.sales_order_id);
      return known && isShipped(known) ? { packing, known, shipments: await boxesOf(packing, known) } : null;
    });
    return found.flatMap((one) => {
      if (!one) return [];
      const { packing, known, shipments } = one;
      const unlabelled = shipments.filter(({ tracking }) => tracking.length === 0);
      const hopeful = (unlabelled.length > 0 || shipments.length === 0) && mayGetLabel(packing, known, context.nowMs());
      waiting.delete(packing.id);
      // Beyond so many nobody is waited for: a box that stays behind unreported would be lost.
      const waits = hopeful && waiting.size < labels.waitForMost;
      if (waits) waiting.add(packing.id);
      return waits && settings.unlabelledBoxes === 'wait' ? shipments.filter(({ tracking }) => tracking.length > 0) : shipments;
    });
  }

  return {
    async *pull({ since }) {
      const start = readCursor(since);
      const waiting = new Set(start.waiting);
      const orderOf = orderReader(account);
      const cursor = (time: number | null) => writeCursor({ since: time, waiting: [...waiting] }, context.nowMs());
      const again = (await atOnce(start.waiting, (id) => client.getReadable(`${path}/${id}`, wire.packingOrder))).filter(
        (one) => one !== null,
      );
      const readAlready = new Set(again.map(nameOf));
      // What came after the cursor is asked for, whoever has read it before.
      const known = stored.get(context.connectionId);
      const isKnown = (packing: wire.PackingOrder) =>
        start.since !== null && (timeOf(packing.updated_at) ?? Infinity) < start.since && known?.has(nameOf(packing)) === true;
      for (const id of start.waiting) if (!again.some((packing) => packing.id === id)) waiting.delete(id);
      yield { shipments: await read(again, waiting, orderOf), cursor: cursor(start.since) };
      const list = {
        ...{ path, key: 'packing_orders', row: wire.packingOrder, by: 'updated_at' as const, pageSize },
        query: { state: shippedPackingState, ...ownerFilter },
      };
      for await (const { rows, upTo } of changesSince(client, list, start.since)) {
        const shipments = await read(
          rows.filter((packing) => !readAlready.has(nameOf(packing)) && !isKnown(packing)),
          waiting,
          orderOf,
        );
        yield { shipments, cursor: cursor(Math.max(upTo, start.since ?? 0)) };
        // More is asked for once these are stored.
        noteStored(context.connectionId, rows, upTo);
      }
    },

    async ofOrder(remoteId) {
      const known = await orderReader(account)(remoteId);
      if (!known || !isShipped(known)) return [];
      const packings = await client.list(path, 'packing_orders', wire.packingOrder, {
        sales_order_id: remoteId,
        state: shippedPackingState,
      });
      return (await atOnce(packings, (packing) => boxesOf(packing, known))).flat();
    },
  };
}
