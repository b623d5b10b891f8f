import { DateTime } from 'luxon';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';

/**
 * The moment before which orders are too old; null where nothing is. A day begins at midnight in the shop's zone. Without a day it is the moment the
 * sync was first switched on; Shopify's times end at whole seconds, so an order of that very second is not older.
 */
export function earliestOrder(
  { earliestOrderDate }: Pick<SyncSettings<'orders'>, 'earliestOrderDate'>,
  enabledAt: Date | null,
  timeZone: string,
): Date | null {
  const chosen = earliestOrderDate ? DateTime.fromISO(earliestOrderDate, { zone: timeZone }).toJSDate() : enabledAt;
  return chosen ? new Date(Math.floor(chosen.getTime() / 1000) * 1000) : null;
}

/**
 * The time whose orders are kept as history: from midnight of the merchant's day in the shop's zone until the first order that is worked on. Null
 * where none are, or the back office keeps no history.
 */
export function historySpan(
  live: Pick<LiveConnection, 'definition' | 'shop'>,
  settings: Pick<SyncSettings<'orders'>, 'earliestOrderDate' | 'historyFrom'>,
  enabledAt: Date | null,
): { from: Date | null; until: Date | null } {
  const { parksHistory } = live.definition.capabilities;
  const { historyFrom: day } = settings;
  const { timeZone } = live.shop;
  const from = parksHistory && day ? DateTime.fromISO(day, { zone: timeZone }).toJSDate() : null;
  return { from, until: earliestOrder(settings, enabledAt, timeZone) };
}
