import { now } from '../core/clock.ts';
import type { SyncKind } from '../connectors/contract/index.ts';
import { inSystem, type Tx } from '../db/scope.ts';
import { nextDue } from './next-due.ts';
import { quietUntil } from './quiet-hours.ts';

export interface DueSync {
  shopId: number;
  connectionId: string;
  sync: SyncKind;
}

interface Row {
  shop_id: number;
  connection_id: string;
  kind: string;
  schedule: string;
  next_due: Date;
  interval_minutes: number;
  daily_at: string | null;
  quiet_from: string | null;
  quiet_to: string | null;
  time_zone: string;
}

interface DueOptions {
  limit?: number;
  /** Starts what is due, in the claiming transaction: what it writes and the claim are there together, or neither is. */
  open?: (tx: Tx, due: DueSync) => Promise<void>;
  /** Is told what would have been due and waits for the end of its quiet hours, in the same transaction. */
  wait?: (tx: Tx, due: DueSync, until: Date) => Promise<void>;
}

const quietOf = ({ quiet_from: from, quiet_to: to }: Row) => (from && to ? { from, to } : null);
const dueOf = (row: Row): DueSync => ({ shopId: row.shop_id, connectionId: row.connection_id, sync: row.kind as SyncKind });

/** One without a schedule was due because somebody switched it, or its connection, on again: it catches up once. */
function after(row: Row, at: Date): Date | null {
  if (row.schedule === 'off') return null;
  const rhythm = { intervalMinutes: row.interval_minutes, timeZone: row.time_zone, dailyAt: row.daily_at };
  return nextDue(rhythm, row.next_due, at);
}

/**
 * Claims every sync that is due: each is handed to exactly one caller, whatever the number of workers, and its next time is set. One that
 * was missed (nothing ran for a day) comes once, not once for each interval. Syncs of shops that uninstalled, of deactivated and of parked
 * connections wait, and paused ones. In its quiet hours a sync is put off to their end, once, and that is told.
 */
export function dueSyncs({ limit = 200, open, wait }: DueOptions = {}): Promise<DueSync[]> {
  return inSystem('due-schedules', async (tx) => {
    const at = now();
    const rows = await tx.$queryRaw<Row[]>`
      SELECT y.shop_id, y.connection_id, y.kind, y.schedule, y.next_due, y.interval_minutes, y.daily_at, y.quiet_from, y.quiet_to, s.time_zone
      FROM sync y
        JOIN shop s ON s.id = y.shop_id AND s.uninstalled_at IS NULL
        JOIN connection c ON c.shop_id = y.shop_id AND c.id = y.connection_id AND c.state = 'active' AND c.access <> 'none'
          AND (c.blocked IS NULL OR jsonb_typeof(c.blocked) = 'null' OR (c.blocked->>'retryAt')::timestamptz <= ${at})
      WHERE y.enabled AND y.paused_at IS NULL AND y.next_due <= ${at}
      ORDER BY y.next_due LIMIT ${limit} FOR UPDATE OF y SKIP LOCKED`;
    if (rows.length === 0) return [];
    const judged = rows.map((row) => ({ row, until: quietUntil(at, quietOf(row), row.time_zone) }));
    const next = judged.map(({ row, until }) => ({
      shop_id: row.shop_id,
      connection_id: row.connection_id,
      kind: row.kind,
      next_due: (until ?? after(row, at))?.toISOString() ?? null,
      ran: until === null,
    }));
    await tx.$executeRaw`
      UPDATE sync y SET next_due = n.next_due, last_run_at = CASE WHEN n.ran THEN ${at} ELSE y.last_run_at END
      FROM jsonb_to_recordset(${JSON.stringify(next)}::jsonb) AS n (shop_id int, connection_id uuid, kind text, next_due timestamptz, ran boolean)
      WHERE y.shop_id = n.shop_id AND y.connection_id = n.connection_id AND y.kind = n.kind`;
    const started: DueSync[] = [];
    for (const { row, until } of judged) {
      const due = dueOf(row);
      if (until) await wait?.(tx, due, until);
      else {
        await open?.(tx, due);
        started.push(due);
      }
    }
    return started;
  });
}
