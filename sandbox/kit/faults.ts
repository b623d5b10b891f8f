import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, MiddlewareHandler } from 'hono';
import type { Clock } from './clock.ts';
import { BadRequest, socketOf } from './http.ts';
import { seededRandom, type Random } from './random.ts';

/**
 * What can go wrong on purpose.
 * - `status` answers `status` (default 503) without running the handler; with `ms` a Retry-After header is sent
 * - `timeout` answers nothing for `ms` (default 60,000) and then drops the connection; the handler does not run
 * - `timeout-after-commit` runs the handler, then holds its answer for `ms` (default 60,000)
 * - `cut-after-commit` runs the handler, then drops the connection without an answer: what a time-out after commit leaves behind, at once
 * - `throttled`, `stale`, `refuse` need the target's own envelope: its handler finds the rule with `c.get('fault')`
 * - `drop`, `duplicate`, `reorder`, `delay` are for deliveries (target `webhooks`); on a request `drop` cuts the connection and `delay` waits `ms` first
 * - a delivery with `kill-before-answer` ends the receiving process once it has done its work: its answer counts as never received
 * - `kill-before-answer` runs the handler, then kills the calling process before the answer goes out
 * - `kill-after-answer` kills it once the answer is written (`ms` later, default at once)
 */
export const FAULT_KINDS = [
  'status',
  'timeout',
  'timeout-after-commit',
  'cut-after-commit',
  'throttled',
  'stale',
  'refuse',
  'drop',
  'duplicate',
  'reorder',
  'delay',
  'kill-before-answer',
  'kill-after-answer',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultRule {
  /** `shopify`, `webhooks` or a connector's id. */
  target: string;
  kind: FaultKind;
  /** An operation name (GraphQL operation or root field, webhook topic) or a path prefix (starts with `/`); absent = everything. */
  match?: string;
  status?: number;
  /** Body of a `status` answer; default is a short JSON. */
  body?: unknown;
  ms?: number;
  /** Skips the first n matches. */
  after?: number;
  /** Fires at most so often. */
  times?: number;
  /** 0–1; chance by a source seeded with `seed` (default 1), so that a run can be repeated. */
  probability?: number;
  seed?: number;
  /** A variant the target knows, e.g. `whole` or `part` for Shopify's stale batches; or a refusal's text. */
  mode?: string;
}

export interface ActiveFault extends FaultRule {
  id: number;
  matched: number;
  fired: number;
}

export interface Faults {
  /** Adds a rule; throws BadRequest naming what is wrong with it. */
  add(rule: FaultRule): ActiveFault;
  clear(): void;
  list(): ActiveFault[];
  /** The rule that fires for this event, if any, counted as fired. `names` are an operation's names and its path. `kinds` limits which may fire. */
  take(target: string, names: readonly (string | undefined)[], kinds?: readonly FaultKind[]): ActiveFault | undefined;
  /** Ends the process at the other end of a connection, whichever side opened it; undefined when it is none of the sandbox's. */
  kill(socket: Socket): number | undefined;
  /** Applies the rules to a target's requests. `nameOf` tells the operation names of a request (it may read the body: Hono keeps it). */
  middleware(target: string, nameOf?: (c: Context) => NamesOf | Promise<NamesOf>): MiddlewareHandler;
}

type NamesOf = string | readonly string[] | undefined;

/** Body of the answer the middleware throws away when a connection is to be cut: the socket is destroyed before it is sent. */
const NOTHING = () => new Response(null, { status: 504, headers: { connection: 'close' } });
const DEFAULT_HOLD_MS = 60_000;

/**
 * Faults of one sandbox, kept in memory. `killCaller` ends the process at the other end of a socket and says which one it was
 * (see caller.ts); when it returns undefined nothing was killed and the request is answered with 500 saying so.
 */
export function openFaults({ killCaller }: { clock?: Clock; killCaller: (socket: Socket) => number | undefined }): Faults {
  let rules: (ActiveFault & { random: Random })[] = [];
  let lastId = 0;

  const faults: Faults = {
    add(rule) {
      check(rule);
      lastId += 1;
      const active = { ...rule, id: lastId, matched: 0, fired: 0, random: seededRandom(rule.seed ?? 1) };
      rules.push(active);
      return shown(active);
    },
    clear() {
      rules = [];
    },
    list: () => rules.map(shown),
    kill: killCaller,
    take(target, names, kinds) {
      for (const rule of rules) {
        if (rule.target !== target || (kinds && !kinds.includes(rule.kind)) || !matches(rule.match, names)) continue;
        if (rule.times !== undefined && rule.fired >= rule.times) continue;
        rule.matched += 1;
        if (rule.matched <= (rule.after ?? 0)) continue;
        if (rule.probability !== undefined && rule.random.next() >= rule.probability) continue;
        rule.fired += 1;
        return shown(rule);
      }
      return undefined;
    },
    middleware(target, nameOf) {
      return async (c, next) => {
        if (!rules.some((rule) => rule.target === target)) return next();
        const named = await nameOf?.(c);
        const names = typeof named === 'string' ? [named] : (named ?? []);
        const rule = faults.take(target, [...names, c.req.path]);
        if (!rule) return next();
        const socket = socketOf(c);
        switch (rule.kind) {
          case 'status':
            return statusAnswer(rule);
          case 'timeout':
            await hold(c, rule.ms ?? DEFAULT_HOLD_MS);
            socket?.destroy();
            return NOTHING();
          case 'drop':
            socket?.destroy();
            return NOTHING();
          case 'timeout-after-commit':
            await next();
            await hold(c, rule.ms ?? DEFAULT_HOLD_MS);
            return undefined;
          case 'cut-after-commit':
            await next();
            socket?.destroy();
            c.res = undefined;
            c.res = NOTHING();
            return undefined;
          case 'delay':
            await hold(c, rule.ms ?? 1_000);
            return next();
          case 'kill-before-answer':
            await next();
            if (!socket || killCaller(socket) === undefined) {
              c.res = undefined;
              c.res = Response.json(
                { error: 'A kill fault fired, but the calling process is not one of the sandbox’s: nothing was killed.' },
                { status: 500 },
              );
              return undefined;
            }
            socket.destroy();
            c.res = undefined;
            c.res = NOTHING();
            return undefined;
          case 'kill-after-answer': {
            await next();
            const outgoing = (c.env as { outgoing?: NodeJS.EventEmitter } | undefined)?.outgoing;
            if (socket) outgoing?.once('finish', () => void setTimeout(() => killCaller(socket), rule.ms ?? 0));
            return undefined;
          }
          case 'throttled':
          case 'stale':
          case 'refuse':
          case 'duplicate':
          case 'reorder':
            c.set('fault', rule);
            return next();
        }
      };
    },
  };
  return faults;
}

function check(rule: FaultRule): void {
  if (!rule.target) throw new BadRequest('A fault needs a target: shopify, webhooks or a connector’s id.');
  if (!FAULT_KINDS.includes(rule.kind))
    throw new BadRequest(`"${String(rule.kind)}" is no kind of fault. Known: ${FAULT_KINDS.join(', ')}.`);
  for (const key of ['status', 'ms', 'after', 'times', 'probability', 'seed'] as const) {
    const value = rule[key];
    if (value !== undefined && (typeof value !== 'number' || !Number.isFinite(value) || value < 0))
      throw new BadRequest(`${key} must be a number of 0 or more.`);
  }
}

function matches(match: string | undefined, names: readonly (string | undefined)[]): boolean {
  if (!match) return true;
  return names.some((name) => name !== undefined && (name === match || (match.startsWith('/') && name.startsWith(match))));
}

function statusAnswer(rule: FaultRule): Response {
  const status = rule.status ?? 503;
  const headers: Record<string, string> = rule.ms === undefined ? {} : { 'retry-after': String(Math.ceil(rule.ms / 1000)) };
  if (typeof rule.body === 'string') return new Response(rule.body, { status, headers });
  return Response.json(rule.body ?? { errors: `The sandbox answers ${status} here because a fault says so.` }, {
    status,
    headers,
  });
}

/** Waits, but no longer than the caller does. */
async function hold(c: Context, ms: number): Promise<void> {
  try {
    await sleep(ms, undefined, { signal: c.req.raw.signal, ref: false });
  } catch {
    // the caller gave up: nothing left to wait for
  }
}

function shown({ random: _random, ...rule }: ActiveFault & { random?: Random }): ActiveFault {
  return rule;
}
