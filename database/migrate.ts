import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';

/** Where Prisma keeps migrations. */
export const migrationsFolder = path.resolve(import.meta.dirname, '../prisma/migrations');

// The advisory lock that Prisma Migrate itself takes, so that the two never run at once.
const PRISMA_LOCK = 72707369;
const RECORDS = `CREATE TABLE IF NOT EXISTS _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const file = path.join(folder, name, 'migration.sql');
      const sql = existsSync(file) ? readFileSync(file, 'utf8') : '';
      if (!sql.trim()) throw new Error(`Migration ${name} is empty: restore ${file}`);
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

/**
 * Applies what is missing, in Prisma's own format and bookkeeping, so that `prisma migrate deploy` can go on from here and
 * the other way round. Needs no Prisma engine. Each migration is one transaction; several processes may call it at once.
 * Returns the names that were applied.
 */
export async function migrate(url: string, folder = migrationsFolder): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
    await client.query(RECORDS);
    const records = await client.query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
      'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
    );
    const known = new Map(records.rows.map((row) => [row.migration_name, row]));
    const applied: string[] = [];
    for (const { name, sql, checksum } of readMigrations(folder)) {
      const record = known.get(name);
      if (record) {
        if (!record.finished_at) throw new Error(`Migration ${name} failed half-way earlier: see "prisma migrate resolve"`);
        if (record.checksum !== checksum)
          throw new Error(`Migration ${name} was changed after it was applied: restore it and write a new one`);
        continue;
      }
      await client.query('BEGIN');
      try {
        await client.query(sql);
        await client.query(
          `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
           VALUES ($1, $2, $3, now(), now(), 1)`,
          [randomUUID(), checksum, name],
        );
        await client.query('COMMIT');
      } catch (cause) {
        await client.query('ROLLBACK');
        throw new Error(
          `Migration ${name} failed and was rolled back: ${cause instanceof Error ? cause.message : String(cause)}`,
          { cause },
        );
      }
      applied.push(name);
    }
    return applied;
  } finally {
    await client.end();
  }
}
