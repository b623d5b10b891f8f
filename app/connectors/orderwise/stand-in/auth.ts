import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type { ActiveFault } from '../../../../sandbox/kit/faults.ts';
import { categoryOf, query, type Api, type ApiEnv, type User } from './api.ts';
import { FACTS } from './facts.ts';
import { limitsOf } from './limits.ts';
import { Refusal, refuseMessage, refuseModel } from './refusals.ts';
import type { World } from './world.ts';

/** 401 with nothing in it. */
const unauthorized = (fact: string = FACTS.unauthorized) => new Refusal(fact, 401, '');

/** `GET /token/gettoken`, `/docs`, and the guards in front of everything else: token, right, calls at once. */
export function auth(api: Api, world: World): void {
  let inFlight = 0;
  api.use('*', (c, next) => {
    if (c.env.fault) obey(c.env.fault);
    return next();
  });

  // open to everybody: shows whether the API is up. Source: orderwise.md §2 "/docs under it shows whether it is up"
  api.get('/docs', (c) => c.html('<!doctype html><title>OrderWise API</title><h1>OrderWise API</h1>'));

  api.get('/token/gettoken', (c) => {
    query(c);
    const { username, password } = basic(c);
    countLogin(world, username);
    const user = world.state.get<{ id: number }>('SELECT id FROM users WHERE username = ? AND password = ?', username, password);
    if (!user) throw unauthorized();
    // a bare JSON string. Source: orderwise.md §5 [C, 5 sources]
    return c.json(issue(world, user.id));
  });

  api.use('*', (c, next) => {
    const user = bearer(world, c);
    c.set('user', user);
    if (c.env.fault?.kind === 'stale') {
      world.state.run('DELETE FROM tokens WHERE token = ?', tokenOf(c));
      throw unauthorized(FACTS.expiry);
    }
    const category = categoryOf(c.req.path);
    if (category && user.lacks.some((right) => right === category || right === `${category} ${c.req.method}`))
      throw refuseMessage(FACTS.forbidden, 403, 'Authorization has been denied for this request.');
    return next();
  });

  api.use('*', async (_c, next) => {
    if (inFlight >= limitsOf(world).concurrency) throw refuseMessage(FACTS.concurrency, 500, 'An error has occurred.');
    inFlight += 1;
    try {
      await next();
    } finally {
      inFlight -= 1;
    }
  });
}

/** The faults that need OrderWise's own envelope. `stale` is left to the token guard: it ends the token that was used. */
function obey(fault: ActiveFault): void {
  switch (fault.kind) {
    case 'stale':
      return;
    case 'throttled': {
      const wait: Record<string, string> = fault.ms === undefined ? {} : { 'retry-after': String(Math.ceil(fault.ms / 1000)) };
      throw refuseMessage(FACTS.throttled, fault.status ?? 429, 'Too many requests.', wait);
    }
    case 'refuse':
      throw refuseModel(FACTS.badRequest, 'fault', [fault.mode ?? 'Refused because a fault says so.'], fault.status ?? 400);
    default:
      throw new Error(`A fault "${fault.kind}" means nothing to a call of OrderWise's API.`);
  }
}

function basic(c: Context): { username: string; password: string } {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (encoded === undefined) throw unauthorized();
  const [username = '', ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { username, password: password.join(':') };
}

/** Counts before the password is looked at: a wrong one is a login too. */
function countLogin(world: World, username: string): void {
  const { logins, withinSeconds } = limitsOf(world);
  const now = world.now();
  world.state.run('DELETE FROM logins WHERE at <= ?', now - withinSeconds * 1000);
  world.state.run('INSERT INTO logins (username, at) VALUES (?, ?)', username, now);
  const count = world.state.get<{ n: number }>('SELECT count(*) AS n FROM logins WHERE username = ?', username)?.n ?? 0;
  if (count > logins)
    throw refuseMessage(FACTS.loginCap, 429, 'Too many tokens were asked for.', { 'retry-after': String(withinSeconds) });
}

function issue(world: World, userId: number): string {
  const now = world.now();
  const token = `eyJ${randomBytes(48).toString('base64url')}`;
  world.state.run('DELETE FROM tokens WHERE expires_at <= ?', now);
  const expiresAt = now + limitsOf(world).tokenSeconds * 1000;
  world.state.run('INSERT INTO tokens (token, user_id, expires_at) VALUES (?, ?, ?)', token, userId, expiresAt);
  return token;
}

const tokenOf = (c: Context<ApiEnv>): string => /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';

function bearer(world: World, c: Context<ApiEnv>): User {
  const row = world.state.get<{ id: number; username: string; lacks: string; expires_at: number }>(
    'SELECT u.id, u.username, u.lacks, t.expires_at FROM tokens t JOIN users u ON u.id = t.user_id WHERE t.token = ?',
    tokenOf(c),
  );
  if (!row) throw unauthorized();
  if (row.expires_at <= world.now()) throw unauthorized(FACTS.expiry);
  return { id: row.id, username: row.username, lacks: JSON.parse(row.lacks) as string[] };
}
