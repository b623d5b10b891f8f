import { labels } from './assumptions.ts';
import { timeOf } from './changes.ts';

/** Where reading of shipments goes on: from a moment of PULPO's clock, and packing orders whose boxes still wait for a label. */
export interface Cursor {
  since: number | null;
  waiting: string[];
}

/** Written as `<ISO 8601>` or `<ISO 8601>|<ids>`; an engine may begin with a plain moment. */
export function readCursor(cursor: string | null): Cursor {
  if (cursor === null) return { since: null, waiting: [] };
  const [time = '', ids = ''] = cursor.split('|');
  return { since: timeOf(time), waiting: ids.split(',').filter(Boolean) };
}

/** Before anything was read the cursor is the beginning of time. A time ahead of our clock is no place to go on from: nothing would be read until then. */
export function writeCursor({ since, waiting }: Cursor, nowMs: number): string {
  const time = new Date(Math.min(since ?? 0, nowMs)).toISOString();
  return waiting.length > 0 ? `${time}|${waiting.slice(-labels.waitForMost).join(',')}` : time;
}
