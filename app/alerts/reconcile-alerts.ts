import type { Alert, Prisma } from '@prisma/client';
import { now, nowMs } from '../core/clock.ts';
import { maskText } from '../core/mask.ts';
import { inShop, inSystem, type Tx } from '../db/scope.ts';
import { alertView, type ConnectionNames, type Entry } from './alert.ts';
import { causesNow, type CauseRow } from './causes.ts';
import { evidenceOf } from './evidence.ts';
import { lockAlerts, putInOutbox } from './outbox.ts';
import { entriesFor } from './recipient-rules.ts';
import { safeParams } from './safe-params.ts';

/** What is over within a minute needs nobody. */
const SETTLE_MS = 60_000;
/** What is gone for so long is over; what comes back before is the same alert. */
const CLOSE_AFTER_MS = 2 * 60_000;

/** Some 20 ms each: a tick has other things to do, and those left over differ in the next one, too. */
const MOST_SHOPS = 200;

/** Shops whose alerts don't say what is wrong now. */
function shopsThatDiffer(): Promise<number[]> {
  return inSystem('alerts', async (tx) => {
    const settled = new Date(nowMs() - SETTLE_MS);
    const over = new Date(nowMs() - CLOSE_AFTER_MS);
    const rows = await tx.$queryRaw<{ shop_id: number }[]>`
      SELECT DISTINCT coalesce(c.shop_id, a.shop_id) AS shop_id
      FROM (${causesNow()}) c FULL JOIN (SELECT * FROM alert WHERE closed_at IS NULL) a ON a.shop_id = c.shop_id AND a.key = c.key
        JOIN shop s ON s.id = coalesce(c.shop_id, a.shop_id) AND s.uninstalled_at IS NULL
      WHERE CASE WHEN a.id IS NULL THEN c.since <= ${settled}
        WHEN c.key IS NULL THEN a.gone_since IS NULL OR a.gone_since <= ${over}
        ELSE a.gone_since IS NOT NULL OR a.count <> c.count OR a.severity <> c.severity OR a.cause <> c.cause END
      LIMIT ${MOST_SHOPS}`;
    return rows.map(({ shop_id: id }) => id);
  });
}

const byNumber = (one: string, other: string): number => one.localeCompare(other, 'en', { numeric: true });

function stateOf(cause: CauseRow) {
  return {
    severity: cause.severity,
    cause: cause.cause,
    params: safeParams(cause.params) as Prisma.InputJsonObject,
    count: cause.count,
    labels: cause.labels.map(maskText).sort(byNumber),
    goneSince: null,
  };
}

async function open(tx: Tx, shopId: number, cause: CauseRow): Promise<Alert | null> {
  if (cause.since.getTime() > nowMs() - SETTLE_MS) return null;
  const { key, topic, since, sync, connection_id: connectionId } = cause;
  return tx.alert.create({ data: { shopId, key, topic, connectionId, sync, since, openedAt: now(), ...stateOf(cause) } });
}

/** Notes that the cause is gone, and closes the alert once it has been for a while. */
async function leave(tx: Tx, shopId: number, alert: Alert): Promise<Alert | null> {
  const where = { shopId_id: { shopId, id: alert.id } };
  if (!alert.goneSince) {
    await tx.alert.update({ where, data: { goneSince: now() } });
    return null;
  }
  if (alert.goneSince.getTime() > nowMs() - CLOSE_AFTER_MS) return null;
  const evidence = await evidenceOf(tx, shopId, alert);
  return tx.alert.update({ where, data: { closedAt: now(), evidence } });
}

export async function readConnectionNames(tx: Tx, shopId: number): Promise<ConnectionNames> {
  const rows = await tx.connection.findMany({ where: { shopId }, select: { id: true, name: true, connector: true } });
  return new Map(rows.map(({ id, ...names }) => [id, names]));
}

/** Tells those who want to hear at once; a webhook is told of each alert by itself. Digests find the alerts themselves. */
async function tell(tx: Tx, shopId: number, entries: Entry[]): Promise<void> {
  const recipients = await tx.alertRecipient.findMany({ where: { shopId, active: true, delivery: 'now' } });
  for (const recipient of recipients) {
    const own = entriesFor(recipient, entries);
    const messages = recipient.channel === 'webhook' ? own.map((entry) => [entry]) : own.length > 0 ? [own] : [];
    for (const message of messages)
      await putInOutbox(tx, shopId, { recipientId: recipient.id, kind: 'now', content: { entries: message } });
  }
}

/**
 * Makes a shop's alerts say what is wrong now: opens, counts, closes, and writes the messages that this calls for, all in one transaction.
 * Whoever does it twice, or is killed in the middle, changes nothing by it.
 */
export function reconcileShop(shopId: number): Promise<void> {
  return inShop(shopId, async (tx) => {
    await lockAlerts(tx, shopId);
    const causes = await tx.$queryRaw<CauseRow[]>`SELECT * FROM (${causesNow()}) c`;
    const alerts = await tx.alert.findMany({ where: { shopId, closedAt: null } });
    const known = new Map(alerts.map((alert) => [alert.key, alert]));
    const changed: { event: Entry['event']; row: Alert | null }[] = [];
    for (const cause of causes) {
      const alert = known.get(cause.key);
      known.delete(cause.key);
      if (!alert) changed.push({ event: 'opened', row: await open(tx, shopId, cause) });
      else {
        const row = await tx.alert.update({ where: { shopId_id: { shopId, id: alert.id } }, data: stateOf(cause) });
        if (alert.severity === 'warning' && row.severity === 'critical') changed.push({ event: 'worse', row });
      }
    }
    for (const alert of known.values()) changed.push({ event: 'closed', row: await leave(tx, shopId, alert) });
    const names = await readConnectionNames(tx, shopId);
    const entries = changed.flatMap(({ event, row }): Entry[] => (row ? [{ event, alert: alertView(row, names) }] : []));
    if (entries.length > 0) await tell(tx, shopId, entries);
  });
}

/** Every shop whose alerts differ from what is wrong. Answers how many there were. */
export async function reconcileAlerts(): Promise<number> {
  const shops = await shopsThatDiffer();
  for (const shopId of shops) await reconcileShop(shopId);
  return shops.length;
}
