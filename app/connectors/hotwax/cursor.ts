import { trackings } from './assumptions.ts';

/** Where reading goes on: from a moment of HotWax's clock, and records that are to be looked at again (shipments still without tracking). */
export interface Cursor {
  since: number | null;
  waiting: string[];
}

/** Written as `<ISO 8601>` or `<ISO 8601>|<ids>`; an engine may begin with a plain moment. */
export function readCursor(cursor: string | null): Cursor {
  if (cursor === null) return { since: null, waiting: [] };
  const [time = '', ids = ''] = cursor.split('|');
  const since = Date.parse(time);
  return { since: Number.isNaN(since) ? null : since, waiting: ids.split(',').filter(Boolean) };
}

/** Before anything was read the cursor is the beginning of time. A moment ahead of our clock is no place to go on from: nothing would be read until then. */
export function writeCursor({ since, waiting }: Cursor, nowMs: number): string {
  const time = new Date(Math.min(since ?? 0, nowMs)).toISOString();
  return waiting.length > 0 ? `${time}|${waiting.slice(-trackings.waitForMost).join(',')}` : time;
}
