import { now, nowMs } from '../../core/clock.ts';
import { inShop, inSystem } from '../../db/scope.ts';
import { lastTimeOfDay } from '../../schedules/time-of-day.ts';
import { startSyncIn } from '../runs/start-sync.ts';

const HOUR_MS = 3_600_000;
/** One that was missed (nothing ran at its time) is made up for this long; after that the next day's does. */
const MAKE_UP_MS = 6 * HOUR_MS;

interface Row {
  shop_id: number;
  connection_id: string;
  time_zone: string;
  at: string;
  offset_seconds: number;
  last_run_at: Date | null;
  last_daily_at: Date | null;
}

/** Starts the daily transfers that are due: once a day each, at the shop's own time, so many seconds after the regular run. */
export async function startDailyTransfers(): Promise<number> {
  const rows = await inSystem(
    'due-schedules',
    (tx) => tx.$queryRaw<Row[]>`
      SELECT y.shop_id, y.connection_id, s.time_zone, coalesce(y.settings->>'dailyAt', '03:00') AS at,
        coalesce((y.settings->>'dailyOffsetSeconds')::int, 60) AS offset_seconds, y.last_run_at,
        (SELECT max(r.created_at) FROM run r WHERE r.shop_id = y.shop_id AND r.connection_id = y.connection_id AND r.sync = 'orders' AND r.task = 'daily') AS last_daily_at
      FROM sync y JOIN shop s ON s.id = y.shop_id AND s.uninstalled_at IS NULL
      JOIN connection c ON c.shop_id = y.shop_id AND c.id = y.connection_id AND c.state = 'active' AND c.access <> 'none'
      WHERE y.kind = 'orders' AND y.enabled AND y.settings->>'dailyTransfer' = 'true'`,
  );
  let started = 0;
  for (const row of rows) {
    const due = lastTimeOfDay(row.at, row.time_zone, now()).getTime();
    const missed = nowMs() - due > MAKE_UP_MS;
    const done = row.last_daily_at !== null && row.last_daily_at.getTime() >= due;
    const apart = row.last_run_at === null || nowMs() - row.last_run_at.getTime() >= row.offset_seconds * 1000;
    if (missed || done || !apart) continue;
    const start = {
      shopId: row.shop_id,
      connectionId: row.connection_id,
      sync: 'orders',
      task: 'daily',
      door: 'schedule',
    } as const;
    await inShop(row.shop_id, (tx) => startSyncIn(tx, start));
    started += 1;
  }
  return started;
}
