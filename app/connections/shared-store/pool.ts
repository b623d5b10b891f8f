import { now } from '../../core/clock.ts';
import { asCrossdockError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { inSystem, type Tx } from '../../db/scope.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { appItself, type Actor } from '../../people/actor.ts';
import { audit } from '../../people/audit.ts';
import { findConnection } from '../connections.ts';
import { openConnection } from '../open-connection.ts';
import { otherSharers, readSharing, type Sharer } from './sharing.ts';

interface Side {
  shopId: number;
  connectionId: string;
}

type PoolEvent = 'joined' | 'changed' | 'expelled';

const tell = (tx: Tx, { shopId, connectionId }: Side, event: PoolEvent) =>
  enqueue(tx, 'pool', { shopId, connectionId, event, skus: [] }, { priority: 25, group: String(shopId) });

async function shopName(tx: Tx, shopId: number): Promise<string> {
  const { name, domain } = await tx.shop.findUniqueOrThrow({ where: { id: shopId }, select: { name: true, domain: true } });
  return name ? `${name} (${domain})` : domain;
}

/** Puts both connections into one pool: the maker's, or a new one. In the transaction of the yes; the rest is each one's own job. */
export async function joinPool(
  tx: Tx,
  join: {
    own: Side;
    asker: Side;
    connector: string;
    row: { stockKey: string | null; storeId: string | null; storeName: string };
  },
): Promise<void> {
  const { own, asker, connector, row } = join;
  const { stockKey, storeId, storeName } = row;
  const at = now();
  let poolId = (await readSharing(tx, own.shopId, own.connectionId))?.poolId;
  if (!poolId) {
    poolId = (await tx.stockPool.create({ data: { connector, stockKey, storeId, storeName, createdAt: at } })).id;
    const name = await shopName(tx, own.shopId);
    await tx.stockPoolMember.create({ data: { ...own, poolId, name, imports: true, joinedAt: at } });
  }
  const name = await shopName(tx, asker.shopId);
  await tx.stockPoolMember.create({ data: { ...asker, poolId, name, imports: false, joinedAt: at } });
  const members = await tx.stockPoolMember.findMany({ where: { poolId }, select: { shopId: true, connectionId: true } });
  for (const member of members) await tell(tx, member, member.shopId === asker.shopId ? 'joined' : 'changed');
}

/** The shelf of a connection whose back office keeps one for each of them; null where the back office itself counts. */
async function shelfOf({ shopId, connectionId }: Side) {
  const { definition, connector } = await openConnection(shopId, connectionId);
  return definition.sharedStock === 'joining' ? (connector.stores?.shelf ?? null) : null;
}

async function remove(tx: Tx, actor: Actor, own: Side, others: Sharer[]): Promise<void> {
  const { shopId, connectionId } = own;
  const sharing = await readSharing(tx, shopId, connectionId);
  if (!sharing) return;
  const { name } = await findConnection(tx, shopId, connectionId);
  await tx.stockPoolMember.delete({ where: { shopId_connectionId: { shopId, connectionId } } });
  await tx.$executeRaw`DELETE FROM stock_pool_sale WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid`;
  await audit(tx, shopId, actor, { action: 'share-left', subject: `connection ${name}`, connectionId });
  const [oldest] = others;
  if (!oldest) {
    await tx.stockPoolLeft.deleteMany({ where: { poolId: sharing.poolId } });
    await tx.stockPool.delete({ where: { id: sharing.poolId } });
    return;
  }
  // Somebody has to bring the products in.
  if (sharing.imports)
    await tx.stockPoolMember.update({
      where: { shopId_connectionId: { shopId: oldest.shopId, connectionId: oldest.connectionId } },
      data: { imports: true },
    });
  const leaver = await shopName(tx, shopId);
  for (const other of others) {
    const connection = await tx.connection.findUniqueOrThrow({
      where: { shopId_id: { shopId: other.shopId, id: other.connectionId } },
    });
    const entry = { subject: `connection ${connection.name}`, connectionId: connection.id, before: { shop: leaver } };
    await audit(tx, other.shopId, appItself, { action: 'share-left-by', ...entry });
    await tell(tx, other, 'changed');
  }
}

/**
 * This connection leaves the store that it shares. What it had moved stays with the store; the others go on without it and compare their stock anew.
 * Again it changes nothing. `whatever`: also where a shelf can't be opened (settings that lack something, here or with whoever shares it); that one is
 * left as it is.
 */
export async function leavePool(shopId: number, actor: Actor, connectionId: string, { whatever = false } = {}): Promise<void> {
  const own = { shopId, connectionId };
  const step = (work: () => Promise<void>): Promise<void> =>
    work().catch((error: unknown) => {
      if (!whatever || asCrossdockError(error).kind === 'transient') throw error;
      logger.error({ error, shopId, connectionId }, 'A shared store is left although a step of that failed');
    });
  const others = await otherSharers(shopId, connectionId);
  if (others.length > 0)
    await step(async () => {
      const shelf = await shelfOf(own);
      // Whoever stays must know of everything that is left to them.
      if (shelf) for (const other of others) await step(() => catchUp(other));
      await shelf?.leave();
    });
  await step(() => inSystem('shared-stores', (tx) => remove(tx, actor, own, others)));
}

async function catchUp(side: Side): Promise<void> {
  const shelf = await shelfOf(side);
  const pool = await poolOfSide(side);
  if (shelf && pool?.storeId) await shelf.join({ id: pool.storeId, name: pool.storeName });
}

/** The pool that a connection is in, as the app itself knows it. */
export function poolOfSide({
  shopId,
  connectionId,
}: Side): Promise<{ id: string; storeId: string | null; storeName: string; members: number } | null> {
  return inSystem('shared-stores', async (tx) => {
    const own = await readSharing(tx, shopId, connectionId);
    if (!own) return null;
    const { id, storeId, storeName } = await tx.stockPool.findUniqueOrThrow({ where: { id: own.poolId } });
    return { id, storeId, storeName, members: await tx.stockPoolMember.count({ where: { poolId: id } }) };
  });
}

/**
 * Ends the sharing, from whichever side: the shop that imports keeps the store and the others go; any other shop goes by itself. The others leave
 * in jobs of their own, each in its own scope.
 */
export async function stopSharing(shopId: number, actor: Actor, connectionId: string): Promise<void> {
  const others = await inSystem('shared-stores', async (tx) => {
    const own = await readSharing(tx, shopId, connectionId);
    if (!own?.imports) return null;
    const members = await tx.stockPoolMember.findMany({ where: { poolId: own.poolId, shopId: { not: shopId } } });
    const { name } = await findConnection(tx, shopId, connectionId);
    const entry = { subject: `connection ${name}`, connectionId, before: { shops: members.map((member) => member.name) } };
    await audit(tx, shopId, actor, { action: 'share-stopped', ...entry });
    for (const member of members) await tell(tx, member, 'expelled');
    return members;
  });
  if (others === null) await leavePool(shopId, actor, connectionId);
}

/** The last one left has its store to itself: its shelf takes over what the others left, and the pool is gone. */
export async function settlePool(side: Side): Promise<void> {
  const pool = await poolOfSide(side);
  if (!pool || pool.members > 1) return;
  await (await shelfOf(side))?.settle();
  await inSystem('shared-stores', async (tx) => {
    await tx.stockPoolMember.deleteMany({ where: { poolId: pool.id } });
    await tx.stockPoolLeft.deleteMany({ where: { poolId: pool.id } });
    await tx.$executeRaw`DELETE FROM stock_pool_sale WHERE shop_id = ${side.shopId} AND connection_id = ${side.connectionId}::uuid`;
    await tx.stockPool.delete({ where: { id: pool.id } });
  });
}

/**
 * An uninstalled shop leaves whatever it shares, and nobody waits for its answers or it for theirs. Again it changes nothing. `whatever`: as in leavePool,
 * for a shop that is to be forgotten.
 */
export async function leaveAllPools(shopId: number, how: { whatever?: boolean } = {}): Promise<void> {
  const own = await inSystem('shared-stores', async (tx) => {
    const nobody = { askerShopId: null, askerConnectionId: null, askerName: null, askedAt: null };
    await tx.stockPoolCode.updateMany({ where: { askerShopId: shopId }, data: { state: 'revoked', ...nobody } });
    await tx.stockPoolCode.updateMany({
      where: { shopId, state: { in: ['open', 'asked'] } },
      data: { state: 'revoked', ...nobody },
    });
    return tx.stockPoolMember.findMany({ where: { shopId }, select: { connectionId: true } });
  });
  for (const { connectionId } of own) await leavePool(shopId, appItself, connectionId, how);
}
