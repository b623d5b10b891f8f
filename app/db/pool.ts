import pg from 'pg';

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

/**
 * A pool that takes back a client whose connection broke in the middle of a transaction. Prisma (6.19) gives such a client back only after a
 * ROLLBACK that can't succeed on it, so each cut connection would be a slot lost for good (seen: twenty cuts, and the process stands still).
 */
export function openPool(connectionString: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString, max });
  const connect = pool.connect.bind(pool) as (...given: unknown[]) => Promise<pg.PoolClient>;
  // The pool's own queries come with a callback and look after themselves.
  pool.connect = ((...given: unknown[]) => (given.length > 0 ? connect(...given) : connect().then(guard))) as typeof pool.connect;
  // What happens to an idle client is the pool's own affair: it makes another when one is needed.
  pool.on('error', () => undefined);
  return pool;
}
