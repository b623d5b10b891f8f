import { now } from '../../core/clock.ts';
import type { Tx } from '../../db/scope.ts';
import type { Reason } from '../../connectors/contract/index.ts';

/** What became of one record in a run. */
export interface LogLine {
  key: string;
  label: string;
  action: 'create' | 'update' | 'cancel' | 'hold' | 'skip';
  reason: Reason | null;
  outcome: 'done' | 'held' | 'skipped' | 'failed' | 'waiting';
}

/** Enters a record in a run's log, or what became of it since in the same run. No personal data: a name, a reason's code, its blanks. */
export async function logInRun(
  tx: Tx,
  shopId: number,
  runId: string,
  { key, label, action, reason, outcome }: LogLine,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO plan_item (shop_id, run_id, item_key, action, label, reason, outcome, done_at)
    VALUES (${shopId}, ${runId}::uuid, ${key}, ${action}, ${label}, ${reason ? JSON.stringify(reason) : null}::jsonb, ${outcome}, ${now()})
    ON CONFLICT (shop_id, run_id, item_key) DO UPDATE
      SET action = excluded.action, label = excluded.label, reason = excluded.reason, outcome = excluded.outcome, done_at = excluded.done_at`;
}
