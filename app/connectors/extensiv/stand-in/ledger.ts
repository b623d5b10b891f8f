import { dataOf, itemsOf, type OrderRow } from './order-record.ts';
import { amount, json, price, type World } from './world.ts';

/** An order's state in the words that every back office's ledger uses; what left the warehouse counts at once, not when IM hears of it. */
function ledgerState(row: OrderRow, wanted: number, shipped: number): string {
  if (row.status === 'canceled') return 'cancelled';
  if (wanted > 0 && shipped >= wanted) return 'shipped';
  if (shipped > 0) return 'partly-shipped';
  if (row.wms_state === 'picking' || row.wms_state === 'packed') return row.wms_state;
  return row.status === 'error' || row.on_hold === 1 || row.sending_canceled === 1 ? 'held' : 'open';
}

/** Orders with their lines and cartons, as a person there would count them. `reference` is the cust_ref. */
export function ledgerOrders(world: World): unknown[] {
  const cartons = Map.groupBy(
    world.state.all<{ order_pk: number; pk: number; tracking: string; carrier: string | null; item: string; quantity: number }>(
      `SELECT s.order_pk, s.pk, s.tracking_no AS tracking, s.carrier, i.item, i.quantity FROM shipments s
       JOIN shipment_items i ON i.shipment_pk = s.pk ORDER BY s.pk, i.pk`,
    ),
    (row) => row.order_pk,
  );
  const rows = world.state.all<OrderRow & { facility: string | null; order_source: string }>(
    `SELECT o.*, w.name AS facility, c.order_source FROM orders o JOIN carts c ON c.pk = o.cart_pk
     LEFT JOIN warehouses w ON w.pk = o.warehouse_pk ORDER BY o.pk`,
  );
  return rows.map((row) => {
    const lines = itemsOf(world, row.pk);
    const counted = lines.filter((line) => line.filtered === 0);
    const sum = (name: 'quantity' | 'shipped') => counted.reduce((total, line) => total + line[name], 0);
    const { texts, numbers, working_ship_code } = dataOf(row);
    return {
      reference: row.cust_ref,
      custPoNo: texts['cust_po_no'] ?? row.cust_ref,
      orderSource: row.order_source,
      state: ledgerState(row, sum('quantity'), sum('shipped')),
      vendorState: row.status,
      facility: row.facility,
      total: amount(numbers['grand_total'] ?? 0),
      lines: lines.map((line) => ({
        sku: line.item,
        quantity: line.quantity,
        price: price(json<{ numbers: Record<string, number | null> }>(line.data).numbers['price'] ?? 0),
        fulfilled: line.shipped,
        filtered: line.filtered === 1,
        lineItemId: json<{ texts: Record<string, string | null> }>(line.data).texts['line_item_id'] ?? null,
      })),
      shipping: texts['ship_code'] ?? null,
      address: texts['ship_address_1'] ?? null,
      workingShipCode: working_ship_code ?? null,
      onHold: row.on_hold === 1,
      sendingCanceled: row.sending_canceled === 1,
      error: row.error_msg,
      shipments: [...Map.groupBy(cartons.get(row.pk) ?? [], (one) => one.pk).values()].map((own) => ({
        tracking: own[0]?.tracking,
        carrier: own[0]?.carrier ?? null,
        lines: own.map(({ item, quantity }) => ({ sku: item, quantity })),
      })),
    };
  });
}

export const ledgerProducts = (world: World): unknown[] => world.state.all('SELECT pk, sku, name FROM products ORDER BY pk');

/** What came back to the warehouse. IM knows nothing of it. Source: extensiv.md §1.7. */
export function ledgerReturns(world: World): unknown[] {
  const rows = world.state.all<{
    order_pk: number;
    reference: string;
    item: string;
    quantity: number;
    restocked: number;
    at: number;
  }>(
    'SELECT r.order_pk, o.cust_ref AS reference, r.item, r.quantity, r.restocked, r.at FROM returns r JOIN orders o ON o.pk = r.order_pk ORDER BY r.pk',
  );
  return [...Map.groupBy(rows, (row) => `${row.order_pk} ${row.at}`).values()].map((lines) => ({
    reference: lines[0]?.reference,
    lines: lines.map(({ item, quantity, restocked }) => ({ sku: item, quantity, restocked: restocked === 1 })),
  }));
}
