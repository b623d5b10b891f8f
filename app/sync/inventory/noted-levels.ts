import { Prisma } from '@prisma/client';
import { now } from '../../core/clock.ts';
import type { Tx } from '../../db/scope.ts';
import { looseCodes } from '../products/product-code.ts';
import type { StockRules } from './stock-facts.ts';

/**
 * Notes the items of some variants `v` for each connection that publishes their stock. One that is paused or off compares everything when it goes on, and
 * is noted only where other shops sell from the same store: they have to know what is sold here.
 */
const noteItems = (tx: Tx, shopId: number, which: Prisma.Sql) =>
  tx.$queryRaw<{ connection_id: string }[]>`
    INSERT INTO noted_level (shop_id, connection_id, inventory_item_id, noted_at)
    SELECT DISTINCT s.shop_id, s.connection_id, v.inventory_item_id, ${now()}::timestamptz
    FROM variant v
    JOIN sync s ON s.shop_id = v.shop_id AND s.kind = 'inventory'
      AND ((s.enabled AND s.paused_at IS NULL) OR EXISTS (SELECT 1 FROM stock_pool_member m WHERE m.shop_id = s.shop_id AND m.connection_id = s.connection_id))
    JOIN location_link l ON l.shop_id = s.shop_id AND l.connection_id = s.connection_id
    WHERE v.shop_id = ${shopId} AND ${which} AND v.deleted_at IS NULL AND v.tracked
    ON CONFLICT (shop_id, connection_id, inventory_item_id) DO UPDATE SET noted_at = excluded.noted_at
    RETURNING connection_id`;

/** Notes that an item's levels may have changed in Shopify, for each connection that publishes its stock. Returns these connections. */
export async function noteForPublishers(tx: Tx, shopId: number, inventoryItemId: string): Promise<string[]> {
  const rows = await noteItems(tx, shopId, Prisma.sql`v.inventory_item_id = ${inventoryItemId}`);
  return rows.map((row) => row.connection_id);
}

/** Notes some items and whatever else has one of some codes, for each connection that publishes their stock. */
export async function noteCodes(tx: Tx, shopId: number, items: readonly string[], codes: readonly string[]): Promise<void> {
  const loose = looseCodes(codes);
  await noteItems(
    tx,
    shopId,
    Prisma.sql`(v.inventory_item_id = ANY(${[...items]}) OR v.sku_key = ANY(${loose}) OR v.barcode_key = ANY(${loose}))`,
  );
}

/** Notes items that one connection couldn't finish: they are its next run's work. */
export async function noteUnfinished(tx: Tx, { shopId, connectionId }: StockRules, items: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO noted_level (shop_id, connection_id, inventory_item_id, noted_at)
    SELECT DISTINCT ${shopId}::int, ${connectionId}::uuid, item, ${now()}::timestamptz FROM unnest(${[...items]}::text[]) AS item
    ON CONFLICT (shop_id, connection_id, inventory_item_id) DO UPDATE SET noted_at = excluded.noted_at`;
}

/** Forgets what was noted up to a moment, of all items or of some; what was noted again since then stays. */
export async function forgetNoted(
  tx: Tx,
  { shopId, connectionId }: Pick<StockRules, 'shopId' | 'connectionId'>,
  upTo: Date,
  items?: string[],
): Promise<void> {
  await tx.notedLevel.deleteMany({
    where: { shopId, connectionId, notedAt: { lte: upTo }, ...(items ? { inventoryItemId: { in: items } } : {}) },
  });
}

/** Notes the items that stand for some of the back office's SKUs, for one connection. Returns how many there are. */
export function noteSkus(
  tx: Tx,
  { shopId, connectionId }: Pick<StockRules, 'shopId' | 'connectionId'>,
  skus: readonly string[],
): Promise<number> {
  const loose = looseCodes(skus);
  return tx.$executeRaw`
    INSERT INTO noted_level (shop_id, connection_id, inventory_item_id, noted_at)
    SELECT DISTINCT v.shop_id, ${connectionId}::uuid, v.inventory_item_id, ${now()}::timestamptz
    FROM variant v
    WHERE v.shop_id = ${shopId} AND (v.sku_key = ANY(${loose}) OR v.barcode_key = ANY(${loose})) AND v.deleted_at IS NULL AND v.tracked
    ON CONFLICT (shop_id, connection_id, inventory_item_id) DO UPDATE SET noted_at = excluded.noted_at`;
}

/**
 * Codes of those items whose parcels were put into Shopify, or whose sales at a till were recorded, after the back office had counted them: Shopify's
 * committed no longer holds these units, or never did, and the number last pulled still does. It is pulled again before anything of them is published.
 */
export async function shippedSinceCounted(
  tx: Tx,
  { shopId, connectionId }: Pick<StockRules, 'shopId' | 'connectionId'>,
  items: readonly string[],
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ sku: string }[]>`
    WITH gone AS (
      SELECT pl.sku, pl.inventory_item_id, coalesce(w.settled_at, w.sent_at) AS at FROM part_line pl
      JOIN part p ON p.shop_id = pl.shop_id AND p.id = pl.part_id AND p.connection_id = ${connectionId}::uuid
      JOIN shipment_line u ON u.shop_id = pl.shop_id AND u.part_id = pl.part_id AND u.line_id = pl.line_id
      JOIN "write" w ON w.shop_id = u.shop_id AND w.subject_kind = 'shipment' AND w.subject_id = u.shipment_id::text
        AND w.kind = 'fulfilment-create' AND w.state IN ('sent', 'unknown', 'landed')
      WHERE pl.shop_id = ${shopId} AND pl.inventory_item_id = ANY(${[...items]}) AND pl.sku <> ''
      UNION ALL
      SELECT pl.sku, pl.inventory_item_id, p.accepted_at FROM part_line pl
      JOIN part p ON p.shop_id = pl.shop_id AND p.id = pl.part_id AND p.connection_id = ${connectionId}::uuid AND p.till_sale
      WHERE pl.shop_id = ${shopId} AND pl.inventory_item_id = ANY(${[...items]}) AND pl.sku <> '' AND p.accepted_at IS NOT NULL
    )
    SELECT DISTINCT gone.sku FROM gone
    JOIN variant v ON v.shop_id = ${shopId} AND v.inventory_item_id = gone.inventory_item_id AND v.deleted_at IS NULL
    WHERE gone.at >= coalesce((
        SELECT min(r.as_of) FROM remote_stock r WHERE r.shop_id = ${shopId} AND r.connection_id = ${connectionId}::uuid
          AND r.sku_key IN (v.sku_key, v.barcode_key, split_part(v.id, '/', 5))), '-infinity'::timestamptz)`;
  return rows.map(({ sku }) => sku);
}
