import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type { ActiveFault } from '../../../../sandbox/kit/faults.ts';
import { onlyKnown, readBody, type Api, type ApiEnv } from './api.ts';
import { FACTS } from './facts.ts';
import { limitsOf } from './limits.ts';
import { checkPermission } from './permissions.ts';
import { refuseMoqui, refuseOfbiz, Refusal } from './refusals.ts';
import type { World } from './world.ts';

const ANONYMOUS = ['/admin/checkLoginOptions', '/api/checkLoginOptions', '/graphql/sdl'];
const MINUTE = 60_000;

/** Logging in at either server, and the guard in front of everything else. Source: hotwax.md §3.2. */
export function auth(api: Api, world: World): void {
  api.use('*', (c, next) => {
    if (c.env.fault) obey(c.env.fault, c.req.path);
    return next();
  });

  api.post('/admin/login', async (c) => {
    const late = countLogin(world);
    if (late) throw refuseMoqui(FACTS.loginCap, 429, 'Too many log-ins', { 'retry-after': String(late) });
    const { username, password } = onlyKnown(await readBody(c), ['username', 'password'], 'admin/login');
    if (!isUser(world, username, password))
      throw refuseMoqui(FACTS.login, 401, `Login failed. Username or password incorrect for ${String(username)}`);
    return c.json(issue(world, String(username)));
  });
  api.post('/api/login', async (c) => {
    if (countLogin(world)) throw refuseOfbiz(FACTS.loginCap, 'Too many log-ins; the account is locked for a minute.');
    const { USERNAME, PASSWORD } = onlyKnown(await readBody(c), ['USERNAME', 'PASSWORD'], 'api/login');
    if (!isUser(world, USERNAME, PASSWORD))
      throw refuseOfbiz(FACTS.loginOfbiz, 'Following error occurred during login: Password incorrect.');
    return c.json(issue(world, String(USERNAME)));
  });

  api.use('*', async (c, next) => {
    if (ANONYMOUS.includes(c.req.path)) return next();
    const user = callerOf(world, c);
    c.set('user', user);
    if (c.env.fault?.kind === 'stale') {
      world.state.run('DELETE FROM tokens WHERE token = ?', tokenOf(c));
      throw unauthorized(c, FACTS.expiry);
    }
    checkPermission(world, c, user);
    return next();
  });

  const logout = (c: Context<ApiEnv>): Response => {
    world.state.run('DELETE FROM tokens WHERE token = ?', tokenOf(c));
    // a logout's body is no plain JSON: hotwax.md §3.1
    return c.text('//{"logoutAuthType":"BASIC"}');
  };
  api.post('/admin/logout', logout);
  api.get('/api/logout', logout);
}

/** The faults that need HotWax's own envelope. `stale` is left to the token guard: it ends the token that was used. */
function obey(fault: ActiveFault, path: string): void {
  switch (fault.kind) {
    case 'stale':
      return;
    case 'throttled':
      throw refuseMoqui(FACTS.throttled, fault.status ?? 429, 'Too many requests', {
        'retry-after': String(Math.ceil((fault.ms ?? 1_000) / 1_000)),
      });
    case 'refuse': {
      const text = fault.mode ?? 'refused because a fault says so';
      throw path.startsWith('/api/')
        ? refuseOfbiz(FACTS.ofbizError, text)
        : refuseMoqui(FACTS.badBody, fault.status ?? 400, text);
    }
    default:
      throw new Error(`A fault "${fault.kind}" means nothing to a call of HotWax's API.`);
  }
}

function isUser(world: World, username: unknown, password: unknown): boolean {
  return (
    world.state.get('SELECT 1 FROM users WHERE username = ? AND password = ?', String(username), String(password)) !== undefined
  );
}

/** Counts before the password is looked at: a wrong one is a log-in too. Answers how many seconds to wait when there were too many. */
function countLogin(world: World): number {
  const now = world.clock.now();
  world.state.run('DELETE FROM logins WHERE at <= ?', now - MINUTE);
  const { n, oldest } = world.state.get<{ n: number; oldest: number | null }>(
    'SELECT count(*) AS n, min(at) AS oldest FROM logins',
  ) ?? {
    n: 0,
    oldest: null,
  };
  if (n >= limitsOf(world).logins) return Math.max(1, Math.ceil(((oldest ?? now) + MINUTE - now) / 1_000));
  world.state.run('INSERT INTO logins (at) VALUES (?)', now);
  return 0;
}

function issue(world: World, username: string): { token: string; expirationTime: number } {
  const now = world.clock.now();
  const expirationTime = now + limitsOf(world).tokenSeconds * 1_000;
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS512', typ: 'JWT' })}.${part({ iss: 'HotWax', userLoginId: username, exp: Math.floor(expirationTime / 1_000), jti: randomBytes(6).toString('hex') })}`;
  const token = `${signed}.${createHash('sha512').update(signed).update(randomBytes(16)).digest('base64url')}`;
  world.state.run('DELETE FROM tokens WHERE expires_at <= ?', now - 86_400_000);
  world.state.run('INSERT INTO tokens (token, username, expires_at) VALUES (?, ?, ?)', token, username, expirationTime);
  return { token, expirationTime };
}

/** The token as a Bearer, or in Moqui's `api_key` and `login_key` headers. Source: hotwax.md §3.1. */
const tokenOf = (c: Context): string =>
  /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? c.req.header('api_key') ?? c.req.header('login_key') ?? '';

function callerOf(world: World, c: Context): string {
  const [, basic] = /^Basic (.+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (basic && !c.req.path.startsWith('/api/')) {
    // Basic is a log-in with each call, and counted as one
    const late = countLogin(world);
    if (late) throw refuseMoqui(FACTS.loginCap, 429, 'Too many log-ins', { 'retry-after': String(late) });
    const [username = '', ...password] = Buffer.from(basic, 'base64').toString().split(':');
    if (!isUser(world, username, password.join(':'))) throw unauthorized(c);
    return username;
  }
  const row = world.state.get<{ username: string; expires_at: number }>(
    'SELECT username, expires_at FROM tokens WHERE token = ?',
    tokenOf(c),
  );
  if (!row) throw unauthorized(c, tokenOf(c) === '' ? FACTS.tokenEverywhere : FACTS.unauthorized);
  if (row.expires_at <= world.clock.now()) throw unauthorized(c, FACTS.expiry);
  return row.username;
}

function unauthorized(c: Context, fact: string = FACTS.unauthorized): Refusal {
  if (c.req.path.startsWith('/api/'))
    return new Refusal(fact, 401, { error: 'Unauthorized: the token is missing, invalid or expired' });
  return refuseMoqui(fact, 401, 'User must be logged in to call this service');
}
