import { z } from 'zod';
import { now } from '../../core/clock.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { OrdersCountDocument } from '../../shopify/operations/generated/graphql.ts';
import { visibleSince } from './visible-since.ts';

const orderName = z
  .string()
  .trim()
  .regex(/^[^\s"'\\:()]{1,40}$/);

/** Orders that a run is to read: those placed in a time, or some by their numbers. */
export const orderRangeSchema = z.union([
  z.object({ from: z.iso.datetime(), to: z.iso.datetime().nullable() }),
  z.object({ names: z.array(orderName).min(1).max(100) }),
]);

export type OrderRange = z.infer<typeof orderRangeSchema>;

/** The range in Shopify's search syntax. */
export function searchFor(range: OrderRange): string {
  if ('names' in range) return range.names.map((name) => `name:"${name}"`).join(' OR ');
  const to = range.to ? ` processed_at:<='${range.to}'` : '';
  return `processed_at:>='${range.from}'${to}`;
}

/** What of a range Shopify shows us. */
export interface RangeCount {
  count: number;
  /** The range begins before the 60 days that Shopify shows to apps without read_all_orders: what is older isn't in the count. */
  cutOff: string | null;
}

/** How many orders a range holds, and whether older ones are hidden from us. Ten points. */
export async function countRange(admin: ShopifyAdmin, range: OrderRange, scopes: readonly string[]): Promise<RangeCount> {
  const { ordersCount } = await admin.run(OrdersCountDocument, { query: searchFor(range) }, { priority: 'page' });
  const visible = visibleSince(now());
  const hidden = 'from' in range && new Date(range.from) < visible && !scopes.includes('read_all_orders');
  return { count: ordersCount?.count ?? 0, cutOff: hidden ? visible.toISOString() : null };
}
