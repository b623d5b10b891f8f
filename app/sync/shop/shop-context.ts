import { asCrossdockError, NeedsMerchantError } from '../../core/errors.ts';
import { inShop, inSystem } from '../../db/scope.ts';
import { parkConnection } from '../../connections/park.ts';
import type { SyncKind } from '../../connectors/contract/index.ts';
import { readSync } from '../../connections/syncs.ts';
import { listConnections } from '../../connections/connections.ts';
import { openConnection, type LiveConnection } from '../../connections/open-connection.ts';

/** The shop a job is for; null when it uninstalled or was redacted, and then nothing may run. */
export async function installedShop(shopId: number): Promise<{ id: number; domain: string } | null> {
  const shop = await inSystem('list-shops', (tx) =>
    tx.shop.findUnique({ where: { id: shopId }, select: { id: true, domain: true, uninstalledAt: true } }),
  );
  return shop && !shop.uninstalledAt ? { id: shop.id, domain: shop.domain } : null;
}

/** Opens it; one whose settings are no longer valid is parked, so that its page says what to mend. */
async function openOrPark(shopId: number, connectionId: string): Promise<LiveConnection> {
  try {
    return await openConnection(shopId, connectionId);
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (error instanceof NeedsMerchantError) await inShop(shopId, (tx) => parkConnection(tx, shopId, connectionId, error));
    throw error;
  }
}

/**
 * The shop's connections that may work now: neither deactivated nor cut off. Throws when one of them can't be opened: what becomes of an order
 * isn't known until all that might serve its locations are.
 */
export async function activeConnections(shopId: number): Promise<LiveConnection[]> {
  const rows = await listConnections(shopId);
  const active = rows.filter((row) => row.state === 'active' && row.access !== 'none');
  return Promise.all(active.map((row) => openOrPark(shopId, row.id)));
}

/** Those of them whose sync of this kind is on. */
export async function takersOf(shopId: number, connections: LiveConnection[], sync: SyncKind): Promise<LiveConnection[]> {
  const states = await inShop(shopId, async (tx) => {
    const all: boolean[] = [];
    for (const live of connections) all.push((await readSync(tx, shopId, live.id, sync)).enabled);
    return all;
  });
  return connections.filter((_, index) => states[index]);
}
