import { BadRequest } from '../../kit/http.ts';
import type { Change } from '../core/world.ts';
import { idOf } from '../core/gid.ts';
import type { LineRow, OrderRow } from '../domain/rows.ts';
import type { LineRef } from './action-bodies.ts';

/** Finds an order's line by SKU or id; the first with that SKU that has units left. */
export function findLine(change: Change, order: OrderRow, ref: Pick<LineRef, 'sku' | 'lineId'>): LineRow | undefined {
  const all = change.state.all<LineRow>('SELECT * FROM order_lines WHERE order_id = ? ORDER BY current = 0, id', order.id);
  if (ref.lineId) return all.find((line) => line.id === (idOf('LineItem', ref.lineId) ?? Number(ref.lineId)));
  return all.find((line) => line.sku === ref.sku);
}

export function lineOf(change: Change, order: OrderRow, ref: Pick<LineRef, 'sku' | 'lineId'>): LineRow {
  const line = findLine(change, order, ref);
  if (!line) throw new BadRequest(`${order.name} has no line ${ref.lineId ?? `with SKU "${ref.sku ?? ''}"`}.`);
  return line;
}
