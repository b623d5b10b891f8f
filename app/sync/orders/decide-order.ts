import type { Reason } from '../../connectors/contract/index.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import { commonWord, leftOutBy, missingWords, type OrderFilters } from './filter-order.ts';
import { isOver, type FulfilmentOrder, type ShopifyOrder } from './shopify-order.ts';

/**
 * Shopify routes an order within seconds. One that has no fulfilment order after this long has none that we may see: another app's fulfilment
 * service ships it (their fulfilment orders need scopes that we don't ask for).
 */
const ROUTED_WITHIN_MS = 15 * 60_000;

/** What a connection wants of orders, from the settings of its orders sync. */
export interface OrderRules
  extends
    OrderFilters,
    Pick<
      SyncSettings<'orders'>,
      'financialStatuses' | 'cancelStatuses' | 'requiredTags' | 'requiredTagsMode' | 'risk' | 'editWindowMinutes'
    > {
  /** Orders placed before it are left out; see earliestOrder. */
  earliest: Date | null;
}

/** What somebody decided about one order by hand. */
export interface OrderChoice {
  /** It goes now: the edit window and a hold for risk are over. */
  sendNow: boolean;
  /** It is not sent. */
  leftOut: boolean;
}

/** The location's link, where it has one that is in use. */
export interface LinkedLocation {
  connectionId: string;
  facilityId: string;
}

export type Decision =
  | { verdict: 'send' }
  | { verdict: 'hold'; reason: Reason; until: Date | null }
  | { verdict: 'skip'; reason: Reason }
  | { verdict: 'cancel'; reason: Reason };

const send: Decision = { verdict: 'send' };
const hold = (code: string, params: Reason['params'] = {}, until: Date | null = null): Decision => ({
  verdict: 'hold',
  reason: { code, params },
  until,
});
const skip = (code: string, params: Reason['params'] = {}): Decision => ({ verdict: 'skip', reason: { code, params } });

const risky: Record<OrderRules['risk'], readonly string[]> = {
  send: [],
  'hold-high': ['CANCEL'],
  'hold-medium': ['CANCEL', 'INVESTIGATE'],
};

/**
 * Whether an order as a whole goes to a connection. Pure. `sent`: a part of it is there already; then only a cancellation
 * turns it back, because what was handed over is amended, not forgotten, when a tag or status changes later. `moved`: a back office had it before;
 * then it isn't too old for the one that ships it now, however young that connection is.
 */
export function decideOrder(
  order: ShopifyOrder,
  rules: OrderRules,
  { now, sent, moved = false, choice }: { now: Date; sent: boolean; moved?: boolean; choice?: OrderChoice | null },
): Decision {
  const cancel = (code: string, params: Reason['params'] = {}): Decision => ({ verdict: 'cancel', reason: { code, params } });
  if (order.cancelledAt) return cancel('cancelled-in-shopify');
  if (commonWord(rules.cancelStatuses, [order.financialStatus]) !== undefined)
    return cancel('payment-state-cancels', { status: order.financialStatus });
  if (sent) return send;
  const placed = new Date(order.placedAt);
  const { earliest } = rules;
  if (earliest && placed < earliest && !moved) return skip('too-old', { earliest: earliest.toISOString() });
  if (choice?.leftOut) return skip('left-out-by-hand');
  if (order.fulfilmentOrders.length === 0) {
    if (order.lines.every((line) => line.currentQuantity === 0)) return skip('nothing-to-ship');
    // Shopify shows an app the fulfilment orders of the merchant's own locations only: what a service ships can't be seen from here.
    if (['IN_PROGRESS', 'PARTIALLY_FULFILLED', 'PENDING_FULFILLMENT', 'REQUEST_DECLINED'].includes(order.fulfilmentStatus))
      return skip('other-service-unseen');
    if (['FULFILLED', 'FULFILLMENT_NOT_REQUIRED', 'RESTOCKED'].includes(order.fulfilmentStatus)) return skip('nothing-to-ship');
  }
  const out = leftOutBy(order, rules);
  if (out) return skip(out.code, out.params);
  if (order.fulfilmentOrders.length === 0) {
    const waitsSince = Date.parse(order.updatedAt);
    if (now.getTime() - waitsSince > ROUTED_WITHIN_MS) return skip('other-service-unseen');
    return hold('awaiting-routing', {}, new Date(waitsSince + ROUTED_WITHIN_MS));
  }
  const missing = missingWords(order.tags, rules.requiredTags, rules.requiredTagsMode);
  if (missing.length > 0) return hold('tag-missing', { tag: missing.join(', ') });
  if (!rules.financialStatuses.some((status) => status === order.financialStatus))
    return hold('awaiting-payment', { status: order.financialStatus });
  if (choice?.sendNow || order.fulfilmentOrders.every(isHandedOver)) return send;
  if (risky[rules.risk].includes(order.risk)) return hold('risk', { risk: order.risk });
  const until = new Date(placed.getTime() + rules.editWindowMinutes * 60_000);
  if (until > now) return hold('edit-window', { minutes: rules.editWindowMinutes }, until);
  return send;
}

/** Sold and handed over at the till. */
export const isHandedOver = (one: FulfilmentOrder): boolean =>
  one.deliveryMethod === 'RETAIL' && one.status === 'CLOSED' && one.lines.every((line) => line.remaining === 0);

/**
 * Whether one fulfilment order is handed over. Pure. What nobody ships is excluded by a named rule; what waits in
 * Shopify waits here; an unknown word of Shopify's is held rather than guessed.
 */
export function decideFulfilmentOrder(
  one: FulfilmentOrder,
  linked: LinkedLocation | null,
  otherService: boolean,
  { physicalOnly, recordsTill } = { physicalOnly: true, recordsTill: false },
): Decision {
  // Handed over at the till: nothing is left to ship, but the goods have left the facility's stock.
  if (recordsTill && isHandedOver(one)) return linked ? send : skip('sold-in-store', { location: one.locationName });
  const excludedBy: Record<string, string> = {
    PICK_UP: 'local-pickup',
    RETAIL: 'sold-in-store',
    ...(physicalOnly ? { NONE: 'no-delivery' } : {}),
  };
  const exclusion = excludedBy[one.deliveryMethod];
  if (exclusion) return skip(exclusion, { location: one.locationName });
  if (!['SHIPPING', 'LOCAL', 'PICKUP_POINT', 'NONE'].includes(one.deliveryMethod))
    return hold('delivery-unknown', { value: one.deliveryMethod });
  if (isOver(one) || one.lines.every((line) => line.remaining === 0)) return skip('nothing-to-ship');
  if (otherService) return skip('other-service', { location: one.locationName });
  if (!linked) return hold('location-unmapped', { location: one.locationName, value: one.locationId ?? '' });
  if (one.status === 'SCHEDULED')
    return hold('scheduled', { at: one.fulfillAt ?? '' }, one.fulfillAt ? new Date(one.fulfillAt) : null);
  if (one.status === 'ON_HOLD') return hold('on-hold', { reason: one.holds[0]?.reason ?? '' });
  if (!['OPEN', 'IN_PROGRESS'].includes(one.status)) return hold('status-unknown', { value: one.status });
  return send;
}

/** Holds that a merchant has to end; the others end by themselves or on purpose and are shown, not raised. */
export const holdsThatNeedSomebody: ReadonlySet<string> = new Set([
  'address-withheld',
  'location-unmapped',
  'delivery-unknown',
  'status-unknown',
  'shipping-unmapped',
  'payment-unmapped',
  'channel-unmapped',
  'sku-missing',
  'totals-differ',
  'risk',
  'held-after-hand-over',
  'sold-beyond-stock',
  'customer-id-missing',
  'customer-id-type',
]);

/** Holds that a person may end by hand: the order goes all the same. */
export const holdsThatCanBeEnded: ReadonlySet<string> = new Set([
  'edit-window',
  'risk',
  'pre-order',
  'back-order',
  'sold-beyond-stock',
]);
