import type { Prisma } from '@prisma/client';
import { prisma } from './client.ts';

/** A transaction that PostgreSQL itself confines to one shop (or to a named query over all of them). */
export type Tx = Prisma.TransactionClient;

/** The queries that may look across shops. Each is used in one place and hands back no merchant data to another shop. */
export type SystemQuery =
  | 'find-shop-by-domain'
  | 'install-shop'
  | 'sessions'
  | 'sweep-inbox'
  | 'due-schedules'
  | 'open-writes'
  | 'running-bulk-operations'
  | 'list-shops'
  | 'find-connection-by-token'
  | 'find-api-token'
  | 'budgets'
  | 'stalled-runs'
  | 'health'
  | 'purge';

type BeforeCommit = (tx: Tx) => Promise<void>;
const pending = new WeakMap<Tx, BeforeCommit[]>();

/**
 * Registers work that must happen in the same transaction, after everything else and outside the shop's role:
 * job rows live in pg-boss's own schema.
 */
export function beforeCommit(tx: Tx, work: BeforeCommit): void {
  const list = pending.get(tx);
  if (!list) throw new Error('beforeCommit needs a transaction opened by inShop or inSystem');
  list.push(work);
}

async function inRole<T>(role: string, shop: string, work: (tx: Tx) => Promise<T>, timeoutMs: number): Promise<T> {
  return prisma.$transaction(
    async (tx) => {
      pending.set(tx, []);
      await tx.$executeRaw`SELECT set_config('role', ${role}, true), set_config('app.shop', ${shop}, true)`;
      const result = await work(tx);
      const after = pending.get(tx) ?? [];
      if (after.length > 0) {
        await tx.$executeRaw`SELECT set_config('role', 'none', true)`;
        for (const step of after) await step(tx);
      }
      return result;
    },
    { timeout: timeoutMs, maxWait: 15_000 },
  );
}

/**
 * Runs `work` in one transaction in which only the rows of this shop exist, whatever the SQL says (row-level security).
 * Don't call other systems inside: the transaction holds a connection.
 */
export function inShop<T>(shopId: number, work: (tx: Tx) => Promise<T>, { timeoutMs = 15_000 } = {}): Promise<T> {
  return inRole('crossdock_app', String(shopId), work, timeoutMs);
}

/** Runs one of the named queries over all shops. */
export function inSystem<T>(_query: SystemQuery, work: (tx: Tx) => Promise<T>, { timeoutMs = 15_000 } = {}): Promise<T> {
  return inRole('crossdock_system', '', work, timeoutMs);
}
