import { amountOf, wholeLines, type RemoteOrder, type RemoteOrderState, type SalesOrder } from '../contract/index.ts';
import { mark } from './assumptions.ts';
import { lineGid, shortId } from './convert-order.ts';
import type { Order } from './wire.ts';

/**
 * IM's state in our words. "Cancel Sending" is a state `new` that never goes out: as good as cancelled, somebody must decide. One that we don't
 * know counts as being worked on.
 */
export function stateOf(order: Pick<Order, 'order_status' | 'sending_canceled' | 'on_hold' | 'shipments'>): RemoteOrderState {
  const waiting = order.order_status === 'new' || order.order_status === 'error';
  if (waiting && order.sending_canceled) return 'cancelled';
  switch (order.order_status) {
    case 'new':
      return order.on_hold ? 'held' : 'open';
    case 'error':
      return 'held';
    case 'shipped':
    case 'confirmed':
      return 'shipped';
    case 'canceled':
      return 'cancelled';
    default:
      return order.shipments.length > 0 ? 'partly-shipped' : 'picking';
  }
}

/** IM's own words on why an order that it took doesn't move; null where it does, and where it is cancelled. Its status where it gives no words. */
export function troubleOf(order: Order): string | null {
  if (stateOf(order) !== 'held') return null;
  return [order.error_reason, order.error_msg].filter(Boolean).join(': ') || (order.on_hold ? 'On Hold' : order.order_status);
}

/** An order as the engine sees it. `currency` where IM's answer names none. */
export function remoteOrder(order: Order, currency: string): RemoteOrder {
  return {
    remoteId: order.cust_ref,
    remoteNumber: null,
    reference: order.cust_ref,
    state: stateOf(order),
    lines: wholeLines(
      order.items
        .filter(({ filtered_sku: struckOut }) => !struckOut)
        .map(({ line_item_id: id, item: sku, quantity }) => ({ lineId: id === null ? null : lineGid(id), sku, quantity })),
    ),
    total: order.grand_total === null ? null : amountOf(order.grand_total, order.currency_code ?? currency),
    facilityId: order.inventory_warehouse_pk,
    url: null,
    trouble: troubleOf(order),
  };
}

/** The order as it was just taken: IM's answer to a new order says nothing of it. */
export function takenOrder(order: SalesOrder, remoteNumber: string | null): RemoteOrder {
  return {
    remoteId: order.reference,
    remoteNumber: remoteNumber === order.reference ? null : remoteNumber,
    reference: order.reference,
    state: 'open',
    lines: order.lines.map(({ lineId, sku, quantity }) => ({ lineId, sku, quantity })),
    total: order.total.amount,
    facilityId: order.facilityId,
    url: null,
  };
}

/** Whether another shop that shares the cart made it. Without a mark it isn't known, and counts as ours: the cart is. */
export function isAnothers(order: Pick<Order, 'extra_fields'>, domain: string): boolean {
  const shop = order.extra_fields[mark.shop];
  return typeof shop === 'string' && shop !== domain;
}

/** Whether an order found under our reference is the one we mean: by its mark, else by our line ids. */
export function isSameOrder(found: Order, order: SalesOrder, domain: string): boolean {
  if (isAnothers(found, domain)) return false;
  const marked = found.extra_fields[mark.order];
  if (typeof marked === 'string') return marked === shortId(order.shopifyOrderId);
  const ours = new Set(order.lines.map(({ lineId }) => shortId(lineId)));
  return found.items.some(({ line_item_id: id }) => id !== null && ours.has(id));
}
