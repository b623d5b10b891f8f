import { DateTime } from 'luxon';
import type { StandInContext } from '../../../../sandbox/stand-ins.ts';

/** What every part of the stand-in works with: one OrderWise, live or its sandbox copy. */
export interface World extends StandInContext {
  /** The sandbox's time, ms since 1970. */
  now(): number;
}

const ZONE = 'Europe/London';

/** A moment as OrderWise writes it: the server's local time without a zone. Source: orderwise.md §6 "Europe/London". */
export const local = (ms: number): string => DateTime.fromMillis(ms, { zone: ZONE }).toFormat("yyyy-MM-dd'T'HH:mm:ss");

/** Local text (a date, or date and time with `T` or a blank) in ms since 1970; undefined for anything else, a zone included. */
export function fromLocal(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?)?$/.test(text)) return undefined;
  const moment = DateTime.fromISO(text.replace(' ', 'T'), { zone: ZONE });
  return moment.isValid ? moment.toMillis() : undefined;
}

/** A record's JSON column. */
export const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

/** SQL for "in this list", the list being one JSON parameter. */
export const IN_LIST = 'IN (SELECT value FROM json_each(?))';
