import { randomUUID } from 'node:crypto';
import type { StockroomShipment as ShipmentRow } from '@prisma/client';
import { allLines, chooseLines, type ChosenLine, type LineChoice } from './choose-lines.ts';
import { requireState, unpackedOf } from './order-state.ts';
import type { TrackingInfo } from './order-types.ts';
import { changeOrder, type OrderWork } from './order-work.ts';

import { inShop, type Tx } from '../db/scope.ts';
import { refusal } from './refusals.ts';
import { asJson, isUuid, type Actor, type Room } from './room.ts';

/** Makes a parcel of an order; takes the change number. */
export async function createParcel(
  work: OrderWork,
  chosen: ChosenLine[],
  {
    state,
    tracking,
    note = '',
    shippedAt = null,
  }: { state: 'packed' | 'shipped'; tracking: TrackingInfo[]; note?: string; shippedAt?: Date | null },
): Promise<string> {
  const { tx, room, order, at } = work;
  const last = await tx.stockroomShipment.aggregate({
    where: { shopId: room.shopId, orderId: order.id },
    _max: { number: true },
  });
  const id = randomUUID();
  const lines = chosen.map(({ line, quantity }) => ({ shopId: room.shopId, shipmentId: id, lineId: line.id, quantity }));
  await tx.stockroomShipmentLine.createMany({ data: lines });
  const number = (last._max.number ?? 0) + 1;
  const parcel = {
    ...room,
    id,
    orderId: order.id,
    number,
    state,
    facilityId: order.facilityId,
    tracking: asJson(tracking),
    note,
    packedAt: at,
    shippedAt,
  };
  await tx.stockroomShipment.create({ data: { ...parcel, change: await work.change(), changedAt: at } });
  return id;
}

/** The order whose parcel this is, locked, and the parcel. */
export async function findParcel(tx: Tx, { shopId, connectionId }: Room, id: string): Promise<ShipmentRow> {
  const row = isUuid(id) ? await tx.stockroomShipment.findFirst({ where: { shopId, connectionId, id } }) : null;
  if (!row)
    throw refusal('stockroom-shipment-unknown', `Stockroom has no shipment "${id}".`, {
      field: 'shipment',
      params: { shipment: id },
    });
  return row;
}

/** As changeOrder, for the order of a parcel; the parcel is read under the order's lock. */
export async function changeParcel<T>(
  input: Room & { shipment: string; actor: Actor },
  change: (work: OrderWork, parcel: ShipmentRow, lines: ChosenLine[]) => Promise<T>,
): Promise<T> {
  const { orderId } = await inShop(input.shopId, (tx) => findParcel(tx, input, input.shipment));
  return changeOrder({ ...input, order: orderId }, async (work) => {
    const parcel = await findParcel(work.tx, work.room, input.shipment);
    const rows = await work.tx.stockroomShipmentLine.findMany({ where: { shopId: input.shopId, shipmentId: parcel.id } });
    const units = new Map(rows.map(({ lineId, quantity }) => [lineId, quantity]));
    const lines = work.lines.flatMap((line) => (units.has(line.id) ? [{ line, quantity: units.get(line.id) ?? 0 }] : []));
    return change(work, parcel, lines);
  });
}

/**
 * Packs a parcel: the given lines, or all that is not packed yet. Packing a part is allowed; pack again for the next parcel. Answers the
 * parcel's id. An order that is still open counts as being picked from here on.
 */
export function packOrder(
  input: Room & {
    order: string;
    lines?: LineChoice[];
    tracking?: TrackingInfo[];
    note?: string;
    reference?: string;
    actor: Actor;
  },
): Promise<string> {
  const { lines: choices, tracking = [], note } = input;
  const once =
    input.reference === undefined
      ? undefined
      : { kind: 'pack', reference: input.reference, body: [input.order, choices ?? null, tracking] };
  return changeOrder({ ...input, once }, async (work) => {
    const { order, lines, set, at, tell } = work;
    requireState(order, ['open', 'picking', 'partly-shipped'], 'packed');
    const chosen = choices ? chooseLines(order.reference, lines, choices, unpackedOf, 'packed') : allLines(lines, unpackedOf);
    if (chosen.length === 0) {
      throw refusal('stockroom-quantity', `Everything of order ${order.reference} is packed or shipped already.`, {
        field: 'lines',
        params: { reference: order.reference },
      });
    }
    set.pickingAt = order.pickingAt ?? at;
    for (const { line, quantity } of chosen) line.packed += quantity;
    tell('packed', { units: chosen.reduce((sum, { quantity }) => sum + quantity, 0) });
    return createParcel(work, chosen, { state: 'packed', tracking, ...(note === undefined ? {} : { note }) });
  });
}

/** Takes a parcel that has not left apart again. */
export function unpackParcel(input: Room & { shipment: string; actor: Actor }): Promise<void> {
  return changeParcel(input, async ({ tx, room, tell }, parcel, lines) => {
    if (parcel.state !== 'packed') throw parcelState(parcel, 'unpacked');
    for (const { line, quantity } of lines) line.packed -= quantity;
    await tx.stockroomShipmentLine.deleteMany({ where: { shopId: room.shopId, shipmentId: parcel.id } });
    await tx.stockroomShipment.delete({ where: { shopId_id: { shopId: room.shopId, id: parcel.id } } });
    tell('unpacked', { shipment: parcel.number });
  });
}

export function parcelState(parcel: ShipmentRow, what: string) {
  const words: Record<string, string> = { packed: 'has not left yet', shipped: 'has left', cancelled: 'was cancelled' };
  return refusal(
    'stockroom-shipment-state',
    `Parcel ${parcel.number} ${words[parcel.state] ?? parcel.state}: it can't be ${what}.`,
    {
      params: { shipment: parcel.number, state: parcel.state },
    },
  );
}
