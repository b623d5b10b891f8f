import { z } from 'zod';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import type { Tx } from '../../db/scope.ts';
import { takeIn } from '../inbox/inbox.ts';
import { isHandedOver } from './decide-order.ts';
import type { ShopifyOrder } from './shopify-order.ts';

const rowSchema = z.array(z.object({ line: z.string() }));

/**
 * Lines of goods that were handed over at the till and of which the back office, as it counted last, has fewer at their location's facility. A product that it
 * never told a number of is none of them. Asked only where a setting wants to know.
 */
export async function shortAtTill(
  tx: Tx,
  shopId: number,
  connectionId: string,
  order: Pick<ShopifyOrder, 'lines' | 'fulfilmentOrders'>,
  { posSales, posBeyondStock }: Pick<SyncSettings<'orders'>, 'posSales' | 'posBeyondStock'>,
): Promise<ReadonlySet<string>> {
  if (posSales !== 'record' || posBeyondStock === 'record') return new Set();
  const skuOf = new Map(order.lines.map(({ id, sku }) => [id, sku.trim()]));
  const sold = order.fulfilmentOrders.filter(isHandedOver).flatMap(({ locationId, lines }) =>
    lines.flatMap(({ lineId, total }) => {
      const sku = skuOf.get(lineId) ?? '';
      return sku === '' || locationId === null ? [] : [{ line: lineId, location: locationId, sku, units: total }];
    }),
  );
  if (sold.length === 0) return new Set();
  const rows = rowSchema.parse(
    await tx.$queryRaw`
      WITH sold AS (
          SELECT line, location, lower(btrim(sku)) AS sku, units
          FROM jsonb_to_recordset(${JSON.stringify(sold)}::jsonb) AS r (line text, location text, sku text, units int)),
        needed AS (SELECT location, sku, sum(units) AS units FROM sold GROUP BY 1, 2)
      SELECT s.line FROM sold s
      JOIN needed n ON n.location = s.location AND n.sku = s.sku
      JOIN location_link l ON l.shop_id = ${shopId} AND l.connection_id = ${connectionId}::uuid AND l.location_id = s.location
      JOIN remote_stock r ON r.shop_id = ${shopId} AND r.connection_id = ${connectionId}::uuid AND r.facility_id = l.facility_id AND r.sku_key = s.sku
      GROUP BY s.line, n.units HAVING sum(r.available) < n.units`,
  );
  return new Set(rows.map(({ line }) => line));
}

/**
 * Has the stock of a till sale's goods published anew: once when we learn of the sale, which Shopify's own news of the level may have been ahead of, and
 * once when the back office has recorded it.
 */
export async function publishTillSale(tx: Tx, shopId: number, partId: string, moment: 'sold' | 'recorded'): Promise<void> {
  const items = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT inventory_item_id AS id FROM part_line WHERE shop_id = ${shopId} AND part_id = ${partId}::uuid AND inventory_item_id IS NOT NULL`;
  for (const { id } of items)
    await takeIn(tx, shopId, {
      ...{ key: `till ${moment} ${partId} ${id}`, door: 'schedule', topic: 'till-sale' },
      ...{ subjectKind: 'inventory-item', subjectId: id, triggeredAt: null },
    });
}
