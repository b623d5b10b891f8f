import type { AlertRecipient } from '@prisma/client';
import { nowMs } from '../core/clock.ts';
import { RejectedError } from '../core/errors.ts';
import type { Tx } from '../db/scope.ts';
import type { Actor } from '../people/actor.ts';
import { audit } from '../people/audit.ts';
import { lockAlerts, putInOutbox } from './outbox.ts';

const HOUR_MS = 3_600_000;
/** In an hour. Nobody confirms an address: without a limit anybody who installs the app could have the operator's mail server write to strangers. */
const most = { testsOfRecipient: 3, testsOfShop: 10, sentAgain: 50 };
const AGAIN = 'alert-sent-again';

/** Of the last hour's moments, the newest first, the one that has to be an hour old before the next may follow: refuses until then. */
function refuseUntil(code: string, maximum: number, [last]: Date[]): void {
  if (!last) return;
  const at = new Date(last.getTime() + HOUR_MS).toISOString();
  throw new RejectedError(code, `At most ${maximum} an hour; the next one goes at ${at}`, { params: { maximum, at } });
}

const ofLastHour = () => ({ gt: new Date(nowMs() - HOUR_MS) });

/** Puts a test for a recipient into the outbox. The log itself says how many there were, also to recipients that are gone. */
export async function putTestInOutbox(tx: Tx, actor: Actor, { shopId, id, name }: AlertRecipient): Promise<string> {
  await lockAlerts(tx, shopId);
  for (const [maximum, who] of [
    [most.testsOfRecipient, { recipientId: id }],
    [most.testsOfShop, {}],
  ] as const) {
    const where = { shopId, kind: 'test', createdAt: ofLastHour(), ...who };
    const order = { orderBy: { createdAt: 'desc' }, skip: maximum - 1, take: 1 } as const;
    const tests = await tx.alertDelivery.findMany({ where, ...order, select: { createdAt: true } });
    refuseUntil(
      'tests-many',
      maximum,
      tests.map(({ createdAt }) => createdAt),
    );
  }
  await audit(tx, shopId, actor, { action: 'alert-test-sent', subject: `recipient ${name}` });
  return putInOutbox(tx, shopId, { recipientId: id, kind: 'test', content: { entries: [] } });
}

/** Writes down that a message is sent again, unless that was done too often. */
export async function noteSentAgain(tx: Tx, actor: Actor, { shopId, name }: AlertRecipient): Promise<void> {
  await lockAlerts(tx, shopId);
  const where = { shopId, action: AGAIN, at: ofLastHour() };
  const order = { orderBy: { at: 'desc' }, skip: most.sentAgain - 1, take: 1 } as const;
  const times = await tx.auditEntry.findMany({ where, ...order, select: { at: true } });
  refuseUntil(
    'sent-again-many',
    most.sentAgain,
    times.map(({ at }) => at),
  );
  await audit(tx, shopId, actor, { action: AGAIN, subject: `recipient ${name}` });
}
