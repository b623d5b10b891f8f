import { randomBytes } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { openEmbeddedDatabase } from '../../database/embedded.ts';
import { migrate } from '../../database/migrate.ts';

const folder = path.resolve(import.meta.dirname, '../../.data/test-postgres');

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.toString();
}

async function admin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: withDatabase(url, 'postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * A fresh, migrated database for one test file, in the tests' own cluster (TEST_DATABASE_URL, or an embedded one). Sets what env.server.ts
 * reads: call it at the top of the file, before app modules are imported (import those with `await import(...)`).
 */
export async function openTestDatabase(): Promise<{ url: string; close(): Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL'];
  const cluster = given
    ? { url: given, stop: () => Promise.resolve() }
    : await openEmbeddedDatabase({ folder, database: 'crossdock_test', durable: false });
  const name = `test_${randomBytes(6).toString('hex')}`;
  await admin(cluster.url, (client) => client.query(`CREATE DATABASE ${name}`));
  const url = withDatabase(cluster.url, name);
  await migrate(url);
  Object.assign(process.env, {
    NODE_ENV: 'test',
    DATABASE_URL: url,
    ENCRYPTION_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
    SHOPIFY_API_KEY: 'crossdock-test-key',
    SHOPIFY_API_SECRET: 'crossdock-test-secret',
    SHOPIFY_APP_URL: 'http://localhost:3000',
    LOG_LEVEL: 'silent',
  });
  return {
    url,
    async close() {
      await admin(cluster.url, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
      await cluster.stop();
    },
  };
}
