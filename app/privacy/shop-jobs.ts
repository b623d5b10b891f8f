import { Prisma } from '@prisma/client';
import type { Tx } from '../db/scope.ts';

/**
 * Deletes what the job engine keeps of a shop, done, waiting or being done. Its tables are its own; which of them carry a payload is asked of the
 * database. To be called outside the shop's role (beforeCommit). A job that is running now finds its row gone when it ends, which the
 * engine takes as done.
 */
export async function forgetJobs(tx: Tx, shopId: number): Promise<void> {
  const tables = await tx.$queryRaw<{ name: string }[]>`
    SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'data' AND a.atttypid = 'jsonb'::regtype
    WHERE n.nspname = 'pgboss' AND c.relkind IN ('r', 'p') AND NOT c.relispartition`;
  for (const { name } of tables) await tx.$executeRaw`DELETE FROM ${Prisma.raw(name)} WHERE data->>'shopId' = ${String(shopId)}`;
}
