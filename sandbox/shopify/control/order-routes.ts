import { resolveOrder } from './resolve-order.ts';
import { fulfillmentOrderActions, nthFulfillmentOrder } from './fulfilment-order-actions.ts';
import { bodies } from './action-bodies.ts';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Hono } from 'hono';
import { type Context } from 'hono';
import type { z } from 'zod';
import { BadRequest } from '../../kit/http.ts';
import { gid } from '../core/gid.ts';
import type { Change, Shop, World } from '../core/world.ts';
import { placeOrder } from '../domain/place-order.ts';
import type { OrderRow } from '../domain/rows.ts';
import { archive, cancel, edit, fulfil, openReturn, pay, processWholeReturn, refund, update } from './order-actions.ts';
import { deleteOrder } from '../domain/delete-order.ts';
import { orderRequest } from './order-request.ts';
import { ledgerOrder } from './ledger.ts';
import { parsed } from './parse-body.ts';
import { shopOf } from './shops.ts';

const ORDERS_PER_TRANSACTION = 100;

function findOrder(world: World, shop: Shop, name: string): OrderRow {
  const row = world.state.get<OrderRow>(
    'SELECT * FROM orders WHERE shop_id = ? AND (name = ? OR name = ?)',
    shop.id,
    name,
    `#${name}`,
  );
  if (!row) throw new BadRequest(`${shop.domain} has no order ${name}.`, 404);
  return row;
}

/** Orders: placing, looking, and what merchants and buyers do with them (bodies: action-bodies.ts, order-request.ts). */
export function orderRoutes(app: Hono, world: World): void {
  app.get('/shopify/orders', (c) => {
    const shop = shopOf(world, c);
    const limit = Number(c.req.query('limit') ?? 100);
    const rows = world.state.all<OrderRow>('SELECT * FROM orders WHERE shop_id = ? ORDER BY id DESC LIMIT ?', shop.id, limit);
    return c.json(rows.map((row) => ledgerOrder(world, row)));
  });
  app.get('/shopify/orders/:name', (c) => c.json(ledgerOrder(world, findOrder(world, shopOf(world, c), c.req.param('name')))));

  app.post('/shopify/orders', async (c) => {
    const request = await parsed(c, orderRequest);
    const shop = shopOf(world, c, request.shop);
    const count = request.count ?? 1;
    const orders: { id: string; name: string }[] = [];
    const first = world.state.get<{ n: number }>('SELECT count(*) AS n FROM orders WHERE shop_id = ?', shop.id)?.n ?? 0;
    for (let done = 0; done < count; done += ORDERS_PER_TRANSACTION) {
      world.change(shop, (change) => {
        for (let n = done; n < Math.min(count, done + ORDERS_PER_TRANSACTION); n += 1) {
          const row = placeOrder(change, resolveOrder(change, request, first + n));
          if (request.financialStatus === 'expired')
            world.state.run(
              "UPDATE transactions SET data = json_set(data, '$.expired', json('true')) WHERE order_id = ?",
              row.id,
            );
          orders.push({ id: gid('Order', row.id), name: row.name });
        }
      });
      world.wake();
      if (count > ORDERS_PER_TRANSACTION) await breathe();
    }
    return c.json({ orders }, 201);
  });

  const act = <K extends keyof typeof bodies>(
    path: string,
    key: K,
    work: (change: Change, order: OrderRow, body: z.infer<(typeof bodies)[K]>, c: Context) => void,
  ) =>
    app.post(path, async (c) => {
      const shop = shopOf(world, c);
      const order = findOrder(world, shop, c.req.param('name') ?? '');
      const body = await parsed(c, bodies[key] as unknown as z.ZodType<z.infer<(typeof bodies)[K]>>);
      world.change(shop, (change) => work(change, order, body, c));
      world.wake();
      return c.json(ledgerOrder(world, findOrder(world, shop, order.name)));
    });
  act('/shopify/orders/:name/cancel', 'cancel', cancel);
  act('/shopify/orders/:name/edit', 'edit', edit);
  act('/shopify/orders/:name/refund', 'refund', refund);
  act('/shopify/orders/:name/pay', 'pay', pay);
  act('/shopify/orders/:name/fulfil', 'fulfil', fulfil);
  act('/shopify/orders/:name/return', 'return', openReturn);
  act('/shopify/orders/:name/returns/:return/process', 'processReturn', (change, order, body, c) =>
    processWholeReturn(change, order, c.req.param('return') ?? '', body),
  );
  act('/shopify/orders/:name/update', 'update', update);
  act('/shopify/orders/:name/archive', 'archive', archive);
  app.delete('/shopify/orders/:name', (c) => {
    const shop = shopOf(world, c);
    const order = findOrder(world, shop, c.req.param('name'));
    world.change(shop, (change) => deleteOrder(change, order));
    world.wake();
    return c.json({ id: gid('Order', order.id), deleted: true });
  });
  const nth = (c: Context): number => Number(c.req.param('n'));
  act('/shopify/orders/:name/fulfilment-orders/:n/move', 'move', (change, order, body, c) =>
    fulfillmentOrderActions.move(change, order, nthFulfillmentOrder(change, order, nth(c)), body),
  );
  act('/shopify/orders/:name/fulfilment-orders/:n/split', 'split', (change, order, body, c) =>
    fulfillmentOrderActions.split(change, order, nthFulfillmentOrder(change, order, nth(c)), body),
  );
  act('/shopify/orders/:name/fulfilment-orders/:n/hold', 'hold', (change, order, body, c) =>
    fulfillmentOrderActions.hold(change, order, nthFulfillmentOrder(change, order, nth(c)), body),
  );
  act('/shopify/orders/:name/fulfilment-orders/:n/release', 'release', (change, order, _body, c) =>
    fulfillmentOrderActions.release(change, order, nthFulfillmentOrder(change, order, nth(c))),
  );
  act('/shopify/orders/:name/fulfilment-orders/:n/request', 'request', (change, order, body, c) =>
    fulfillmentOrderActions.request(change, order, nthFulfillmentOrder(change, order, nth(c)), body),
  );
}
