import { randomUUID } from 'node:crypto';
import { now, nowMs } from '../core/clock.ts';
import { logger } from '../core/logger.ts';
import { inShop, inSystem } from '../db/scope.ts';
import { purgeExpired } from '../privacy/purge.ts';
import { dueSyncs } from '../schedules/due-syncs.ts';
import { offlineToken } from '../shopify/sessions/offline-token.ts';
import { domainsExpiringBefore } from '../shopify/sessions/session-table.ts';
import { takeIn } from '../sync/inbox/inbox.ts';
import { startDailyTransfers } from '../sync/orders/start-daily-transfers.ts';
import { closeRollingRuns } from '../sync/runs/runs.ts';
import { startSyncIn } from '../sync/runs/start-sync.ts';
import { startDailyStatements } from '../sync/statement/start-statements.ts';
import { enqueue } from './enqueue.ts';

const SWEEP_AFTER_MS = 30_000;
const STALLED_AFTER_MS = 3 * 60_000;

/**
 * Inbox rows that nobody handled for half a minute: their job was lost with its worker, or its last try failed. Each is nudged again after half
 * a minute, one, two, four, then every five, so that a back office that is down for an hour fills no queue.
 */
async function sweepInbox(): Promise<void> {
  const waiting = await inSystem(
    'sweep-inbox',
    (tx) => tx.$queryRaw<{ shop_id: number; subject_kind: string; subject_id: string }[]>`
      WITH due AS (
        SELECT i.shop_id, i.id FROM inbox_item i JOIN shop s ON s.id = i.shop_id AND s.uninstalled_at IS NULL
        WHERE i.handled_at IS NULL AND i.subject_kind <> 'shop-event'
          AND (i.next_nudge <= ${now()} OR (i.next_nudge IS NULL AND i.received_at < ${new Date(nowMs() - SWEEP_AFTER_MS)}))
        ORDER BY coalesce(i.next_nudge, i.received_at) LIMIT 2000 FOR UPDATE OF i SKIP LOCKED),
      nudged AS (
        UPDATE inbox_item i SET nudges = i.nudges + 1, next_nudge = ${now()}::timestamptz + least(interval '30 seconds' * power(2, i.nudges), interval '5 minutes')
        FROM due WHERE i.shop_id = due.shop_id AND i.id = due.id RETURNING i.shop_id, i.subject_kind, i.subject_id)
      SELECT DISTINCT shop_id, subject_kind, subject_id FROM nudged`,
  );
  const byShop = Map.groupBy(waiting, (row) => row.shop_id);
  for (const [shopId, rows] of byShop) {
    await inShop(shopId, async (tx) => {
      for (const row of rows)
        await enqueue(tx, 'drain', { shopId, kind: row.subject_kind, id: row.subject_id }, { group: String(shopId) });
    });
  }
}

/** Holds that end by the clock: the edit window, a scheduled date. */
async function releaseHolds(): Promise<number> {
  const due = await inSystem(
    'due-schedules',
    (tx) => tx.$queryRaw<{ shop_id: number; id: string; hold_until: Date }[]>`
      SELECT o.shop_id, o.id, o.hold_until FROM shop_order o JOIN shop s ON s.id = o.shop_id AND s.uninstalled_at IS NULL
      WHERE o.verdict = 'hold' AND o.hold_until <= ${now()} LIMIT 1000`,
  );
  for (const row of due) {
    await inShop(row.shop_id, (tx) =>
      takeIn(tx, row.shop_id, {
        key: `hold ${row.id} ${row.hold_until.getTime()}`,
        door: 'schedule',
        topic: 'hold-over',
        subjectKind: 'order',
        subjectId: row.id,
        triggeredAt: row.hold_until,
      }),
    );
  }
  return due.length;
}

/** Runs whose worker is gone for good (its job used up its retries): queued once more. */
async function wakeStalledRuns(): Promise<number> {
  const before = new Date(nowMs() - STALLED_AFTER_MS);
  const stalled = await inSystem(
    'stalled-runs',
    (tx) => tx.$queryRaw<{ shop_id: number; id: string; connection_id: string; sync: string }[]>`
      SELECT shop_id, id, connection_id, sync FROM run
      WHERE slot IS NULL AND state IN ('queued', 'running') AND coalesce(heartbeat_at, created_at) < ${before} LIMIT 200`,
  );
  for (const row of stalled) {
    await inShop(row.shop_id, async (tx) => {
      await tx.run.updateMany({ where: { shopId: row.shop_id, id: row.id }, data: { heartbeatAt: now() } });
      await enqueue(
        tx,
        'run',
        { shopId: row.shop_id, connectionId: row.connection_id, sync: row.sync, runId: row.id },
        { group: String(row.shop_id) },
      );
    });
  }
  return stalled.length;
}

const DAY_MS = 86_400_000;
// A refresh token lives 90 days unused; a shop nobody opens is kept alive long before that.
const REFRESH_BEFORE_MS = 2 * DAY_MS;

/** True for exactly one caller in each `periodMs` of the business clock. */
function claim(key: string, periodMs: number, clockMs: number): Promise<boolean> {
  return inSystem('due-schedules', async (tx) => {
    const rows = await tx.$queryRaw<unknown[]>`
      INSERT INTO budget_slot (key, slot, holder, until_ms) VALUES (${key}, 0, ${randomUUID()}, ${BigInt(clockMs + periodMs)})
      ON CONFLICT (key, slot) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms WHERE budget_slot.until_ms <= ${BigInt(clockMs)}
      RETURNING 1 AS mine`;
    return rows.length > 0;
  });
}

/** What the back offices arranged for us may have been removed there meanwhile. */
async function renewRegistrations(): Promise<void> {
  const active = await inSystem(
    'due-schedules',
    (tx) => tx.$queryRaw<{ shop_id: number; id: string }[]>`
      SELECT c.shop_id, c.id FROM connection c JOIN shop s ON s.id = c.shop_id AND s.uninstalled_at IS NULL WHERE c.state = 'active'`,
  );
  for (const { shop_id: shopId, id } of active) {
    const knock = { door: 'schedule', topic: 'registration', subjectKind: 'connection', triggeredAt: null } as const;
    await inShop(shopId, (tx) =>
      takeIn(tx, shopId, { ...knock, key: `registration ${id} ${now().toISOString()}`, subjectId: `${id} registration` }),
    );
  }
}

/** Once a day: what is past its retention goes, tokens of shops that nobody opened are renewed, back offices are asked to go on calling, and both sides are compared. */
async function daily(): Promise<void> {
  await startDailyStatements();
  await purgeExpired();
  await renewRegistrations();
  for (const domain of await domainsExpiringBefore(nowMs() + REFRESH_BEFORE_MS)) {
    await offlineToken(domain).catch((error: unknown) =>
      logger.warn({ error, shop: domain }, 'A token could not be renewed; the merchant has to open the app'),
    );
  }
}

/** Everything that is due by the clock. Any worker may call it at any time: each step takes what it finds exactly once. */
export async function tick(): Promise<void> {
  await dueSyncs({ open: async (tx, due) => void (await startSyncIn(tx, { ...due, task: 'scheduled', door: 'schedule' })) });
  await startDailyTransfers();
  await sweepInbox();
  await releaseHolds();
  await wakeStalledRuns();
  await inSystem('stalled-runs', (tx) => closeRollingRuns(tx));
  if (await claim('daily', DAY_MS, nowMs())) await daily();
}

/** Ticks every few seconds until stopped; one worker at a time: the first to claim the slot of this interval. */
export function startTicking(intervalMs = 5_000): () => Promise<void> {
  let current = Promise.resolve();
  const timer = setInterval(() => {
    current = current
      .then(async () => {
        // Real time: ticking is about processes, not about business.
        const mine = await claim('tick', intervalMs - 200, Date.now());
        if (mine) await tick();
      })
      .catch((error: unknown) => logger.error({ error }, 'A tick failed; the next one tries again'));
  }, intervalMs);
  return () => {
    clearInterval(timer);
    return current;
  };
}
