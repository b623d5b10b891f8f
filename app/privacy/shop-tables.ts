import { BugError } from '../core/errors.ts';
import type { Tx } from '../db/scope.ts';

/**
 * Every table that belongs to shops, from the database's own catalogue, so that a table made tomorrow is not forgotten. `shop` itself
 * is not among them: its key is `id`.
 */
export async function shopTables(tx: Tx): Promise<string[]> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
      AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'shop_id' AND NOT a.attisdropped)
    ORDER BY c.relname`;
  const names = rows.map(({ name }) => name);
  // They become part of a statement.
  const odd = names.find((name) => !/^[a-z_][a-z0-9_]*$/.test(name));
  if (odd) throw new BugError('odd-table-name', `"${odd}" is no table name of ours`);
  return names;
}
