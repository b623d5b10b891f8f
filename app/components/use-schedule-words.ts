import { useTranslation } from 'react-i18next';
import type { SyncSchedule } from '../schedules/sync-schedule.ts';
import type { SyncView } from '../sync/runs/read-sync-page.ts';
import { useFormats } from './use-formats.ts';

const DAY_MINUTES = 1440;

/** When a sync runs by itself, in words. */
export function useScheduleWords(): {
  summary: (schedule: SyncSchedule) => string;
  next: (sync: Pick<SyncView, 'enabled' | 'paused' | 'nextDue' | 'quiet' | 'schedule'>, now: string) => string;
} {
  const { t } = useTranslation();
  const formats = useFormats();
  const rhythm = ({ mode, intervalMinutes: count, dailyAt }: SyncSchedule): string => {
    if (mode === 'off') return t('schedule.said.off');
    const often =
      count !== DAY_MINUTES
        ? t('schedule.said.every', { count })
        : dailyAt && mode === 'interval'
          ? t('schedule.said.dailyAt', { time: dailyAt })
          : t('schedule.said.daily');
    const said = mode === 'automatic' ? t('schedule.said.automatic', { often }) : often;
    return said.charAt(0).toLocaleUpperCase() + said.slice(1);
  };
  return {
    summary(schedule) {
      const { quietFrom: from, quietTo: to, mode } = schedule;
      return from && to && mode !== 'off' ? `${rhythm(schedule)} · ${t('schedule.said.quiet', { from, to })}` : rhythm(schedule);
    },
    next({ enabled, paused, nextDue, quiet, schedule }, now) {
      if (!enabled) return t('sync.off');
      if (paused) return t('sync.pausedNext');
      if (!nextDue) return t('sync.onEvents');
      const when = formats.relative(nextDue < now ? now : nextDue, now);
      const { quietFrom: from, quietTo: to } = schedule;
      return quiet && from && to ? t('sync.nextRunQuiet', { when, from, to }) : t('sync.nextRun', { when });
    },
  };
}
