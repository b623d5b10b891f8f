import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

export type SqlValue = string | number | bigint | null | Uint8Array;
export type Row = Record<string, SqlValue>;

/** One stand-in's store: SQLite in a file of its own, so that its state survives a restart. Everything is synchronous. */
export interface State {
  /** All rows of a query. Statements are prepared once and kept. */
  all<T = Row>(sql: string, ...params: SqlValue[]): T[];
  /** The first row, or undefined. */
  get<T = Row>(sql: string, ...params: SqlValue[]): T | undefined;
  /** Rows one by one, for results that should not be held in memory. Don't write to the same tables while iterating. */
  iterate<T = Row>(sql: string, ...params: SqlValue[]): IterableIterator<T>;
  /** Runs a statement; tells the rows changed and the last row id. */
  run(sql: string, ...params: SqlValue[]): { changes: number; lastId: number };
  /** Runs several statements without parameters (table definitions). */
  exec(sql: string): void;
  /** Runs `fn` in a transaction and rolls back if it throws; inside another one it is a savepoint. `fn` must not be async. */
  transaction<T>(fn: () => T): T;
  close(): void;
}

/** Opens (or makes) the state in `file`; `:memory:` for one that is gone with the process. */
export function openState(file: string): State {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file);
  // a sandbox may lose its last milliseconds in a power cut; it may not be slow
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -32000;',
  );
  const statements = new Map<string, StatementSync>();
  let depth = 0;

  const prepared = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (!statement) {
      statement = db.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };

  return {
    all: <T>(sql: string, ...params: SqlValue[]) => prepared(sql).all(...params) as T[],
    get: <T>(sql: string, ...params: SqlValue[]) => prepared(sql).get(...params) as T | undefined,
    // an iterator holds its statement's position, so it gets a statement of its own
    iterate: <T>(sql: string, ...params: SqlValue[]) => db.prepare(sql).iterate(...params) as unknown as IterableIterator<T>,
    run(sql, ...params) {
      const result = prepared(sql).run(...params);
      return { changes: Number(result.changes), lastId: Number(result.lastInsertRowid) };
    },
    exec: (sql) => db.exec(sql),
    transaction(fn) {
      const mine = depth;
      db.exec(mine === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT level_${mine}`);
      depth = mine + 1;
      try {
        const result = fn();
        if (result instanceof Promise)
          throw new Error('A transaction of the sandbox state must not be async: it would stay open across other requests.');
        depth = mine;
        db.exec(mine === 0 ? 'COMMIT' : `RELEASE level_${mine}`);
        return result;
      } catch (error) {
        depth = mine;
        db.exec(mine === 0 ? 'ROLLBACK' : `ROLLBACK TO level_${mine}; RELEASE level_${mine}`);
        throw error;
      }
    },
    close: () => db.close(),
  };
}

/** Deletes a state's files, so that the next `openState` starts anew. Nobody may have it open. */
export function removeState(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}
