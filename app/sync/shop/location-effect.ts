import type { Tx } from '../../db/scope.ts';

/** What hangs on a location's mapping, to be told before it is changed or taken away. */
export interface LocationEffect {
  locationId: string;
  name: string;
  /** Open orders that were handed over, or are about to be, to ship from there. */
  openOrders: number;
  /** Products whose stock Shopify shows there by us. */
  levels: number;
  /** The location that shows the facility's stock from then on, where another one is mapped to it. */
  heir: string | null;
}

/** Counted now, for each location in the order given; one that isn't mapped concerns nothing and is left out. */
export async function readLocationEffects(tx: Tx, shopId: number, locationIds: readonly string[]): Promise<LocationEffect[]> {
  const effects: LocationEffect[] = [];
  for (const locationId of locationIds) {
    const link = await tx.locationLink.findUnique({ where: { shopId_locationId: { shopId, locationId } } });
    if (!link) continue;
    const location = await tx.location.findUnique({ where: { shopId_id: { shopId, id: locationId } }, select: { name: true } });
    const [orders] = await tx.$queryRaw<{ n: number }[]>`
      SELECT count(DISTINCT p.order_id)::int AS n FROM part p JOIN part_line l ON l.shop_id = p.shop_id AND l.part_id = p.id
      WHERE p.shop_id = ${shopId} AND p.connection_id = ${link.connectionId}::uuid AND p.state NOT IN ('cancelled', 'shipped', 'parked')
        AND l.open > 0 AND (l.location_id = ${locationId} OR p.location_id = ${locationId})`;
    const levels = await tx.stockLevel.count({ where: { shopId, locationId, publishedAt: { not: null } } });
    const next = link.carriesStock
      ? await tx.locationLink.findFirst({
          where: { shopId, connectionId: link.connectionId, facilityId: link.facilityId, locationId: { not: locationId } },
          orderBy: [{ createdAt: 'asc' }, { locationId: 'asc' }],
          select: { locationId: true },
        })
      : null;
    const heir = next
      ? await tx.location.findUnique({ where: { shopId_id: { shopId, id: next.locationId } }, select: { name: true } })
      : null;
    effects.push({
      locationId,
      name: location?.name ?? locationId,
      openOrders: orders?.n ?? 0,
      levels,
      heir: heir?.name ?? null,
    });
  }
  return effects;
}
