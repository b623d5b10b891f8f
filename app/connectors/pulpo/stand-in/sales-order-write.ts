import type { Context } from 'hono';
import { z } from 'zod';
import { mustBeAssigned, type ApiEnv } from './api.ts';
import { attributes, dateTime, filled, integer, optional, parse } from './body.ts';
import { emit } from './events.ts';
import { FACTS } from './facts.ts';
import { productRow } from './product-record.ts';
import { merchantErrors, shippingMethodRow } from './reference-data.ts';
import { refuseColumns, type ColumnErrors } from './refusals.ts';
import { orderByNumber, orderRow, presentOrder, type SalesOrderRow } from './sales-order-record.ts';
import { thirdPartyRow } from './third-parties.ts';
import { warehouseRow } from './warehouses.ts';
import type { World } from './world.ts';

const text = optional(z.string());

const address = z.strictObject({
  street: filled,
  street2: text,
  house_nr: text,
  zip: text,
  city: text,
  state: text,
  country: text,
  country_alpha2: text,
  country_code: text,
  additional_info: text,
  post_number: text,
  email: text,
});
export const shipTo = z.strictObject({ name: text, name2: text, company_name: text, phone_number: text, address });

/** The body of a sales order. Source: pulpo.md §2.5. Which columns are required is a guess: those without which nothing could be picked. */
const orderBody = z.strictObject({
  order_num: filled,
  external_order_num: text,
  type: z
    .enum(['sales_order', 'POS_external'])
    .nullish()
    .transform((value) => value ?? 'sales_order'),
  warehouse_id: integer,
  third_party_id: integer,
  shipping_method_id: optional(integer),
  delivery_date: optional(dateTime),
  priority: optional(integer),
  channel: text,
  criterium: text,
  notes: text,
  client_id: text,
  client_name: text,
  service_point_id: text,
  merchant_id: optional(integer),
  merchant_channel_id: optional(integer),
  return_labels: optional(z.array(z.string())),
  attributes: optional(attributes),
  ship_to: optional(shipTo),
  shipment_instructions: optional(z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())])),
  items: z
    .array(
      z.strictObject({
        product_id: integer,
        quantity: integer,
        line_order_id: text,
        notes: text,
        required_date: text,
        batches: optional(z.array(z.strictObject({ batch_id: integer, suggested_quantity: integer }))),
        attributes: optional(attributes),
      }),
    )
    .min(1),
});
type OrderBody = z.infer<typeof orderBody>;

/** A body that fits; the stand-in words a wrong `delivery_date` by its own fact. */
export function parseOrder(body: unknown): OrderBody {
  const given = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)['delivery_date'] : undefined;
  if (given !== undefined && given !== null && !dateTime.safeParse(given).success)
    throw refuseColumns(FACTS.deliveryDate, { delivery_date: 'is invalid' });
  return parse(orderBody, body, { requiredFact: FACTS.orderRequired });
}

/** Everything that must exist for an order, by column; `id` is the order's own when it is updated. */
export function checkOrder(world: World, c: Context<ApiEnv>, body: OrderBody, id?: number): void {
  const errors: ColumnErrors = merchantErrors(world, body.merchant_id, body.merchant_channel_id);
  const warehouse = warehouseRow(world, body.warehouse_id);
  if (!warehouse) errors['warehouse_id'] = 'does not exist';
  else if (warehouse.active === 0) errors['warehouse_id'] = 'is not active';
  if (!thirdPartyRow(world, body.third_party_id)) errors['third_party_id'] = 'does not exist';
  if (body.shipping_method_id !== null && !shippingMethodRow(world, body.shipping_method_id))
    errors['shipping_method_id'] = 'does not exist';
  for (const [index, item] of body.items.entries()) {
    if (!productRow(world, item.product_id)) errors[`items.${index}.product_id`] = 'does not exist';
    if (item.quantity <= 0) errors[`items.${index}.quantity`] = 'must be greater than 0';
  }
  const twin = orderByNumber(world, body.order_num);
  const taken = twin !== undefined && twin.id !== id;
  if (taken) errors['order_num'] = 'has already been taken';
  if (Object.keys(errors).length > 0) throw refuseColumns(taken ? FACTS.orderNumTaken : FACTS.orderReference, errors);
  mustBeAssigned(world, c, body.warehouse_id);
}

/** Writes a checked order: a new one, or over the one with this id. Told as `sales_order_created` or `sales_order_updated`. */
export function putOrder(world: World, body: OrderBody, { id, creatorId }: { id?: number; creatorId: number }): SalesOrderRow {
  const now = world.now();
  const { items, attributes: extra, ship_to, shipment_instructions, return_labels, ...columns } = body;
  const row = {
    ...columns,
    data: JSON.stringify({ attributes: extra ?? {}, ship_to, shipment_instructions, return_labels: return_labels ?? [] }),
    updated_at: now,
  };
  return world.state.transaction(() => {
    const names = Object.keys(row);
    const values = Object.values(row);
    let orderId = id;
    if (orderId === undefined) {
      const all = [...names, 'state', 'creator_id', 'inserted_at'];
      orderId = world.state.run(
        `INSERT INTO sales_orders (${all.join(', ')}) VALUES (${all.map(() => '?').join(',')})`,
        ...values,
        'queue',
        creatorId,
        now,
      ).lastId;
    } else {
      world.state.run(
        `UPDATE sales_orders SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`,
        ...values,
        orderId,
      );
      world.state.run(
        'DELETE FROM fulfillment_items WHERE fulfillment_order_id IN (SELECT id FROM fulfillment_orders WHERE sales_order_id = ?)',
        orderId,
      );
      world.state.run('DELETE FROM fulfillment_orders WHERE sales_order_id = ?', orderId);
      world.state.run('DELETE FROM sales_items WHERE sales_order_id = ?', orderId);
    }
    const made = items.map(({ batches, attributes: own, ...item }) => ({
      quantity: item.quantity,
      id: world.state.run(
        "INSERT INTO sales_items (sales_order_id, product_id, quantity, line_order_id, notes, required_date, state, data) VALUES (?,?,?,?,?,?,'queue',?)",
        orderId,
        item.product_id,
        item.quantity,
        item.line_order_id,
        item.notes,
        item.required_date,
        JSON.stringify({ attributes: own ?? {}, batches: batches ?? [] }),
      ).lastId,
    }));
    addFulfillment(world, orderId, body.warehouse_id, made);
    const written = orderRow(world, orderId);
    emit(
      world,
      id === undefined ? 'sales_order_created' : 'sales_order_updated',
      body.warehouse_id,
      presentOrder(world, written),
    );
    return written;
  });
}

/** The layer below an order: what is picked and packed together. Source: pulpo.md §2.5 "Fulfillment orders". */
export function addFulfillment(
  world: World,
  orderId: number,
  warehouseId: number,
  items: readonly { id: number; quantity: number }[],
): number {
  const now = world.now();
  const { lastId } = world.state.run(
    "INSERT INTO fulfillment_orders (sales_order_id, warehouse_id, sequence_number, state, inserted_at, updated_at) VALUES (?,?,'',?,?,?)",
    orderId,
    warehouseId,
    'queue',
    now,
    now,
  );
  world.state.run('UPDATE fulfillment_orders SET sequence_number = ? WHERE id = ?', `FO-${lastId}`, lastId);
  for (const { id, quantity } of items)
    world.state.run(
      'INSERT INTO fulfillment_items (fulfillment_order_id, sales_item_id, quantity) VALUES (?,?,?)',
      lastId,
      id,
      quantity,
    );
  return lastId;
}
