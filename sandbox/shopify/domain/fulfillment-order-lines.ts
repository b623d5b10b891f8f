import type { State } from '../../kit/state.ts';
import type { FoLineRow } from './rows.ts';

/** Adds units of an order line; a line already there is topped up. */
export function addToFulfillmentOrder(state: State, foId: number, lineId: number, quantity: number): number {
  const found = state.get<{ id: number }>('SELECT id FROM fo_lines WHERE fo_id = ? AND line_id = ?', foId, lineId);
  if (!found)
    return state.run('INSERT INTO fo_lines (fo_id, line_id, total, remaining) VALUES (?,?,?,?)', foId, lineId, quantity, quantity)
      .lastId;
  state.run('UPDATE fo_lines SET total = total + ?, remaining = remaining + ? WHERE id = ?', quantity, quantity, found.id);
  return found.id;
}

/** Lowers a line of a fulfilment order; a line that is empty and never shipped goes away. */
export function takeFrom(state: State, line: FoLineRow, quantity: number): void {
  if (line.total === quantity) state.run('DELETE FROM fo_lines WHERE id = ?', line.id);
  else state.run('UPDATE fo_lines SET total = total - ?, remaining = remaining - ? WHERE id = ?', quantity, quantity, line.id);
}
