import { BadRequest } from '../../../../sandbox/kit/http.ts';
import { deliver } from './delivery.ts';
import { itemsOf, orderRow, type OrderRow } from './order-record.ts';
import type { ParcelLine } from './parcels.ts';
import type { World } from './world.ts';

/** An order by its cust_ref, with or without `#`. */
export function findByReference(world: World, reference: string): OrderRow {
  const row = [reference, `#${reference}`, reference.replace(/^#/, '')]
    .map((ref) => world.state.get<OrderRow>('SELECT * FROM orders WHERE cust_ref = ? ORDER BY pk LIMIT 1', ref))
    .find((found) => found !== undefined);
  if (!row) throw new BadRequest(`IM has no order ${reference}.`, 404);
  return row;
}

/** The order at the WMS; one that still waits for its delivery run is delivered now. 409 when it won't go. */
export function atWms(world: World, order: OrderRow): OrderRow {
  if (order.status === 'canceled') throw new BadRequest(`${order.cust_ref} is canceled.`, 409);
  if (order.wms_state !== null) return order;
  if (order.on_hold === 1 || order.sending_canceled === 1)
    throw new BadRequest(`${order.cust_ref} is held back: /release or /resend it first.`, 409);
  deliver(world, order.pk, world.clock.now());
  const now = orderRow(world, order.pk);
  if (now.wms_state === null) throw new BadRequest(`${order.cust_ref} is not at the WMS: ${now.error_msg ?? now.status}`, 409);
  return now;
}

/** What of each line is still to ship, or has left. */
export const linesOf = (world: World, order: OrderRow, which: 'open' | 'shipped'): (ParcelLine & { codes: string[] })[] =>
  itemsOf(world, order.pk)
    .filter((item) => item.filtered === 0)
    .map((item) => ({
      itemPk: item.pk,
      codes: [item.item, item.sku],
      quantity: which === 'open' ? Math.max(0, item.quantity - item.shipped) : item.shipped,
    }));

/** Takes the wanted SKUs off `from`, first line first. `over` lets the last line of a SKU go beyond what is there. */
export function take(
  from: (ParcelLine & { codes: string[] })[],
  wanted: readonly { sku: string; quantity: number; lot?: string | undefined }[],
  { over = false } = {},
): ParcelLine[] {
  const taken: ParcelLine[] = [];
  for (const { sku, quantity, lot } of wanted) {
    const lines = from.filter((line) => line.codes.includes(sku));
    let left = quantity;
    for (const [index, line] of lines.entries()) {
      const part = over && index === lines.length - 1 ? left : Math.min(left, line.quantity);
      if (part > 0) taken.push({ itemPk: line.itemPk, quantity: part, lot });
      line.quantity -= part;
      left -= part;
    }
    if (left > 0) throw new BadRequest(`There are ${quantity - left} of ${sku} for this, not ${quantity}.`, 409);
  }
  return taken;
}
