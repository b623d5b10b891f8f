import { Hono } from 'hono';
import { z } from 'zod';
import { BadRequest } from '../../../../sandbox/kit/http.ts';
import { cancel } from './cancellation.ts';
import { controlBody } from './control-body.ts';
import { atWms, findByReference, linesOf, take } from './control-find.ts';
import { itemsOf, orderRow, presentListed, type OrderRow } from './order-record.ts';
import { shipParcels, type Parcel } from './parcels.ts';
import { figureChanged } from './stock-levels.ts';
import type { World } from './world.ts';

const line = z.strictObject({ sku: z.string(), quantity: z.int().positive(), lot: z.string().optional() });
const parcel = {
  lines: z.array(line).min(1).optional(),
  tracking: z.string().optional(),
  carrier: z.string().optional(),
  weightLbs: z.number().positive().optional(),
};
const named = z.strictObject({ reference: z.string() });
const shipBody = z.strictObject({
  reference: z.string(),
  ...parcel,
  boxes: z.array(z.strictObject(parcel)).min(1).optional(),
  over: z.boolean().default(false),
});
const returnBody = z.strictObject({
  reference: z.string(),
  lines: z.array(z.strictObject({ sku: z.string(), quantity: z.int().positive() })).min(1),
  restock: z.boolean().default(false),
});

/** What the people in the warehouse do with an order. */
export function warehouseControl(world: World): Hono {
  const app = new Hono();
  const shown = (order: OrderRow) => presentListed(world, orderRow(world, order.pk));
  const move = (order: OrderRow, from: readonly string[], to: 'picking' | 'packed') => {
    if (!from.includes(order.wms_state ?? '') || itemsOf(world, order.pk).some((item) => item.shipped > 0))
      throw new BadRequest(
        `${order.cust_ref} is ${order.wms_state} at the warehouse; this is done from ${from.join(' or ')}.`,
        409,
      );
    world.state.run('UPDATE orders SET wms_state = ? WHERE pk = ?', to, order.pk);
  };

  app.post('/pick', async (c) => {
    const order = atWms(world, findByReference(world, (await controlBody(c, named)).reference));
    move(order, ['open'], 'picking');
    return c.json(shown(order));
  });
  app.post('/pack', async (c) => {
    const order = atWms(world, findByReference(world, (await controlBody(c, named)).reference));
    move(order, ['open', 'picking'], 'packed');
    return c.json(shown(order));
  });
  app.post('/ship', async (c) => {
    const { reference, boxes, over, ...whole } = await controlBody(c, shipBody);
    const order = atWms(world, findByReference(world, reference));
    const open = linesOf(world, order, 'open');
    const parcels: Parcel[] = (boxes ?? [whole]).map(({ lines, ...rest }) => ({
      ...rest,
      lines: lines
        ? take(open, lines, { over })
        : open.filter(({ quantity }) => quantity > 0).map(({ itemPk, quantity }) => ({ itemPk, quantity })),
    }));
    if (parcels.every((one) => one.lines.length === 0))
      throw new BadRequest(`Nothing of ${order.cust_ref} is left to ship.`, 409);
    shipParcels(world, order, parcels);
    return c.json(shown(order), 201);
  });
  // the warehouse cancels: IM shows it at once
  app.post('/cancel', async (c) => {
    const order = findByReference(world, (await controlBody(c, named)).reference);
    if (['shipped', 'confirmed', 'canceled'].includes(order.status))
      throw new BadRequest(`${order.cust_ref} is ${order.status}.`, 409);
    cancel(world, order);
    return c.json(shown(order));
  });
  app.post('/return', async (c) => {
    const { reference, lines, restock } = await controlBody(c, returnBody);
    const order = findByReference(world, reference);
    const items = new Map(itemsOf(world, order.pk).map((item) => [item.pk, item]));
    const now = world.clock.now();
    world.state.transaction(() => {
      for (const { itemPk, quantity } of take(linesOf(world, order, 'shipped'), lines)) {
        const { item = '', sku = '' } = items.get(itemPk) ?? {};
        world.state.run(
          'INSERT INTO returns (order_pk, item, quantity, restocked, at) VALUES (?,?,?,?,?)',
          ...[order.pk, item, quantity, restock ? 1 : 0, now],
        );
        if (!restock) continue;
        world.state.run(
          'UPDATE stock SET on_hand = on_hand + ? WHERE warehouse_pk = ? AND sku = ?',
          ...[quantity, order.warehouse_pk, sku],
        );
        figureChanged(world, order.warehouse_pk ?? 0, sku);
      }
    });
    return c.json({ reference: order.cust_ref, lines }, 201);
  });
  return app;
}
