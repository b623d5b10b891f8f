import { linesOf, STATUS, type OrderRow } from './order-record.ts';
import { setStatus } from './order-states.ts';
import { moveStock } from './stock-levels.ts';
import { IN_LIST, type World } from './world.ts';

/** How many of an order's line. */
export interface Portion {
  lineId: number;
  quantity: number;
}

export interface DeliveryPlan {
  lines: Portion[];
  courier: string | null;
  /** Several for one delivery of several parcels; none where nobody tracks it. */
  consignments: string[];
}

/** Despatches deliveries and moves the order on: partially despatched, or completed (or what is said instead). */
export function despatch(
  world: World,
  order: OrderRow,
  plans: readonly DeliveryPlan[],
  completed: string = STATUS.done,
): OrderRow {
  return world.state.transaction(() => {
    const lines = new Map(linesOf(world, order.id).map((line) => [line.id, line]));
    for (const plan of plans) {
      const { lastId } = world.state.run(
        'INSERT INTO deliveries (order_id, courier, consignments, delivered_at) VALUES (?,?,?,?)',
        order.id,
        plan.courier,
        JSON.stringify(plan.consignments),
        world.now(),
      );
      for (const { lineId, quantity } of plan.lines) {
        const line = lines.get(lineId);
        if (!line) throw new Error(`Line ${lineId} is not of order ${order.number}`);
        world.state.run(
          'INSERT INTO delivery_lines (delivery_id, order_line_id, quantity) VALUES (?,?,?)',
          lastId,
          lineId,
          quantity,
        );
        world.state.run('UPDATE order_lines SET despatched = despatched + ? WHERE id = ?', quantity, lineId);
        moveStock(world, line.variant_id, line.location_id, { overall: -quantity, allocated: -quantity });
      }
    }
    const whole = linesOf(world, order.id).every((line) => line.despatched >= line.quantity);
    return setStatus(world, order, whole ? completed : STATUS.partly);
  });
}

export interface Delivery {
  id: number;
  /** What people and exports call it. */
  number: string;
  order_id: number;
  courier: string | null;
  consignments: string[];
  /** Prefix, number and suffix of the courier; null without a courier that has one. */
  link: string | null;
  delivered_at: number;
  lines: { lineId: number; code: string; quantity: number; location_id: number }[];
}

interface DeliveryRow {
  id: number;
  order_id: number;
  courier: string | null;
  consignments: string;
  delivered_at: number;
  prefix: string | null;
  suffix: string | null;
}

/** The deliveries of these orders by order id, oldest first. */
export function deliveriesOf(world: World, orderIds: readonly number[]): Map<number, Delivery[]> {
  const ids = JSON.stringify(orderIds);
  const lines = Map.groupBy(
    world.state.all<{ delivery_id: number; lineId: number; code: string; quantity: number; location_id: number }>(
      `SELECT d.delivery_id, d.order_line_id AS lineId, v.code, d.quantity, l.location_id FROM delivery_lines d JOIN order_lines l ON l.id = d.order_line_id
       JOIN variants v ON v.id = l.variant_id WHERE l.order_id ${IN_LIST} ORDER BY d.delivery_id, l.item_number`,
      ids,
    ),
    (row) => row.delivery_id,
  );
  const deliveries = world.state
    .all<DeliveryRow>(
      `SELECT d.*, c.prefix, c.suffix FROM deliveries d LEFT JOIN couriers c ON c.name = d.courier WHERE d.order_id ${IN_LIST} ORDER BY d.id`,
      ids,
    )
    .map(({ prefix, suffix, ...row }): Delivery => {
      const consignments = JSON.parse(row.consignments) as string[];
      const link = prefix !== null && consignments[0] !== undefined ? `${prefix}${consignments[0]}${suffix ?? ''}` : null;
      const own = (lines.get(row.id) ?? []).map(({ delivery_id: _delivery, ...line }) => line);
      return { ...row, number: `DEL${row.id}`, consignments, link, lines: own };
    });
  return Map.groupBy(deliveries, (delivery) => delivery.order_id);
}
