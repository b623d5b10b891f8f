import { announce } from './announce.ts';
import { remainingOf, requireState } from './order-state.ts';
import { changeOrder, type OrderWork } from './order-work.ts';
import { asCrossdockError } from '../core/errors.ts';
import { refusal } from './refusals.ts';
import type { Actor, Room } from './room.ts';
import { moveStock, type StockMove } from './stock-moves.ts';

interface Step extends Room {
  /** Reference or id. */
  order: string;
  actor: Actor;
}

/** Keeps an order back: it can't be picked or shipped until it is released. Its stock stays reserved. */
export function holdOrder(input: Step & { reason: string }): Promise<void> {
  return changeOrder(input, ({ order, set, at, tell }) => {
    requireState(order, ['open', 'picking', 'packed', 'partly-shipped', 'held'], 'held');
    Object.assign(set, { heldAt: order.heldAt ?? at, heldReason: input.reason.trim() });
    tell('held', { reason: input.reason.trim() });
    return Promise.resolve();
  });
}

export function releaseOrder(input: Step): Promise<void> {
  return changeOrder(input, ({ order, set, tell }) => {
    requireState(order, ['held'], 'released');
    Object.assign(set, { heldAt: null, heldReason: '' });
    tell('released');
    return Promise.resolve();
  });
}

/** What a step over several orders came to. */
export interface StepResult {
  done: string[];
  refused: { order: string; code: string; text: string }[];
}

async function forEach(orders: string[], step: (order: string) => Promise<unknown>): Promise<StepResult> {
  const result: StepResult = { done: [], refused: [] };
  for (const order of orders) {
    try {
      await step(order);
      result.done.push(order);
    } catch (thrown) {
      const error = asCrossdockError(thrown);
      if (error.kind !== 'rejected') throw thrown;
      result.refused.push({ order, code: error.code, text: error.message });
    }
  }
  return result;
}

/** Takes orders into work; from then on they can't be amended. One that can't be picked is named, the rest go on. */
export function startPicking({ orders, ...input }: Room & { orders: string[]; actor: Actor }): Promise<StepResult> {
  return forEach(orders, (order) =>
    changeOrder({ ...input, order }, ({ order: row, set, at, tell }) => {
      requireState(row, ['open', 'picking'], 'picked');
      if (row.pickingAt) return Promise.resolve();
      set.pickingAt = at;
      tell('picking-started');
      return Promise.resolve();
    }),
  );
}

/** Puts orders back that nobody has packed anything of. */
export function stopPicking({ orders, ...input }: Room & { orders: string[]; actor: Actor }): Promise<StepResult> {
  return forEach(orders, (order) =>
    changeOrder({ ...input, order }, ({ order: row, lines, set, tell }) => {
      requireState(row, ['open', 'picking'], 'put back');
      if (lines.some(({ packed }) => packed > 0)) {
        throw refusal('stockroom-order-state', `Order ${row.reference} has parcels. Unpack them first.`, {
          params: { reference: row.reference, state: row.state, what: '' },
        });
      }
      set.pickingAt = null;
      tell('picking-stopped');
      return Promise.resolve();
    }),
  );
}

/** Unpacks what has not left. */
async function unpackAll({ tx, room, order, lines }: OrderWork): Promise<void> {
  const parcels = await tx.stockroomShipment.findMany({
    where: { shopId: room.shopId, orderId: order.id, state: 'packed' },
    select: { id: true },
  });
  const ids = parcels.map(({ id }) => id);
  await tx.stockroomShipmentLine.deleteMany({ where: { shopId: room.shopId, shipmentId: { in: ids } } });
  await tx.stockroomShipment.deleteMany({ where: { shopId: room.shopId, id: { in: ids } } });
  for (const line of lines) line.packed = 0;
}

/**
 * Cancels an order of which nothing has left, and gives its stock free. A partly shipped one is refused unless `remaining`: then what has not
 * left is cancelled and the order is closed short. Cancelling a cancelled order does nothing.
 */
export function cancelOrder(input: Step & { reason?: string; remaining?: boolean }): Promise<void> {
  return changeOrder(input, async (work) => {
    const { tx, room, order, lines, set, at, actor, tell } = work;
    if (order.state === 'cancelled') return;
    const shipped = lines.some((line) => line.shipped > 0);
    requireState(
      { ...order, state: shipped && order.state === 'held' ? 'partly-shipped' : order.state },
      ['open', 'picking', 'packed', 'held', ...(input.remaining ? ['partly-shipped' as const] : [])],
      'cancelled any more',
    );
    await unpackAll(work);
    const moves = lines.map((line): StockMove => ({
      facilityId: order.facilityId,
      productId: line.productId,
      mode: 'add',
      value: 0,
      reserved: -remainingOf(line),
    }));
    const reason = input.reason?.trim() ?? '';
    tell(shipped ? 'closed-short' : 'cancelled', { reason, units: lines.reduce((sum, line) => sum + remainingOf(line), 0) });
    for (const line of lines) line.cancelled += remainingOf(line);
    if (actor.kind !== 'sync') await announce(tx, room, { about: 'orders', subject: order.reference });
    Object.assign(set, { cancelReason: reason, heldAt: null, heldReason: '', ...(shipped ? {} : { cancelledAt: at }) });
    await moveStock(tx, room, moves, { kind: 'adjusted', reason, actor, at, known: false }, await work.change());
  });
}
