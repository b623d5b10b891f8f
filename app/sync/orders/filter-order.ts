import type { Reason } from '../../connectors/contract/index.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/** The settings of the orders sync that choose orders by what they are. */
export type OrderFilters = Pick<
  SyncSettings<'orders'>,
  | 'fulfilmentStatuses'
  | 'orderStatus'
  | 'excludedTags'
  | 'requiredCustomerTags'
  | 'requiredCustomerTagsMode'
  | 'excludedCustomerTags'
  | 'onlyChannels'
  | 'excludedChannels'
  | 'onlyCountries'
  | 'excludedCountries'
>;

const keyOf = (word: string) => word.trim().toLowerCase();
const keysOf = (words: readonly string[]) => new Set(words.map(keyOf));

/** Which of the wanted words are missing; none where any is enough and one is there. */
export function missingWords(has: readonly string[], wanted: readonly string[], mode: 'all' | 'any'): string[] {
  const there = keysOf(has);
  const missing = wanted.filter((word) => !there.has(keyOf(word)));
  return mode === 'any' && missing.length < wanted.length ? [] : missing;
}

/** The first of these words that is among the others, whatever its case. */
export function commonWord(words: readonly string[], among: readonly string[]): string | undefined {
  const there = keysOf(among);
  return words.find((word) => there.has(keyOf(word)));
}

/**
 * Why the merchant's filters leave an order out, or null. Pure. Whatever is left out is looked at again when the order is touched or a
 * filter changes.
 */
export function leftOutBy(order: ShopifyOrder, filters: OrderFilters): Reason | null {
  const out = (code: string, params: Reason['params'] = {}): Reason => ({ code, params });
  const tag = commonWord(filters.excludedTags, order.tags);
  if (tag !== undefined) return out('tag-excluded', { tag });
  // Shopify archives what is done with by itself: a sale at the till is closed within seconds.
  if (filters.orderStatus === 'open' && order.closedAt && order.fulfilmentStatus !== 'FULFILLED') return out('archived');
  const partly = order.fulfilmentStatus === 'PARTIALLY_FULFILLED';
  if (!filters.fulfilmentStatuses.includes(partly ? 'PARTIALLY_FULFILLED' : 'UNFULFILLED'))
    return out('fulfilment-state', { status: order.fulfilmentStatus });
  const customerTags = order.customer?.tags ?? [];
  const excluded = commonWord(filters.excludedCustomerTags, customerTags);
  if (excluded !== undefined) return out('customer-tag-excluded', { tag: excluded });
  const missing = missingWords(customerTags, filters.requiredCustomerTags, filters.requiredCustomerTagsMode);
  if (missing.length > 0) return out('customer-tag-missing', { tag: missing.join(', ') });
  const channels = [order.channel, order.channelLabel];
  if (
    (filters.onlyChannels.length > 0 && commonWord(filters.onlyChannels, channels) === undefined) ||
    commonWord(filters.excludedChannels, channels) !== undefined
  )
    return out('channel-left-out', { channel: order.channelLabel || order.channel || '–' });
  if (filters.onlyCountries.length > 0 || filters.excludedCountries.length > 0) {
    const country = order.shipTo?.countryCode;
    // Without an address (or without the right to see it) nobody can say; wrong guesses cost parcels.
    if (!country) return out('country-unknown');
    if (
      (filters.onlyCountries.length > 0 && !filters.onlyCountries.includes(country)) ||
      filters.excludedCountries.includes(country)
    )
      return out('country-left-out', { country });
  }
  return null;
}
