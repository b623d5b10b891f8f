import { emit } from './events.ts';
import { printLabel, type Label } from './labels.ts';
import { presentBox, presentPackingOrder, type BoxRow, type PackingOrderRow } from './packing-record.ts';
import { embeddedProduct } from './product-record.ts';
import { fulfillmentsOf, itemsOf, orderRow, presentOrder, type SalesItemRow, type SalesOrderRow } from './sales-order-record.ts';
import { setState } from './sales-order-states.ts';
import { addFulfillment } from './sales-order-write.ts';
import { locationOf, move } from './stock-levels.ts';
import type { World } from './world.ts';

export interface BoxLine {
  itemId: number;
  quantity: number;
}

export interface BoxPlan extends Label {
  lines: BoxLine[];
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

function openFulfillment(world: World, orderId: number): number {
  const open = fulfillmentsOf(world, orderId).find(({ state }) => state !== 'ended' && state !== 'cancelled');
  if (!open) throw new Error(`Sales order ${orderId} has no open fulfilment order`);
  return open.id;
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
function requestItems(world: World, packingId: number, fulfillment: number): void {
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
