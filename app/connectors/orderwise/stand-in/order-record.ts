import { shown } from './amounts.ts';
import {
  addCustomer,
  addToCustomer,
  customerByAccount,
  customerById,
  customerByWebAccount,
  customerLike,
  type CustomerRow,
} from './customer-record.ts';
import type { IncomingCustomer, IncomingOrder } from './incoming-order.ts';
import type { SessionData } from './session-record.ts';
import { defaultLocation, moveStock } from './stock-levels.ts';
import { variantByCode, variantById } from './variant-record.ts';
import { json, type World } from './world.ts';

/** The status texts that were seen. Source: orderwise.md §6; Cancelled is a guess. */
export const STATUS = {
  open: 'Awaiting despatch',
  held: 'On hold',
  partly: 'Partially despatched',
  done: 'Completed',
  cancelled: 'Cancelled',
} as const;

export interface OrderRow {
  /** `oh_id`, which exports call orderNumber. */
  id: number;
  /** `oh_order_number`, which exports call orderID and people use. */
  number: string;
  session_id: number;
  ecommerce_number: string | null;
  customer_ref: string | null;
  type: number;
  status: string;
  sub_status: string | null;
  customer_id: number;
  delivery_method_id: number;
  gross: number;
  net: number | null;
  delivery_gross: number;
  data: string;
  created_at: number;
  changed_at: number;
}

export interface OrderLineRow {
  id: number;
  order_id: number;
  item_number: number;
  variant_id: number;
  code: string;
  quantity: number;
  despatched: number;
  returned: number;
  price: number;
  location_id: number;
  ecommerce_item_id: string | null;
}

const FIRST_ID = 700_001;
const FIRST_NUMBER = 3_622;

export const orderById = (world: World, id: number): OrderRow | undefined =>
  world.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', id);

/** The newest order with the website's number; of one session where that is given. */
export const orderByWebNumber = (world: World, number: string, sessionId: number | null = null): OrderRow | undefined =>
  world.state.get<OrderRow>(
    'SELECT * FROM orders WHERE ecommerce_number = ? AND (? IS NULL OR session_id = ?) ORDER BY id DESC',
    number,
    sessionId,
    sessionId,
  );

export const linesOf = (world: World, orderId: number): OrderLineRow[] =>
  world.state.all<OrderLineRow>(
    'SELECT l.*, v.code FROM order_lines l JOIN variants v ON v.id = l.variant_id WHERE l.order_id = ? ORDER BY l.item_number, l.id',
    orderId,
  );

/** Writes an order that was checked, makes or completes its customer and allocates its stock. */
export function importOrder(world: World, sessionId: number, session: SessionData, order: IncomingOrder): OrderRow {
  return world.state.transaction(() => {
    const customer = customerOf(world, order.customer);
    if (order.contact && session.addContact) addToCustomer(world, 'contacts', customer.id, order.contact);
    if (order.deliveryAddress && session.addDeliveryAddress)
      addToCustomer(world, 'delivery_addresses', customer.id, order.deliveryAddress);
    const held = order.onHold || customer.on_hold === 1;
    const now = world.now();
    const data = {
      deliveryAddress: order.deliveryAddress,
      payments: order.payments.map(({ methodId, amount }) => ({ methodId, amount: shown(amount) })),
      dissurs: order.dissurs.map((one) => ({ ...one, price: shown(one.price) })),
      header: order.header,
      pricesAsNet: order.pricesAsNet,
    };
    const { lastId } = world.state.run(
      `INSERT INTO orders (number, session_id, ecommerce_number, customer_ref, type, status, customer_id, delivery_method_id, gross, net, delivery_gross, data, created_at, changed_at)
       VALUES ('', ?,?,?,?,?,?,?,?,?,?,?,?,?)`,
      sessionId,
      order.ecommerceNumber,
      order.customerRef,
      order.type,
      order.type === 4 ? STATUS.done : held ? STATUS.held : STATUS.open,
      customer.id,
      order.deliveryMethodId,
      order.orderGross,
      order.orderNet,
      order.deliveryGross,
      JSON.stringify(data),
      now,
      now,
    );
    world.state.run('UPDATE orders SET number = ? WHERE id = ?', String(lastId - FIRST_ID + FIRST_NUMBER), lastId);
    const usual = session.stockLocationId ?? (json(customer.data)['defaultStockLocationId'] as number | null | undefined) ?? null;
    for (const line of order.lines) {
      const variant = variantByCode(world, line.code ?? '');
      if (!variant) throw new Error(`An order was imported without a check: ${line.code ?? 'no variant'}`);
      const location = line.locationId ?? usual ?? defaultLocation(world, variant.id);
      const price = (order.pricesAsNet ? line.net : line.gross) ?? variantById(world, variant.id)?.rsp ?? 0;
      world.state.run(
        'INSERT INTO order_lines (order_id, item_number, variant_id, quantity, price, tax_rate_id, location_id, ecommerce_item_id) VALUES (?,?,?,?,?,?,?,?)',
        lastId,
        line.itemNumber,
        variant.id,
        line.quantity,
        price,
        line.taxRateId,
        location,
        line.ecommerceItemId,
      );
      if (order.type !== 4) moveStock(world, variant.id, location, { allocated: line.quantity });
    }
    return orderById(world, lastId) as OrderRow;
  });
}

/** By id, account, the website's account, then e-mail and name; else a new one. Source: orderwise.md §2, §3; the order of it is a guess. */
function customerOf(world: World, { id, accountNumber, webAccount, details }: IncomingCustomer): CustomerRow {
  const email = details?.['statementEmail'];
  const name = details?.['statementName'];
  const found =
    (id === null ? undefined : customerById(world, id)) ??
    (accountNumber === null ? undefined : customerByAccount(world, accountNumber)) ??
    (webAccount === null ? undefined : customerByWebAccount(world, webAccount)) ??
    (typeof email === 'string' && email !== '' && typeof name === 'string' ? customerLike(world, email, name) : undefined);
  return found ?? addCustomer(world, details ?? {}, webAccount);
}
