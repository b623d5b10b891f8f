import { asCrossdockError, NeedsMerchantError } from '../../core/errors.ts';
import { inShop, inSystem, type Tx } from '../../db/scope.ts';
import { parkConnection } from '../../connections/park.ts';
import type { SyncKind } from '../../connectors/contract/index.ts';
import { readSync } from '../../connections/syncs.ts';
import { openFrom, type LiveConnection, type OpeningRow } from '../../connections/open-connection.ts';

/** The shop a job is for; null when it uninstalled or was redacted, and then nothing may run. */
export async function installedShop(shopId: number): Promise<{ id: number; domain: string } | null> {
  const shop = await inSystem('list-shops', (tx) =>
    tx.shop.findUnique({ where: { id: shopId }, select: { id: true, domain: true, uninstalledAt: true } }),
  );
  return shop && !shop.uninstalledAt ? { id: shop.id, domain: shop.domain } : null;
}

/** A shop's connections that may work now, as they are read in one statement. */
export type ConnectionsAtWork = (OpeningRow & { syncs: SyncKind[] })[];

/** Reads them, with the kinds of their syncs that are on. */
export async function readConnectionsAtWork(tx: Tx, shopId: number): Promise<ConnectionsAtWork> {
  return tx.$queryRaw<ConnectionsAtWork>`
    SELECT c.id, c.connector, c.name, c.state, c.access, c.dry_run AS "dryRun", c.settings, c.credentials, c.blocked, c.mapping_version AS "mappingVersion",
      jsonb_build_object('id', s.id, 'domain', s.domain, 'name', s.name, 'currency', s.currency, 'timeZone', s.time_zone) AS shop,
      (SELECT jsonb_build_object('poolId', m.pool_id, 'imports', m.imports) FROM stock_pool_member m
       WHERE m.shop_id = c.shop_id AND m.connection_id = c.id) AS sharing,
      ARRAY(SELECT y.kind FROM sync y WHERE y.shop_id = c.shop_id AND y.connection_id = c.id AND y.enabled) AS syncs
    FROM connection c JOIN shop s ON s.id = c.shop_id
    WHERE c.shop_id = ${shopId} AND c.state = 'active' AND c.access <> 'none' ORDER BY c.name, c.id`;
}

/** Opens them; one whose settings are no longer valid is parked, so that its page says what to mend, and then this throws. */
export async function openAtWork(shopId: number, rows: ConnectionsAtWork): Promise<LiveConnection[]> {
  const opened: LiveConnection[] = [];
  for (const row of rows) {
    try {
      opened.push(openFrom(row));
    } catch (thrown) {
      const error = asCrossdockError(thrown);
      if (error instanceof NeedsMerchantError) await inShop(shopId, (tx) => parkConnection(tx, shopId, row.id, error));
      throw error;
    }
  }
  return opened;
}

/**
 * The shop's connections that may work now: neither deactivated nor cut off. Throws when one of them can't be opened: what becomes of an order
 * isn't known until all that might serve its locations are.
 */
export async function activeConnections(shopId: number): Promise<LiveConnection[]> {
  return openAtWork(shopId, await inShop(shopId, (tx) => readConnectionsAtWork(tx, shopId)));
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
