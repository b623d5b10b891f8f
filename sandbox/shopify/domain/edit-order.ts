import type { Change } from '../core/world.ts';
import { gid } from '../core/gid.ts';
import { plus, share, ZERO, type Bag } from '../core/money.ts';
import { dateTime } from '../core/moment.ts';
import { newId } from '../core/tables.ts';
import { Refused } from '../core/user-error.ts';
import { removeUnits } from './fulfillment-orders.ts';
import { releaseStock, shipStock } from './inventory.ts';
import { lineNet, taxOn } from './order-money.ts';
import { fulfilledByLine, unfulfilledOf } from './order-status.ts';
import { addVariantLine } from './order-lines.ts';
import { routeAddition } from './routing.ts';
import { dataOf, type LineData, type LineRow, type OrderData, type OrderRow, type VariantRow } from './rows.ts';

/** Staged in an edit: new quantities of lines, and variants to add; discounts on lines and shipping to add, in minor units of the shop's currency. */
export interface StagedEdit {
  quantities: Record<string, { quantity: number; restock: boolean }>;
  added: { variantId: number; quantity: number; price?: number }[];
  discounts?: { lineId: number; amount: number }[];
  shipping?: { title: string; price: number }[];
}

export function checkEditable(order: OrderRow): void {
  if (order.cancelled_at !== null) throw new Refused('The order cannot be edited: it is cancelled.', { field: ['id'] });
  if (order.routed === 0) throw new Refused('The order cannot be edited yet: it is still being routed.', { field: ['id'] });
}

/** The least a line can be set to: what has already left. */
export const leastQuantity = (change: Change, line: LineRow): number =>
  fulfilledByLine(change.state, line.order_id).get(line.id) ?? 0;

/** Applies an edit: units taken off leave their fulfilment orders, units added are routed. orders/edited goes out. */
export function commitEdit(change: Change, order: OrderRow, edit: StagedEdit): void {
  const { state } = change;
  checkEditable(order);
  const additions: { id: number; delta: number }[] = [];
  const removals: { id: number; delta: number }[] = [];
  for (const [id, { quantity, restock }] of Object.entries(edit.quantities)) {
    const line = state.get<LineRow>('SELECT * FROM order_lines WHERE id = ? AND order_id = ?', Number(id), order.id);
    if (!line) throw new Refused('Line item does not exist on this order.', { field: ['lineItemId'] });
    const delta = quantity - line.current;
    if (delta < 0) {
      takeOff(change, order, line, -delta, restock);
      removals.push({ id: line.id, delta: -delta });
    } else if (delta > 0) {
      addUnits(change, order, line, delta);
      additions.push({ id: line.id, delta });
    }
  }
  for (const added of edit.added) {
    const variant = state.get<VariantRow>('SELECT * FROM variants WHERE id = ? AND shop_id = ?', added.variantId, order.shop_id);
    if (!variant) throw new Refused('Variant does not exist.', { field: ['variantId'] });
    const line = addVariantLine(change, order, variant, added.quantity, added.price);
    routeAddition(change, order, line, added.quantity);
    additions.push({ id: line.id, delta: added.quantity });
  }
  addMoney(change, order, edit);
  state.run('UPDATE orders SET edited = 1 WHERE id = ?', order.id);
  change.orderTouched(order.id);
  change.tell('orders/edited', () => ({
    order_edit: {
      id: order.id,
      app_id: null,
      created_at: dateTime(change.at),
      notify_customer: false,
      order_id: order.id,
      admin_graphql_api_id: gid('Order', order.id),
      committed_at: dateTime(change.at),
      line_items: { additions, removals },
    },
  }));
}

/** Discounts on lines and further shipping lines: tax is worked out again on what a line costs then. */
function addMoney(change: Change, order: OrderRow, { discounts = [], shipping = [] }: StagedEdit): void {
  const { state } = change;
  const data = dataOf<OrderData>(order);
  const both = (minor: number): Bag => [minor, Math.round(minor / data.rate)];
  for (const { lineId, amount } of discounts) {
    const line = state.get<LineRow>('SELECT * FROM order_lines WHERE id = ? AND order_id = ?', lineId, order.id);
    if (!line) throw new Refused('Line item does not exist on this order.', { field: ['lineItemId'] });
    const own = dataOf<LineData>(line);
    data.discounts.push({
      ...{ kind: 'manual', title: `Discount on ${own.title}`, description: 'Given in an edit' },
      ...{ target: 'LINE_ITEM', selection: 'EXPLICIT', method: 'ACROSS', amount: both(amount), percentage: null },
    });
    own.discounts.push({ index: data.discounts.length - 1, amount: both(amount) });
    for (const tax of own.taxes) tax.amount = taxOn(lineNet(line, own), tax.rate, data.taxesIncluded);
    state.run('UPDATE order_lines SET data = ? WHERE id = ?', JSON.stringify(own), line.id);
  }
  for (const { title, price } of shipping)
    data.shippingLines.push({
      ...{ id: newId(state, 'plain_ids'), title, code: title, source: null, carrier: null, price: both(price) },
      ...{ discounts: [], taxes: [], custom: true },
    });
  state.run('UPDATE orders SET data = ? WHERE id = ?', JSON.stringify(data), order.id);
}

function takeOff(change: Change, order: OrderRow, line: LineRow, quantity: number, restock: boolean): void {
  if (quantity > unfulfilledOf(change.state, line.id))
    throw new Refused('The quantity can’t be lower than what is already fulfilled.', { field: ['quantity'] });
  for (const part of removeUnits(change, order, line, quantity)) {
    if (restock) releaseStock(change, line.item_id, part.locationId, part.quantity);
    else shipStock(change, line.item_id, part.locationId, part.quantity);
  }
  change.state.run('UPDATE order_lines SET current = current - ? WHERE id = ?', quantity, line.id);
}

function addUnits(change: Change, order: OrderRow, line: LineRow, quantity: number): void {
  const data = dataOf<LineData>(line);
  const included = dataOf<OrderData>(order).taxesIncluded;
  const wider: LineRow = { ...line, quantity: line.quantity + quantity };
  // discounts were given on the old units only, so their allocation stays and tax is worked out again on the new net
  const before = lineNet(line, data);
  const after = plus(before, [data.unit[0] * quantity, data.unit[1] * quantity]);
  const taxes = data.taxes.map((tax) => ({
    ...tax,
    amount: before[0] === 0 ? taxOn(after, tax.rate, included) : plus(ZERO, share(tax.amount, after[0], before[0])),
  }));
  change.state.run(
    'UPDATE order_lines SET quantity = quantity + ?, current = current + ?, data = ? WHERE id = ?',
    quantity,
    quantity,
    JSON.stringify({ ...data, taxes }),
    line.id,
  );
  routeAddition(change, order, wider, quantity);
}
