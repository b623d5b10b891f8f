import { shown } from './amounts.ts';
import { deliveriesOf } from './despatch.ts';
import { STATUS, type OrderLineRow, type OrderRow } from './order-record.ts';
import { returnedLines } from './returns.ts';
import { toldUncounted } from './session-run.ts';
import { kitLevels, levels } from './stock-levels.ts';
import { LISTS, listValues } from './value-lists.ts';
import { json, type World } from './world.ts';

/** An order's state in the words that every back office's ledger uses; a status text of the merchant's own is judged by its lines. */
function ledgerState(order: OrderRow, lines: readonly OrderLineRow[]): string {
  if (order.status === STATUS.cancelled) return 'cancelled';
  const despatched = lines.some((line) => line.despatched > 0);
  if (despatched) return lines.every((line) => line.despatched >= line.quantity) ? 'shipped' : 'partly-shipped';
  if (order.status === STATUS.held) return 'held';
  if (order.sub_status === 'Picking') return 'picking';
  return order.sub_status === 'Packed' ? 'packed' : 'open';
}

/** Orders with lines and deliveries, as a person in OrderWise would count them; credits are under returns. */
export function ledgerOrders(world: World): unknown[] {
  const lines = linesByOrder(world);
  const orders = world.state.all<OrderRow>('SELECT * FROM orders WHERE type <> 4 ORDER BY id');
  const deliveries = deliveriesOf(
    world,
    orders.map(({ id }) => id),
  );
  const methods = new Map(listValues(world, LISTS.deliveryMethod).map(({ id, name }) => [id, name]));
  const uncounted = toldUncounted(world);
  const locations = new Map(listValues(world, LISTS.stockLocation).map(({ id, name }) => [id, name]));
  return orders.map((order) => {
    const own = lines.get(order.id) ?? [];
    const data = json(order.data);
    const to = data['deliveryAddress'] as Record<string, string | null> | null;
    return {
      reference: order.ecommerce_number,
      customerOrderRef: order.customer_ref,
      orderId: order.id,
      orderNumber: order.number,
      sessionId: order.session_id,
      customerId: order.customer_id,
      uncounted: order.ecommerce_number !== null && uncounted.has(order.ecommerce_number),
      state: ledgerState(order, own),
      vendorState: order.status,
      subStatus: order.sub_status,
      total: shown(order.gross),
      net: order.net === null ? null : shown(order.net),
      lines: own.map((line) => ({
        sku: line.code,
        quantity: line.quantity,
        fulfilled: line.despatched,
        price: shown(line.price),
        facility: locations.get(line.location_id),
        eCommerceItemId: line.ecommerce_item_id,
      })),
      ...data,
      // as it came: one door writes capitals
      address: to?.['address1'] ?? to?.['Address1'] ?? null,
      shipping: methods.get(order.delivery_method_id),
      deliveryGross: shown(order.delivery_gross),
      shipments: (deliveries.get(order.id) ?? []).map((delivery) => ({
        tracking: delivery.consignments.length > 1 ? delivery.consignments : (delivery.consignments[0] ?? null),
        carrier: delivery.courier,
        number: delivery.number,
        lines: delivery.lines.map(({ code, quantity }) => ({ sku: code, quantity })),
      })),
    };
  });
}

function linesByOrder(world: World): Map<number, OrderLineRow[]> {
  const rows = world.state.all<OrderLineRow>(
    'SELECT l.*, v.code FROM order_lines l JOIN variants v ON v.id = l.variant_id ORDER BY l.order_id, l.item_number, l.id',
  );
  return Map.groupBy(rows, (row) => row.order_id);
}

/** What is free of every variant at every location where it has a place; of kits what can be built. */
export const ledgerStock = (world: World): unknown[] =>
  [...levels(world), ...kitLevels(world)].map(({ code, location, free }) => ({ sku: code, facility: location, available: free }));

export const ledgerProducts = (world: World): unknown[] =>
  world.state
    .all('SELECT id, code AS sku, description AS name, active, discontinued FROM variants WHERE template = 0 ORDER BY id')
    .map((row) => ({ ...row, active: row['active'] === 1, discontinued: row['discontinued'] === 1 }));

/** Goods received back, and credits that were posted. */
export function ledgerReturns(world: World): unknown[] {
  const received = [...Map.groupBy(returnedLines(world), (row) => row.id).values()].map((own) => ({
    id: own[0]?.id,
    kind: 'return',
    reference: own[0]?.reference,
    notes: own[0]?.notes,
    lines: own.map(({ sku, quantity, restocked }) => ({ sku, quantity, restocked: restocked === 1 })),
  }));
  const lines = linesByOrder(world);
  const credits = world.state.all<OrderRow>('SELECT * FROM orders WHERE type = 4 ORDER BY id').map((order) => ({
    id: order.id,
    kind: 'credit',
    reference: order.ecommerce_number,
    notes: order.customer_ref,
    lines: (lines.get(order.id) ?? []).map(({ code, quantity }) => ({ sku: code, quantity, restocked: false })),
  }));
  return [...received, ...credits];
}
