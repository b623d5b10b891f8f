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

/** Before anything was read the cursor is the beginning of time. */
export function writeCursor({ since, waiting }: Cursor): string {
  const time = new Date(since ?? 0).toISOString();
  return waiting.length > 0 ? `${time}|${waiting.slice(-trackings.waitForMost).join(',')}` : time;
}
