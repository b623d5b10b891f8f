import { BadRequest } from '../../../../sandbox/kit/http.ts';
import type { Portion } from './brokering.ts';
import { SKU_OF_PRODUCTS } from './identification.ts';
import { itemsOf, type OrderRow } from './order-record.ts';
import type { World } from './world.ts';

/** An order by our reference (its name, with or without `#`) or HotWax's own id; of two with one name the older. */
export function find(world: World, reference: string): OrderRow {
  const row = world.state.get<OrderRow>(
    'SELECT * FROM OrderHeader WHERE orderName IN (?, ?) OR orderId = ? ORDER BY entryDate, orderId',
    reference,
    `#${reference}`,
    reference,
  );
  if (!row) throw new BadRequest(`HotWax has no order ${reference}.`, 404);
  return row;
}

export function facilityByName(world: World, name: string): string {
  const row = world.state.get<{ facilityId: string }>(
    'SELECT facilityId FROM Facility WHERE facilityName = ? OR facilityId = ?',
    name,
    name,
  );
  if (!row) throw new BadRequest(`HotWax has no facility ${name}.`, 404);
  return row.facilityId;
}

/** Product ids by SKU in force, else by internal name; `sku` may have blanks around it. */
export function productsBySku(world: World): (sku: string) => string | undefined {
  const ids = new Map(
    world.state.all<{ productId: string; sku: string }>(SKU_OF_PRODUCTS).map(({ productId, sku }) => [sku, productId]),
  );
  return (sku) => ids.get(sku) ?? ids.get(sku.trim());
}

/** Finds the wanted SKUs among an order's items, first item first, and takes them off `from`. */
export function take(
  world: World,
  order: OrderRow,
  from: Portion[],
  wanted: readonly { sku: string; quantity: number }[],
): Portion[] {
  const productBySku = productsBySku(world);
  const productOfItem = new Map(itemsOf(world, order.orderId).map((item) => [item.orderItemSeqId, item.productId]));
  const taken: Portion[] = [];
  for (const { sku, quantity } of wanted) {
    const productId = productBySku(sku);
    let left = quantity;
    for (const one of from) {
      if (left === 0) break;
      if (!productId || productOfItem.get(one.orderItemSeqId) !== productId) continue;
      const part = Math.min(left, one.quantity);
      if (part > 0) taken.push({ orderItemSeqId: one.orderItemSeqId, quantity: part });
      one.quantity -= part;
      left -= part;
    }
    if (left > 0) throw new BadRequest(`${order.orderName} has ${quantity - left} of ${sku} for this, not ${quantity}.`, 409);
  }
  return taken;
}
