import { readSync } from '../../connections/syncs.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { inShop } from '../../db/scope.ts';
import { readGoodsRules } from '../../mappings/goods-rules.ts';
import { shareSales } from './share-sales.ts';
import { stockRulesOf } from './stock-facts.ts';

/**
 * After work on an order: whoever shares a store with one of these connections is told what of it is still in flight. Without it units that the back
 * office has just taken would count twice for them until our own next stock run. Nothing is read from Shopify or the back office.
 */
export async function shareSalesOfOrder(shopId: number, connections: LiveConnection[], orderId: string): Promise<void> {
  for (const live of connections.filter(({ sharing }) => sharing)) {
    await inShop(shopId, async (tx) => {
      const inventory = await readSync(tx, shopId, live.id, 'inventory');
      if (!inventory.enabled) return;
      const lines = await tx.$queryRaw<{ id: string }[]>`
        SELECT DISTINCT pl.inventory_item_id AS id FROM part p JOIN part_line pl ON pl.shop_id = p.shop_id AND pl.part_id = p.id
        WHERE p.shop_id = ${shopId} AND p.connection_id = ${live.id}::uuid AND p.order_id = ${orderId} AND pl.inventory_item_id IS NOT NULL`;
      if (lines.length === 0) return;
      const products = await readSync(tx, shopId, live.id, 'products');
      const rules = stockRulesOf(live, inventory.settings, products.settings, await readGoodsRules(tx, shopId, live.id));
      await shareSales(
        tx,
        rules,
        lines.map(({ id }) => id),
      );
    });
  }
}
