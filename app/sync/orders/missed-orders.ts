import { now } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';

/** A pass over an order that began while a connection was off may end so long after it came on. */
const UNDER_WAY_MS = 30_000;

/** Since when a connection takes part in whatever is decided: what was decided before may have been decided without it. */
export async function takesSince({ id, shop: { id: shopId } }: LiveConnection): Promise<Date> {
  const { updatedAt } = await inShop(shopId, (tx) =>
    tx.connection.findUniqueOrThrow({ where: { shopId_id: { shopId, id } }, select: { updatedAt: true } }),
  );
  return new Date(updatedAt.getTime() + UNDER_WAY_MS);
}

/** News of an order that no connection takes now: whichever is on again looks at it with what else it missed. */
export async function noteMissed(shopId: number, id: string): Promise<void> {
  await inShop(shopId, (tx) => tx.order.updateMany({ where: { shopId, id }, data: { decidedAt: now() } }));
}

/**
 * Orders that came to be looked at while a connection was off (a hold ended, settings changed, they were deleted), and those that were held then. Shopify doesn't
 * list them as changed since its last run, so nothing else would have it look at them again. Between `since`, when that run was, and `until`, when it was on.
 */
export async function missedOrders(shopId: number, since: Date, until: Date): Promise<string[]> {
  const rows = await inShop(shopId, (tx) =>
    tx.order.findMany({
      where: { shopId, decidedAt: { lt: until }, OR: [{ decidedAt: { gte: since } }, { verdict: 'hold' }] },
      orderBy: { placedAt: 'asc' },
      select: { id: true },
    }),
  );
  return rows.map(({ id }) => id);
}
