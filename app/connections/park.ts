import { Prisma } from '@prisma/client';
import { now, nowMs } from '../core/clock.ts';
import type { CrossdockError } from '../core/errors.ts';
import type { Tx } from '../db/scope.ts';
import type { Blocked } from './connection-health.ts';

/** A parked connection looks for itself whether it was mended: soon where the other side is down, later where somebody has to act. */
const RETRY_MS = { transient: 60_000, other: 15 * 60_000 };

/** Whether work of a connection is parked now: it is let through again when its time has come or somebody mended it. */
export const isParked = ({ blocked }: { blocked: Blocked | null }): boolean =>
  blocked !== null && Date.parse(blocked.retryAt) > nowMs();

/**
 * Parks a connection's work: it waits until the connection is mended or it is time to look again. `since` stays that of the first failure.
 */
export async function parkConnection(tx: Tx, shopId: number, connectionId: string, error: CrossdockError): Promise<void> {
  const row = await tx.connection.findUnique({ where: { shopId_id: { shopId, id: connectionId } }, select: { blocked: true } });
  const before = row?.blocked as Blocked | null | undefined;
  const blocked: Blocked = {
    code: error.code,
    params: error.params,
    since: before?.code === error.code ? before.since : now().toISOString(),
    retryAt: new Date(nowMs() + (error.kind === 'transient' ? RETRY_MS.transient : RETRY_MS.other)).toISOString(),
  };
  await tx.connection.updateMany({ where: { shopId, id: connectionId }, data: { blocked: { ...blocked } } });
}

/** Lifts what Shopify caused, not the back office: the shop has just answered us again. */
export async function resumeWhatShopifyBlocked(tx: Tx, shopId: number): Promise<void> {
  const blocked = await tx.connection.findMany({
    where: { shopId, blocked: { path: ['code'], string_starts_with: 'shopify-' } },
    select: { id: true },
  });
  for (const { id } of blocked) await resumeConnection(tx, shopId, id);
}

/** Lifts the block; what waited is due at once. Returns whether there was one. */
export async function resumeConnection(tx: Tx, shopId: number, connectionId: string): Promise<boolean> {
  const { count } = await tx.connection.updateMany({
    where: { shopId, id: connectionId, NOT: { blocked: { equals: Prisma.DbNull } } },
    data: { blocked: Prisma.DbNull },
  });
  if (count > 0) {
    await tx.sync.updateMany({ where: { shopId, connectionId, enabled: true }, data: { nextDue: now() } });
    await tx.inboxItem.updateMany({ where: { shopId, handledAt: null, nextNudge: { not: null } }, data: { nextNudge: now() } });
  }
  return count > 0;
}
