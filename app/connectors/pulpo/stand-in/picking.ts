import { emit } from './events.ts';
import { presentPackingOrder, type PackingOrderRow } from './packing-record.ts';
import { embeddedProduct } from './product-record.ts';
import { fulfillmentsOf, itemsOf, type SalesItemRow, type SalesOrderRow } from './sales-order-record.ts';
import { setState } from './sales-order-states.ts';
import { locationOf, move } from './stock-levels.ts';
import type { World } from './world.ts';

export interface BoxLine {
  itemId: number;
  quantity: number;
}

/** Every unit of an order that hasn't left yet. */
export const wholeOrder = (world: World, orderId: number): BoxLine[] =>
  itemsOf(world, orderId).flatMap((item) =>
    item.fulfilled_quantity < item.quantity ? [{ itemId: item.id, quantity: item.quantity - item.fulfilled_quantity }] : [],
  );

/** queue → picking. */
export function startPicking(world: World, order: SalesOrderRow): void {
  world.state.transaction(() => {
    setState(world, order.id, 'picking');
    const now = world.now();
    const { lastId } = world.state.run(
      "INSERT INTO picking_orders (fulfillment_order_id, warehouse_id, state, inserted_at, updated_at) VALUES (?,?,'taken',?,?)",
      openFulfillment(world, order.id),
      order.warehouse_id,
      now,
      now,
    );
    emit(world, 'picking_order_created', order.warehouse_id, pickingOrder(world, order, lastId));
  });
}

/** picking → packing: what is wanted leaves storage for the packing table. Without `wanted`, everything open. */
export function finishPicking(
  world: World,
  order: SalesOrderRow,
  wanted: readonly BoxLine[] = wholeOrder(world, order.id),
): PackingOrderRow {
  return world.state.transaction(() => {
    if (order.state === 'queue') startPicking(world, order);
    const fulfillment = openFulfillment(world, order.id);
    const items = new Map(itemsOf(world, order.id).map((item) => [item.id, item]));
    for (const { itemId, quantity } of wanted) {
      const item = items.get(itemId) as SalesItemRow;
      const toPick = quantity - (item.picked_quantity - item.fulfilled_quantity);
      if (toPick <= 0) continue;
      // a picker who finds more than the system knows of takes it all the same: storage never goes below 0
      move(world, item.product_id, locationOf(world, order.warehouse_id, 'storage'), -toPick);
      move(world, item.product_id, locationOf(world, order.warehouse_id, 'packing'), toPick);
      world.state.run('UPDATE sales_items SET picked_quantity = picked_quantity + ? WHERE id = ?', toPick, item.id);
    }
    const now = world.now();
    const picking = world.state.get<{ id: number }>(
      "SELECT id FROM picking_orders WHERE fulfillment_order_id = ? AND state = 'taken'",
      fulfillment,
    );
    if (picking) {
      world.state.run("UPDATE picking_orders SET state = 'ended', updated_at = ? WHERE id = ?", now, picking.id);
      emit(world, 'picking_order_finished', order.warehouse_id, pickingOrder(world, order, picking.id));
    }
    setState(world, order.id, 'packing');
    return packingOrderFor(world, order, fulfillment);
  });
}

export function openFulfillment(world: World, orderId: number): number {
  const open = fulfillmentsOf(world, orderId).find(({ state }) => state !== 'ended' && state !== 'cancelled');
  if (!open) throw new Error(`Sales order ${orderId} has no open fulfilment order`);
  return open.id;
}

function packingOrderFor(world: World, order: SalesOrderRow, fulfillment: number): PackingOrderRow {
  const open = world.state.get<PackingOrderRow>(
    "SELECT * FROM packing_orders WHERE fulfillment_order_id = ? AND state IN ('queue', 'taken')",
    fulfillment,
  );
  if (open) return open;
  const now = world.now();
  const { lastId } = world.state.run(
    "INSERT INTO packing_orders (sequence_number, sales_order_id, fulfillment_order_id, warehouse_id, merchant_id, state, inserted_at, updated_at) VALUES ('',?,?,?,?,'queue',?,?)",
    order.id,
    fulfillment,
    order.warehouse_id,
    order.merchant_id,
    now,
    now,
  );
  world.state.run('UPDATE packing_orders SET sequence_number = ? WHERE id = ?', `PA-${lastId}`, lastId);
  requestItems(world, lastId, fulfillment);
  const row = world.state.get<PackingOrderRow>('SELECT * FROM packing_orders WHERE id = ?', lastId) as PackingOrderRow;
  emit(world, 'packing_order_created', order.warehouse_id, presentPackingOrder(world, row));
  return row;
}

/** A packing order asks for products, not for lines: the lines are told by the boxes. */
export function requestItems(world: World, packingId: number, fulfillment: number): void {
  world.state.run('DELETE FROM packing_items WHERE packing_order_id = ?', packingId);
  world.state.run(
    `INSERT INTO packing_items (packing_order_id, product_id, requested_quantity, packed_quantity)
     SELECT ?, i.product_id, sum(f.quantity), 0 FROM fulfillment_items f JOIN sales_items i ON i.id = f.sales_item_id WHERE f.fulfillment_order_id = ? GROUP BY i.product_id`,
    packingId,
    fulfillment,
  );
}

function pickingOrder(world: World, order: SalesOrderRow, id: number): Record<string, unknown> {
  const row = world.state.get<{ fulfillment_order_id: number }>('SELECT * FROM picking_orders WHERE id = ?', id);
  return {
    ...row,
    sequence_number: `PI-${id}`,
    merchant_id: order.merchant_id,
    items: itemsOf(world, order.id).map((item) => ({
      product_id: item.product_id,
      product: embeddedProduct(world, item.product_id),
      fulfillment_order_id: row?.fulfillment_order_id,
      requested_quantity: item.quantity - item.fulfilled_quantity,
      picked_quantity: item.picked_quantity - item.fulfilled_quantity,
    })),
  };
}
