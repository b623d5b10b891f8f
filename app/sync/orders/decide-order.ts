import type { Reason } from '../../connectors/contract/index.ts';
import type { FulfilmentOrder, ShopifyOrder } from './shopify-order.ts';

/** What a connection wants of orders, from the settings of its orders sync. */
export interface OrderRules {
  financialStatuses: readonly string[];
  requiredTags: readonly string[];
  requiredTagsMode: 'all' | 'any';
  excludedTags: readonly string[];
  /** Orders placed before it are skipped; null: since the sync was switched on. */
  earliestOrderDate: string | null;
  enabledAt: Date | null;
  editWindowMinutes: number;
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

const lower = (tags: readonly string[]) => new Set(tags.map((tag) => tag.trim().toLowerCase()));

function missingTags(order: ShopifyOrder, rules: OrderRules): string[] {
  const has = lower(order.tags);
  const missing = rules.requiredTags.filter((tag) => !has.has(tag.trim().toLowerCase()));
  const anyIsEnough = rules.requiredTagsMode === 'any' && missing.length < rules.requiredTags.length;
  return anyIsEnough ? [] : missing;
}

/**
 * Whether an order as a whole goes to a connection. Pure. `sent`: a part of it is there already; then only a cancellation
 * turns it back, because what was handed over is amended, not forgotten, when a tag or status changes later.
 */
export function decideOrder(order: ShopifyOrder, rules: OrderRules, { now, sent }: { now: Date; sent: boolean }): Decision {
  if (order.cancelledAt) return { verdict: 'cancel', reason: { code: 'cancelled-in-shopify', params: {} } };
  if (sent) return send;
  const placed = new Date(order.placedAt);
  // Shopify's times end at whole seconds: an order of the very second in which the sync was switched on is not older than it.
  const earliest = rules.earliestOrderDate ? new Date(rules.earliestOrderDate) : rules.enabledAt;
  if (earliest && placed.getTime() < Math.floor(earliest.getTime() / 1000) * 1000)
    return skip('too-old', { earliest: earliest.toISOString() });
  const excluded = rules.excludedTags.find((tag) => lower(order.tags).has(tag.trim().toLowerCase()));
  if (excluded !== undefined) return skip('tag-excluded', { tag: excluded });
  if (order.fulfilmentOrders.length === 0) {
    if (['FULFILLED', 'FULFILLMENT_NOT_REQUIRED'].includes(order.fulfilmentStatus)) return skip('nothing-to-ship');
    return hold('awaiting-routing');
  }
  const missing = missingTags(order, rules);
  if (missing.length > 0) return hold('tag-missing', { tag: missing.join(', ') });
  if (!rules.financialStatuses.includes(order.financialStatus))
    return hold('awaiting-payment', { status: order.financialStatus });
  const until = new Date(placed.getTime() + rules.editWindowMinutes * 60_000);
  if (until > now) return hold('edit-window', { minutes: rules.editWindowMinutes }, until);
  return send;
}

/**
 * Whether one fulfilment order is handed over. Pure. What nobody ships is excluded by a named rule; what waits in
 * Shopify waits here; an unknown word of Shopify's is held rather than guessed.
 */
export function decideFulfilmentOrder(one: FulfilmentOrder, linked: LinkedLocation | null, otherService: boolean): Decision {
  const excludedBy: Record<string, string> = { PICK_UP: 'local-pickup', RETAIL: 'sold-in-store', NONE: 'no-delivery' };
  const exclusion = excludedBy[one.deliveryMethod];
  if (exclusion) return skip(exclusion, { location: one.locationName });
  if (!['SHIPPING', 'LOCAL', 'PICKUP_POINT'].includes(one.deliveryMethod))
    return hold('delivery-unknown', { value: one.deliveryMethod });
  if (['CLOSED', 'CANCELLED', 'INCOMPLETE'].includes(one.status) || one.lines.every((line) => line.remaining === 0))
    return skip('nothing-to-ship');
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
  'location-unmapped',
  'delivery-unknown',
  'status-unknown',
  'shipping-unmapped',
  'payment-unmapped',
  'sku-missing',
  'totals-differ',
]);
