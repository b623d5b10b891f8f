import { now } from '../core/clock.ts';
import type { SyncKind } from '../connectors/contract/index.ts';
import { inSystem, type Tx } from '../db/scope.ts';
import { nextDue } from './next-due.ts';

export interface DueSync {
  shopId: number;
  connectionId: string;
  sync: SyncKind;
}

interface Row {
  shop_id: number;
  connection_id: string;
  kind: string;
  next_due: Date;
  interval_minutes: number;
  time_zone: string;
}

/**
 * Claims every sync that is due: each is handed to exactly one caller, whatever the number of workers, and its next time is set. One that
 * was missed (nothing ran for a day) comes once, not once for each interval. Syncs of shops that uninstalled, of deactivated and of parked
 * connections wait, and paused ones. `open` runs in the claiming transaction: what it writes and the claim are there together, or neither is.
 */
export function dueSyncs({ limit = 200, open }: { limit?: number; open?: (tx: Tx, due: DueSync) => Promise<void> } = {}): Promise<
  DueSync[]
> {
  return inSystem('due-schedules', async (tx) => {
    const at = now();
    const rows = await tx.$queryRaw<Row[]>`
      SELECT y.shop_id, y.connection_id, y.kind, y.next_due, y.interval_minutes, s.time_zone
      FROM sync y
        JOIN shop s ON s.id = y.shop_id AND s.uninstalled_at IS NULL
        JOIN connection c ON c.shop_id = y.shop_id AND c.id = y.connection_id AND c.state = 'active' AND c.access <> 'none'
          AND (c.blocked IS NULL OR jsonb_typeof(c.blocked) = 'null' OR (c.blocked->>'retryAt')::timestamptz <= ${at})
      WHERE y.enabled AND y.paused_at IS NULL AND y.next_due <= ${at}
      ORDER BY y.next_due LIMIT ${limit} FOR UPDATE OF y SKIP LOCKED`;
    if (rows.length === 0) return [];
    const next = rows.map((row) => ({
      shop_id: row.shop_id,
      connection_id: row.connection_id,
      kind: row.kind,
      next_due: nextDue({ intervalMinutes: row.interval_minutes, timeZone: row.time_zone }, row.next_due, at).toISOString(),
    }));
    await tx.$executeRaw`
      UPDATE sync y SET next_due = n.next_due, last_run_at = ${at}
      FROM jsonb_to_recordset(${JSON.stringify(next)}::jsonb) AS n (shop_id int, connection_id uuid, kind text, next_due timestamptz)
      WHERE y.shop_id = n.shop_id AND y.connection_id = n.connection_id AND y.kind = n.kind`;
    const due = rows.map((row): DueSync => ({
      shopId: row.shop_id,
      connectionId: row.connection_id,
      sync: row.kind as SyncKind,
    }));
    if (open) for (const one of due) await open(tx, one);
    return due;
  });
}
