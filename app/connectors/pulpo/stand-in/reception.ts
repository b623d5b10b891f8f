import type { Api } from './api.ts';
import { emit } from './events.ts';
import { own } from './filters.ts';
import { idParam, list } from './lists.ts';
import { embeddedProduct } from './product-record.ts';
import { notFound } from './refusals.ts';
import type { SalesOrderRow } from './sales-order-record.ts';
import { locationOf, move } from './stock-levels.ts';
import type { World } from './world.ts';

interface IncomingGoodRow {
  id: number;
  sequence_number: string;
  document_type: string;
  sales_order_id: number | null;
  purchase_order_id: number | null;
  warehouse_id: number;
  third_party_id: number | null;
  notes: string | null;
  inserted_at: string;
  updated_at: string;
}

interface ReturnedLine {
  productId: number;
  lineOrderId: string | null;
  quantity: number;
  state: 'accepted' | 'rejected';
  reason?: string;
  notes?: string;
  /** Put on the shelf at once instead of waiting in the return position. */
  restock?: boolean;
}

function presentIncomingGood(world: World, row: IncomingGoodRow): Record<string, unknown> {
  const items = world.state.all<{ product_id: number; reason_codes: string }>(
    'SELECT * FROM incoming_good_items WHERE incoming_good_id = ? ORDER BY id',
    row.id,
  );
  const shown = items.map((item) => ({
    ...item,
    reason_codes: JSON.parse(item.reason_codes) as unknown[],
    product: embeddedProduct(world, item.product_id),
  }));
  return {
    ...row,
    reason_codes: [...new Map(shown.flatMap((item) => item.reason_codes).map((code) => [JSON.stringify(code), code])).values()],
    items: shown,
  };
}

/** Goods that came in: `/reception/incoming_goods`. Source: pulpo.md §2.8. */
export function reception(api: Api, world: World): void {
  api.get('/reception/incoming_goods', (c) =>
    list<IncomingGoodRow>(world, c, {
      envelope: 'incoming_goods',
      from: 'incoming_goods t',
      filters: {
        ...own('integer', 'id', 'sales_order_id', 'purchase_order_id', 'warehouse_id', 'third_party_id'),
        ...own('text', 'document_type', 'sequence_number'),
        ...own('time', 'inserted_at', 'updated_at'),
      },
      present: (row) => presentIncomingGood(world, row),
    }),
  );
  api.get('/reception/incoming_goods/:id', (c) => {
    const row = world.state.get<IncomingGoodRow>('SELECT * FROM incoming_goods WHERE id = ?', idParam(c));
    if (!row) throw notFound('incoming good', c.req.param('id'));
    return c.json(presentIncomingGood(world, row));
  });
}

/**
 * A parcel comes back. What is accepted waits in a return position, where it doesn't count as available, until it is moved to a shelf.
 * Source: pulpo.md §1.3 "stock in a RETURN location only counts once moved to picking".
 */
export function receiveReturn(
  world: World,
  order: SalesOrderRow,
  lines: readonly ReturnedLine[],
  notes?: string,
): IncomingGoodRow {
  return world.state.transaction(() => {
    const now = world.now();
    const { lastId } = world.state.run(
      `INSERT INTO incoming_goods (sequence_number, document_type, sales_order_id, warehouse_id, third_party_id, notes, inserted_at, updated_at) VALUES ('','return',?,?,?,?,?,?)`,
      order.id,
      order.warehouse_id,
      order.third_party_id,
      notes ?? null,
      now,
      now,
    );
    world.state.run('UPDATE incoming_goods SET sequence_number = ? WHERE id = ?', `IG-${lastId}`, lastId);
    for (const line of lines) {
      const location = locationOf(world, order.warehouse_id, line.restock && line.state === 'accepted' ? 'storage' : 'return');
      world.state.run(
        'INSERT INTO incoming_good_items (incoming_good_id, product_id, quantity, state, notes, reason_codes, line_order_id, destination_location_id) VALUES (?,?,?,?,?,?,?,?)',
        lastId,
        line.productId,
        line.quantity,
        line.state,
        line.notes ?? null,
        JSON.stringify(line.reason === undefined ? [] : [{ id: 1, name: line.reason }]),
        line.lineOrderId,
        location,
      );
      move(world, line.productId, location, line.quantity);
    }
    const row = world.state.get<IncomingGoodRow>('SELECT * FROM incoming_goods WHERE id = ?', lastId) as IncomingGoodRow;
    emit(world, 'incoming_good_created', order.warehouse_id, {
      ...presentIncomingGood(world, row),
      merchant_id: order.merchant_id,
    });
    return row;
  });
}
