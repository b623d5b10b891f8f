import type { Context, Hono } from 'hono';
import type { VendorBindings } from '../../../../sandbox/kit/vendor-app.ts';
import { FACTS } from './facts.ts';
import { notFound, refuseMessage } from './refusals.ts';

export interface User {
  id: number;
  username: string;
  /** Rights its user group lacks: a category (`API Export Definitions`) or one verb of it (`Sales orders POST`). */
  lacks: string[];
}

export interface ApiEnv {
  Bindings: VendorBindings;
  Variables: { user: User };
}

/** OrderWise's routes below `/OWAPI`. */
export type Api = Hono<ApiEnv>;

/** The categories that an API user group is given rights in. Source: orderwise.md §5 (Products is a guess). */
export const CATEGORIES = ['Value lists', 'Sales orders', 'Stock', 'Customers', 'Products', 'API Export Definitions'] as const;

/** The category a path belongs to; null for one that asks for no right. */
export function categoryOf(path: string): (typeof CATEGORIES)[number] | null {
  if (path.startsWith('/value-lists') || path === '/system/stock-locations') return 'Value lists';
  if (path.startsWith('/sales/')) return 'Sales orders';
  if (path.startsWith('/stock/')) return 'Stock';
  if (path.startsWith('/customers')) return 'Customers';
  if (path.startsWith('/products') || path.startsWith('/variants')) return 'Products';
  if (path.startsWith('/system/export-definition')) return 'API Export Definitions';
  return null;
}

/** The query's parameters; one that isn't among `known` is refused by name. */
export function query<Name extends string>(c: Context, ...known: Name[]): Partial<Record<Name, string>> {
  const given = c.req.query();
  for (const name of Object.keys(given))
    if (!known.includes(name as Name))
      throw refuseMessage(FACTS.unknownParameter, 400, `${c.req.method} ${c.req.path} has no parameter ${name}.`);
  return given as Partial<Record<Name, string>>;
}

/** A whole number out of text, or 400 naming what it was for. */
export function whole(text: string | undefined, what: string): number {
  if (text === undefined || !/^\d{1,15}$/.test(text))
    throw refuseMessage(FACTS.badRequest, 400, `${what} must be a number, not ${text ?? 'nothing'}.`);
  return Number(text);
}

/** The id in the path. */
export function idOf(c: Context, what: string): number {
  const text = c.req.param('id') ?? '';
  if (!/^\d{1,15}$/.test(text)) throw notFound(what, text);
  return Number(text);
}
