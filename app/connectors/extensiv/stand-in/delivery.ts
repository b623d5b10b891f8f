import { optionsOf } from './carts.ts';
import { limitsOf } from './limits.ts';
import { dataOf, itemsOf, orderRow, type OrderRow } from './order-record.ts';
import { UNMAPPED, workingShipCode } from './ship-codes.ts';
import { figureChanged } from './stock-levels.ts';
import { warehouseFor } from './warehouses.ts';
import type { World } from './world.ts';

/** Hands an order to the WMS, which may refuse it; then IM tries hourly for about 15 days. Source: extensiv.md §1.8. */
export function deliver(world: World, orderPk: number, at: number): void {
  const order = orderRow(world, orderPk);
  const options = optionsOf(world, order.cart_pk);
  const merchantPk = merchantOfOrder(world, order);
  const { texts } = dataOf(order);
  const working = workingShipCode(world, order.cart_pk, texts['ship_code'] ?? null);
  if (working === undefined && options.rejectUnmapped) {
    // held by IM itself: a person maps the code, nothing is tried again before
    fail(world, order, {
      at,
      reason: UNMAPPED,
      message: `Ship method ${texts['ship_code'] ?? ''} is not mapped.`,
      retryAt: null,
      sends: 0,
    });
    return;
  }
  const warehouse = warehouseFor(world, merchantPk, texts['location'] ?? null);
  const refusal = refusalOfWms(world, order, { merchantPk, warehouse, requiredFields: options.requiredFields });
  if (refusal) {
    const { retryMinutes, retryDays } = limitsOf(world);
    const next = at + retryMinutes * 60_000;
    const retryAt = next - order.created_at > retryDays * 86_400_000 ? null : next;
    fail(world, order, { at, reason: 'WMS Error', message: refusal, retryAt, sends: 1 });
    return;
  }
  world.state.run(
    `UPDATE orders SET status = 'at_wms', wms_state = 'open', warehouse_pk = ?, delivered_at = ?, updated_at = ?, deliver_at = NULL, error_reason = NULL,
       error_msg = NULL, error_at = NULL, data = json_set(data, '$.working_ship_code', ?) WHERE pk = ?`,
    warehouse,
    at,
    at,
    working ?? texts['ship_code'] ?? null,
    orderPk,
  );
  for (const item of itemsOf(world, orderPk)) if (item.filtered === 0) figureChanged(world, warehouse ?? 0, item.sku);
}

/** Why the WMS doesn't take it. The texts are guesses; the kinds are extensiv.md §1.2, §3 "SKU mismatch". */
function refusalOfWms(
  world: World,
  order: OrderRow,
  { merchantPk, warehouse, requiredFields }: { merchantPk: number; warehouse: number | null; requiredFields: string[] },
): string | undefined {
  const { texts } = dataOf(order);
  const missing = requiredFields.filter((name) => !texts[name]);
  if (missing.length > 0) return `Required field(s) missing: ${missing.join(', ')}`;
  if (warehouse === null) return `Invalid warehouse location: ${texts['location'] ?? ''}`;
  const unknown = itemsOf(world, order.pk).filter(
    (item) =>
      item.filtered === 0 && !world.state.get('SELECT 1 FROM products WHERE merchant_pk = ? AND sku = ?', merchantPk, item.sku),
  );
  return unknown.length > 0 ? `Item(s) not found in WMS: ${unknown.map(({ item }) => item).join(', ')}` : undefined;
}

function fail(
  world: World,
  order: OrderRow,
  { at, reason, message, retryAt, sends }: { at: number; reason: string; message: string; retryAt: number | null; sends: number },
): void {
  world.state.run(
    `UPDATE orders SET status = 'error', error_reason = ?, error_msg = ?, error_at = coalesce(error_at, ?), deliver_at = ?,
       num_failed_sends = num_failed_sends + ?, updated_at = ? WHERE pk = ?`,
    reason,
    message,
    at,
    retryAt,
    sends,
    at,
    order.pk,
  );
}

export const merchantOfOrder = (world: World, { cart_pk }: Pick<OrderRow, 'cart_pk'>): number =>
  world.state.get<{ merchant_pk: number }>('SELECT merchant_pk FROM carts WHERE pk = ?', cart_pk)?.merchant_pk ?? 0;
