import { BadRequest } from '../../../../sandbox/kit/http.ts';
import { linesOf, orderById, STATUS, type OrderRow } from './order-record.ts';
import { moveStock } from './stock-levels.ts';
import type { World } from './world.ts';

/** Writes a status and what only people there see beside it. */
export function setStatus(world: World, order: OrderRow, status: string, sub: string | null = null): OrderRow {
  world.state.run(
    'UPDATE orders SET status = ?, sub_status = ?, changed_at = ? WHERE id = ?',
    status,
    sub,
    world.now(),
    order.id,
  );
  return orderById(world, order.id) as OrderRow;
}

export function mustBe(order: OrderRow, ...statuses: string[]): OrderRow {
  if (!statuses.includes(order.status))
    throw new BadRequest(
      `${order.ecommerce_number ?? order.number} is ${order.status}; this can be done in ${statuses.join(', ')}.`,
      409,
    );
  return order;
}

/** Gives the allocated stock back. What is despatched can't be cancelled. */
export function cancel(world: World, order: OrderRow): OrderRow {
  mustBe(order, STATUS.open, STATUS.held);
  return world.state.transaction(() => {
    for (const line of linesOf(world, order.id))
      moveStock(world, line.variant_id, line.location_id, { allocated: line.despatched - line.quantity });
    return setStatus(world, order, STATUS.cancelled);
  });
}
