import { Prisma } from '@prisma/client';
import type pg from 'pg';
import { pool, prisma } from './client.ts';
import { directTx } from './direct-sql.ts';
import { joining } from './pool.ts';

type Tx = Prisma.TransactionClient;

/** A transaction that is under way; its connection is null once it is over. */
interface Open {
  connection: pg.PoolClient | null;
}

const isOver = () => new Prisma.PrismaClientKnownRequestError('The transaction is over', { code: 'P2028', clientVersion: '' });

/** The connection as Prisma is handed it: the transaction is begun and ended by us, so that its own BEGIN and COMMIT say nothing. */
function asPartOf(open: Open): pg.PoolClient {
  const part = {
    query: (statement: { text: string }) => {
      if (/^(BEGIN|COMMIT|ROLLBACK)$/.test(statement.text)) return Promise.resolve({ rows: [], fields: [], rowCount: 0 });
      return open.connection ? open.connection.query(statement) : Promise.reject(isOver());
    },
    on: () => part,
    removeListener: () => part,
    release: () => undefined,
  };
  return part as unknown as pg.PoolClient;
}

/** Prisma's way into an open transaction. It joins when it is first asked: most transactions have no need of it, and its own cost more time than PostgreSQL's. */
function prismaIn(open: Open) {
  let joined: Promise<Tx> | undefined;
  let leave: () => void = () => undefined;
  let left: Promise<void> = Promise.resolve();
  const join = () =>
    new Promise<Tx>((resolve, reject) => {
      const until = new Promise<void>((done) => (leave = done));
      const work = (tx: Tx) => {
        resolve(tx);
        return until;
      };
      // How long it may take is watched here, not there.
      left = joining.run(asPartOf(open), () => prisma.$transaction(work, { timeout: 2 ** 31 - 1, maxWait: 15_000 }));
      left.catch(reject);
    });
  return {
    tx: () => (open.connection ? (joined ??= join()) : Promise.reject<Tx>(isOver())),
    async leave(): Promise<void> {
      if (!joined) return;
      leave();
      await left.catch(() => undefined);
    },
  };
}

let connected: Promise<void> | undefined;

/**
 * Runs `work` in one transaction that starts with the statement `begin`: committed when it ends, rolled back when it throws or when `timeoutMs` are
 * over; then whatever it still asks is refused. Raw statements go straight to the connection, everything else through Prisma.
 */
export async function transact<T>(begin: string, work: (tx: Tx) => Promise<T>, timeoutMs: number): Promise<T> {
  // Prisma asks nobody for it; but only one that is connected ends the pool when it is disconnected.
  await (connected ??= prisma.$connect());
  const client = await pool.connect();
  const open: Open = { connection: client };
  const prismas = prismaIn(open);
  // The statement that meets a broken connection tells; pg wants somebody to listen, too.
  const broken = () => undefined;
  client.on('error', broken);
  const end = async (how: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
    if (!open.connection) return;
    open.connection = null;
    try {
      await client.query(how);
      client.off('error', broken);
      client.release();
    } catch (error) {
      client.release(true);
      if (how === 'COMMIT') throw error;
    }
  };
  const overdue = setTimeout(() => void end('ROLLBACK'), timeoutMs);
  try {
    await client.query(begin);
    const result = await work(directTx(() => open.connection, prismas.tx, isOver));
    await prismas.leave();
    if (!open.connection) throw isOver();
    await end('COMMIT');
    return result;
  } catch (error) {
    await prismas.leave();
    await end('ROLLBACK');
    throw error;
  } finally {
    clearTimeout(overdue);
  }
}
