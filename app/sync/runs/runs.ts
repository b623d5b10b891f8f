import { Prisma } from '@prisma/client';
import type { Tx } from '../../db/scope.ts';
import { now, nowMs } from '../../core/clock.ts';
import { NeedsMerchantError } from '../../core/errors.ts';
import type { Reason, SyncKind } from '../../connectors/contract/index.ts';

/** What a run executes: a sync, or the statement that accounts for all of them. */
export type RunKind = SyncKind | 'statement';
export type RunDoor = 'webhook' | 'schedule' | 'button' | 'backfill' | 'sweep' | 'retry' | 'inbound';
export type RunState =
  'planned' | 'awaiting_approval' | 'queued' | 'running' | 'paused' | 'finished' | 'finished_partially' | 'failed' | 'cancelled';

/** What a sync is told when it runs: what to do, with what, and who asked. */
export interface RunOrder {
  id: string;
  task: string;
  argument?: string;
  startedBy?: string;
}

/** Records of a run by outcome; `total` is known only where the work was counted beforehand. */
export interface RunCounts {
  seen: number;
  done: number;
  skipped: number;
  held: number;
  failed: number;
  total: number | null;
}

export const noCounts: RunCounts = { seen: 0, done: 0, skipped: 0, held: 0, failed: 0, total: null };
const QUARTER_MS = 15 * 60_000;
/** Why a run that was due did not start. */
export const QUIET_HOURS = 'quiet-hours';

/** A run's counts with these added to them; `total` replaces. */
function countsWith({ seen = 0, done = 0, skipped = 0, held = 0, failed = 0, total = null }: Partial<RunCounts>): Prisma.Sql {
  return Prisma.sql`jsonb_build_object(
    'seen', (run.counts->>'seen')::int + ${seen}::int, 'done', (run.counts->>'done')::int + ${done}::int,
    'skipped', (run.counts->>'skipped')::int + ${skipped}::int, 'held', (run.counts->>'held')::int + ${held}::int,
    'failed', (run.counts->>'failed')::int + ${failed}::int,
    'total', CASE WHEN ${total}::int IS NULL THEN run.counts->'total' ELSE to_jsonb(${total}::int) END)`;
}

/** The rolling run of webhook work, with these counts added: one for each connection, sync and quarter of an hour. */
export async function rollingRun(
  tx: Tx,
  shopId: number,
  connectionId: string,
  sync: SyncKind,
  counts: Partial<RunCounts> = {},
): Promise<string> {
  const slot = new Date(Math.floor(nowMs() / QUARTER_MS) * QUARTER_MS);
  const at = now();
  const rows = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO run (shop_id, connection_id, sync, door, state, counts, slot, created_at, started_at)
    VALUES (${shopId}, ${connectionId}::uuid, ${sync}, 'webhook', 'running', ${JSON.stringify({ ...noCounts, ...counts })}::jsonb, ${slot}, ${at}, ${at})
    ON CONFLICT (shop_id, connection_id, sync, slot) DO UPDATE SET heartbeat_at = ${at}, counts = ${countsWith(counts)}
    RETURNING id`;
  const id = rows[0]?.id;
  if (!id) throw new Error('A rolling run could not be opened');
  return id;
}

/** A run of its own, for buttons, schedules, backfills, sweeps and retries. */
export async function openRun(
  tx: Tx,
  shopId: number,
  run: { connectionId: string; sync: RunKind; door: RunDoor; task: string; argument?: string; startedBy?: string },
): Promise<string> {
  const { id } = await tx.run.create({
    data: {
      shopId,
      connectionId: run.connectionId,
      sync: run.sync,
      door: run.door,
      state: 'queued',
      task: run.task,
      counts: { ...noCounts },
      createdAt: now(),
      ...(run.argument ? { argument: run.argument } : {}),
      ...(run.startedBy ? { startedBy: run.startedBy } : {}),
    },
    select: { id: true },
  });
  return id;
}

/** A run that was due and did not start, because its sync has quiet hours until then: told once for all of them. */
export async function noteQuietHours(
  tx: Tx,
  shopId: number,
  { connectionId, sync }: { connectionId: string; sync: SyncKind },
  until: Date,
): Promise<void> {
  const reason = { code: QUIET_HOURS, params: { until: until.toISOString() } };
  const ended = { state: 'cancelled', createdAt: now(), finishedAt: now() };
  await tx.run.create({ data: { shopId, connectionId, sync, door: 'schedule', counts: { ...noCounts }, reason, ...ended } });
}

/** Adds to a run's counts and shows that it lives; `total` replaces. Notes when it dealt with the first record since it was queued, for its pace. */
export async function countInRun(tx: Tx, shopId: number, runId: string, counts: Partial<RunCounts>): Promise<void> {
  await tx.$executeRaw`
    UPDATE run SET heartbeat_at = ${now()}, state = CASE WHEN state = 'queued' THEN 'running' ELSE state END, started_at = coalesce(started_at, ${now()}),
      (counts, worked_since, worked_from) = (
        SELECT n.counts, CASE WHEN since IS NULL AND worked THEN ${now()} ELSE since END, CASE WHEN since IS NULL AND worked THEN n.counts ELSE run.worked_from END
        FROM (SELECT ${countsWith(counts)} AS counts, CASE WHEN run.state <> 'queued' THEN run.worked_since END AS since) n,
          LATERAL (SELECT (n.counts->>'done')::int + (n.counts->>'skipped')::int + (n.counts->>'held')::int + (n.counts->>'failed')::int > 0 AS worked) w)
    WHERE shop_id = ${shopId} AND id = ${runId}::uuid`;
}

/**
 * Shows that a run lives, now and then while it reads or works through a list. Throws NeedsMerchantError('connection-deactivated') once somebody has
 * deactivated its connection: what is left is caught up when it is activated again.
 */
export async function showLife(tx: Tx, shopId: number, runId: string): Promise<void> {
  await countInRun(tx, shopId, runId, {});
  const left = await tx.$queryRaw<{ name: string }[]>`
    SELECT c.name FROM run r JOIN connection c ON c.shop_id = r.shop_id AND c.id = r.connection_id
    WHERE r.shop_id = ${shopId} AND r.id = ${runId}::uuid AND (c.state = 'deactivated' OR c.access = 'none')`;
  if (left[0])
    throw new NeedsMerchantError('connection-deactivated', 'The connection was deactivated while a run was at work', {
      params: { connection: left[0].name },
    });
}

/** Ends a run: `failed` when it broke, `finished_partially` when records failed, else `finished`. */
export async function finishRun(tx: Tx, shopId: number, runId: string, reason?: Reason): Promise<void> {
  await tx.$executeRaw`
    UPDATE run SET finished_at = ${now()}, reason = ${reason ? JSON.stringify(reason) : null}::jsonb, started_at = coalesce(started_at, ${now()}),
      state = CASE WHEN ${reason !== undefined} THEN 'failed' WHEN (counts->>'failed')::int > 0 THEN 'finished_partially' ELSE 'finished' END
    WHERE shop_id = ${shopId} AND id = ${runId}::uuid AND state IN ('queued', 'running')`;
}

/** Rolling runs whose quarter of an hour is over are closed by the sweeper. */
export async function closeRollingRuns(tx: Tx): Promise<number> {
  const over = new Date(nowMs() - 2 * QUARTER_MS);
  return tx.$executeRaw`
    UPDATE run SET finished_at = ${now()}, state = CASE WHEN (counts->>'failed')::int > 0 THEN 'finished_partially' ELSE 'finished' END
    WHERE slot IS NOT NULL AND state = 'running' AND slot < ${over}`;
}
