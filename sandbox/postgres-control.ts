import { spawn } from 'node:child_process';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const STOPS_WITHIN_MS = 20_000;
const STARTS_WITHIN_MS = 60_000;

async function ask<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

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
