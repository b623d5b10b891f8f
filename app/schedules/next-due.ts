import { DateTime } from 'luxon';

const DAY_MINUTES = 1440;

/**
 * When a sync is due after `last`. Pure. Whole days are counted on the shop's own calendar, so that "once a day" keeps its time of day
 * when clocks change; everything shorter is elapsed time. A time that has passed is missed once: the next one lies after `now`, in the
 * same rhythm.
 */
export function nextDue(
  { intervalMinutes, timeZone }: { intervalMinutes: number; timeZone: string },
  last: Date,
  now: Date,
): Date {
  const zone = DateTime.local({ zone: timeZone }).isValid ? timeZone : 'UTC';
  const start = DateTime.fromJSDate(last, { zone });
  const days = intervalMinutes % DAY_MINUTES === 0 ? intervalMinutes / DAY_MINUTES : 0;
  const elapsed = now.getTime() - last.getTime();
  let steps = Math.max(1, Math.floor(elapsed / (intervalMinutes * 60_000)));
  const at = (step: number) =>
    (days > 0 ? start.plus({ days: days * step }) : start.plus({ minutes: intervalMinutes * step })).toMillis();
  while (at(steps) <= now.getTime()) steps += 1;
  return new Date(at(steps));
}
