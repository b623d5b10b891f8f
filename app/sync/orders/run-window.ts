import type { SyncSettings } from '../../connections/sync-settings.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

/** Changes that a run reads; moments are ISO 8601. */
export interface RunWindow {
  since: string;
  until: string;
  /** Where the next regular run goes on from, once this one has taken everything. */
  next: string;
}

/**
 * Which changes a run of the orders sync reads. Pure. Windows overlap by the look-back: an order updated while a page was read, or whose index entry
 * came late, is seen by the next one. A scheduled run leaves the newest minutes to the next; whatever is asked for by hand is read to the end. The
 * daily transfer looks days back and leaves it to the regular runs how far they have come.
 */
export function runWindow(
  task: string,
  settings: Pick<SyncSettings<'orders'>, 'lookBackMinutes' | 'skipNewestMinutes' | 'dailyDaysBack'>,
  { startedAt, cursor, earliest }: { startedAt: number; cursor: string | null; earliest: string },
): RunWindow {
  const iso = (ms: number) => new Date(ms).toISOString();
  if (task === 'daily')
    return { since: iso(startedAt - settings.dailyDaysBack * DAY_MS), until: iso(startedAt), next: cursor ?? iso(startedAt) };
  const until = iso(startedAt - (task === 'scheduled' ? settings.skipNewestMinutes * MINUTE_MS : 0));
  const all = task === 'full' || cursor === null;
  return { since: all ? earliest : iso(Date.parse(cursor) - settings.lookBackMinutes * MINUTE_MS), until, next: until };
}
