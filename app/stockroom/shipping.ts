import { announce } from './announce.ts';
import { allLines, chooseLines, type ChosenLine, type LineChoice } from './choose-lines.ts';
import { remainingOf, requireState, unpackedOf } from './order-state.ts';
import type { TrackingInfo } from './order-types.ts';
import { changeOrder, type OrderWork } from './order-work.ts';
import { changeParcel, createParcel, parcelState } from './parcels.ts';
import { refusal } from './refusals.ts';
import { asJson, type Actor, type Room } from './room.ts';
import { moveStock, type StockMove } from './stock-moves.ts';

/** Takes what left off the shelf and off the reservation. More than was on hand is entered as found: it did leave. */
async function takeOut({ tx, room, order, actor, at, change }: OrderWork, chosen: ChosenLine[]): Promise<void> {
  const moves = chosen.map(({ line, quantity }): StockMove => ({
    facilityId: order.facilityId,
    productId: line.productId,
    mode: 'add',
    value: -quantity,
    reserved: -quantity,
  }));
  await moveStock(tx, room, moves, { kind: 'shipped', reference: order.reference, actor, at, known: false }, await change());
}

async function sendParcel(
  work: OrderWork,
  id: string,
  lines: ChosenLine[],
  tracking: TrackingInfo[],
  shippedAt: Date,
): Promise<void> {
  for (const { line, quantity } of lines) {
    line.packed -= quantity;
    line.shipped += quantity;
  }
  await takeOut(work, lines);
  const data = { state: 'shipped', tracking: asJson(tracking), shippedAt, change: await work.change(), changedAt: work.at };
  await work.tx.stockroomShipment.update({ where: { shopId_id: { shopId: work.room.shopId, id } }, data });
}

export interface ShipOrderInput extends Room {
  /** Reference or id. */
  order: string;
  /** What leaves; absent = everything that has not left, packed parcels as they are. */
  lines?: LineChoice[];
  tracking?: TrackingInfo[];
  note?: string;
  /** When it left; default now. */
  shippedAt?: Date;
  /** The caller's own name for this request; sent again it is answered, not repeated. */
  reference?: string;
  actor: Actor;
}

/**
 * Ships an order, wholly or in part, and answers the ids of the shipments made. With `lines` one parcel of just these units; without, each
 * packed parcel leaves (with its own tracking, else the given one) and the rest in one more.
 */
export function shipOrder(input: ShipOrderInput): Promise<string[]> {
  const { lines: choices, tracking = [], note } = input;
  const once =
    input.reference === undefined
      ? undefined
      : { kind: 'ship', reference: input.reference, body: [input.order, choices ?? null, tracking] };
  return changeOrder({ ...input, once }, async (work) => {
    const { tx, room, order, lines, set, at, tell } = work;
    requireState(order, ['open', 'picking', 'packed', 'partly-shipped'], 'shipped');
    set.pickingAt = order.pickingAt ?? at;
    const shippedAt = input.shippedAt ?? at;
    const shipped: string[] = [];
    if (!choices) {
      const parcels = await tx.stockroomShipment.findMany({
        where: { shopId: room.shopId, orderId: order.id, state: 'packed' },
        orderBy: { number: 'asc' },
      });
      const rows = await tx.stockroomShipmentLine.findMany({
        where: { shopId: room.shopId, shipmentId: { in: parcels.map(({ id }) => id) } },
      });
      for (const { id, tracking: own } of parcels) {
        const inside = lines.flatMap((line) =>
          rows.filter((row) => row.shipmentId === id && row.lineId === line.id).map(({ quantity }) => ({ line, quantity })),
        );
        await sendParcel(
          work,
          id,
          inside,
          Array.isArray(own) && own.length > 0 ? (own as unknown as TrackingInfo[]) : tracking,
          shippedAt,
        );
        shipped.push(id);
      }
    }
    const chosen = choices
      ? chooseLines(order.reference, lines, choices, unpackedOf, 'shipped without unpacking a parcel')
      : allLines(lines, unpackedOf);
    if (chosen.length > 0) {
      for (const { line, quantity } of chosen) line.shipped += quantity;
      await takeOut(work, chosen);
      shipped.push(
        await createParcel(work, chosen, { state: 'shipped', tracking, shippedAt, ...(note === undefined ? {} : { note }) }),
      );
    }
    if (shipped.length === 0)
      throw refusal('stockroom-quantity', `Nothing of order ${order.reference} is left to ship.`, {
        params: { reference: order.reference },
      });
    await announce(tx, room, { about: 'shipments', subject: order.reference });
    tell('shipped', { parcels: shipped.length, remaining: lines.reduce((sum, line) => sum + remainingOf(line), 0) });
    return shipped;
  });
}

/** Ships one packed parcel. `tracking` replaces what was noted when it was packed. */
export function shipParcel(
  input: Room & { shipment: string; tracking?: TrackingInfo[]; shippedAt?: Date; actor: Actor },
): Promise<void> {
  return changeParcel(input, async (work, parcel, lines) => {
    requireState(work.order, ['open', 'picking', 'packed', 'partly-shipped'], 'shipped');
    if (parcel.state !== 'packed') throw parcelState(parcel, 'shipped');
    await sendParcel(
      work,
      parcel.id,
      lines,
      input.tracking ?? (parcel.tracking as unknown as TrackingInfo[]),
      input.shippedAt ?? work.at,
    );
    work.tell('shipped', {
      parcels: 1,
      shipment: parcel.number,
      remaining: work.lines.reduce((sum, line) => sum + remainingOf(line), 0),
    });
  });
}

/** Puts right what was written on a parcel; whoever mirrors shipments sees the change. */
export function correctTracking(input: Room & { shipment: string; tracking: TrackingInfo[]; actor: Actor }): Promise<void> {
  return changeParcel(input, async ({ tx, room, order, at, change, tell }, parcel) => {
    if (parcel.state === 'cancelled') throw parcelState(parcel, 'changed');
    const data = { tracking: asJson(input.tracking), change: await change(), changedAt: at };
    await tx.stockroomShipment.update({ where: { shopId_id: { shopId: room.shopId, id: parcel.id } }, data });
    await announce(tx, room, { about: 'shipments', subject: order.reference });
    tell('tracking-corrected', { shipment: parcel.number, tracking: input.tracking.map(({ number }) => number).join(', ') });
  });
}

/**
 * Takes a shipment back that did not leave after all: its goods are on hand again, and reserved again while the order waits for them.
 * An order that was closed goes back to where it was.
 */
export function cancelShipment(input: Room & { shipment: string; reason?: string; actor: Actor }): Promise<void> {
  return changeParcel(input, async (work, parcel, lines) => {
    const { tx, room, order, actor, at, tell } = work;
    if (parcel.state !== 'shipped') throw parcelState(parcel, 'cancelled');
    const back = lines.find(({ line, quantity }) => line.shipped - quantity < line.returned);
    if (back) {
      throw refusal(
        'stockroom-quantity',
        `"${back.line.sku}" of parcel ${parcel.number} came back as a return already: the shipment can't be cancelled.`,
        {
          params: { shipment: parcel.number, sku: back.line.sku },
        },
      );
    }
    for (const { line, quantity } of lines) line.shipped -= quantity;
    const moves = lines.map(({ line, quantity }): StockMove => ({
      facilityId: parcel.facilityId,
      productId: line.productId,
      mode: 'add',
      value: quantity,
      reserved: quantity,
    }));
    const reason = input.reason?.trim() ?? '';
    await moveStock(
      tx,
      room,
      moves,
      { kind: 'shipment-cancelled', reason, reference: order.reference, actor, at, known: false },
      await work.change(),
    );
    const data = { state: 'cancelled', cancelledAt: at, change: await work.change(), changedAt: at };
    await tx.stockroomShipment.update({ where: { shopId_id: { shopId: room.shopId, id: parcel.id } }, data });
    await announce(tx, room, { about: 'shipments', subject: order.reference });
    tell('shipment-cancelled', { shipment: parcel.number, reason });
  });
}
