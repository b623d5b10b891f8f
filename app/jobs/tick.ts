import { randomUUID } from 'node:crypto';
import { nudgeDeliveries } from '../alerts/deliver-message.ts';
import { writeDueDigests } from '../alerts/digests.ts';
import { reconcileAlerts } from '../alerts/reconcile-alerts.ts';
import { watchSilence } from '../alerts/watch-silence.ts';
import { now, nowMs } from '../core/clock.ts';
import { logger } from '../core/logger.ts';
import { inShop, inSystem } from '../db/scope.ts';
import { purgeExpired } from '../privacy/purge.ts';
import { dueSyncs } from '../schedules/due-syncs.ts';
import { offlineToken } from '../shopify/sessions/offline-token.ts';
import { domainsExpiringBefore } from '../shopify/sessions/session-table.ts';
import { takeIn } from '../sync/inbox/inbox.ts';
import { startBacklogs } from '../sync/orders/order-backlog.ts';
import { startDailyTransfers } from '../sync/orders/start-daily-transfers.ts';
import { closeRollingRuns, noteQuietHours } from '../sync/runs/runs.ts';
import { startSyncIn } from '../sync/runs/start-sync.ts';
import { startDailyStatements } from '../sync/statement/start-statements.ts';
import { enqueue } from './enqueue.ts';
import { sweepInbox } from './sweep-inbox.ts';

const STALLED_AFTER_MS = 3 * 60_000;

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

const SILENCE_EVERY_MS = 5 * 60_000;
const ALERTS_EVERY_MS = 10_000;

/** What is wrong becomes alerts, and what waits to be told is told. */
async function tendAlerts(): Promise<void> {
  if (await claim('order-silence', SILENCE_EVERY_MS, nowMs())) await watchSilence();
  if (await claim('alerts', ALERTS_EVERY_MS, nowMs())) {
    await reconcileAlerts();
    await writeDueDigests();
  }
  await nudgeDeliveries();
}

/** Everything that is due by the clock. Any worker may call it at any time: each step takes what it finds exactly once. */
export async function tick(): Promise<void> {
  await dueSyncs({
    open: async (tx, due) => void (await startSyncIn(tx, { ...due, task: 'scheduled', door: 'schedule' })),
    wait: (tx, due, until) => noteQuietHours(tx, due.shopId, due, until),
  });
  await startDailyTransfers();
  await startBacklogs();
  await sweepInbox();
  await releaseHolds();
  await wakeStalledRuns();
  await inSystem('stalled-runs', (tx) => closeRollingRuns(tx));
  await tendAlerts();
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
