import { BugError } from '../core/errors.ts';
import type { Tx } from '../db/scope.ts';

export interface ShopTable {
  name: string;
  /** Text columns. */
  text: string[];
  /** JSON columns. */
  json: string[];
}

/**
 * Every table that belongs to shops, from the database's own catalogue, so that a table made tomorrow is not forgotten. `shop` itself
 * is not among them: its key is `id`.
 */
export async function shopTables(tx: Tx): Promise<ShopTable[]> {
  const rows = await tx.$queryRaw<{ name: string; text: string[]; json: string[] }[]>`
    SELECT c.relname AS name,
      coalesce(array_agg(a.attname::text) FILTER (WHERE format_type(a.atttypid, null) IN ('text', 'character varying')), '{}') AS text,
      coalesce(array_agg(a.attname::text) FILTER (WHERE format_type(a.atttypid, null) = 'jsonb'), '{}') AS json
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
      AND EXISTS (SELECT 1 FROM pg_attribute k WHERE k.attrelid = c.oid AND k.attname = 'shop_id' AND NOT k.attisdropped)
    GROUP BY c.relname ORDER BY c.relname`;
  const odd = rows.flatMap(({ name, text, json }) => [name, ...text, ...json]).find((name) => !/^[a-z_][a-z0-9_]*$/.test(name));
  if (odd) throw new BugError('odd-name', `"${odd}" is no name of ours`);
  return rows;
}
