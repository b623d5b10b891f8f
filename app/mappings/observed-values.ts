import { now } from '../core/clock.ts';
import type { Tx } from '../db/scope.ts';

/** Where a value was met: on an order, in a delivery profile, as a channel or a product type of the shop, as a word of the back office. */
export type ValueOrigin = 'order' | 'profile' | 'channel' | 'catalogue' | 'back-office';

export interface SeenValue {
  kind: string;
  value: string;
  label: string;
  origin: ValueOrigin;
}

/**
 * Remembers values met in the shop. Each one with origin `order` counts one order, so it is called once for each order. The origin
 * and label first seen stay, because where a value comes from is what people recognise it by.
 */
export async function observeValues(tx: Tx, shopId: number, seen: readonly SeenValue[]): Promise<void> {
  const merged = new Map<string, SeenValue & { orders: number }>();
  for (const one of seen) {
    const key = JSON.stringify([one.kind, one.value]);
    const known = merged.get(key);
    // The same value twice on one order is still one order.
    if (!known) merged.set(key, { ...one, orders: one.origin === 'order' ? 1 : 0 });
    else if (one.origin === 'order') known.orders = 1;
  }
  if (merged.size === 0) return;
  // In one order everywhere, so that two workers never wait for each other's rows.
  const rows = [...merged.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  await tx.$executeRaw`
    INSERT INTO observed_value (shop_id, kind, value, label, origin, orders, first_seen_at, last_seen_at)
    SELECT ${shopId}, row.kind, row.value, row.label, row.origin, row.orders, ${now()}, ${now()}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row (kind text, value text, label text, origin text, orders int)
    ON CONFLICT (shop_id, kind, value) DO UPDATE
      SET orders = observed_value.orders + excluded.orders, last_seen_at = excluded.last_seen_at,
        label = CASE WHEN observed_value.label = '' THEN excluded.label ELSE observed_value.label END`;
}

/**
 * Sets how many of the last orders used each value, as counted in Shopify; what none of them used is at zero. Orders taken in from then on
 * are counted on top until the next count.
 */
export async function recountValues(
  tx: Tx,
  shopId: number,
  counted: ReadonlyMap<string, { kind: string; value: string; orders: number }>,
  kinds: readonly string[],
): Promise<void> {
  await tx.$executeRaw`
    UPDATE observed_value o SET orders = coalesce(c.orders, 0)
    FROM observed_value base
    LEFT JOIN jsonb_to_recordset(${JSON.stringify([...counted.values()])}::jsonb) AS c (kind text, value text, orders int)
      ON c.kind = base.kind AND c.value = base.value
    WHERE base.shop_id = ${shopId} AND base.kind = ANY(${[...kinds]})
      AND o.shop_id = base.shop_id AND o.kind = base.kind AND o.value = base.value AND o.orders <> coalesce(c.orders, 0)`;
}
