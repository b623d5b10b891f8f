import type { Tx } from '../../db/scope.ts';
import { readSync } from '../../connections/syncs.ts';
import { productCode } from '../products/product-code.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/**
 * The order with its lines under the codes that one connection's back office knows products by, where that isn't Shopify's SKU (Products → Match
 * products by). A line whose SKU somebody changed by hand keeps it, and so does one whose variant has no code or isn't known here.
 */
export async function orderInCodes(tx: Tx, shopId: number, connectionId: string, order: ShopifyOrder): Promise<ShopifyOrder> {
  const { settings } = await readSync(tx, shopId, connectionId, 'products');
  if (settings.identifier === 'sku' && settings.identifierFallback === 'none') return order;
  const { code } = productCode(settings);
  const variantIds = order.lines.flatMap(({ variantId }) => variantId ?? []);
  const rows = await tx.$queryRaw<{ id: string; sku: string; code: string }[]>`
    SELECT v.id, v.sku, ${code} AS code FROM variant v WHERE v.shop_id = ${shopId} AND v.id = ANY(${variantIds})`;
  if (rows.length === 0) return order;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return {
    ...order,
    lines: order.lines.map((line) => {
      const known = byId.get(line.variantId ?? '');
      return known && known.sku === line.sku && known.code.trim() !== '' ? { ...line, sku: known.code } : line;
    }),
  };
}
