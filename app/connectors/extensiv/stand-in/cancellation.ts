import { optionsOf } from './carts.ts';
import { itemsOf, type OrderRow } from './order-record.ts';
import { figureChanged } from './stock-levels.ts';
import type { World } from './world.ts';

/** Takes an order out of the way, in IM and at the WMS. It stays, and stays visible by API. Source: extensiv.md §1.6. */
export function cancel(world: World, order: OrderRow): void {
  const now = world.clock.now();
  world.state.run(
    `UPDATE orders SET status = 'canceled', wms_state = CASE WHEN wms_state IS NULL THEN NULL ELSE 'canceled' END, canceled_at = ?, updated_at = ?,
       deliver_at = NULL WHERE pk = ?`,
    now,
    now,
    order.pk,
  );
  for (const item of itemsOf(world, order.pk)) figureChanged(world, order.warehouse_pk ?? 0, item.sku);
}

/** Why the WMS won't cancel; undefined when it will. "No guarantee" (extensiv.md §1.7); from picking on it refuses here, a guess. */
export function refusesCancel(world: World, order: OrderRow): string | undefined {
  switch (order.wms_state) {
    case null:
      return order.status === 'canceled' ? 'Order is already canceled.' : undefined;
    case 'open':
      if (!optionsOf(world, order.cart_pk).wmsCancel) return 'WMS does not support canceling orders.';
      return itemsOf(world, order.pk).some((item) => item.shipped > 0) ? 'Order has already been partially shipped.' : undefined;
    case 'picking':
    case 'packed':
      return 'Order is already being processed in the WMS.';
    case 'shipped':
      return 'Order has already shipped.';
    case 'canceled':
      return 'Order is already canceled.';
  }
}
