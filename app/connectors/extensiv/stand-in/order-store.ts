import { cartRow, isFiltered, optionsOf } from './carts.ts';
import { FACTS } from './facts.ts';
import { limitsOf } from './limits.ts';
import type { NewOrder } from './order-read.ts';
import { checkSums } from './order-sums.ts';
import { masterSku } from './product-record.ts';
import { failure } from './refusals.ts';
import { UNMAPPED, workingShipCode } from './ship-codes.ts';
import { warehouseFor } from './warehouses.ts';
import type { World } from './world.ts';

/** Takes an order into IM: `new`, or `error` when its ship code is unmapped and such are rejected. Returns its key. */
export function storeOrder(world: World, cartPk: number, order: NewOrder): number {
  checkSums(order);
  if (world.state.get('SELECT 1 FROM orders WHERE cart_pk = ? AND cust_ref = ?', cartPk, order.custRef))
    throw failure(FACTS.duplicate, DUPLICATE);
  const options = optionsOf(world, cartPk);
  const struck = order.items.map(({ item }) => isFiltered(options, item));
  if (struck.every(Boolean) || (options.itemFilter?.level === 'order' && struck.some(Boolean)))
    throw failure(
      FACTS.filtered,
      `Order contains filtered item(s): ${order.items
        .filter((_, at) => struck[at])
        .map(({ item }) => item)
        .join(', ')}`,
    );

  const now = world.clock.now();
  const cart = cartRow(world, cartPk);
  const working = workingShipCode(world, cartPk, order.texts['ship_code'] ?? null, order.texts['ship_code_description'] ?? null);
  const rejected = working === undefined && options.rejectUnmapped;
  const data = {
    ...order.texts,
    order_date: order.texts['order_date'] ?? new Date(now).toISOString().slice(0, 10),
  };
  return world.state.transaction(() => {
    const { lastId } = world.state.run(
      `INSERT INTO orders (cart_pk, cust_ref, status, warehouse_pk, data, extra_fields, error_reason, error_msg, error_at, deliver_at, created_at, updated_at)
       VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`,
      cartPk,
      order.custRef,
      rejected ? 'error' : 'new',
      warehouseFor(world, cart.merchant_pk, order.texts['location'] ?? null),
      JSON.stringify({
        texts: data,
        numbers: order.numbers,
        // a code that is not mapped goes through unchanged (§1.3)
        working_ship_code: rejected ? null : (working ?? order.texts['ship_code'] ?? null),
        cart: cart.order_source,
        ship_code: order.texts['ship_code'] ?? null,
      }),
      JSON.stringify(order.extraFields),
      rejected ? UNMAPPED : null,
      rejected ? `Ship method ${order.texts['ship_code'] ?? ''} is not mapped to a WMS ship method.` : null,
      rejected ? now : null,
      rejected ? null : now + limitsOf(world).deliverySeconds * 1000,
      now,
      now,
    );
    for (const [index, line] of order.items.entries())
      world.state.run(
        'INSERT INTO order_items (order_pk, line_no, item, sku, quantity, filtered, data, extra_fields) VALUES (?,?,?,?,?,?,?,?)',
        lastId,
        line.texts['line_no'] ?? String(index + 1),
        line.item,
        masterSku(world, cart.merchant_pk, line.item) ?? line.item,
        line.quantity,
        struck[index] ? 1 : 0,
        JSON.stringify({ texts: line.texts, numbers: line.numbers }),
        JSON.stringify(line.extraFields),
      );
    return lastId;
  });
}

/** Known from batches; that a single create says the same is a guess. Source: extensiv.md §2.3. */
const DUPLICATE = 'OrderDuplicate';
