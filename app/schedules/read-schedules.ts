import type { SyncKind } from '../connectors/contract/index.ts';
import { listSyncs } from '../connections/syncs.ts';
import { listConnections } from '../connections/connections.ts';
import { capabilitiesOf } from '../connections/known-connectors.ts';
import { now } from '../core/clock.ts';
import { inShop } from '../db/scope.ts';
import { nextRun } from './next-run.ts';
import type { SyncSchedule } from './sync-schedule.ts';

/** When one sync runs by itself; moments are ISO 8601. */
export interface ScheduleRow {
  connectionId: string;
  connectionName: string;
  /** The connection is active. */
  active: boolean;
  kind: SyncKind;
  enabled: boolean;
  paused: boolean;
  schedule: SyncSchedule;
  lastRunAt: string | null;
  nextDue: string | null;
  /** Whether only its quiet hours put it off. */
  quiet: boolean;
}

/** The schedules of all syncs of a shop, connection by connection; those that its back office offers. */
export async function readSchedules(shopId: number, timeZone: string): Promise<ScheduleRow[]> {
  const rows: ScheduleRow[] = [];
  for (const connection of await listConnections(shopId)) {
    const { returns } = capabilitiesOf(connection);
    const syncs = await inShop(shopId, (tx) => listSyncs(tx, shopId, connection.id));
    for (const sync of syncs) {
      if (sync.kind === 'returns' && !returns) continue;
      const due = nextRun(sync, timeZone, now());
      rows.push({
        connectionId: connection.id,
        connectionName: connection.name,
        active: connection.state === 'active',
        kind: sync.kind,
        enabled: sync.enabled,
        paused: sync.paused !== null,
        schedule: sync.schedule,
        lastRunAt: sync.lastRunAt?.toISOString() ?? null,
        nextDue: due?.at.toISOString() ?? null,
        quiet: due?.quiet ?? false,
      });
    }
  }
  return rows;
}
