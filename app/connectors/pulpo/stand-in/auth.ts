import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type { ActiveFault } from '../../../../sandbox/kit/faults.ts';
import { socketOf } from '../../../../sandbox/kit/http.ts';
import type { Api, ApiEnv, User } from './api.ts';
import { FACTS } from './facts.ts';
import { limitsOf } from './limits.ts';
import { refuseColumns, refuseMessage, type ColumnErrors } from './refusals.ts';
import type { World } from './world.ts';

interface TokenRow {
  user_id: number;
  username: string;
  expires_at: number;
}

const unauthorized = (fact: string = FACTS.unauthorized) => refuseMessage(fact, 401, 'unauthorized');
const address = (c: Context): string => socketOf(c)?.remoteAddress ?? 'local';

/** `POST /auth` (JSON or form), `POST /auth/logout`, and the guard in front of everything else. */
export function auth(api: Api, world: World): void {
  api.use('*', async (c, next) => {
    const until = world.state.get<{ until: number }>('SELECT until FROM bans WHERE address = ?', address(c))?.until ?? 0;
    const left = Math.ceil((until - world.clock.now()) / 1000);
    if (left > 0)
      throw c.req.path === '/auth'
        ? refuseMessage(FACTS.loginBan, 429, 'too many logins', { 'retry-after': String(left) })
        : refuseMessage(FACTS.loginBan, 403, 'this address is banned for a while after too many logins');
    return next();
  });

  api.use('*', (c, next) => {
    if (c.env.fault) obey(c.env.fault);
    return next();
  });

  api.get('/', (c) => c.body(null, 204));

  api.post('/auth', async (c) => {
    countLogin(world, address(c));
    const body = await credentials(c);
    if (body['grant_type'] === 'refresh_token') return c.json(issue(world, bearer(world, c), String(body['scope'])));
    const columns: ColumnErrors = {};
    for (const name of ['username', 'password', 'scope'])
      if (body[name] === undefined || (body[name] === '' && name !== 'scope')) columns[name] = "can't be blank";
    if (body['grant_type'] !== 'password') columns['grant_type'] = 'is invalid';
    if (Object.keys(columns).length > 0) throw refuseColumns(FACTS.columnErrors, columns, 400);
    const user = world.state.get<User>(
      'SELECT id, username FROM users WHERE username = ? AND password = ?',
      String(body['username']),
      String(body['password']),
    );
    if (!user) throw unauthorized();
    return c.json(issue(world, user, String(body['scope'])));
  });

  api.use('*', async (c, next) => {
    const user = bearer(world, c);
    c.set('user', user);
    if (c.env.fault?.kind === 'stale') {
      world.state.run('DELETE FROM tokens WHERE token = ?', tokenOf(c));
      throw unauthorized(FACTS.expiry);
    }
    return next();
  });

  api.post('/auth/logout', (c) => {
    world.state.run('DELETE FROM tokens WHERE token = ?', tokenOf(c));
    return c.json({});
  });
}

/** The faults that need PULPO's own envelope. `stale` is left to the token guard: it ends the token that was used. */
function obey(fault: ActiveFault): void {
  switch (fault.kind) {
    case 'stale':
      return;
    case 'throttled': {
      const wait: Record<string, string> = fault.ms === undefined ? {} : { 'retry-after': String(Math.ceil(fault.ms / 1000)) };
      throw refuseMessage(FACTS.throttled, fault.status ?? 429, 'too many requests', wait);
    }
    case 'refuse': {
      const [, column = 'base', message = 'is refused because a fault says so'] = /^([\w.]+): (.+)$/.exec(fault.mode ?? '') ?? [];
      throw refuseColumns(FACTS.columnErrors, { [column]: message }, fault.status ?? 422);
    }
    default:
      throw new Error(`A fault "${fault.kind}" means nothing to a call of PULPO's API.`);
  }
}

/** JSON as the guide shows it, or a form as clients send it. */
async function credentials(c: Context): Promise<Record<string, unknown>> {
  if (/^application\/x-www-form-urlencoded/i.test(c.req.header('content-type') ?? '')) return c.req.parseBody();
  try {
    const body = (await c.req.json()) as unknown;
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    throw refuseColumns(FACTS.columnErrors, { body: 'is not valid JSON' }, 400);
  }
}

/** Counts before the password is looked at: a wrong one is a login too. */
function countLogin(world: World, from: string): void {
  const { logins, withinSeconds, banSeconds } = limitsOf(world);
  const now = world.clock.now();
  world.state.run('DELETE FROM logins WHERE at < ?', now - withinSeconds * 1000);
  world.state.run('INSERT INTO logins (address, at) VALUES (?, ?)', from, now);
  const count = world.state.get<{ n: number }>('SELECT count(*) AS n FROM logins WHERE address = ?', from)?.n ?? 0;
  if (count <= logins) return;
  world.state.run(
    'INSERT INTO bans (address, until) VALUES (?, ?) ON CONFLICT (address) DO UPDATE SET until = excluded.until',
    from,
    now + banSeconds * 1000,
  );
  throw refuseMessage(FACTS.loginBan, 429, 'too many logins', { 'retry-after': String(banSeconds) });
}

function issue(world: World, user: User, scope: string): Record<string, unknown> {
  const { announcedSeconds, tokenSeconds } = limitsOf(world);
  const token = randomBytes(32).toString('base64url');
  const now = world.clock.now();
  world.state.run('DELETE FROM tokens WHERE expires_at <= ?', now);
  world.state.run('INSERT INTO tokens (token, user_id, expires_at) VALUES (?, ?, ?)', token, user.id, now + tokenSeconds * 1000);
  return { access_token: token, token_type: 'bearer', expires_in: announcedSeconds, scope };
}

const tokenOf = (c: Context<ApiEnv>): string => /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';

function bearer(world: World, c: Context<ApiEnv>): User {
  const row = world.state.get<TokenRow>(
    'SELECT t.user_id, u.username, t.expires_at FROM tokens t JOIN users u ON u.id = t.user_id WHERE t.token = ?',
    tokenOf(c),
  );
  if (!row) throw unauthorized();
  if (row.expires_at <= world.clock.now()) throw unauthorized(FACTS.expiry);
  return { id: row.user_id, username: row.username };
}
