import type { ConnectorDefinition } from '../../connectors/contract/index.ts';
import { sha256 } from '../../core/crypto.ts';
import { RejectedError } from '../../core/errors.ts';
import { inShop, inSystem, type Tx } from '../../db/scope.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { storeIdOf } from '../connection-store.ts';

/** How a connection takes part in a shared store. */
export interface Sharing {
  poolId: string;
  /** Whether its shop writes products into the store; the others only link to them. */
  imports: boolean;
}

/** A connection's part in a shared store; null where it has its store to itself. */
export async function readSharing(tx: Tx, shopId: number, connectionId: string): Promise<Sharing | null> {
  const where = { shopId_connectionId: { shopId, connectionId } };
  return tx.stockPoolMember.findUnique({ where, select: { poolId: true, imports: true } });
}

/** A shop's connection, as another shop's transaction may know of it. */
export interface Sharer {
  shopId: number;
  connectionId: string;
  imports: boolean;
}

/** The other shops' connections to the same store. Only for work that goes on in each one's own scope. */
export function otherSharers(shopId: number, connectionId: string): Promise<Sharer[]> {
  return inSystem('shared-stores', async (tx) => {
    const own = await readSharing(tx, shopId, connectionId);
    if (!own) return [];
    return tx.stockPoolMember.findMany({
      where: { poolId: own.poolId, shopId: { not: shopId } },
      select: { shopId: true, connectionId: true, imports: true },
      orderBy: { joinedAt: 'asc' },
    });
  });
}

/**
 * Says that stock of these SKUs, or what is sold of them and not taken off yet, has changed for everybody who shares the store. In the caller's
 * transaction; the others hear of it in theirs (jobs/handlers/pool).
 */
export async function tellSharers(tx: Tx, shopId: number, connectionId: string, skus: string[]): Promise<void> {
  await enqueue(tx, 'pool', { shopId, connectionId, event: 'moved', skus }, { priority: 25, group: String(shopId) });
}

/**
 * Takes back what this connection had sold of the shared stock by its own account: it is asked nothing any more, so its account would stand for ever and
 * keep these units from the others.
 */
export async function withdrawSales(tx: Tx, shopId: number, connectionId: string): Promise<void> {
  const rows = await tx.$queryRaw<{ sku: string }[]>`
    DELETE FROM stock_pool_sale WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid RETURNING sku`;
  const skus = [...new Set(rows.map(({ sku }) => sku))];
  if (skus.length > 0) await tellSharers(tx, shopId, connectionId, skus);
}

/**
 * What tells the stock of this store from any other's, as a hash that another shop's settings are compared with; null where it is decided by
 * joining, and undefined where it can't be told.
 */
export function stockKeyOf({ sharedStock }: ConnectorDefinition, settings: Record<string, unknown>): string | null | undefined {
  if (sharedStock === 'joining') return null;
  const key = sharedStock?.keyOf(settings);
  return key ? sha256(key) : undefined;
}

/**
 * Throws RejectedError when these settings would take a connection away from the stock that it shares: the others would go on subtracting what is sold
 * somewhere else.
 */
export async function refuseToMove(
  tx: Tx,
  shopId: number,
  connectionId: string,
  definition: ConnectorDefinition,
  settings: Record<string, unknown>,
): Promise<void> {
  const sharing = await readSharing(tx, shopId, connectionId);
  if (!sharing) return;
  const pool = await tx.stockPool.findUniqueOrThrow({ where: { id: sharing.poolId } });
  const stays =
    pool.stockKey === null
      ? storeIdOf(definition, settings) === pool.storeId
      : stockKeyOf(definition, settings) === pool.stockKey;
  if (!stays) throw new RejectedError('share-store-locked', 'The store is shared');
}

export interface SharingView {
  poolId: string;
  storeName: string;
  imports: boolean;
  members: { name: string; imports: boolean; joinedAt: Date; own: boolean }[];
}

/** Who shares a connection's store, for its page: of the others their names and since when, nothing else. */
export function listSharing(shopId: number, connectionId: string): Promise<SharingView | null> {
  return inShop(shopId, async (tx) => {
    const own = await readSharing(tx, shopId, connectionId);
    if (!own) return null;
    const { storeName } = await tx.stockPool.findUniqueOrThrow({ where: { id: own.poolId }, select: { storeName: true } });
    const members = await tx.$queryRaw<SharingView['members']>`
      SELECT name, imports, joined_at AS "joinedAt", own FROM stock_pool_names(${connectionId}::uuid) ORDER BY imports DESC, joined_at, name`;
    return { ...own, storeName, members };
  });
}
