import type { MiddlewareHandler } from 'hono';
import type { Clock } from './clock.ts';
import { pidOfCaller } from './caller.ts';
import { socketOf } from './http.ts';
import { FACT_HEADER } from './refusal.ts';
import type { State } from './state.ts';

export interface Call {
  /** Who was called: `shopify`, `webhooks` or a connector's id. */
  target: string;
  method: string;
  path: string;
  /** GraphQL operation, webhook topic or the like. */
  operation?: string;
  /** HTTP status; 0 when nothing was answered. */
  status: number;
  /** How long it took, real ms. */
  ms: number;
  shop?: string;
  /** Points charged by a cost model. */
  points?: number;
  /** The calling process, where it could be told. */
  pid?: number;
  /** The rule that a refusal enforced. */
  fact?: string;
}

export interface LoggedCall extends Call {
  id: number;
  /** ISO 8601 by the sandbox clock. */
  at: string;
}

/** What was called, by whom and with which outcome. */
export interface CallLog {
  record(call: Call): void;
  /** Oldest first. `since` is an ISO moment or ms since 1970; `limit` keeps the newest. */
  list(filter?: { target?: string; since?: string | number; limit?: number }): LoggedCall[];
  /** Forgets everything. */
  clear(): void;
  /**
   * Logs each request to `target`. A handler may set `c.set('operation', name)`, `c.set('points', n)` and `c.set('shop', domain)`.
   * `pids` are the processes whose calls are told apart by pid (none: pid is left out, as the search costs time).
   */
  middleware(target: string, options?: { pids?: () => readonly number[] }): MiddlewareHandler;
}

const KEEP = 200_000;
const SWEEP_EVERY = 1_000;

/** Opens the call log in `state`; it keeps the newest 200,000 calls. Without `clock`, moments are the machine's. */
export function openCallLog(state: State, clock?: Pick<Clock, 'now'>): CallLog {
  state.exec(`CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, target TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, operation TEXT,
    status INTEGER NOT NULL, ms REAL NOT NULL, shop TEXT, points REAL, pid INTEGER, fact TEXT);
    CREATE INDEX IF NOT EXISTS calls_target ON calls (target, at);`);
  const now = () => clock?.now() ?? Date.now();

  const log: CallLog = {
    record(call) {
      const { lastId } = state.run(
        'INSERT INTO calls (at, target, method, path, operation, status, ms, shop, points, pid, fact) VALUES (?,?,?,?,?,?,?,?,?,?,?)',
        now(),
        call.target,
        call.method,
        call.path,
        call.operation ?? null,
        call.status,
        Math.round(call.ms * 10) / 10,
        call.shop ?? null,
        call.points ?? null,
        call.pid ?? null,
        call.fact ?? null,
      );
      if (lastId % SWEEP_EVERY === 0) state.run('DELETE FROM calls WHERE id <= ?', lastId - KEEP);
    },
    list({ target, since, limit = KEEP } = {}) {
      const from = since === undefined || since === '' ? 0 : momentOf(since);
      const rows = target
        ? state.all<CallRow>('SELECT * FROM calls WHERE target = ? AND at >= ? ORDER BY id DESC LIMIT ?', target, from, limit)
        : state.all<CallRow>('SELECT * FROM calls WHERE at >= ? ORDER BY id DESC LIMIT ?', from, limit);
      return rows.reverse().map(toCall);
    },
    clear: () => void state.run('DELETE FROM calls'),
    middleware(target, { pids } = {}) {
      return async (c, next) => {
        const started = performance.now();
        await next();
        const socket = socketOf(c);
        const candidates = pids?.();
        const pid = socket && candidates && candidates.length > 0 ? pidOfCaller(socket, candidates) : undefined;
        log.record({
          target,
          method: c.req.method,
          path: c.req.path,
          operation: c.get('operation') as string | undefined,
          status: c.res.status,
          ms: performance.now() - started,
          shop: (c.get('shop') as string | undefined) ?? c.req.header('x-sandbox-shop'),
          points: c.get('points') as number | undefined,
          pid,
          fact: c.res.headers.get(FACT_HEADER) ?? undefined,
        });
      };
    },
  };
  return log;
}

interface CallRow {
  id: number;
  at: number;
  target: string;
  method: string;
  path: string;
  operation: string | null;
  status: number;
  ms: number;
  shop: string | null;
  points: number | null;
  pid: number | null;
  fact: string | null;
}

function toCall(row: CallRow): LoggedCall {
  const present = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  return { ...(present as unknown as LoggedCall), at: new Date(row.at).toISOString() };
}

function momentOf(since: string | number): number {
  const ms = typeof since === 'number' ? since : /^\d+$/.test(since) ? Number(since) : Date.parse(since);
  if (Number.isNaN(ms)) throw new Error(`"${since}" is not a moment: give ISO 8601 or milliseconds since 1970.`);
  return ms;
}
