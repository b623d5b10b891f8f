import { Prisma } from '@prisma/client';
import { containing } from '../../db/find-by-part.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { explainLevels } from './explain-levels.ts';
import { sourceTables } from './stock-sources.ts';
import { withinReasonSql } from './stock-target.ts';
import { planKeyOf } from './store-plan.ts';

/** `unknown`: the back office said nothing about this SKU, which is not the same as zero. */
export const levelStates = ['published', 'inactive', 'unknown', 'problem'] as const;
export type LevelState = (typeof levelStates)[number];

export interface LevelRow {
  inventoryItemId: string;
  locationId: string;
  locationName: string;
  facilityName: string;
  sku: string;
  title: string;
  /** What the back office last reported as sellable; null where it said nothing. */
  remoteAvailable: number | null;
  remoteAsOf: string | null;
  /** Shopify's numbers when last read or written. */
  available: number;
  committed: number;
  /** Sold in Shopify and not yet reserved in the back office. */
  inFlight: number;
  safetyStock: number;
  threshold: number;
  /** What Shopify should show; null where that can't be said. */
  target: number | null;
  state: LevelState;
  publishedAt: string | null;
  readAt: string;
  problem: { cause: string; params: Record<string, string | number> } | null;
}

export interface LevelFilter {
  connectionId: string;
  locationId?: string;
  state?: LevelState;
  /** Part of the SKU or title. */
  text?: string;
  page?: number;
}

interface Row {
  inventory_item_id: string;
  location_id: string;
  location_name: string;
  facility_name: string | null;
  sku: string;
  title: string;
  remote_available: number | null;
  as_of: Date | null;
  available: number;
  committed: number;
  state: string;
  published_at: Date | null;
  read_at: Date;
  problem: LevelRow['problem'];
}

/** That `v` has a problem, said so that the planner may begin with the few that have one. */
const hasProblem = (shopId: number) => Prisma.sql`v.id IN (
  SELECT y.subject_id FROM problem y WHERE y.shop_id = ${shopId} AND y.sync = 'inventory' AND y.subject_kind = 'variant' AND y.closed_at IS NULL)`;

/** Stock of the connection's locations, both sides beside each other, by SKU, 50 to a page. */
export async function listLevels(shopId: number, filter: LevelFilter): Promise<{ rows: LevelRow[]; hasNext: boolean }> {
  const pageSize = 50;
  const state = Prisma.sql`CASE WHEN problem.found IS NOT NULL THEN 'problem' WHEN r.available IS NULL THEN 'unknown' WHEN NOT s.active THEN 'inactive' ELSE 'published' END`;
  const conditionsIn = async (tx: Tx) => [
    Prisma.sql`v.shop_id = ${shopId} AND v.deleted_at IS NULL AND v.tracked AND k.connection_id = ${filter.connectionId}::uuid AND k.carries_stock`,
    ...(filter.locationId ? [Prisma.sql`k.location_id = ${filter.locationId}`] : []),
    ...(filter.state === 'problem' ? [hasProblem(shopId)] : filter.state ? [Prisma.sql`${state} = ${filter.state}`] : []),
    ...(await containing(tx, 'variants', filter.text)),
  ];
  const { rows, explained } = await inShop(shopId, async (tx) => {
    const conditions = await conditionsIn(tx);
    // Variants are walked through in the order of their SKUs and their levels looked up (an OFFSET is no join), so that a page reads a page.
    const rows = await tx.$queryRaw<Row[]>`
      WITH ${sourceTables({ shopId, connectionId: filter.connectionId })}
      SELECT s.inventory_item_id, s.location_id, o.name AS location_name, f.name AS facility_name, v.sku,
        v.product_title || CASE WHEN v.title IN ('', 'Default Title') THEN '' ELSE ' · ' || v.title END AS title,
        r.available AS remote_available, r.as_of, s.available, s.committed, ${state} AS state, s.published_at, s.read_at, problem.found AS problem
      FROM variant v CROSS JOIN LATERAL (
        SELECT * FROM stock_level l WHERE l.shop_id = v.shop_id AND l.inventory_item_id = v.inventory_item_id OFFSET 0) s
      JOIN location_link k ON k.shop_id = v.shop_id AND k.location_id = s.location_id
      JOIN location o ON o.shop_id = k.shop_id AND o.id = k.location_id
      LEFT JOIN facility f ON f.shop_id = k.shop_id AND f.connection_id = k.connection_id AND f.id = k.facility_id
      LEFT JOIN LATERAL (
        SELECT ${withinReasonSql(Prisma.sql`sum(x.available)`)} AS available, min(x.as_of) AS as_of FROM source c
        JOIN remote_stock x ON x.shop_id = k.shop_id AND x.connection_id = k.connection_id AND x.facility_id = c.facility_id AND x.sku = v.sku
        WHERE c.location_id = k.location_id) r ON true
      LEFT JOIN LATERAL (
        SELECT jsonb_build_object('cause', x.cause, 'params', x.params) AS found FROM problem x
        WHERE x.shop_id = v.shop_id AND x.sync = 'inventory' AND x.subject_kind = 'variant' AND x.subject_id = v.id AND x.closed_at IS NULL
        LIMIT 1) problem ON true
      WHERE ${Prisma.join(conditions, ' AND ')}
      ORDER BY v.sku, s.location_id, s.inventory_item_id LIMIT ${pageSize + 1} OFFSET ${((filter.page ?? 1) - 1) * pageSize}`;
    const items = [...new Set(rows.map((row) => row.inventory_item_id))];
    return { rows, explained: await explainLevels(tx, shopId, filter.connectionId, items) };
  });
  return {
    rows: rows.slice(0, pageSize).map((row) => {
      const why = explained.get(planKeyOf({ inventoryItemId: row.inventory_item_id, locationId: row.location_id }));
      return {
        inventoryItemId: row.inventory_item_id,
        locationId: row.location_id,
        locationName: row.location_name,
        facilityName: row.facility_name ?? '',
        sku: row.sku,
        title: row.title,
        remoteAvailable: why?.remoteAvailable ?? row.remote_available,
        remoteAsOf: why?.remoteAsOf ?? row.as_of?.toISOString() ?? null,
        available: row.available,
        committed: row.committed,
        inFlight: why?.inFlight ?? 0,
        safetyStock: why?.safetyStock ?? 0,
        threshold: why?.threshold ?? 0,
        target: why?.target ?? null,
        state: row.state as LevelState,
        publishedAt: row.published_at?.toISOString() ?? null,
        readAt: row.read_at.toISOString(),
        problem: row.problem,
      };
    }),
    hasNext: rows.length > pageSize,
  };
}
