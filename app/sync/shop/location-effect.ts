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

/** Open orders that were handed over, or are about to be, to ship from these locations. */
export async function openOrdersAt(tx: Tx, shopId: number, locationIds: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT p.order_id AS id FROM part p JOIN part_line l ON l.shop_id = p.shop_id AND l.part_id = p.id
    WHERE p.shop_id = ${shopId} AND p.state NOT IN ('cancelled', 'shipped', 'parked')
      AND l.open > 0 AND (l.location_id = ANY(${[...locationIds]}) OR p.location_id = ANY(${[...locationIds]}))`;
  return rows.map(({ id }) => id);
}

interface Place {
  locationId: string;
  connectionId: string;
  facilityId: string;
}

/** Of locations to be saved those that are mapped now and would go elsewhere. */
export async function movedLocations(tx: Tx, shopId: number, places: readonly Place[]): Promise<string[]> {
  const links = await tx.locationLink.findMany({ where: { shopId, locationId: { in: places.map((one) => one.locationId) } } });
  const goes = (link: Place) => {
    const next = places.find((one) => one.locationId === link.locationId);
    return next && (next.connectionId !== link.connectionId || next.facilityId !== link.facilityId);
  };
  return links.filter(goes).map(({ locationId }) => locationId);
}

/** Counted now, for each location in the order given; one that isn't mapped concerns nothing and is left out. */
export async function readLocationEffects(tx: Tx, shopId: number, locationIds: readonly string[]): Promise<LocationEffect[]> {
  const effects: LocationEffect[] = [];
  for (const locationId of locationIds) {
    const link = await tx.locationLink.findUnique({ where: { shopId_locationId: { shopId, locationId } } });
    if (!link) continue;
    const location = await tx.location.findUnique({ where: { shopId_id: { shopId, id: locationId } }, select: { name: true } });
    const openOrders = (await openOrdersAt(tx, shopId, [locationId])).length;
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
      openOrders,
      levels,
      heir: heir?.name ?? null,
    });
  }
  return effects;
}
