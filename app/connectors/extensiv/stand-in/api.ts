import type { Context, Hono, MiddlewareHandler } from 'hono';
import type { VendorBindings } from '../../../../sandbox/kit/vendor-app.ts';
import { FACTS } from './facts.ts';
import { failure, invalid } from './refusals.ts';

export type Level = 'cart' | 'merchant' | 'warehouse';

export interface Caller {
  apiUser: string;
  level: Level;
  /** Cart keys only. */
  cartPk: number | null;
  /** The merchant whose records this call sees; a warehouse key names it per call. */
  merchantPk: number | null;
}

export interface ApiEnv {
  Bindings: VendorBindings;
  Variables: { caller: Caller };
}

/** IM's routes below `/v1`. */
export type Api = Hono<ApiEnv>;

/** Lets only keys of these levels through. A warehouse key may make merchant calls for the merchant it names. */
export function only(...levels: Level[]): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const { level, merchantPk } = c.get('caller');
    const allowed = levels.includes(level) || (level === 'warehouse' && levels.includes('merchant'));
    if (!allowed)
      throw failure(
        FACTS.level,
        `This call is not available with ${level} level keys; it takes ${levels.join(' or ')} level keys.`,
      );
    if (level === 'warehouse' && !levels.includes('warehouse') && merchantPk === null)
      throw invalid(FACTS.merchantPk, 'X-Merchant-Pk header is required for this call.');
    return next();
  };
}

/** The answer to a call that went well. */
export const success = (c: Context, response: unknown, headers: Record<string, string> = {}): Response =>
  c.json({ success_code: true, response }, 200, headers);

/** The query's parameters, each of which must be one of `names`. */
export function query<Name extends string>(c: Context, names: readonly Name[]): Partial<Record<Name, string>> {
  const given: Partial<Record<Name, string>> = {};
  for (const [name, value] of new URL(c.req.url).searchParams) {
    if (!(names as readonly string[]).includes(name))
      throw invalid(FACTS.unknownParameter, `${name} is not a parameter of this call.`);
    given[name as Name] = value;
  }
  return given;
}

/** `limit` and `page` as IM reads them: a limit above `max` is cut to it without a word. */
export function paging(given: { limit?: string; page?: string }, max: number): { limit: number; offset: number } {
  const whole = (name: 'limit' | 'page', otherwise: number) => {
    const text = given[name];
    if (text === undefined) return otherwise;
    if (!/^[1-9]\d*$/.test(text)) throw invalid(FACTS.paging, `${name} must be a number from 1.`);
    return Number(text);
  };
  const limit = Math.min(whole('limit', 20), max);
  return { limit, offset: (whole('page', 1) - 1) * limit };
}
/** The longest page of an order list, and of the inventory. Source: extensiv.md §2.1. */
export const ORDERS_A_PAGE = 100;
export const STOCK_A_PAGE = 250;
