import type { State } from '../../kit/state.ts';
import type { Change } from '../core/world.ts';
import { createFulfillment } from './fulfilments.ts';
import { orderTotals } from './order-money.ts';
import { dataOf, type FulfillmentOrderRow, type LineData, type LineRow, type OrderRow } from './rows.ts';

/** Whether a fulfilment order holds gift cards only: Shopify issues those itself. */
export function isGiftCardsOnly(state: State, foId: number): boolean {
  const lines = state.all<LineRow>('SELECT l.* FROM order_lines l JOIN fo_lines f ON f.line_id = l.id WHERE f.fo_id = ?', foId);
  return lines.length > 0 && lines.every((line) => dataOf<LineData>(line).giftCard);
}

/** Gift cards are issued (fulfilled by Shopify) as soon as the order is paid. */
export function routePaidGiftCards(change: Change, orderId: number): void {
  const { state } = change;
  const order = state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', orderId);
  if (!order || order.routed === 0 || orderTotals(state, order).outstanding[0] > 0) return;
  const open = state.all<FulfillmentOrderRow>("SELECT * FROM fulfillment_orders WHERE order_id = ? AND status = 'OPEN'", orderId);
  for (const fo of open) {
    if (isGiftCardsOnly(state, fo.id))
      createFulfillment(change, {
        groups: [{ foId: fo.id, lines: undefined }],
        tracking: [],
        notify: true,
        message: null,
        byApp: false,
      });
  }
}
