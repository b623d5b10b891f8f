import type { Portion } from './despatch.ts';
import { linesOf, type OrderRow } from './order-record.ts';
import { setStatus } from './order-states.ts';
import { moveStock } from './stock-levels.ts';
import { local, type World } from './world.ts';

/** Goods of an order that came back: credited, and put back on the shelf unless said otherwise. Shapes of returns are unknown (§9). */
export function receiveReturn(
  world: World,
  order: OrderRow,
  lines: readonly (Portion & { restock: boolean })[],
  { notes, status }: { notes?: string | undefined; status?: string | undefined },
): { id: number } {
  return world.state.transaction(() => {
    const known = new Map(linesOf(world, order.id).map((line) => [line.id, line]));
    const { lastId } = world.state.run(
      'INSERT INTO returns (order_id, notes, received_at) VALUES (?,?,?)',
      order.id,
      notes ?? null,
      world.now(),
    );
    for (const { lineId, quantity, restock } of lines) {
      const line = known.get(lineId);
      if (!line) throw new Error(`Line ${lineId} is not of order ${order.number}`);
      world.state.run(
        `INSERT INTO return_lines (return_id, order_line_id, quantity, restocked) VALUES (?,?,?,?)
         ON CONFLICT (return_id, order_line_id) DO UPDATE SET quantity = quantity + excluded.quantity`,
        lastId,
        lineId,
        quantity,
        restock ? 1 : 0,
      );
      world.state.run('UPDATE order_lines SET returned = returned + ? WHERE id = ?', quantity, lineId);
      if (restock) moveStock(world, line.variant_id, line.location_id, { overall: quantity });
    }
    setStatus(world, order, status ?? order.status, order.sub_status);
    return { id: lastId };
  });
}

interface ReturnedLine {
  id: number;
  reference: string | null;
  customer_ref: string | null;
  number: string;
  order_id: number;
  sku: string;
  quantity: number;
  restocked: number;
  location_id: number;
  notes: string | null;
  received_at: number;
}

/** Returned lines since a moment, oldest first. */
export const returnedLines = (world: World, since = 0): (ReturnedLine & { receivedAt: string })[] =>
  world.state
    .all<ReturnedLine>(
      `SELECT r.id, o.ecommerce_number AS reference, o.customer_ref, o.number, o.id AS order_id, v.code AS sku, x.quantity, x.restocked, l.location_id, r.notes, r.received_at
       FROM returns r JOIN orders o ON o.id = r.order_id JOIN return_lines x ON x.return_id = r.id JOIN order_lines l ON l.id = x.order_line_id
       JOIN variants v ON v.id = l.variant_id WHERE r.received_at >= ? ORDER BY r.id, l.item_number`,
      since,
    )
    .map((row) => ({ ...row, receivedAt: local(row.received_at) }));
