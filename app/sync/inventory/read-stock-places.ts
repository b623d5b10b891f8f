import type { StockSource } from '../../connections/stock-places.ts';
import { keepSlowCounts } from '../../db/keep-slow-counts.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { sourceTables } from './stock-sources.ts';

/** A location that shows stock of a connection: which, what is kept back, and how it stands. */
export interface StockPlace {
  locationId: string;
  locationName: string;
  facilityId: string;
  facilityName: string;
  /** Orders there wait to be brokered; its own stock is the back office's online total. */
  queue: boolean;
  source: StockSource;
  facilities: string[];
  safetyStock: number;
  threshold: number;
  publishAnyway: boolean;
  /** Whether Shopify fulfils online orders from it. */
  online: boolean;
  /** It sells online what another location shows too: nothing is published until somebody decides. */
  waiting: boolean;
  /** Levels published there, and products that Shopify doesn't stock there. */
  levels: number;
  inactive: number;
  lastPublishedAt: string | null;
}

export interface StockPlaces {
  places: StockPlace[];
  facilities: { id: string; name: string; kind: string; excluded: boolean }[];
  /** Locations whose stock moved elsewhere and that are still to be set to zero. */
  retired: { locationId: string; name: string }[];
  /** When Shopify's numbers were last handed to the back office; null where never. */
  startingStockAt: string | null;
}

type Counts = Pick<StockPlace, 'levels' | 'inactive' | 'lastPublishedAt'>;
type Row = Omit<StockPlace, keyof Counts>;

const counted = keepSlowCounts<Map<string, Counts>>();

/** What was published where. */
async function countLevels(tx: Tx, shopId: number): Promise<Map<string, Counts>> {
  const rows = await tx.$queryRaw<{ locationId: string; levels: number; inactive: number; pushed: Date | null }[]>`
    SELECT location_id AS "locationId", (count(*) FILTER (WHERE published_at IS NOT NULL))::int AS levels,
      (count(*) FILTER (WHERE NOT active))::int AS inactive, max(published_at) AS pushed
    FROM stock_level WHERE shop_id = ${shopId} GROUP BY 1`;
  return new Map(
    rows.map(({ locationId, pushed, ...counts }) => [locationId, { ...counts, lastPublishedAt: pushed?.toISOString() ?? null }]),
  );
}

/** Where a connection's stock is shown, for its page; how many levels were published there is up to a minute old in a large shop. */
export function readStockPlaces(shopId: number, connectionId: string): Promise<StockPlaces> {
  return inShop(shopId, async (tx) => {
    const rows = await tx.$queryRaw<Row[]>`
      WITH ${sourceTables({ shopId, connectionId })}
      SELECT l.location_id AS "locationId", coalesce(o.name, l.location_id) AS "locationName", l.facility_id AS "facilityId",
        coalesce(f.name, l.facility_id) AS "facilityName", l.queue, l.stock_source AS source, coalesce(l.stock_facilities, '{}') AS facilities,
        l.safety_stock AS "safetyStock", l.threshold, l.publish_anyway AS "publishAnyway", l.online,
        EXISTS (SELECT 1 FROM waiting w WHERE w.location_id = l.location_id) AS waiting
      FROM link l
      LEFT JOIN location o ON o.shop_id = ${shopId} AND o.id = l.location_id
      LEFT JOIN facility f ON f.shop_id = ${shopId} AND f.connection_id = ${connectionId}::uuid AND f.id = l.facility_id
      WHERE l.carries_stock ORDER BY o.name, l.location_id`;
    const counts = await counted(String(shopId), () => countLevels(tx, shopId));
    const facilities = await tx.facility.findMany({ where: { shopId, connectionId, active: true }, orderBy: { name: 'asc' } });
    const retired = await tx.$queryRaw<{ locationId: string; name: string }[]>`
      SELECT z.location_id AS "locationId", coalesce(o.name, z.location_id) AS name FROM retired_target z
      LEFT JOIN location o ON o.shop_id = z.shop_id AND o.id = z.location_id
      WHERE z.shop_id = ${shopId} AND z.connection_id = ${connectionId}::uuid AND z.zero ORDER BY 2`;
    const started = await tx.write.findFirst({
      where: { shopId, connectionId, kind: 'stock-start', state: 'landed' },
      orderBy: { createdAt: 'desc' },
      select: { createdAt: true },
    });
    return {
      places: rows.map((row) => ({
        ...row,
        ...(counts.get(row.locationId) ?? { levels: 0, inactive: 0, lastPublishedAt: null }),
      })),
      facilities: facilities.map(({ id, name, kind, stockExcluded }) => ({ id, name, kind, excluded: stockExcluded })),
      retired,
      startingStockAt: started?.createdAt.toISOString() ?? null,
    };
  });
}
