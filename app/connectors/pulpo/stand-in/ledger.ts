import type { OrderState } from './sales-order-record.ts';
import { available, levels } from './stock-levels.ts';
import type { World } from './world.ts';

interface Line {
  sku: string;
  quantity: number;
}

interface Shipment {
  tracking: string | null;
  carrier: string | null;
  lines: Line[];
}

/** An order's state in the words that every back office's ledger uses. */
function ledgerState(state: OrderState, wanted: number, fulfilled: number): string {
  if (state === 'cancelled') return 'cancelled';
  if (state === 'ended') return fulfilled < wanted ? 'partly-shipped' : 'shipped';
  if (fulfilled > 0) return 'partly-shipped';
  switch (state) {
    case 'queue':
      return 'open';
    case 'paused':
      return 'held';
    case 'picking':
      return 'picking';
    case 'packing':
    case 'shipping':
      return 'packed';
  }
}

/** Orders with their lines and boxes, as a person in the warehouse would count them. Prices are not PULPO's business. */
export function ledgerOrders(world: World): unknown[] {
  const lines = Map.groupBy(
    world.state.all<{ sales_order_id: number; sku: string; quantity: number; fulfilled: number; line_order_id: string | null }>(
      'SELECT i.sales_order_id, p.sku, i.quantity, i.fulfilled_quantity AS fulfilled, i.line_order_id FROM sales_items i JOIN products p ON p.id = i.product_id ORDER BY i.id',
    ),
    (row) => row.sales_order_id,
  );
  const boxes = Map.groupBy(
    world.state.all<{
      sales_order_id: number;
      box: number;
      tracking: string | null;
      carrier: string | null;
      sku: string;
      quantity: number;
    }>(
      `SELECT o.sales_order_id, b.id AS box, t.tracking_code AS tracking, t.carrier_code AS carrier, p.sku, i.quantity
       FROM packing_boxes b JOIN packing_orders o ON o.id = b.packing_order_id JOIN packing_box_items i ON i.packing_box_id = b.id JOIN products p ON p.id = i.product_id
       LEFT JOIN shipment_trackings t ON t.packing_box_id = b.id ORDER BY b.id, i.id`,
    ),
    (row) => row.sales_order_id,
  );
  const orders = world.state.all<{
    id: number;
    order_num: string;
    state: OrderState;
    facility: string;
    shipping_method: string | null;
    street: string | null;
    house: string | null;
  }>(
    `SELECT o.id, o.order_num, o.state, o.data->>'$.ship_to.address.street' AS street, o.data->>'$.ship_to.address.house_nr' AS house, w.name AS facility, m.name AS shipping_method FROM sales_orders o JOIN warehouses w ON w.id = o.warehouse_id
     LEFT JOIN shipping_methods m ON m.id = o.shipping_method_id ORDER BY o.id`,
  );
  return orders.map(({ id, order_num, state, facility, shipping_method, street, house }) => {
    const own = lines.get(id) ?? [];
    const shipments = new Map<number, Shipment>();
    for (const { box, tracking, carrier, sku, quantity } of boxes.get(id) ?? []) {
      const shipment = shipments.get(box) ?? { tracking, carrier, lines: [] };
      shipment.lines.push({ sku, quantity });
      shipments.set(box, shipment);
    }
    const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
    return {
      reference: order_num,
      state: ledgerState(state, sum(own.map((line) => line.quantity)), sum(own.map((line) => line.fulfilled))),
      vendorState: state,
      facility,
      total: null,
      lines: own.map(({ sku, quantity, fulfilled, line_order_id }) => ({ sku, quantity, fulfilled, lineOrderId: line_order_id })),
      shipping: shipping_method,
      address: [street, house].filter(Boolean).join(' ') || null,
      shipments: [...shipments.values()],
    };
  });
}

/** What can be sold, of every product in every active warehouse. */
export function ledgerStock(world: World): unknown[] {
  return world.state
    .all<{ id: number; name: string }>('SELECT id, name FROM warehouses WHERE active = 1 ORDER BY id')
    .flatMap(({ id, name }) =>
      levels(world, { warehouses: [id] }).map((level) => ({ sku: level.sku, facility: name, available: available(level) })),
    );
}

export function ledgerProducts(world: World): unknown[] {
  return world.state
    .all('SELECT id, sku, name, active FROM products ORDER BY id')
    .map((row) => ({ ...row, active: row['active'] === 1 }));
}

export function ledgerReturns(world: World): unknown[] {
  const rows = world.state.all<{
    id: number;
    reference: string | null;
    facility: string;
    notes: string | null;
    sku: string;
    quantity: number;
    state: string;
  }>(
    `SELECT g.id, o.order_num AS reference, w.name AS facility, g.notes, p.sku, i.quantity, i.state FROM incoming_goods g JOIN warehouses w ON w.id = g.warehouse_id
     LEFT JOIN sales_orders o ON o.id = g.sales_order_id JOIN incoming_good_items i ON i.incoming_good_id = g.id JOIN products p ON p.id = i.product_id
     WHERE g.document_type = 'return' ORDER BY g.id, i.id`,
  );
  return [...Map.groupBy(rows, (row) => row.id).values()].map((lines) => ({
    id: lines[0]?.id,
    reference: lines[0]?.reference,
    facility: lines[0]?.facility,
    notes: lines[0]?.notes,
    lines: lines.map(({ sku, quantity, state }) => ({ sku, quantity, state })),
  }));
}
