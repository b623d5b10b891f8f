import { emit } from './events.ts';
import { FACTS } from './facts.ts';
import { refuseColumns } from './refusals.ts';
import { itemsOf, orderRow, presentOrder, type OrderState, type SalesOrderRow } from './sales-order-record.ts';
import { locationOf, move } from './stock-levels.ts';
import { warehouseRow } from './warehouses.ts';
import type { World } from './world.ts';

/** Puts the order, its open items and its open fulfilment orders into a state. */
export function setState(world: World, orderId: number, state: OrderState): SalesOrderRow {
  const now = world.now();
  world.state.run('UPDATE sales_orders SET state = ?, updated_at = ? WHERE id = ?', state, now, orderId);
  world.state.run('UPDATE sales_items SET state = ? WHERE sales_order_id = ? AND fulfilled_quantity < quantity', state, orderId);
  world.state.run(
    "UPDATE fulfillment_orders SET state = ?, updated_at = ? WHERE sales_order_id = ? AND state NOT IN ('ended', 'cancelled')",
    state,
    now,
    orderId,
  );
  return orderRow(world, orderId);
}

/** Throws unless the whole order may still be rewritten. Source: pulpo.md §2.5; which status when is a guess. */
export function mustBeOpen(order: SalesOrderRow): void {
  if (order.state === 'queue') return;
  const status = order.state === 'ended' || order.state === 'cancelled' ? 403 : 422;
  throw refuseColumns(FACTS.updateTooLate, { state: `is ${order.state}: a sales order can only be updated in queue` }, status);
}

/** Only an order in the queue can be paused. Source: pulpo.md §2.5. */
export function pause(world: World, order: SalesOrderRow): SalesOrderRow {
  if (order.state !== 'queue')
    throw refuseColumns(FACTS.pause, { state: `is ${order.state}: only orders in queue can be paused` });
  return told(world, order, 'paused');
}

export function resume(world: World, order: SalesOrderRow): SalesOrderRow {
  if (order.state !== 'paused')
    throw refuseColumns(FACTS.pause, { state: `is ${order.state}: only paused orders can be resumed` });
  return told(world, order, 'queue');
}

function told(world: World, order: SalesOrderRow, state: OrderState): SalesOrderRow {
  return world.state.transaction(() => {
    const row = setState(world, order.id, state);
    emit(world, 'sales_order_updated', row.warehouse_id, presentOrder(world, row));
    return row;
  });
}

/**
 * Cancels what is left of an order. Refused when ended, and in picking when there is no free place to put the goods down.
 * Goods that were already taken go back to storage at once; the real replenishment task between is left out (a guess).
 */
export function cancel(world: World, order: SalesOrderRow): SalesOrderRow {
  if (order.state === 'ended') throw refuseColumns(FACTS.cancelEnded, { state: 'is ended: it can not be cancelled' });
  if (order.state === 'cancelled' || order.state === 'shipping')
    throw refuseColumns(FACTS.cancelTwice, { state: `is ${order.state}: it can not be cancelled` });
  if (order.state === 'picking' && (warehouseRow(world, order.warehouse_id)?.packing_locations ?? 0) === 0)
    throw refuseColumns(FACTS.cancelPicking, { packing_location_id: 'there are no available packing locations' });
  return world.state.transaction(() => {
    for (const item of itemsOf(world, order.id)) {
      const taken = item.picked_quantity - item.fulfilled_quantity;
      if (taken === 0) continue;
      move(world, item.product_id, locationOf(world, order.warehouse_id, 'packing'), -taken);
      move(world, item.product_id, locationOf(world, order.warehouse_id, 'storage'), taken);
      world.state.run('UPDATE sales_items SET picked_quantity = fulfilled_quantity WHERE id = ?', item.id);
    }
    world.state.run(
      "UPDATE packing_orders SET state = 'cancelled', updated_at = ? WHERE sales_order_id = ? AND state NOT IN ('ended', 'closed')",
      world.now(),
      order.id,
    );
    const row = setState(world, order.id, 'cancelled');
    emit(world, 'sales_order_cancelled', row.warehouse_id, presentOrder(world, row));
    return row;
  });
}
