import { announce } from './announce.ts';
import { changeOrder } from './order-work.ts';
import type { Actor, Room } from './room.ts';

/**
 * Notes what another system calls the state of an order. Stockroom's own state follows from what was done and doesn't change; what the words mean
 * for the shop is the merchant's to say. Empty takes it back.
 */
export function noteOrderStatus(input: Room & { order: string; status: string; actor: Actor }): Promise<void> {
  return changeOrder(input, async ({ tx, room, order, set, tell }) => {
    const status = input.status.trim();
    if (status === order.statusText) return;
    Object.assign(set, { statusText: status });
    tell('status-noted', { status });
    await announce(tx, room, { about: 'orders', subject: order.reference });
  });
}
