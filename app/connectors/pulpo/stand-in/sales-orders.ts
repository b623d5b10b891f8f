import { z } from 'zod';
import { mustBeAssigned, type Api } from './api.ts';
import { integer, parse, readJson } from './body.ts';
import { ship } from './dispatch.ts';
import { emit } from './events.ts';
import { FACTS } from './facts.ts';
import { own, type Filters } from './filters.ts';
import { idParam, list, search, type ListSpec } from './lists.ts';
import { wholeOrder } from './picking.ts';
import { refuseColumns } from './refusals.ts';
import {
  fulfillmentsOf,
  ORDER_STATES,
  orderRow,
  presentFulfillment,
  presentOrder,
  type FulfillmentOrderRow,
  type SalesOrderRow,
} from './sales-order-record.ts';
import { cancel, mustBeOpen, pause, resume } from './sales-order-states.ts';
import { checkOrder, parseOrder, putOrder, shipTo } from './sales-order-write.ts';
import { json, type World } from './world.ts';

const patchBody = z.strictObject({ op: z.literal('replace'), path: z.enum(['/priority', '/ship_to']), value: z.unknown() });

const FILTERS: Filters = {
  ...own(
    'integer',
    'id',
    'warehouse_id',
    'third_party_id',
    'shipping_method_id',
    'priority',
    'merchant_id',
    'merchant_channel_id',
  ),
  ...own(
    'text',
    'order_num',
    'external_order_num',
    'state',
    'type',
    'channel',
    'criterium',
    'client_id',
    'client_name',
    'notes',
    'service_point_id',
  ),
  ...own('time', 'inserted_at', 'updated_at', 'delivery_date'),
  ...own('boolean', 'missing_stock_items_cancelled'),
  product_id: { kind: 'integer', column: 'i.product_id', within: 'SELECT sales_order_id FROM sales_items i' },
  not_product_id: { kind: 'integer', column: 'i.product_id', within: 'SELECT sales_order_id FROM sales_items i', not: true },
  order_items_count: { kind: 'number', column: '(SELECT count(*) FROM sales_items i WHERE i.sales_order_id = t.id)' },
  order_products_qty: { kind: 'number', column: '(SELECT sum(i.quantity) FROM sales_items i WHERE i.sales_order_id = t.id)' },
  return_label: {
    kind: 'text',
    column: 'r.value',
    within: "SELECT o.id FROM sales_orders o, json_each(o.data, '$.return_labels') r",
  },
};

/** `/sales/orders/…` but bulk. */
export function salesOrders(api: Api, world: World): void {
  const listed: ListSpec<SalesOrderRow> = {
    envelope: 'sales_orders',
    from: 'sales_orders t',
    filters: FILTERS,
    present: (row) => presentOrder(world, row),
  };

  api.get('/sales/orders', (c) => list(world, c, listed));
  api.post('/sales/orders/search', async (c) => search(world, c, await readJson(c), listed));
  api.post('/sales/orders', async (c) => {
    const body = parseOrder(await readJson(c));
    checkOrder(world, c, body);
    return c.json(presentOrder(world, putOrder(world, body, { creatorId: c.get('user').id })), 201);
  });
  // an order that is over at once: a sale in a shop. Source: pulpo.md §2.5, §1.3 POS
  api.post('/sales/orders/quick', async (c) => {
    const body = parseOrder(await readJson(c));
    checkOrder(world, c, body);
    return world.state.transaction(() => {
      const order = putOrder(world, body, { creatorId: c.get('user').id });
      ship(world, order.id, [{ lines: wholeOrder(world, order.id), label: 'none' }]);
      return c.json(presentOrder(world, orderRow(world, order.id)));
    });
  });
  api.get('/sales/orders/counts', (c) => {
    const counts = world.state.all<{ state: string; n: number }>('SELECT state, count(*) AS n FROM sales_orders GROUP BY state');
    return c.json({
      counts: Object.fromEntries(
        ORDER_STATES.filter((state) => state !== 'paused').map((state) => [
          state,
          counts.find((one) => one.state === state)?.n ?? 0,
        ]),
      ),
    });
  });
  api.get('/sales/orders/fulfillments', (c) =>
    list<FulfillmentOrderRow>(world, c, {
      envelope: 'fulfillment_orders',
      from: 'fulfillment_orders t',
      filters: {
        ...own('integer', 'id', 'sales_order_id', 'warehouse_id'),
        ...own('text', 'state', 'sequence_number'),
        ...own('time', 'inserted_at', 'updated_at'),
      },
      present: (row) => presentFulfillment(world, row),
    }),
  );

  api.get('/sales/orders/:id', (c) => c.json(presentOrder(world, orderRow(world, idParam(c)))));
  api.get('/sales/orders/:id/fulfillments', (c) => {
    const { id } = orderRow(world, idParam(c));
    const rows = fulfillmentsOf(world, id).map((row) => presentFulfillment(world, row));
    return c.json({ fulfillment_orders: rows, total_results: rows.length });
  });
  api.put('/sales/orders/:id', async (c) => {
    const order = orderRow(world, idParam(c));
    const body = parseOrder(await readJson(c));
    mustBeAssigned(world, c, order.warehouse_id);
    mustBeOpen(order);
    checkOrder(world, c, body, order.id);
    return c.json(presentOrder(world, putOrder(world, body, { id: order.id, creatorId: c.get('user').id })), 201);
  });
  api.patch('/sales/orders/:id', async (c) => {
    const order = orderRow(world, idParam(c));
    const { path, value } = parse(patchBody, await readJson(c), { requiredFact: FACTS.patchOps });
    mustBeAssigned(world, c, order.warehouse_id);
    if (order.state === 'ended' || order.state === 'cancelled')
      throw refuseColumns(FACTS.updateTooLate, { state: `is ${order.state}` });
    return world.state.transaction(() => {
      if (path === '/priority') {
        const { priority } = parse(z.strictObject({ priority: integer }), { priority: value });
        world.state.run('UPDATE sales_orders SET priority = ?, updated_at = ? WHERE id = ?', priority, world.now(), order.id);
      } else {
        const { ship_to } = parse(z.strictObject({ ship_to: shipTo }), { ship_to: value });
        world.state.run(
          'UPDATE sales_orders SET data = ?, updated_at = ? WHERE id = ?',
          JSON.stringify({ ...json(order.data), ship_to }),
          world.now(),
          order.id,
        );
      }
      const row = orderRow(world, order.id);
      emit(world, 'sales_order_updated', row.warehouse_id, presentOrder(world, row));
      return c.json(presentOrder(world, row));
    });
  });

  for (const [name, act] of [
    ['cancel', cancel],
    ['pause', pause],
    ['resume', resume],
  ] as const)
    api.post(`/sales/orders/:id/${name}`, (c) => {
      const order = orderRow(world, idParam(c));
      mustBeAssigned(world, c, order.warehouse_id);
      return c.json(presentOrder(world, act(world, order)));
    });
}
