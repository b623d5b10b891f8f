import { DateTime } from 'luxon';
import { z } from 'zod';

/** A time of day as settings hold it: `06:30`. */
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** The shop's zone, or UTC where Shopify named one that isn't known here. */
export const zoneOf = (timeZone: string): string => (DateTime.local({ zone: timeZone }).isValid ? timeZone : 'UTC');

function on(day: DateTime, time: string): DateTime {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return day.set({ hour, minute, second: 0, millisecond: 0 });
}

/** The last time the clock of a zone showed this time of day, this moment included. */
export function lastTimeOfDay(time: string, timeZone: string, at: Date): Date {
  const local = DateTime.fromJSDate(at, { zone: zoneOf(timeZone) });
  const today = on(local, time);
  return (today <= local ? today : on(today.minus({ days: 1 }), time)).toJSDate();
}

/** The next time it shows it, after this moment. */
export function nextTimeOfDay(time: string, timeZone: string, at: Date): Date {
  const local = DateTime.fromJSDate(at, { zone: zoneOf(timeZone) });
  const today = on(local, time);
  return (today > local ? today : on(today.plus({ days: 1 }), time)).toJSDate();
}
