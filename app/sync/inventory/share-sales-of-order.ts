import { readSync } from '../../connections/syncs.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { inShop } from '../../db/scope.ts';
import { readGoodsRules } from '../../mappings/goods-rules.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { locationsOf, readLevelsFromShopify } from './read-levels-from-shopify.ts';
import { shareSales } from './share-sales.ts';
import { stockRulesOf } from './stock-facts.ts';

interface Lines {
  items: string[];
  /** Of these, the ones whose level in Shopify was last read before the back office took the order. */
  behind: string[];
}

async function linesOf(live: LiveConnection, orderId: string): Promise<Lines> {
  const rows = await inShop(
    live.shop.id,
    (tx) => tx.$queryRaw<{ id: string; behind: boolean }[]>`
      SELECT pl.inventory_item_id AS id, bool_or(p.accepted_at > s.read_at) IS TRUE AS behind
      FROM part p
      JOIN part_line pl ON pl.shop_id = p.shop_id AND pl.part_id = p.id
      LEFT JOIN stock_level s ON s.shop_id = p.shop_id AND s.inventory_item_id = pl.inventory_item_id AND s.location_id = pl.location_id
      WHERE p.shop_id = ${live.shop.id} AND p.connection_id = ${live.id}::uuid AND p.order_id = ${orderId} AND pl.inventory_item_id IS NOT NULL
      GROUP BY 1`,
  );
  return { items: rows.map(({ id }) => id), behind: rows.filter(({ behind }) => behind).map(({ id }) => id) };
}

/**
 * After work on an order: whoever shares a store with one of these connections is told what of it is still in flight. Without it units that the back
 * office has just taken would count twice for them until our own next stock run. Shopify's levels are read again where that has to be
 * believed (see share-sales); the back office is asked nothing. Whether this shop publishes stock itself doesn't matter: it sells from the same shelf.
 */
export async function shareSalesOfOrder(
  shopId: number,
  admin: Pick<ShopifyAdmin, 'run'>,
  connections: LiveConnection[],
  orderId: string,
): Promise<void> {
  for (const live of connections.filter(({ sharing }) => sharing)) {
    const { items, behind } = await linesOf(live, orderId);
    if (items.length === 0) continue;
    if (behind.length > 0) await readLevelsFromShopify(admin, shopId, behind, await locationsOf(shopId, live.id));
    await inShop(shopId, async (tx) => {
      const inventory = await readSync(tx, shopId, live.id, 'inventory');
      const products = await readSync(tx, shopId, live.id, 'products');
      const rules = stockRulesOf(live, inventory.settings, products.settings, await readGoodsRules(tx, shopId, live.id));
      await shareSales(tx, rules, items);
    });
  }
}
