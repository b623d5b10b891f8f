import { emit } from './events.ts';
import { printLabel, type Label } from './labels.ts';
import { presentBox, presentPackingOrder, type BoxRow, type PackingOrderRow } from './packing-record.ts';
import { finishPicking, openFulfillment, requestItems, startPicking, type BoxLine } from './picking.ts';
import { itemsOf, orderRow, presentOrder, type SalesItemRow, type SalesOrderRow } from './sales-order-record.ts';
import { setState } from './sales-order-states.ts';
import { addFulfillment } from './sales-order-write.ts';
import { locationOf, move } from './stock-levels.ts';
import type { World } from './world.ts';

export interface BoxPlan extends Label {
  lines: BoxLine[];
}

/**
 * Packs boxes and hands them over. What stays behind goes on as a fulfilment order of its own (`rest: 'open'`), or is given up as
 * missing and the order ends without it (`rest: 'missing'`). Source: pulpo.md §2.6; that an order goes back to `picking` between two
 * shipments is a guess.
 */
export function ship(
  world: World,
  orderId: number,
  boxes: readonly BoxPlan[],
  rest: 'open' | 'missing' = 'open',
): PackingOrderRow {
  return world.state.transaction(() => {
    const order = orderRow(world, orderId);
    const total = new Map<number, number>();
    for (const { itemId, quantity } of boxes.flatMap((box) => box.lines)) total.set(itemId, (total.get(itemId) ?? 0) + quantity);
    const wanted = [...total].map(([itemId, quantity]) => ({ itemId, quantity }));
    if (order.state === 'queue') startPicking(world, order);
    const fulfillment = openFulfillment(world, orderId);
    split(world, orderRow(world, orderId), fulfillment, total);
    const packing = finishPicking(world, orderRow(world, orderId), wanted);
    const now = world.now();
    world.state.run("UPDATE packing_orders SET state = 'taken', updated_at = ? WHERE id = ?", now, packing.id);
    const items = new Map(itemsOf(world, orderId).map((item) => [item.id, item]));
    for (const [index, box] of boxes.entries()) packBox(world, order, packing.id, index + 1, box, items);

    for (const { itemId, quantity } of wanted) {
      move(world, items.get(itemId)?.product_id ?? 0, locationOf(world, order.warehouse_id, 'packing'), -quantity);
      world.state.run('UPDATE sales_items SET fulfilled_quantity = fulfilled_quantity + ? WHERE id = ?', quantity, itemId);
    }
    world.state.run(
      "UPDATE sales_items SET state = 'ended' WHERE sales_order_id = ? AND fulfilled_quantity >= quantity",
      orderId,
    );
    world.state.run('UPDATE fulfillment_items SET fulfilled_quantity = quantity WHERE fulfillment_order_id = ?', fulfillment);
    world.state.run("UPDATE fulfillment_orders SET state = 'ended', updated_at = ? WHERE id = ?", now, fulfillment);
    world.state.run('UPDATE packing_items SET packed_quantity = requested_quantity WHERE packing_order_id = ?', packing.id);
    world.state.run("UPDATE packing_orders SET state = 'ended', end_date = ?, updated_at = ? WHERE id = ?", now, now, packing.id);
    const ended = world.state.get<PackingOrderRow>('SELECT * FROM packing_orders WHERE id = ?', packing.id) as PackingOrderRow;
    emit(world, 'packing_order_finished', order.warehouse_id, presentPackingOrder(world, ended));
    handOver(world, order, ended);
    settle(world, orderId, rest);
    return ended;
  });
}

function packBox(
  world: World,
  order: SalesOrderRow,
  packingId: number,
  number: number,
  box: BoxPlan,
  items: ReadonlyMap<number, SalesItemRow>,
): void {
  const now = world.now();
  const { lastId } = world.state.run(
    "INSERT INTO packing_boxes (packing_order_id, box_number, name, state, inserted_at, updated_at) VALUES (?,?,?,'closed',?,?)",
    packingId,
    number,
    `Box ${number}`,
    now,
    now,
  );
  for (const { itemId, quantity } of box.lines) {
    const item = items.get(itemId) as SalesItemRow;
    world.state.run(
      'INSERT INTO packing_box_items (packing_box_id, sales_item_id, product_id, quantity, line_order_id) VALUES (?,?,?,?,?)',
      lastId,
      itemId,
      item.product_id,
      quantity,
      item.line_order_id,
    );
  }
  const closed = presentBox(world, world.state.get<BoxRow>('SELECT * FROM packing_boxes WHERE id = ?', lastId) as BoxRow);
  emit(world, 'packing_box_closed', order.warehouse_id, { ...closed, merchant_id: order.merchant_id });
  printLabel(world, order, lastId, box);
}

function handOver(world: World, order: SalesOrderRow, packing: PackingOrderRow): void {
  const now = world.now();
  const { lastId } = world.state.run(
    "INSERT INTO shipping_orders (sequence_number, sales_order_id, fulfillment_order_id, warehouse_id, packing_order_id, state, inserted_at, updated_at) VALUES ('',?,?,?,?,'ended',?,?)",
    order.id,
    packing.fulfillment_order_id,
    order.warehouse_id,
    packing.id,
    now,
    now,
  );
  world.state.run('UPDATE shipping_orders SET sequence_number = ? WHERE id = ?', `SO-${lastId}`, lastId);
}

/** Ends the order when nothing is left, else sends the rest on. */
function settle(world: World, orderId: number, rest: 'open' | 'missing'): void {
  const left = itemsOf(world, orderId).filter((item) => item.fulfilled_quantity < item.quantity);
  if (left.length > 0 && rest === 'open') {
    const picked = left.every((item) => item.picked_quantity === item.quantity);
    setState(world, orderId, picked ? 'packing' : 'picking');
    return;
  }
  if (left.length > 0) {
    world.state.run('UPDATE sales_orders SET missing_stock_items_cancelled = 1 WHERE id = ?', orderId);
    world.state.run("UPDATE fulfillment_orders SET state = 'cancelled' WHERE sales_order_id = ? AND state <> 'ended'", orderId);
  }
  setState(world, orderId, 'shipping');
  const row = setState(world, orderId, 'ended');
  emit(world, 'sales_order_finished', row.warehouse_id, presentOrder(world, row));
}

/** Keeps what is shipped now in this fulfilment order and moves the rest to a new one. */
function split(world: World, order: SalesOrderRow, fulfillment: number, shipped: ReadonlyMap<number, number>): void {
  const parts = world.state.all<{ id: number; sales_item_id: number; quantity: number }>(
    'SELECT id, sales_item_id, quantity FROM fulfillment_items WHERE fulfillment_order_id = ?',
    fulfillment,
  );
  const rest = parts
    .map((part) => ({ id: part.sales_item_id, quantity: part.quantity - (shipped.get(part.sales_item_id) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
  if (rest.length === 0) return;
  for (const part of parts) {
    const now = shipped.get(part.sales_item_id) ?? 0;
    if (now === 0) world.state.run('DELETE FROM fulfillment_items WHERE id = ?', part.id);
    else world.state.run('UPDATE fulfillment_items SET quantity = ? WHERE id = ?', now, part.id);
  }
  const packing = world.state.get<{ id: number }>(
    "SELECT id FROM packing_orders WHERE fulfillment_order_id = ? AND state IN ('queue', 'taken')",
    fulfillment,
  );
  if (packing) requestItems(world, packing.id, fulfillment);
  addFulfillment(world, order.id, order.warehouse_id, rest);
}
