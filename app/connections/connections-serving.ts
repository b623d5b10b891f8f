import type { SyncKind } from '../connectors/contract/index.ts';
import type { Tx } from '../db/scope.ts';
import { toConnectionRow, type ConnectionRow } from './connections.ts';

/** An active connection with the locations it serves and the syncs that are on. */
export interface ServingConnection extends ConnectionRow {
  locationIds: string[];
  enabledSyncs: SyncKind[];
}

/** The shop's connections that may work now: active, and not cut off from Shopify. */
export async function connectionsServing(tx: Tx, shopId: number): Promise<ServingConnection[]> {
  const rows = await tx.connection.findMany({
    where: { shopId, state: 'active', access: { not: 'none' } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  const links = await tx.locationLink.findMany({ where: { shopId }, select: { connectionId: true, locationId: true } });
  const syncs = await tx.sync.findMany({ where: { shopId, enabled: true }, select: { connectionId: true, kind: true } });
  return rows.map((row) => ({
    ...toConnectionRow(row),
    locationIds: links.filter(({ connectionId }) => connectionId === row.id).map(({ locationId }) => locationId),
    enabledSyncs: syncs.filter(({ connectionId }) => connectionId === row.id).map(({ kind }) => kind as SyncKind),
  }));
}
