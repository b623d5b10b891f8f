import { randomUUID } from 'node:crypto';
import { Prisma } from '@prisma/client';
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
import { closeLongLeft } from '../sync/orders/left-elsewhere.ts';
import { startBacklogs } from '../sync/orders/order-backlog.ts';
import { startDailyTransfers } from '../sync/orders/start-daily-transfers.ts';
import { tryKeptImports } from '../sync/runs/keep-import.ts';
import { closeRollingRuns, noteQuietHours } from '../sync/runs/runs.ts';
import { startSyncIn } from '../sync/runs/start-sync.ts';
import { startDailyStatements, startLooksAgain } from '../sync/statement/start-statements.ts';
import { enqueue } from './enqueue.ts';
import { sweepInbox } from './sweep-inbox.ts';
import { sweepShopEvents } from './sweep-shop-events.ts';

const STALLED_AFTER_MS = 3 * 60_000;

/** Holds that are over and of which nobody was told yet: those that can't be released now, as their connection is off, must not keep the others back. */
const holdsOver = () => Prisma.sql`
  shop_order o JOIN shop s ON s.id = o.shop_id AND s.uninstalled_at IS NULL,
  LATERAL (SELECT 'hold ' || o.id || ' ' || (extract(epoch FROM o.hold_until) * 1000)::bigint AS key) k
  WHERE o.verdict = 'hold' AND o.hold_until <= ${now()}
    AND NOT EXISTS (SELECT 1 FROM inbox_item i WHERE i.shop_id = o.shop_id AND i.key = k.key)`;

/** Holds that end by the clock: the edit window, a scheduled date. */
async function releaseHolds(): Promise<number> {
  const due = await inSystem(
    'due-schedules',
    (tx) => tx.$queryRaw<{ shop_id: number; id: string; hold_until: Date; key: string }[]>`
      SELECT o.shop_id, o.id, o.hold_until, k.key FROM ${holdsOver()} LIMIT 1000`,
  );
  for (const row of due) {
    await inShop(row.shop_id, (tx) =>
      takeIn(tx, row.shop_id, {
        key: row.key,
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

/** Once a day: what nobody can do anything about any more is closed, what is past its retention goes, tokens of shops that nobody opened are renewed, back offices are asked to go on calling, and both sides are compared. */
async function daily(): Promise<void> {
  await startDailyStatements();
  await closeLongLeft();
  await purgeExpired();
  await renewRegistrations();
  for (const domain of await domainsExpiringBefore(nowMs() + REFRESH_BEFORE_MS)) {
    await offlineToken(domain).catch((error: unknown) =>
      logger.warn({ error, shop: domain }, 'A token could not be renewed; the merchant has to open the app'),
    );
  }
}

/** What a tick may have to look after. */
const matters = ['syncs', 'inbox', 'holds', 'runs', 'silence', 'gaps', 'alerts', 'deliveries', 'daily'] as const;
type Matter = (typeof matters)[number];

/** Those that are looked after by the clock, as there is no telling beforehand whether there is anything; in ms of the business clock. */
const periods = { alerts: 10_000, runs: 30_000, silence: 5 * 60_000, gaps: 2 * 60_000, daily: DAY_MS } as const;

const work: Record<Matter, () => Promise<unknown>> = {
  syncs: () =>
    dueSyncs({
      open: async (tx, due) => void (await startSyncIn(tx, { ...due, task: 'scheduled', door: 'schedule' })),
      wait: (tx, due, until) => noteQuietHours(tx, due.shopId, due, until),
    }),
  // Before the sweeper: what a run takes up is not handed out one by one.
  inbox: async () => {
    await startBacklogs();
    await sweepInbox();
    await sweepShopEvents();
  },
  holds: releaseHolds,
  runs: async () => {
    await startDailyTransfers();
    await wakeStalledRuns();
    await tryKeptImports();
    await inSystem('stalled-runs', (tx) => closeRollingRuns(tx));
  },
  silence: watchSilence,
  gaps: startLooksAgain,
  alerts: async () => {
    await reconcileAlerts();
    await writeDueDigests();
    await nudgeDeliveries();
  },
  deliveries: nudgeDeliveries,
  daily,
};

/** Everything in the named matters that is due. Any worker may call it at any time: each step takes what it finds exactly once. One that fails keeps no other. */
export async function tick(due: ReadonlySet<Matter>): Promise<void> {
  for (const matter of matters.filter((one) => due.has(one)))
    await work[matter]().catch((error: unknown) => logger.error({ error, matter }, 'A tick failed; the next one tries again'));
}

/** News that came in a moment ago is being worked on. */
const WAITED_MS = 10_000;

/**
 * Takes the slot of this interval and of every period that is over, and looks what else there is to do, all in one statement: most ticks of most workers
 * find nothing, and a hundred of those a minute must cost next to nothing. Each slot goes to exactly one caller.
 */
export async function takeTick(intervalMs: number): Promise<Set<Matter>> {
  const at = nowMs();
  // Real time: ticking is about processes, not about business.
  const real = Date.now();
  const slots = [
    { key: 'tick', at: real, until: real + intervalMs - 200 },
    ...Object.entries(periods).map(([key, periodMs]) => ({ key, at, until: at + periodMs })),
  ];
  const rows = await inSystem(
    'due-schedules',
    (tx) => tx.$queryRaw<{ taken: string[]; syncs: boolean; inbox: boolean; holds: boolean; deliveries: boolean }[]>`
      WITH taken AS (
        INSERT INTO budget_slot AS b (key, slot, holder, until_ms)
        SELECT s.key, 0, ${randomUUID()}, s.until FROM jsonb_to_recordset(${JSON.stringify(slots)}::jsonb) AS s (key text, at bigint, until bigint)
        ON CONFLICT (key, slot) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms
          WHERE b.until_ms <= CASE WHEN excluded.key = 'tick' THEN ${BigInt(real)}::bigint ELSE ${BigInt(at)}::bigint END
        RETURNING b.key)
      SELECT ARRAY(SELECT key FROM taken) AS taken,
        EXISTS (SELECT 1 FROM sync WHERE enabled AND paused_at IS NULL AND next_due <= ${now()}) AS syncs,
        EXISTS (SELECT 1 FROM inbox_item WHERE handled_at IS NULL AND (received_at < ${new Date(at - WAITED_MS)} OR next_nudge <= ${now()})) AS inbox,
        EXISTS (SELECT 1 FROM ${holdsOver()}) AS holds,
        EXISTS (SELECT 1 FROM alert_delivery WHERE state = 'pending' AND next_attempt_at <= ${now()}) AS deliveries`,
  );
  const [found] = rows;
  const taken = new Set(found?.taken);
  const seen = new Set<string>(found ? Object.entries(found).flatMap(([matter, there]) => (there === true ? [matter] : [])) : []);
  return new Set(matters.filter((matter) => taken.has(matter) || (taken.has('tick') && seen.has(matter))));
}

/** Ticks every few seconds until stopped; one worker at a time: the first to take the slot of this interval. */
export function startTicking(intervalMs = 5_000): () => Promise<void> {
  let current = Promise.resolve();
  const timer = setInterval(() => {
    current = current
      .then(async () => tick(await takeTick(intervalMs)))
      .catch((error: unknown) => logger.error({ error }, 'A tick failed; the next one tries again'));
  }, intervalMs);
  return () => {
    clearInterval(timer);
    return current;
  };
}
