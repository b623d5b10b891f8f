import { Prisma } from '@prisma/client';
import { now } from '../core/clock.ts';
import { NeedsMerchantError, RejectedError } from '../core/errors.ts';
import type { Tx } from '../db/scope.ts';
import type { Reason, SyncKind } from '../connectors/contract/index.ts';
import type { Actor } from '../people/actor.ts';
import { audit } from '../people/audit.ts';

/** Why a sync waits until an administrator releases it. */
export interface SyncPause {
  since: Date;
  /** `undone`, with who asked (`by`) and the run that did it (`run`). */
  reason: Reason;
}

const keyOf = (shopId: number, connectionId: string, kind: SyncKind) => ({
  shopId_connectionId_kind: { shopId, connectionId, kind },
});

/** The pause that a sync's row tells of, or null. */
export function pauseOf({ pausedAt, pausedReason }: { pausedAt: Date | null; pausedReason: unknown }): SyncPause | null {
  if (!pausedAt) return null;
  return { since: pausedAt, reason: (pausedReason as Reason | null) ?? { code: 'undone', params: {} } };
}

/** The pause in force, or null. */
export async function readPause(tx: Tx, shopId: number, connectionId: string, kind: SyncKind): Promise<SyncPause | null> {
  const row = await tx.sync.findUnique({
    where: keyOf(shopId, connectionId, kind),
    select: { pausedAt: true, pausedReason: true },
  });
  return row && pauseOf(row);
}

/** Lets nothing of this sync be written by itself until it is released: no schedule, no event, no button. A pause in force stays as it is. */
export async function pauseSync(
  tx: Tx,
  shopId: number,
  actor: Actor,
  connectionId: string,
  kind: SyncKind,
  reason: Reason,
): Promise<void> {
  const { count } = await tx.sync.updateMany({
    where: { shopId, connectionId, kind, pausedAt: null },
    data: { pausedAt: now(), pausedReason: { ...reason } },
  });
  if (count === 0) return;
  await audit(tx, shopId, actor, {
    action: 'sync-paused',
    subject: `sync ${kind}`,
    connectionId,
    before: { paused: false },
    after: { paused: true },
  });
}

/** Throws NeedsMerchantError while the sync is paused: what a button answers. */
export async function refuseIfPaused(tx: Tx, shopId: number, connectionId: string, kind: SyncKind): Promise<void> {
  const pause = await readPause(tx, shopId, connectionId, kind);
  if (!pause) return;
  throw new NeedsMerchantError('sync-paused', `The ${kind} sync is paused until it is released`, {
    params: { since: pause.since.toISOString(), by: pause.reason.params['by'] ?? '' },
  });
}

/**
 * Ends a pause: the sync is due at once and compares everything, since anything may have changed meanwhile. False where there was none.
 * Throws RejectedError while the undo it was paused for is still at work.
 */
export async function releaseSync(tx: Tx, shopId: number, actor: Actor, connectionId: string, kind: SyncKind): Promise<boolean> {
  const pause = await readPause(tx, shopId, connectionId, kind);
  if (!pause) return false;
  const undoing = await tx.run.count({
    where: { shopId, connectionId, sync: kind, task: 'undo', state: { in: ['queued', 'running'] } },
  });
  if (undoing > 0) throw new RejectedError('undo-going', 'A run is being undone; the sync can be released afterwards');
  const { enabled } = await tx.sync.findUniqueOrThrow({ where: keyOf(shopId, connectionId, kind), select: { enabled: true } });
  await tx.sync.update({
    where: keyOf(shopId, connectionId, kind),
    data: { pausedAt: null, pausedReason: Prisma.DbNull, cursor: Prisma.DbNull, ...(enabled ? { nextDue: now() } : {}) },
  });
  await audit(tx, shopId, actor, {
    action: 'sync-released',
    subject: `sync ${kind}`,
    connectionId,
    before: { paused: true },
    after: { paused: false },
  });
  return true;
}
