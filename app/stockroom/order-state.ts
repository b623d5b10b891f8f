import type { OrderState } from './order-types.ts';
import { refusal } from './refusals.ts';

export interface LineCounts {
  quantity: number;
  packed: number;
  shipped: number;
  cancelled: number;
}

/** Units of a line that have not left, packed or not. */
export function remainingOf({ quantity, shipped, cancelled }: LineCounts): number {
  return quantity - shipped - cancelled;
}

/** Units of a line that are neither shipped nor in a parcel. */
export function unpackedOf(line: LineCounts): number {
  return remainingOf(line) - line.packed;
}

const sum = (lines: readonly LineCounts[], of: (line: LineCounts) => number) =>
  lines.reduce((total, line) => total + of(line), 0);

/** Where an order stands; it follows from what was done to it and is never set by hand. */
export function stateOf(
  order: { cancelledAt: Date | null; heldAt: Date | null; pickingAt: Date | null },
  lines: readonly LineCounts[],
): OrderState {
  const remaining = sum(lines, remainingOf);
  const shipped = sum(lines, (line) => line.shipped);
  const packed = sum(lines, (line) => line.packed);
  if (order.cancelledAt) return 'cancelled';
  if (remaining === 0) return shipped > 0 ? 'shipped' : 'cancelled';
  if (order.heldAt) return 'held';
  if (shipped > 0) return 'partly-shipped';
  if (packed === remaining) return 'packed';
  return order.pickingAt !== null || packed > 0 ? 'picking' : 'open';
}

const words: Record<OrderState, string> = {
  open: 'is open',
  picking: 'is being picked',
  packed: 'is packed',
  'partly-shipped': 'is partly shipped',
  shipped: 'is shipped',
  cancelled: 'is cancelled',
  held: 'is held',
};

/** Refuses unless the order stands where `what` is possible. */
export function requireState(order: { reference: string; state: string }, allowed: readonly OrderState[], what: string): void {
  const state = order.state as OrderState;
  if (allowed.includes(state)) return;
  throw refusal('stockroom-order-state', `Order ${order.reference} ${words[state]}: it can't be ${what}.`, {
    field: 'state',
    params: { reference: order.reference, state, what },
  });
}
