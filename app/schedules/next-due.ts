import { DateTime } from 'luxon';
import { nextTimeOfDay, zoneOf } from './time-of-day.ts';

export const DAY_MINUTES = 1440;

/** How often a sync runs by the clock; `dailyAt` counts where that is once a day. */
export interface Rhythm {
  intervalMinutes: number;
  timeZone: string;
  dailyAt?: string | null;
}

/**
 * When a sync is due after `last`. Pure. Whole days are counted on the shop's own calendar, so that "once a day" keeps its time of day
 * when clocks change; everything shorter is elapsed time. A time that has passed is missed once: the next one lies after `now`, in the
 * same rhythm.
 */
export function nextDue({ intervalMinutes, timeZone, dailyAt }: Rhythm, last: Date, now: Date): Date {
  if (dailyAt && intervalMinutes === DAY_MINUTES) return nextTimeOfDay(dailyAt, timeZone, now);
  const start = DateTime.fromJSDate(last, { zone: zoneOf(timeZone) });
  const days = intervalMinutes % DAY_MINUTES === 0 ? intervalMinutes / DAY_MINUTES : 0;
  const elapsed = now.getTime() - last.getTime();
  let steps = Math.max(1, Math.floor(elapsed / (intervalMinutes * 60_000)));
  const at = (step: number) =>
    (days > 0 ? start.plus({ days: days * step }) : start.plus({ minutes: intervalMinutes * step })).toMillis();
  while (at(steps) <= now.getTime()) steps += 1;
  return new Date(at(steps));
}
