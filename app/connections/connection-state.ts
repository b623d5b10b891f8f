import { now } from '../core/clock.ts';
import type { Tx } from '../db/scope.ts';
import type { Actor } from '../people/actor.ts';
import { audit } from '../people/audit.ts';
import { withdrawSales } from './shared-store/sharing.ts';
import { forgetCursors } from './syncs.ts';
import { findConnection, type AccessLevel, type ConnectionState } from './connections.ts';

async function change(
  tx: Tx,
  shopId: number,
  actor: Actor,
  connectionId: string,
  action: string,
  data: { state?: ConnectionState; access?: AccessLevel; dryRun?: boolean },
): Promise<void> {
  const row = await findConnection(tx, shopId, connectionId);
  const names = Object.keys(data) as (keyof typeof data)[];
  await tx.connection.update({ where: { shopId_id: { shopId, id: connectionId } }, data: { ...data, updatedAt: now() } });
  const wasWorking = row.state === 'active' && row.access !== 'none';
  const works = (data.state ?? row.state) === 'active' && (data.access ?? row.access) !== 'none';
  const writesMore = (row.dryRun && data.dryRun === false) || (row.access === 'read' && data.access === 'read_write');
  // What was missed or kept back meanwhile is caught up at once instead of at the next interval. Nobody noted which levels that were.
  if (works && (!wasWorking || writesMore)) {
    await tx.sync.updateMany({ where: { shopId, connectionId, enabled: true }, data: { nextDue: now() } });
    await forgetCursors(tx, shopId, 'inventory', connectionId);
  }
  if (wasWorking && !works) await withdrawSales(tx, shopId, connectionId);
  await audit(tx, shopId, actor, {
    action,
    subject: `connection ${row.name}`,
    connectionId,
    before: Object.fromEntries(names.map((name) => [name, row[name]])),
    after: { ...data },
  });
}

/** While deactivated neither side gets a call for this connection; re-activating catches up at once. */
export function setConnectionState(
  tx: Tx,
  shopId: number,
  actor: Actor,
  connectionId: string,
  state: ConnectionState,
): Promise<void> {
  return change(tx, shopId, actor, connectionId, 'connection-state-changed', { state });
}

/** What may be written to Shopify. */
export function setAccess(tx: Tx, shopId: number, actor: Actor, connectionId: string, access: AccessLevel): Promise<void> {
  return change(tx, shopId, actor, connectionId, 'access-changed', { access });
}

/** A dry run writes to neither side: everything stays a plan. */
export function setDryRun(tx: Tx, shopId: number, actor: Actor, connectionId: string, dryRun: boolean): Promise<void> {
  return change(tx, shopId, actor, connectionId, 'dry-run-changed', { dryRun });
}
