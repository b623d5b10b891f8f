import { DateTime, FixedOffsetZone } from 'luxon';
import { momentOf } from '../contract/index.ts';

const format = "yyyy-MM-dd'T'HH:mm:ss";

/** A moment as OrderWise writes it: its server's local time, without a zone. */
export const toLocal = (epochMs: number, zone: string): string => DateTime.fromMillis(epochMs, { zone }).toFormat(format);

/**
 * The local time from which everything since a moment is found. In autumn an hour comes twice, and what happened after the clock went back
 * stands at an earlier local time than what happened before: so the lower of both offsets counts.
 */
export function sinceLocal(epochMs: number, nowMs: number, zone: string): string {
  const [then, now] = [DateTime.fromMillis(epochMs, { zone }), DateTime.fromMillis(nowMs, { zone })];
  const offset = FixedOffsetZone.instance(Math.min(then.offset, now.offset));
  return DateTime.fromMillis(epochMs, { zone: offset }).toFormat(format);
}

/** OrderWise's local text in ms since 1970. Null for what is no time. */
export function fromLocal(text: string, zone: string): number | null {
  const moment = DateTime.fromISO(text.trim().replace(' ', 'T'), { zone });
  return moment.isValid ? momentOf(moment.toMillis()) : null;
}

/** The same as ISO 8601 with its zone, as the engine wants it; null also for nothing. */
export function isoOf(text: string | null, zone: string): string | null {
  const moment = text === null ? null : fromLocal(text, zone);
  return moment === null ? null : new Date(moment).toISOString();
}
