import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import type { ActiveFault } from '../../../../sandbox/kit/faults.ts';
import type { Api, ApiEnv, Caller, Level } from './api.ts';
import { takeHit } from './bucket.ts';
import { FACTS } from './facts.ts';
import { limitsOf } from './limits.ts';
import { failure, invalid, Refusal, type ErrorCode } from './refusals.ts';
import type { World } from './world.ts';

/** How many calls are left; on every answer to a known key. Source: extensiv.md §2.1. */
const HITS_HEADER = 'X-CartRover-Api-Minute-Hits-Remaining';
/** Not counted by the bucket. Source: extensiv.md §2.1. */
const NEW_ORDER = '/cart/orders/cartrover';

/** The guard in front of everything: faults, keys, merchant, bucket. */
export function auth(api: Api, world: World): void {
  api.use('*', (c, next) => {
    if (c.env.fault) obey(c.env.fault, world);
    return next();
  });
  api.use('*', async (c, next) => {
    const caller = callerOf(world, c);
    c.set('caller', caller);
    const free = c.req.method === 'POST' && c.req.path === NEW_ORDER;
    const { left, over } = takeHit(world, caller.apiUser, { free });
    if (over) {
      const answer = rateLimit().answer({ older: limitsOf(world).statusMessage === 1 });
      answer.headers.set(HITS_HEADER, '0');
      return answer;
    }
    await next();
    c.res.headers.set(HITS_HEADER, String(left));
    return undefined;
  });
}

const rateLimit = (status?: number): Refusal =>
  new Refusal(FACTS.rateLimit, 'RateLimit', 'Over API Limit. Please slow down requests.', status);

const badKey = (world: World): Refusal =>
  new Refusal(FACTS.badKey, 'Failure', 'Invalid API User or API Key.', limitsOf(world).badKeyStatus);

/** The faults that need IM's own envelope. `refuse` takes `Invalid: text` or `Failure: text` as its mode. */
function obey(fault: ActiveFault, world: World): void {
  switch (fault.kind) {
    case 'stale':
      throw badKey(world);
    case 'throttled':
      throw rateLimit(fault.status);
    case 'refuse': {
      const [, code = 'Failure', text = fault.mode ?? 'Refused because a fault says so.'] =
        /^(Invalid|Failure|RateLimit): (.+)$/s.exec(fault.mode ?? '') ?? [];
      throw new Refusal(FACTS.envelope, code as ErrorCode, text, fault.status);
    }
    default:
      throw new Error(`A fault "${fault.kind}" means nothing to a call of IM's API.`);
  }
}

function callerOf(world: World, c: Context<ApiEnv>): Caller {
  if (c.req.query('api_user') !== undefined || c.req.query('api_key') !== undefined)
    throw invalid(FACTS.keysInUrl, 'API keys belong into the Authorization header.');
  const [, encoded = ''] = /^Basic +([\w+/=-]+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const row = world.state.get<{
    api_user: string;
    api_key: string;
    level: Level;
    cart_pk: number | null;
    merchant_pk: number | null;
  }>('SELECT * FROM keys WHERE api_user = ?', text.slice(0, Math.max(colon, 0)));
  if (!row || !same(row.api_key, text.slice(colon + 1))) throw badKey(world);
  const named = row.level === 'warehouse' ? merchantNamed(world, c.req.header('x-merchant-pk')) : row.merchant_pk;
  return { apiUser: row.api_user, level: row.level, cartPk: row.cart_pk, merchantPk: named };
}

function merchantNamed(world: World, pk: string | undefined): number | null {
  if (pk === undefined) return null;
  const row = world.state.get<{ pk: number }>('SELECT pk FROM merchants WHERE pk = ?', Number(pk) || 0);
  if (!row) throw invalid(FACTS.merchantPk, `Merchant ${pk} was not found.`);
  return row.pk;
}

function same(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** The caller's cart; `only('cart')` stands before. */
export function cartOf(c: Context<ApiEnv>): number {
  const { cartPk } = c.get('caller');
  if (cartPk === null) throw failure(FACTS.level, 'These keys belong to no cart.');
  return cartPk;
}

/** The merchant whose records the call sees. */
export function merchantOf(c: Context<ApiEnv>): number {
  const { merchantPk } = c.get('caller');
  if (merchantPk === null) throw invalid(FACTS.merchantPk, 'X-Merchant-Pk header is required for this call.');
  return merchantPk;
}
