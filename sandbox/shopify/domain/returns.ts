import type { State } from '../../kit/state.ts';
import type { Change } from '../core/world.ts';
import { gid } from '../core/gid.ts';
import { dateTime } from '../core/moment.ts';
import { Refused } from '../core/user-error.ts';
import { createRefund } from './refunds.ts';
import { orderById } from './payments.ts';
import { restock } from './inventory.ts';
import type { FulfillmentLineRow, LineRow, OrderRow, ReturnLineRow, ReturnRow } from './rows.ts';

/** Units of a fulfilment line that may still be returned. */
export function returnable(state: State, line: FulfillmentLineRow): number {
  const returned = state.get<{ n: number }>(
    "SELECT coalesce(sum(r.quantity), 0) AS n FROM return_lines r JOIN returns t ON t.id = r.return_id WHERE r.fulfillment_line_id = ? AND t.status NOT IN ('CANCELED', 'DECLINED')",
    line.id,
  )?.n;
  const orderLine = state.get<LineRow>('SELECT * FROM order_lines WHERE id = ?', line.line_id);
  return Math.max(0, Math.min(line.quantity - (returned ?? 0), orderLine?.current ?? 0));
}

/** returnCreate: a return in state OPEN over fulfilled units (REQUESTED when a buyer asks for it). */
export function createReturn(
  change: Change,
  order: OrderRow,
  lines: { fulfillmentLineId: number | undefined; quantity: number; reasonId: number | null; note: string | null }[],
  status: 'OPEN' | 'REQUESTED' = 'OPEN',
): number {
  const { state, at } = change;
  if (lines.length === 0)
    throw new Refused('At least one return line item is needed.', { field: ['returnInput', 'returnLineItems'], code: 'BLANK' });
  const count = state.get<{ n: number }>('SELECT count(*) AS n FROM returns WHERE order_id = ?', order.id)?.n ?? 0;
  const returnId = state.run(
    'INSERT INTO returns (shop_id, order_id, name, status, created_at) VALUES (?,?,?,?,?)',
    order.shop_id,
    order.id,
    `${order.name}-R${count + 1}`,
    status,
    at,
  ).lastId;
  lines.forEach((asked, index) => {
    const field = ['returnInput', 'returnLineItems', String(index)];
    const line = state.get<FulfillmentLineRow>(
      "SELECT l.* FROM fulfillment_lines l JOIN fulfillments f ON f.id = l.fulfillment_id WHERE l.id = ? AND f.order_id = ? AND f.status = 'SUCCESS'",
      asked.fulfillmentLineId ?? 0,
      order.id,
    );
    if (!line)
      throw new Refused('Fulfillment line item not found.', { field: [...field, 'fulfillmentLineItemId'], code: 'NOT_FOUND' });
    if (asked.quantity <= 0 || asked.quantity > returnable(state, line))
      throw new Refused('The quantity is more than what can be returned.', { field: [...field, 'quantity'], code: 'INVALID' });
    state.run(
      'INSERT INTO return_lines (return_id, fulfillment_line_id, line_id, quantity, reason_id, note) VALUES (?,?,?,?,?,?)',
      returnId,
      line.id,
      line.line_id,
      asked.quantity,
      asked.reasonId,
      asked.note,
    );
  });
  change.orderTouched(order.id);
  change.tell(status === 'OPEN' ? 'returns/approve' : 'returns/request', () => returnPayload(state, returnId));
  return returnId;
}

export interface ProcessRequest {
  note: string | null;
  lines: {
    returnLineId: number | undefined;
    quantity: number;
    dispositions: { type: string; quantity: number; locationId: number | undefined }[];
  }[];
  /** Money to move; undefined: none. */
  refund:
    | {
        transactions: { parentId: number | null; gateway: string; amount: number }[];
        shipping: number | 'full' | undefined;
        allowOver: boolean;
      }
    | undefined;
}

/** returnProcess: confirms what came back, restocks by disposition, and refunds if asked. */
export function processReturn(change: Change, row: ReturnRow, request: ProcessRequest): number | null {
  const { state } = change;
  if (row.status !== 'OPEN')
    throw new Refused('Only an open return can be processed.', { field: ['input', 'returnId'], code: 'INVALID_STATE' });
  const order = orderById(change, row.order_id);
  const refundLines: { lineId: number; quantity: number; restockType: 'NO_RESTOCK'; locationId: undefined }[] = [];
  request.lines.forEach((asked, index) => {
    const field = ['input', 'returnLineItems', String(index)];
    const line = state.get<ReturnLineRow>(
      'SELECT * FROM return_lines WHERE id = ? AND return_id = ?',
      asked.returnLineId ?? 0,
      row.id,
    );
    if (!line) throw new Refused('Return line item not found.', { field: [...field, 'id'], code: 'NOT_FOUND' });
    if (asked.quantity <= 0 || line.processed + asked.quantity > line.quantity)
      throw new Refused('The quantity is more than what is left to process.', { field: [...field, 'quantity'], code: 'INVALID' });
    const disposed = asked.dispositions.reduce((sum, disposition) => sum + disposition.quantity, 0);
    if (asked.dispositions.length > 0 && disposed !== asked.quantity)
      throw new Refused('The dispositions must add up to the quantity.', { field: [...field, 'dispositions'], code: 'INVALID' });
    const orderLine = state.get<LineRow>('SELECT * FROM order_lines WHERE id = ?', line.line_id) as LineRow;
    for (const disposition of asked.dispositions) {
      if (disposition.type !== 'RESTOCKED') continue;
      if (disposition.locationId === undefined)
        throw new Refused('A location is needed to restock.', { field: [...field, 'dispositions'], code: 'BLANK' });
      restock(change, orderLine.item_id, disposition.locationId, disposition.quantity);
    }
    state.run('UPDATE return_lines SET processed = processed + ? WHERE id = ?', asked.quantity, line.id);
    refundLines.push({ lineId: line.line_id, quantity: asked.quantity, restockType: 'NO_RESTOCK', locationId: undefined });
  });
  change.orderTouched(order.id);
  change.tell('returns/process', () => returnPayload(state, row.id));
  change.tell('returns/update', () => returnPayload(state, row.id));
  if (refundLines.length === 0 && !request.refund) return null;
  return createRefund(change, order, {
    lines: refundLines,
    shipping: request.refund?.shipping,
    transactions: request.refund?.transactions ?? [],
    note: request.note,
    allowOver: request.refund?.allowOver ?? false,
    discrepancyReason: null,
    returnId: row.id,
  });
}

export function closeReturn(change: Change, row: ReturnRow): void {
  if (row.status !== 'OPEN') throw new Refused('Only an open return can be closed.', { field: ['id'], code: 'INVALID_STATE' });
  change.state.run("UPDATE returns SET status = 'CLOSED', closed_at = ? WHERE id = ?", change.at, row.id);
  change.orderTouched(row.order_id);
  change.tell('returns/close', () => returnPayload(change.state, row.id));
}

export function returnById(change: Change, id: number | undefined, field: string[]): ReturnRow {
  const row =
    id === undefined
      ? undefined
      : change.state.get<ReturnRow>('SELECT * FROM returns WHERE id = ? AND shop_id = ?', id, change.shop.id);
  if (!row) throw new Refused('Return not found.', { field, code: 'NOT_FOUND' });
  return row;
}

/** Order.returnStatus from its returns. */
export function returnStatusOf(state: State, orderId: number): string {
  const rows = state.all<ReturnRow>(
    "SELECT * FROM returns WHERE order_id = ? AND status NOT IN ('CANCELED', 'DECLINED')",
    orderId,
  );
  if (rows.length === 0) return 'NO_RETURN';
  if (rows.some((row) => row.status === 'REQUESTED')) return 'RETURN_REQUESTED';
  if (rows.every((row) => row.status === 'CLOSED')) return 'RETURNED';
  const open = state.get<{ n: number }>(
    "SELECT count(*) AS n FROM return_lines l JOIN returns r ON r.id = l.return_id WHERE r.order_id = ? AND r.status = 'OPEN' AND l.processed < l.quantity",
    orderId,
  )?.n;
  return open === 0 ? 'INSPECTION_COMPLETE' : 'IN_PROGRESS';
}

function returnPayload(state: State, id: number): unknown {
  const row = state.get<ReturnRow>('SELECT * FROM returns WHERE id = ?', id);
  if (!row) return { id };
  const lines = state.all<ReturnLineRow>('SELECT * FROM return_lines WHERE return_id = ?', id);
  return {
    id,
    admin_graphql_api_id: gid('Return', id),
    order: { id: row.order_id, admin_graphql_api_id: gid('Order', row.order_id) },
    name: row.name,
    status: row.status.toLowerCase(),
    total_return_line_items: lines.length,
    return_line_items: lines.map((line) => ({
      id: line.id,
      admin_graphql_api_id: gid('ReturnLineItem', line.id),
      fulfillment_line_item: {
        id: line.fulfillment_line_id,
        admin_graphql_api_id: gid('FulfillmentLineItem', line.fulfillment_line_id),
      },
      quantity: line.quantity,
    })),
    created_at: dateTime(row.created_at),
  };
}
