import { Prisma } from '@prisma/client';
import { now, nowMs } from '../core/clock.ts';
import type { CrossdockError } from '../core/errors.ts';
import type { Tx } from '../db/scope.ts';
import type { Blocked } from './connection-health.ts';

/** A parked connection looks for itself whether it was mended, in case nobody presses the button. */
const RETRY_MS = 15 * 60_000;

/** Parks a connection's work: its schedules wait until it is mended or a quarter of an hour has passed. `since` stays that of the first failure. */
export async function parkConnection(tx: Tx, shopId: number, connectionId: string, error: CrossdockError): Promise<void> {
  const row = await tx.connection.findUnique({ where: { shopId_id: { shopId, id: connectionId } }, select: { blocked: true } });
  const before = row?.blocked as Blocked | null | undefined;
  const blocked: Blocked = {
    code: error.code,
    params: error.params,
    since: before?.code === error.code ? before.since : now().toISOString(),
    retryAt: new Date(nowMs() + RETRY_MS).toISOString(),
  };
  await tx.connection.updateMany({ where: { shopId, id: connectionId }, data: { blocked: { ...blocked } } });
}

/** Lifts the block; what waited is due at once. Returns whether there was one. */
export async function resumeConnection(tx: Tx, shopId: number, connectionId: string): Promise<boolean> {
  const { count } = await tx.connection.updateMany({
    where: { shopId, id: connectionId, NOT: { blocked: { equals: Prisma.DbNull } } },
    data: { blocked: Prisma.DbNull },
  });
  if (count > 0) await tx.sync.updateMany({ where: { shopId, connectionId, enabled: true }, data: { nextDue: now() } });
  return count > 0;
}
