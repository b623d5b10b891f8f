import type { Alert, AlertRecipient } from '@prisma/client';
import { now } from '../core/clock.ts';
import { inShop, inSystem, type Tx } from '../db/scope.ts';
import { lastTimeOfDay } from '../schedules/time-of-day.ts';
import { alertView, type Entry } from './alert.ts';
import { lockAlerts, putInOutbox } from './outbox.ts';
import { readConnectionNames } from './reconcile-alerts.ts';
import { entriesFor } from './recipient-rules.ts';

const HOUR_MS = 3_600_000;

/** When the digest that is to be out by now was due: the last full hour, or the last time of day that was chosen. */
export function digestDue(delivery: string, dailyAt: string, timeZone: string, at: Date): Date {
  if (delivery === 'daily') return lastTimeOfDay(dailyAt, timeZone, at);
  return new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS);
}

const eventOf = ({ openedAt, closedAt }: Alert, since: Date): Entry['event'] =>
  closedAt ? 'closed' : openedAt > since ? 'opened' : 'open';

/** What happened since the last digest, what is worst first. Null: nothing that is worth a message. */
async function contentOf(tx: Tx, shopId: number, recipient: AlertRecipient): Promise<Entry[] | null> {
  const since = recipient.digestedAt;
  const rows = await tx.alert.findMany({
    where: { shopId, OR: [{ closedAt: null }, { closedAt: { gt: since } }] },
    orderBy: [{ severity: 'asc' }, { openedAt: 'asc' }],
  });
  const names = await readConnectionNames(tx, shopId);
  const entries = rows.map((row): Entry => ({ event: eventOf(row, since), alert: alertView(row, names) }));
  const own = entriesFor(recipient, entries);
  // Once a day is often enough to be reminded of what goes on.
  const worth = recipient.delivery === 'daily' ? own.length > 0 : own.some(({ event }) => event !== 'open');
  return worth ? own : null;
}

async function writeDigest(shopId: number, recipientId: string, due: Date): Promise<boolean> {
  return inShop(shopId, async (tx) => {
    await lockAlerts(tx, shopId);
    const recipient = await tx.alertRecipient.findUnique({ where: { shopId_id: { shopId, id: recipientId } } });
    if (!recipient || recipient.digestedAt >= due) return false;
    const entries = await contentOf(tx, shopId, recipient);
    // By the clock of now: what was opened under an earlier lock has an earlier time.
    await tx.alertRecipient.update({ where: { shopId_id: { shopId, id: recipientId } }, data: { digestedAt: now() } });
    if (!entries) return false;
    await putInOutbox(tx, shopId, { recipientId, kind: 'digest', content: { entries } });
    return true;
  });
}

/** Writes the digests that are due, each once. One that was missed (nothing ran at its time) is made up once. Answers how many. */
export async function writeDueDigests(): Promise<number> {
  const at = now();
  const rows = await inSystem(
    'alerts',
    (tx) => tx.$queryRaw<
      { shop_id: number; id: string; delivery: string; daily_at: string; digested_at: Date; time_zone: string }[]
    >`
      SELECT r.shop_id, r.id, r.delivery, r.daily_at, r.digested_at, s.time_zone FROM alert_recipient r
        JOIN shop s ON s.id = r.shop_id AND s.uninstalled_at IS NULL
      WHERE r.active AND r.delivery IN ('hourly', 'daily') AND r.digested_at < ${new Date(at.getTime() - 60_000)}`,
  );
  let written = 0;
  for (const row of rows) {
    const due = digestDue(row.delivery, row.daily_at, row.time_zone, at);
    if (row.digested_at < due && (await writeDigest(row.shop_id, row.id, due))) written += 1;
  }
  return written;
}
