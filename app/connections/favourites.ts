import { inShop, type Tx } from '../db/scope.ts';
import { findConnection } from './connections.ts';

/** The connections that a person finds first. */
export async function readFavourites(tx: Tx, shopId: number, userId: string): Promise<Set<string>> {
  const rows = await tx.favourite.findMany({ where: { shopId, userId }, select: { connectionId: true } });
  return new Set(rows.map(({ connectionId }) => connectionId));
}

/** Marks a connection as a favourite of this person, or takes the mark away. Nobody else sees it, so it isn't audited. */
export function setFavourite(shopId: number, userId: string, connectionId: string, on: boolean): Promise<void> {
  return inShop(shopId, async (tx) => {
    await findConnection(tx, shopId, connectionId);
    await tx.favourite.deleteMany({ where: { shopId, userId, connectionId } });
    if (on) await tx.favourite.create({ data: { shopId, userId, connectionId } });
  });
}

/** Favourites first, otherwise in the order given. */
export function favouritesFirst<Row extends { id: string }>(
  rows: readonly Row[],
  favourites: ReadonlySet<string>,
): (Row & { favourite: boolean })[] {
  const marked = rows.map((row) => ({ ...row, favourite: favourites.has(row.id) }));
  return [...marked.filter(({ favourite }) => favourite), ...marked.filter(({ favourite }) => !favourite)];
}
