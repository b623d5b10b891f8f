import { quietUntil } from './quiet-hours.ts';
import type { SyncSchedule } from './sync-schedule.ts';

interface Scheduled {
  enabled: boolean;
  nextDue: Date | null;
  schedule: Pick<SyncSchedule, 'quietFrom' | 'quietTo'>;
}

/**
 * When a sync really runs next by the clock: when it is due, or when the quiet hours that lie then have ended (`quiet`). Null where nothing
 * is due.
 */
export function nextRun(sync: Scheduled, timeZone: string, now: Date): { at: Date; quiet: boolean } | null {
  const { enabled, nextDue, schedule } = sync;
  if (!enabled || !nextDue) return null;
  const { quietFrom: from, quietTo: to } = schedule;
  const hours = from && to ? { from, to } : null;
  const at = nextDue > now ? nextDue : now;
  const until = quietUntil(at, hours, timeZone);
  if (until) return { at: until, quiet: true };
  // Put off already: then it is due just when they end.
  return { at, quiet: quietUntil(now, hours, timeZone)?.getTime() === at.getTime() };
}
