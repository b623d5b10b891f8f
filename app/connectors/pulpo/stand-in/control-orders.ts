import { Hono } from 'hono';
import { z } from 'zod';
import { BadRequest } from '../../../../sandbox/kit/http.ts';
import { controlBody } from './control-body.ts';
import { ship, type BoxPlan } from './dispatch.ts';
import { printLabel } from './labels.ts';
import { finishPicking, startPicking, wholeOrder, type BoxLine } from './picking.ts';
import { productRow } from './product-record.ts';
import { receiveReturn } from './reception.ts';
import { itemsOf, orderByNumber, orderRow, presentOrder, type SalesOrderRow } from './sales-order-record.ts';
import { cancel } from './sales-order-states.ts';
import type { World } from './world.ts';

const line = z.strictObject({ sku: z.string(), quantity: z.int().positive() });
const label = z.enum(['printed', 'failed', 'none']).default('printed');
const reference = z.string();
const named = z.strictObject({ reference });
const unitsBody = line.extend({ reference });
const shipBody = z.strictObject({
  reference,
  lines: z.array(line).optional(),
  tracking: z.string().optional(),
  carrier: z.string().optional(),
  label,
  boxes: z
    .array(z.strictObject({ lines: z.array(line), tracking: z.string().optional(), carrier: z.string().optional(), label }))
    .optional(),
  rest: z.enum(['open', 'missing']).default('open'),
});
const labelBody = z.strictObject({
  reference,
  box: z.int().positive().default(1),
  tracking: z.string().optional(),
  carrier: z.string().optional(),
  label,
});
const returnBody = z.strictObject({
  reference,
  lines: z
    .array(
      line.extend({
        state: z.enum(['accepted', 'rejected']).default('accepted'),
        reason: z.string().optional(),
        notes: z.string().optional(),
        restock: z.boolean().optional(),
      }),
    )
    .min(1),
  notes: z.string().optional(),
});

/** What the people in the warehouse do with an order. */
export function orderControl(world: World): Hono {
  const app = new Hono();
  const find = (number: string): SalesOrderRow => {
    const row = orderByNumber(world, number) ?? orderByNumber(world, `#${number}`);
    if (!row) throw new BadRequest(`PULPO has no sales order ${number}.`, 404);
    return row;
  };
  const inState = (order: SalesOrderRow, ...states: string[]): SalesOrderRow => {
    if (!states.includes(order.state))
      throw new BadRequest(`${order.order_num} is ${order.state}; this can be done in ${states.join(', ')}.`, 409);
    return order;
  };

  app.post('/pick', async (c) => {
    const order = inState(find((await controlBody(c, named)).reference), 'queue');
    startPicking(world, order);
    return c.json(presentOrder(world, orderRow(world, order.id)));
  });
  app.post('/pack', async (c) => {
    const order = inState(find((await controlBody(c, named)).reference), 'queue', 'picking');
    finishPicking(world, order);
    return c.json(presentOrder(world, orderRow(world, order.id)));
  });
  app.post('/ship', async (c) => {
    const body = await controlBody(c, shipBody);
    const order = inState(find(body.reference), 'queue', 'picking', 'packing');
    const open = wholeOrder(world, order.id);
    const plans: BoxPlan[] = (body.boxes ?? [body]).map((box) => ({
      label: box.label,
      ...(box.tracking === undefined ? {} : { tracking: box.tracking }),
      ...(box.carrier === undefined ? {} : { carrier: box.carrier }),
      lines: box.lines ? take(world, order, open, box.lines) : open.splice(0).filter(({ quantity }) => quantity > 0),
    }));
    if (plans.every((plan) => plan.lines.length === 0))
      throw new BadRequest(`Nothing of ${order.order_num} is left to ship.`, 409);
    const packing = ship(world, order.id, plans, body.rest);
    return c.json({ packingOrder: packing.id, order: presentOrder(world, orderRow(world, order.id)) }, 201);
  });
  // a label that was missing or refused is printed later
  app.post('/label', async (c) => {
    const { reference: number, box, ...wanted } = await controlBody(c, labelBody);
    const order = find(number);
    const row = world.state.all<{ id: number }>(
      'SELECT b.id FROM packing_boxes b JOIN packing_orders o ON o.id = b.packing_order_id WHERE o.sales_order_id = ? ORDER BY b.id',
      order.id,
    )[box - 1];
    if (!row) throw new BadRequest(`${order.order_num} has no box ${box}.`, 404);
    world.state.transaction(() => printLabel(world, order, row.id, wanted));
    return c.json({ box: row.id });
  });
  app.post('/cancel', async (c) => c.json(presentOrder(world, cancel(world, find((await controlBody(c, named)).reference)))));
  // as when PULPO were restored from a backup made before: an order in the queue was never there, and nobody is told
  app.post('/lose', async (c) => {
    const order = inState(find((await controlBody(c, named)).reference), 'queue');
    const fulfilments = 'SELECT id FROM fulfillment_orders WHERE sales_order_id = ?';
    world.state.transaction(() => {
      world.state.run(`DELETE FROM picking_orders WHERE fulfillment_order_id IN (${fulfilments})`, order.id);
      world.state.run(`DELETE FROM fulfillment_items WHERE fulfillment_order_id IN (${fulfilments})`, order.id);
      for (const table of ['fulfillment_orders', 'sales_items'])
        world.state.run(`DELETE FROM ${table} WHERE sales_order_id = ?`, order.id);
      world.state.run('DELETE FROM sales_orders WHERE id = ?', order.id);
    });
    return c.json({ lost: order.order_num });
  });
  // somebody in the warehouse puts another number of units into an order in the queue
  app.post('/units', async (c) => {
    const { reference: number, sku, quantity } = await controlBody(c, unitsBody);
    const order = inState(find(number), 'queue');
    const item = itemsOf(world, order.id).find(({ product_id: id }) => productRow(world, id)?.sku === sku);
    if (!item) throw new BadRequest(`${order.order_num} has no ${sku}.`, 404);
    world.state.transaction(() => {
      world.state.run('UPDATE sales_items SET quantity = ? WHERE id = ?', quantity, item.id);
      world.state.run('UPDATE fulfillment_items SET quantity = ? WHERE sales_item_id = ?', quantity, item.id);
    });
    return c.json(presentOrder(world, orderRow(world, order.id)));
  });
  app.post('/return', async (c) => {
    const body = await controlBody(c, returnBody);
    const order = find(body.reference);
    const gone: BoxLine[] = itemsOf(world, order.id).map((item) => ({ itemId: item.id, quantity: item.fulfilled_quantity }));
    const items = new Map(itemsOf(world, order.id).map((item) => [item.id, item]));
    const lines = body.lines.flatMap(({ sku, quantity, ...rest }) =>
      take(world, order, gone, [{ sku, quantity }]).map(({ itemId, quantity: part }) => ({
        ...rest,
        quantity: part,
        productId: items.get(itemId)?.product_id ?? 0,
        lineOrderId: items.get(itemId)?.line_order_id ?? null,
      })),
    );
    const { id, sequence_number } = receiveReturn(world, order, lines, body.notes);
    return c.json({ id, sequence_number }, 201);
  });
  return app;
}

/** Finds the wanted SKUs among an order's lines, first line first, and takes them off `from`. */
function take(
  world: World,
  order: SalesOrderRow,
  from: BoxLine[],
  wanted: readonly { sku: string; quantity: number }[],
): BoxLine[] {
  const skuOf = new Map(itemsOf(world, order.id).map((item) => [item.id, productRow(world, item.product_id)?.sku]));
  const taken: BoxLine[] = [];
  for (const { sku, quantity } of wanted) {
    let left = quantity;
    for (const one of from) {
      if (skuOf.get(one.itemId) !== sku || left === 0) continue;
      const part = Math.min(left, one.quantity);
      if (part > 0) taken.push({ itemId: one.itemId, quantity: part });
      one.quantity -= part;
      left -= part;
    }
    if (left > 0) throw new BadRequest(`${order.order_num} has ${quantity - left} of ${sku} for this, not ${quantity}.`, 409);
  }
  return taken;
}
