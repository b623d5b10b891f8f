import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { openEmbeddedDatabase } from '../../database/embedded.ts';
import { migrate } from '../../database/migrate.ts';
import { cpuSecondsOf, parentOf } from '../frame/measure.ts';

const folder = path.resolve(import.meta.dirname, '../../.data/bench-postgres');

/** The address of another database on the same server. */
export function onSameServer(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.toString();
}

/** Runs `work` with a connection of its own: past the product, as the owner of its tables. */
export async function withClient<Value>(url: string, work: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** CPU seconds that PostgreSQL's processes have used so far; null where the server isn't on this machine (or it isn't Linux). Of processes that ended, nothing is known. */
export async function databaseCpuSeconds(url: string): Promise<number | null> {
  if (!['127.0.0.1', 'localhost'].includes(new URL(url).hostname)) return null;
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const server = parentOf(rows[0]?.pid ?? 0);
    if (server === null) return null;
    const processes = readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid === server || parentOf(pid) === server);
    return processes.reduce((sum, pid) => sum + (cpuSecondsOf(pid) ?? 0), 0);
  });
}

/** The settings that the app's processes read, for this database. */
export function settingsFor(databaseUrl: string): Record<string, string> {
  return {
    NODE_ENV: 'development',
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
    SHOPIFY_API_KEY: 'crossdock-bench-key',
    SHOPIFY_API_SECRET: 'crossdock-bench-secret',
    SHOPIFY_APP_URL: 'http://localhost:3000',
    LOG_LEVEL: 'error',
  };
}

/** An embedded server whose commits wait for the disk, as a real one's do. */
export const openBenchServer = (onNote: (note: string) => void) =>
  openEmbeddedDatabase({ folder, database: 'crossdock_bench', onNote });

/**
 * A fresh, migrated database on BENCH_DATABASE_URL's server, or on an embedded one. Sets what
 * env.server.ts reads: app modules are imported afterwards.
 */
export async function openBenchDatabase(onNote: (note: string) => void): Promise<{ url: string; close(): Promise<void> }> {
  const given = process.env['BENCH_DATABASE_URL'];
  const server = given ? { url: given, stop: () => Promise.resolve() } : await openBenchServer(onNote);
  const name = `bench_${randomBytes(6).toString('hex')}`;
  const maintenance = onSameServer(server.url, 'postgres');
  await withClient(maintenance, (client) => client.query(`CREATE DATABASE ${name}`));
  const url = onSameServer(server.url, name);
  await migrate(url);
  Object.assign(process.env, settingsFor(url));
  return {
    url,
    async close() {
      await withClient(maintenance, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
      await server.stop();
    },
  };
}
