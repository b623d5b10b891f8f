import { Prisma } from '@prisma/client';
import type { Tx } from '../../db/scope.ts';
import { productCode } from '../products/product-code.ts';
import type { StockRules } from './stock-facts.ts';

/** An item as the back office knows it. */
export interface StartingItem {
  inventoryItemId: string;
  code: string;
  title: string;
  remoteProductId: string | null;
  /** Why its number can't be handed over: no code, or one that several products share. */
  problem: 'sku-missing' | 'sku-duplicate' | null;
}

/** What some items are called in the back office. */
export function readStartingItems(tx: Tx, rules: StockRules, items: string[]): Promise<StartingItem[]> {
  const { code, loose, among } = productCode(rules);
  const { shopId, connectionId } = rules;
  return tx.$queryRaw<StartingItem[]>`
    WITH item AS MATERIALIZED (
      SELECT v.inventory_item_id, v.id, ${code} AS code, ${loose} AS loose,
        CASE WHEN v.title IN ('', 'Default Title') THEN v.product_title ELSE v.product_title || ' – ' || v.title END AS title
      FROM variant v WHERE v.shop_id = ${shopId} AND v.deleted_at IS NULL AND v.tracked AND v.inventory_item_id = ANY(${items})
    ), twin AS MATERIALIZED (
      SELECT ${loose} AS loose FROM variant v
      WHERE v.shop_id = ${shopId} AND v.deleted_at IS NULL AND v.tracked AND NOT v.has_components AND v.status <> 'ARCHIVED'
        AND ${among(Prisma.sql`ARRAY(SELECT loose FROM item WHERE loose <> '')`)}
      GROUP BY 1 HAVING count(*) > 1
    )
    SELECT i.inventory_item_id AS "inventoryItemId", i.code, i.title, p.remote_id AS "remoteProductId",
      CASE WHEN i.code = '' THEN 'sku-missing' WHEN t.loose IS NOT NULL THEN 'sku-duplicate' END AS problem
    FROM item i
    LEFT JOIN twin t ON t.loose = i.loose
    LEFT JOIN product_link p ON p.shop_id = ${shopId} AND p.connection_id = ${connectionId}::uuid AND p.variant_id = i.id
    ORDER BY i.inventory_item_id`;
}
