import { DateTime } from 'luxon';
import { nextTimeOfDay, zoneOf } from './time-of-day.ts';

/** Times of the shop's day between which nothing starts by the clock; `22:00` to `06:00` goes over midnight. */
export interface QuietHours {
  from: string;
  to: string;
}

/** Whether a time of day (`06:30`) lies in them: the first minute does, the last doesn't. */
export function isQuietAt(time: string, { from, to }: QuietHours): boolean {
  return from < to ? from <= time && time < to : time >= from || time < to;
}

/** The end of the quiet hours that this moment lies in; null where it lies in none. */
export function quietUntil(at: Date, quiet: QuietHours | null, timeZone: string): Date | null {
  if (!quiet) return null;
  const time = DateTime.fromJSDate(at, { zone: zoneOf(timeZone) }).toFormat('HH:mm');
  return isQuietAt(time, quiet) ? nextTimeOfDay(quiet.to, timeZone, at) : null;
}
