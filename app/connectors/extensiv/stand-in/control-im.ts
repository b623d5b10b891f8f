import { Hono } from 'hono';
import { z } from 'zod';
import { BadRequest } from '../../../../sandbox/kit/http.ts';
import { controlBody } from './control-body.ts';
import { findByReference } from './control-find.ts';
import { masterSku } from './product-record.ts';
import { merchantOfOrder } from './delivery.ts';
import { runAllHops } from './hops.ts';
import { limitsOf } from './limits.ts';
import { itemsOf, orderRow, presentListed, type OrderRow } from './order-record.ts';
import type { World } from './world.ts';

const named = z.strictObject({ reference: z.string() });
const errorBody = z.strictObject({
  reference: z.string(),
  reason: z.string().default('Address Error'),
  message: z.string().default('The address could not be validated.'),
});
const editBody = z.strictObject({
  reference: z.string(),
  lines: z.array(z.strictObject({ sku: z.string(), quantity: z.int().positive() })).optional(),
  fields: z.record(z.string(), z.string().nullable()).optional(),
});

/** What the merchant's people do with an order in IM's own pages. Source: extensiv.md §1.6–1.8. */
export function imControl(world: World): Hono {
  const app = new Hono();
  const shown = (order: OrderRow) => presentListed(world, orderRow(world, order.pk));
  const waiting = (reference: string): OrderRow => {
    const order = findByReference(world, reference);
    if (order.status !== 'new' && order.status !== 'error')
      throw new BadRequest(`${order.cust_ref} is ${order.status}; this is done before it goes to the WMS.`, 409);
    return order;
  };
  const soon = () => world.clock.now() + limitsOf(world).deliverySeconds * 1000;

  /** Each changes these columns of an order that has not been sent. */
  const change = (path: string, set: string, values: (order: OrderRow) => (string | number | null)[] = () => []) =>
    app.post(path, async (c) => {
      const order = waiting((await controlBody(c, named)).reference);
      world.state.run(`UPDATE orders SET ${set}, updated_at = ? WHERE pk = ?`, ...values(order), world.clock.now(), order.pk);
      return c.json(shown(order));
    });
  change('/hold', 'on_hold = 1');
  change('/release', 'on_hold = 0, deliver_at = ?', () => [soon()]);
  // "Cancel Sending to WMS" and "Resend to WMS" of the Actions menu
  change('/cancel-sending', 'sending_canceled = 1, deliver_at = NULL');
  change(
    '/resend',
    "status = 'new', sending_canceled = 0, error_reason = NULL, error_msg = NULL, error_at = NULL, deliver_at = ?",
    () => [soon()],
  );

  app.post('/error', async (c) => {
    const { reference, reason, message } = await controlBody(c, errorBody);
    const order = waiting(reference);
    const now = world.clock.now();
    world.state.run(
      "UPDATE orders SET status = 'error', error_reason = ?, error_msg = ?, error_at = ?, deliver_at = NULL, updated_at = ? WHERE pk = ?",
      ...[reason, message, now, now, order.pk],
    );
    return c.json(shown(order));
  });

  // an order can be edited here until it is sent; the cart never hears of it
  app.post('/edit', async (c) => {
    const { reference, lines = [], fields = {} } = await controlBody(c, editBody);
    const order = waiting(reference);
    world.state.transaction(() => {
      for (const [name, value] of Object.entries(fields))
        world.state.run(`UPDATE orders SET data = json_set(data, '$.texts.' || ?, ?) WHERE pk = ?`, ...[name, value, order.pk]);
      for (const { sku, quantity } of lines) {
        const item = itemsOf(world, order.pk).find((one) => one.item === sku);
        if (item) world.state.run('UPDATE order_items SET quantity = ? WHERE pk = ?', quantity, item.pk);
        else
          world.state.run(
            `INSERT INTO order_items (order_pk, line_no, item, sku, quantity, data, extra_fields) VALUES (?,?,?,?,?,'{"texts":{},"numbers":{}}','{}')`,
            ...[order.pk, String(itemsOf(world, order.pk).length + 1), sku],
            ...[masterSku(world, merchantOfOrder(world, order), sku) ?? sku, quantity],
          );
      }
      world.state.run('UPDATE orders SET updated_at = ? WHERE pk = ?', world.clock.now(), order.pk);
    });
    return c.json(shown(order));
  });

  app.post('/run', (c) => {
    runAllHops(world);
    return c.json({ ran: ['orders', 'shipments', 'inventory'] });
  });
  return app;
}
