import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';

/** A transaction that is about to be opened: what it begins with, and its connection while it is open. */
export interface Opening {
  begin: string;
  connection: pg.PoolClient | null;
}

/** Whoever opens a transaction inside says what it begins with. */
export const opening = new AsyncLocalStorage<Opening>();

/**
 * Prisma begins with a bare BEGIN: sent together with what belongs to each transaction of ours it is one way to the database instead of two. And as soon
 * as it ends the transaction (which it does by itself when the time is up) nothing of ours may follow on this connection.
 */
function follow(client: pg.PoolClient, mine: Opening): void {
  const query = client.query.bind(client) as (...given: unknown[]) => unknown;
  client.query = ((...given: unknown[]) => {
    const [first] = given;
    const text = typeof first === 'string' ? first : (first as { text?: string } | undefined)?.text;
    if (text === 'BEGIN') return query(mine.begin);
    if (text === 'COMMIT' || text === 'ROLLBACK') {
      mine.connection = null;
      Reflect.deleteProperty(client, 'query');
    }
    return query(...given);
  }) as typeof client.query;
}

function guard(client: pg.PoolClient): pg.PoolClient {
  const mine = opening.getStore();
  if (mine) {
    mine.connection = client;
    follow(client, mine);
  }
  const giveBack = client.release.bind(client);
  let given = false;
  const lost = () => client.release(true);
  client.release = (error) => {
    if (given) return;
    given = true;
    if (mine) mine.connection = null;
    Reflect.deleteProperty(client, 'query');
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
