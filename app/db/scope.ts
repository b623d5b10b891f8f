import type { Prisma } from '@prisma/client';
import { CrossdockError, TransientError } from '../core/errors.ts';
import { transact } from './transaction.ts';

/** A transaction that PostgreSQL itself confines to one shop (or to a named query over all of them). */
export type Tx = Prisma.TransactionClient;

/** The queries that may look across shops. Each is used in one place and hands back no merchant data to another shop. */
export type SystemQuery =
  | 'find-shop-by-domain'
  | 'install-shop'
  | 'sessions'
  | 'take-in-webhooks'
  | 'sweep-inbox'
  | 'due-schedules'
  | 'open-writes'
  | 'running-bulk-operations'
  | 'list-shops'
  | 'find-connection-by-token'
  | 'seal-inbound-tokens'
  | 'find-api-token'
  | 'budgets'
  | 'stalled-runs'
  | 'health'
  | 'shared-stores'
  | 'alerts'
  | 'alert-deliveries'
  | 'order-silence'
  | 'long-left'
  | 'purge';

type BeforeCommit = (tx: Tx) => Promise<void>;
interface Pending {
  steps: BeforeCommit[];
  /** What is told as it commits: messages by channel. */
  news: { channel: string; message: string }[];
}
const pending = new WeakMap<Tx, Pending>();

/**
 * Registers work that must happen in the same transaction, after everything else and outside the shop's role:
 * job rows live in pg-boss's own schema. `news` is told to whoever listens when the transaction commits.
 */
export function beforeCommit(tx: Tx, work: BeforeCommit, news?: { channel: string; message: string }): void {
  const list = pending.get(tx);
  if (!list) throw new Error('beforeCommit needs a transaction opened by inShop or inSystem');
  list.steps.push(work);
  if (news) list.news.push(news);
}

/** Prisma's codes and PostgreSQL's states of failures that pass: no connection, no slot in the pool, a deadlock, a restart. */
const passing = /^(P1001|P1002|P1008|P1017|P2024|P2028|P2034|40001|40P01|08\w{3}|57P0[123]|53300|55P03)$/;

// Raw queries tell PostgreSQL's state only in their text.
const brokenConnection =
  /Connection terminated|timeout exceeded when trying to connect|not queryable|terminating connection|Can't reach database|ECONNREFUSED|ECONNRESET|Code: `(08\w{3}|57P0[123]|40001|40P01)`/;

function asPassing(thrown: unknown): unknown {
  if (thrown instanceof CrossdockError) return thrown;
  const { code, meta } = (thrown ?? {}) as {
    code?: unknown;
    meta?: { code?: unknown; driverAdapterError?: { cause?: { originalCode?: unknown } } };
  };
  const codes = [code, meta?.code, meta?.driverAdapterError?.cause?.originalCode];
  const broken = thrown instanceof Error && brokenConnection.test(thrown.message);
  if (!broken && !codes.some((one) => typeof one === 'string' && passing.test(one))) return thrown;
  // A connection that broke at the commit leaves open whether it was carried out.
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new TransientError('database-busy', message, { cause: thrown, mayHaveLanded: true });
}

async function inRole<T>(
  role: 'crossdock_app' | 'crossdock_system',
  shop: string,
  work: (tx: Tx) => Promise<T>,
  timeoutMs: number,
): Promise<T> {
  const within = async (tx: Tx) => {
    const { steps, news }: Pending = { steps: [], news: [] };
    pending.set(tx, { steps, news });
    const result = await work(tx);
    if (steps.length > 0) {
      // In one way to the database: leaving the role, and what PostgreSQL tells when it commits (the same twice is told once).
      await tx.$queryRaw`
        SELECT set_config('role', 'none', true), (SELECT count(pg_notify(channel, message))
          FROM jsonb_to_recordset(${JSON.stringify(news)}::jsonb) AS n (channel text, message text))`;
      for (const step of steps) await step(tx);
    }
    return result;
  };
  try {
    return await transact(`BEGIN; SET LOCAL ROLE ${role}; SELECT set_config('app.shop', '${shop}', true)`, within, timeoutMs);
  } catch (thrown) {
    throw asPassing(thrown);
  }
}

/**
 * Runs `work` in one transaction in which only the rows of this shop exist, whatever the SQL says (row-level security).
 * Don't call other systems inside: the transaction holds a connection.
 */
export function inShop<T>(shopId: number, work: (tx: Tx) => Promise<T>, { timeoutMs = 15_000 } = {}): Promise<T> {
  // It stands in the text of a statement: whatever a caller's types say, nothing but a number may.
  if (!Number.isSafeInteger(shopId)) throw new TypeError('A shop is named by its number');
  return inRole('crossdock_app', String(shopId), work, timeoutMs);
}

/** Runs one of the named queries over all shops. */
export function inSystem<T>(_query: SystemQuery, work: (tx: Tx) => Promise<T>, { timeoutMs = 15_000 } = {}): Promise<T> {
  return inRole('crossdock_system', '', work, timeoutMs);
}
