import { DateTime } from 'luxon';
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
