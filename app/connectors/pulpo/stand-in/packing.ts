import type { Api } from './api.ts';
import { readJson } from './body.ts';
import { own } from './filters.ts';
import { idParam, list, search, type ListSpec } from './lists.ts';
import {
  presentBox,
  presentPackingOrder,
  presentTracking,
  type BoxRow,
  type PackingOrderRow,
  type TrackingRow,
} from './packing-record.ts';
import { notFound } from './refusals.ts';
import type { World } from './world.ts';

/** Packing orders → boxes → tracking, and shipping orders. Source: pulpo.md §2.6. */
export function packing(api: Api, world: World): void {
  const find = (id: number): PackingOrderRow => {
    const row = world.state.get<PackingOrderRow>('SELECT * FROM packing_orders WHERE id = ?', id);
    if (!row) throw notFound('packing order', id);
    return row;
  };
  const box = (orderId: number, id: number): BoxRow => {
    const row = world.state.get<BoxRow>(
      'SELECT * FROM packing_boxes WHERE id = ? AND packing_order_id = ?',
      id,
      find(orderId).id,
    );
    if (!row) throw notFound('packing box', id);
    return row;
  };

  const orders: ListSpec<PackingOrderRow> = {
    envelope: 'packing_orders',
    from: 'packing_orders t',
    filters: {
      ...own('integer', 'id', 'sales_order_id', 'fulfillment_order_id', 'warehouse_id', 'merchant_id'),
      ...own('text', 'state', 'sequence_number'),
      ...own('time', 'inserted_at', 'updated_at', 'end_date'),
    },
    present: (row) => presentPackingOrder(world, row),
  };
  api.get('/packing/orders', (c) => list(world, c, orders));
  api.post('/packing/orders/search', async (c) => search(world, c, await readJson(c), orders));

  const boxes: ListSpec<BoxRow> = {
    envelope: 'packing_boxes',
    from: 'packing_boxes t',
    filters: {
      ...own('integer', 'id', 'packing_order_id', 'box_number'),
      ...own('text', 'state', 'name'),
      ...own('time', 'inserted_at', 'updated_at'),
      sales_order_id: {
        kind: 'integer',
        column: 'p.sales_order_id',
        within: 'SELECT x.id FROM packing_boxes x JOIN packing_orders p ON p.id = x.packing_order_id',
      },
      warehouse_id: {
        kind: 'integer',
        column: 'p.warehouse_id',
        within: 'SELECT x.id FROM packing_boxes x JOIN packing_orders p ON p.id = x.packing_order_id',
      },
    },
    present: (row) => presentBox(world, row),
  };
  api.get('/packing/orders/boxes/search', (c) => list(world, c, boxes));
  api.get('/packing/orders/:id', (c) => c.json(presentPackingOrder(world, find(idParam(c)))));
  api.get('/packing/orders/:id/boxes', (c) =>
    list(world, c, { ...boxes, fixed: { sql: 't.packing_order_id = ?', values: [find(idParam(c)).id] } }),
  );
  api.get('/packing/orders/:id/boxes/:box', (c) => c.json(presentBox(world, box(idParam(c), idParam(c, 'box')))));
  api.get('/packing/orders/:id/boxes/:box/shipment_tracking', (c) =>
    list<TrackingRow>(world, c, {
      envelope: 'shipment_trackings',
      from: 'shipment_trackings t',
      fixed: { sql: 't.packing_box_id = ?', values: [box(idParam(c), idParam(c, 'box')).id] },
      filters: {
        ...own('integer', 'id'),
        ...own('text', 'tracking_code', 'carrier_code', 'status'),
        ...own('boolean', 'requires_attention', 'printed'),
      },
      present: presentTracking,
    }),
  );

  api.get('/shipping/orders', (c) =>
    list<{ id: number; packing_order_id: number }>(world, c, {
      envelope: 'shipping_orders',
      from: 'shipping_orders t',
      filters: {
        ...own('integer', 'id', 'sales_order_id', 'fulfillment_order_id', 'warehouse_id'),
        ...own('text', 'state', 'sequence_number'),
        ...own('time', 'inserted_at', 'updated_at'),
      },
      present: ({ packing_order_id, ...row }) => ({
        ...row,
        items: world.state.all(
          'SELECT id AS packing_box_id FROM packing_boxes WHERE packing_order_id = ? ORDER BY id',
          packing_order_id,
        ),
      }),
    }),
  );
}
