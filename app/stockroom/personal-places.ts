import { Prisma } from '@prisma/client';

const { sql } = Prisma;

interface PersonalPlace {
  /** In the answer to a data request. */
  name: string;
  table: string;
  /** Whether a row `t` is of the order `o`. */
  ofOrder: Prisma.Sql;
  /** What a column holds instead once the buyer is forgotten. */
  words: Record<string, Prisma.Sql>;
}

/** What people typed, and where a parcel can be followed to; that it happened stays. */
const wordless = sql`t.params || CASE WHEN t.params ? 'reason' THEN '{"reason": ""}'::jsonb ELSE '{}'::jsonb END
  || CASE WHEN t.params ? 'tracking' THEN '{"tracking": ""}'::jsonb ELSE '{}'::jsonb END`;

/**
 * Where Stockroom keeps words about an order's buyer: what came with the order, sealed, and what was typed while it was worked on. Redaction, retention
 * and the answer to a data request go by this one list. The order comes last: by it the others are found.
 */
export const personalPlaces: readonly PersonalPlace[] = [
  {
    ...{ name: 'parcels', table: 'stockroom_shipment', ofOrder: sql`t.order_id = o.id` },
    words: { tracking: sql`'[]'::jsonb`, note: sql`''` },
  },
  { name: 'returns', table: 'stockroom_return', ofOrder: sql`t.order_id = o.id`, words: { note: sql`''` } },
  { name: 'history', table: 'stockroom_order_event', ofOrder: sql`t.order_id = o.id`, words: { params: wordless } },
  {
    ...{ name: 'stock', table: 'stockroom_stock_entry' },
    ofOrder: sql`t.connection_id = o.connection_id AND t.reference = o.reference`,
    words: { reason: sql`''` },
  },
  {
    ...{ name: 'orders', table: 'stockroom_order', ofOrder: sql`t.id = o.id` },
    words: { personal: sql`NULL`, customer_hash: sql`NULL`, held_reason: sql`''`, cancel_reason: sql`''` },
  },
];
