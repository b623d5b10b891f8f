import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';

/** Whoever asks the pool for a connection inside is handed this one, which is part of a transaction that is open already. */
export const joining = new AsyncLocalStorage<pg.PoolClient>();

/**
 * A client whose connection broke in the middle of a transaction goes back to its pool by itself. Prisma (6.19) gives such a client back only after a
 * ROLLBACK that can't succeed on it, so each cut connection would be a slot lost for good (seen: twenty cuts, and the process stands still).
 */
function guard(client: pg.PoolClient): pg.PoolClient {
  const giveBack = client.release.bind(client);
  let given = false;
  const lost = () => client.release(true);
  client.release = (error) => {
    if (given) return;
    given = true;
    client.off('end', lost);
    giveBack(error);
  };
  client.once('end', lost);
  return client;
}

/** A pool of at most `max` connections that loses none of them, and lets Prisma join a transaction of ours. */
export function openPool(connectionString: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString, max, connectionTimeoutMillis: 15_000 });
  const connect = pool.connect.bind(pool) as (...given: unknown[]) => Promise<pg.PoolClient>;
  // The pool's own queries come with a callback and look after themselves.
  pool.connect = ((...given: unknown[]) => {
    if (given.length > 0) return connect(...given);
    const joined = joining.getStore();
    return joined ? Promise.resolve(joined) : connect().then(guard);
  }) as typeof pool.connect;
  // What happens to an idle client is the pool's own affair: it makes another when one is needed.
  pool.on('error', () => undefined);
  return pool;
}
