import { spawn } from 'node:child_process';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** On a machine that is busy with everything else a connection takes seconds, and once took more than twenty. */
const CONNECTS_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 20_000;
const STARTS_WITHIN_MS = 60_000;

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECTS_WITHIN_MS });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const ask = <Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> =>
  withClient(url, async (client) => (await client.query<Row>(sql)).rows);

/** Ends every other connection to this database, as a failing network or a fail-over does. Returns how many. */
export async function cutConnections(url: string): Promise<number> {
  const rows = await ask(
    url,
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  return rows.length;
}

const isGone = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // A zombie has ended, whoever forgot to bury it.
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) === 'Z';
  } catch {
    return true;
  }
};

/**
 * Ends the server (`SIGINT` in order, `SIGQUIT` at once, so that it has to recover) and starts it again exactly as it was: same program, folder,
 * account and port. What it was started with is read from the kernel, which works on Linux only.
 */
export async function restartPostgres(url: string, pid: number, signal: 'SIGINT' | 'SIGQUIT'): Promise<number> {
  const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  const binary = readlinkSync(`/proc/${pid}/exe`);
  const cwd = readlinkSync(`/proc/${pid}/cwd`);
  const { uid, gid } = statSync(`/proc/${pid}`);
  process.kill(pid, signal);
  for (let waited = 0; !isGone(pid); waited += 50) {
    if (waited > STOPS_WITHIN_MS) throw new Error(`PostgreSQL (${pid}) did not end after ${signal}`);
    await sleep(50);
  }
  const asBefore = process.getuid?.() === 0 ? { uid, gid } : {};
  const server = spawn(binary, args, { ...asBefore, argv0: program, cwd, detached: true, stdio: 'ignore' });
  let failed: Error | undefined;
  server.once('error', (error) => (failed = error));
  server.unref();
  for (let waited = 0; waited < STARTS_WITHIN_MS; waited += 100) {
    if (failed) throw failed;
    const answers = await ask(url, 'SELECT 1').then(
      () => true,
      () => false,
    );
    if (answers) return server.pid ?? 0;
    await sleep(100);
  }
  throw new Error('PostgreSQL did not come back within a minute');
}

/** Makes one database of the server a copy of another, as a backup and its restore do. Who is connected to either is thrown out, and kept out meanwhile. */
async function copyDatabase(url: string, from: string, to: string): Promise<void> {
  const server = new URL(url);
  server.pathname = '/postgres';
  await withClient(server.href, async (client) => {
    const [source, target] = [from, to].map((name) => client.escapeIdentifier(name));
    const allow = (name: string | undefined, may: boolean) => client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${may}`);
    await allow(source, false);
    try {
      await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [from]);
      await client.query(`DROP DATABASE IF EXISTS ${target} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${target} TEMPLATE ${source}`);
      await allow(target, true);
    } finally {
      await allow(source, true);
    }
  });
}

const nameIn = (url: string): string => new URL(url).pathname.slice(1);

/** Keeps the database as it is at this moment, until it is backed up again. */
export const backUp = (url: string): Promise<void> => copyDatabase(url, nameIn(url), `${nameIn(url)}_backup`);

/** Puts the backup in the database's place: whatever was committed since is gone. */
export const restore = (url: string): Promise<void> => copyDatabase(url, `${nameIn(url)}_backup`, nameIn(url));
