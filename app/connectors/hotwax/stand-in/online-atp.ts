import { productOf } from './identification.ts';
import { QUEUE } from './stock-levels.ts';
import type { World } from './world.ts';

/**
 * Online ATP of a store: what its facilities with brokering on can promise above their safety stock, less what waits in the brokering
 * queue, never below 0. A SKU nobody knows is left out. Source: hotwax.md §1.5, §3.7.
 */
export function onlineAtp(
  world: World,
  productStoreId: string,
  facilityGroupId: string | undefined,
  skus: readonly string[],
): { productId: string; sku: string; atp: number }[] {
  return skus.flatMap((sku) => {
    const productId = productOf(world, 'SKU', sku);
    if (!productId) return [];
    const held =
      world.state.get<{ n: number | null }>(
        `SELECT sum(l.lastInventoryCount - coalesce(l.minimumStock, 0)) AS n FROM ProductFacility l
         WHERE l.productId = ? AND coalesce(l.allowBrokering, 'Y') <> 'N'
           AND l.facilityId IN (SELECT facilityId FROM ProductStoreFacility WHERE productStoreId = ? AND thruDate IS NULL)
           AND (? IS NULL OR l.facilityId IN (SELECT facilityId FROM FacilityGroupMember WHERE facilityGroupId = ? AND thruDate IS NULL))`,
        productId,
        productStoreId,
        facilityGroupId ?? null,
        facilityGroupId ?? null,
      )?.n ?? 0;
    const queued =
      world.state.get<{ n: number | null }>(
        `SELECT sum(i.quantity - coalesce(i.cancelQuantity, 0)) AS n FROM OrderItem i JOIN OrderHeader o ON o.orderId = i.orderId
         JOIN OrderItemShipGroup g ON g.orderId = i.orderId AND g.shipGroupSeqId = i.shipGroupSeqId
         WHERE i.productId = ? AND o.productStoreId = ? AND g.facilityId = ? AND i.statusId NOT IN ('ITEM_CANCELLED', 'ITEM_COMPLETED')`,
        productId,
        productStoreId,
        QUEUE,
      )?.n ?? 0;
    return [{ productId, sku, atp: Math.max(0, held - queued) }];
  });
}
