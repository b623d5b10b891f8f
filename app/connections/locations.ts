import type { Prisma } from '@prisma/client';
import { now } from '../core/clock.ts';
import { inShop, type Tx } from '../db/scope.ts';
import type { Address } from '../connectors/contract/index.ts';

/** A Shopify location as its reader hands it in. */
export interface ShopifyLocation {
  /** gid. */
  id: string;
  name: string;
  active: boolean;
  fulfillsOnline: boolean;
  /** Name of the fulfilment service that owns it; null for the merchant's own. */
  serviceName: string | null;
  address: Partial<Address> | null;
}

export interface LocationLinkRow {
  locationId: string;
  locationName: string;
  /** False for a location that was deactivated or removed in Shopify. */
  locationActive: boolean;
  serviceName: string | null;
  connectionId: string;
  facilityId: string;
  facilityName: string;
  carriesStock: boolean;
  /** Pieces kept back at this location. */
  safetyStock: number;
}

/** active, inactive (switched off in Shopify), or removed (Shopify no longer lists it; shown because something hangs on it). */
export type LocationState = 'active' | 'inactive' | 'removed';

export interface LocationRow {
  id: string;
  name: string;
  state: LocationState;
  fulfillsOnline: boolean;
  serviceName: string | null;
  address: Partial<Address>;
  link:
    | (Omit<LocationLinkRow, 'locationId' | 'locationName' | 'locationActive' | 'serviceName'> & {
        connectionName: string;
        facilityState: LocationState;
      })
    | null;
  /** Facilities not linked yet that have the same name; shown as a suggestion, never used by itself. */
  suggestions: { connectionId: string; facilityId: string; facilityName: string }[];
}

/**
 * Takes over Shopify's complete list of locations. Links stay whatever happens; a location that is gone is kept, inactive, while a link
 * hangs on it, and forgotten otherwise. Returns how many are new, changed and gone.
 */
export function importLocations(
  shopId: number,
  locations: readonly ShopifyLocation[],
): Promise<{ added: number; changed: number; removed: number }> {
  return inShop(shopId, async (tx) => {
    const at = now();
    const known = new Map((await tx.location.findMany({ where: { shopId } })).map((row) => [row.id, row]));
    const result = { added: 0, changed: 0, removed: 0 };
    for (const { id, address, ...facts } of locations) {
      const before = known.get(id);
      const data = { ...facts, address: (address ?? {}) as Prisma.InputJsonObject, importedAt: at };
      await tx.location.upsert({
        where: { shopId_id: { shopId, id } },
        create: { shopId, id, firstSeenAt: at, ...data },
        update: data,
      });
      if (!before) result.added += 1;
      else if (before.name !== facts.name || before.active !== facts.active || before.fulfillsOnline !== facts.fulfillsOnline)
        result.changed += 1;
    }
    const gone = [...known.keys()].filter((id) => !locations.some((location) => location.id === id));
    const linked = new Set(
      (await tx.locationLink.findMany({ where: { shopId, locationId: { in: gone } }, select: { locationId: true } })).map(
        ({ locationId }) => locationId,
      ),
    );
    await tx.location.deleteMany({ where: { shopId, id: { in: gone.filter((id) => !linked.has(id)) } } });
    await tx.location.updateMany({ where: { shopId, id: { in: [...linked] } }, data: { active: false } });
    result.removed = gone.filter((id) => !linked.has(id) || known.get(id)?.active).length;
    return result;
  });
}

/** Which location is served by which facility of which connection. */
export function listLocationLinks(tx: Tx, shopId: number, connectionId?: string): Promise<LocationLinkRow[]> {
  return tx.$queryRaw<LocationLinkRow[]>`
    SELECT k.location_id AS "locationId", coalesce(l.name, k.location_id) AS "locationName", coalesce(l.active, false) AS "locationActive",
      l.service_name AS "serviceName", k.connection_id AS "connectionId", k.facility_id AS "facilityId", coalesce(f.name, k.facility_id) AS "facilityName",
      k.carries_stock AS "carriesStock", k.safety_stock AS "safetyStock"
    FROM location_link k
    LEFT JOIN location l ON l.shop_id = k.shop_id AND l.id = k.location_id
    LEFT JOIN facility f ON f.shop_id = k.shop_id AND f.connection_id = k.connection_id AND f.id = k.facility_id
    WHERE k.shop_id = ${shopId} AND k.connection_id = coalesce(${connectionId ?? null}::uuid, k.connection_id)
    ORDER BY k.created_at, k.location_id`;
}

const sameName = (one: string, other: string) => one.trim().toLowerCase() === other.trim().toLowerCase();

/** Everything the locations page shows: each location with its link, what is wrong with it, and suggestions by equal name. */
export async function listLocations(tx: Tx, shopId: number): Promise<LocationRow[]> {
  const locations = await tx.location.findMany({
    where: { shopId },
    orderBy: [{ active: 'desc' }, { name: 'asc' }, { id: 'asc' }],
  });
  const links = await listLocationLinks(tx, shopId);
  const facilities = await tx.facility.findMany({ where: { shopId } });
  const connections = new Map(
    (await tx.connection.findMany({ where: { shopId }, select: { id: true, name: true, state: true } })).map((row) => [
      row.id,
      row,
    ]),
  );
  const lastImport = Math.max(0, ...locations.map(({ importedAt }) => importedAt.getTime()));
  const lastRead = new Map<string, number>();
  for (const { connectionId, readAt } of facilities)
    lastRead.set(connectionId, Math.max(lastRead.get(connectionId) ?? 0, readAt.getTime()));
  const facilityState = (connectionId: string, id: string): LocationState => {
    const row = facilities.find((one) => one.connectionId === connectionId && one.id === id);
    if (!row || row.readAt.getTime() < (lastRead.get(connectionId) ?? 0)) return 'removed';
    return row.active ? 'active' : 'inactive';
  };
  return locations.map(({ id, name, active, fulfillsOnline, serviceName, address, importedAt }) => {
    const found = links.find((link) => link.locationId === id);
    const free = facilities.filter(
      (one) =>
        sameName(one.name, name) &&
        connections.get(one.connectionId)?.state === 'active' &&
        facilityState(one.connectionId, one.id) === 'active' &&
        !links.some((link) => link.connectionId === one.connectionId && link.facilityId === one.id),
    );
    return {
      id,
      name,
      state: importedAt.getTime() < lastImport ? 'removed' : active ? 'active' : 'inactive',
      fulfillsOnline,
      serviceName,
      address: address as Partial<Address>,
      link: found
        ? {
            connectionId: found.connectionId,
            connectionName: connections.get(found.connectionId)?.name ?? '',
            facilityId: found.facilityId,
            facilityName: found.facilityName,
            facilityState: facilityState(found.connectionId, found.facilityId),
            carriesStock: found.carriesStock,
            safetyStock: found.safetyStock,
          }
        : null,
      suggestions:
        found || serviceName || !active
          ? []
          : free.map((one) => ({ connectionId: one.connectionId, facilityId: one.id, facilityName: one.name })),
    };
  });
}
