import type { Context, Hono } from 'hono';
import type { VendorBindings } from '../../../../sandbox/kit/vendor-app.ts';
import { FACTS } from './facts.ts';
import { refuseMoqui } from './refusals.ts';
import { isFields, type Fields } from './world.ts';

export interface ApiEnv {
  Bindings: VendorBindings;
  Variables: { user: string };
}

/** HotWax's routes: `/api/…` are OFBiz's, everything else is below Moqui's `/rest/s1`. */
export type Api = Hono<ApiEnv>;

/** The JSON object in a body, or 400. */
export async function readBody(c: Context): Promise<Fields> {
  const text = await c.req.text();
  let value: unknown;
  try {
    value = text.trim() === '' ? {} : (JSON.parse(text) as unknown);
  } catch {
    throw refuseMoqui(FACTS.badBody, 400, 'Error parsing HTTP request body JSON');
  }
  if (!isFields(value)) throw refuseMoqui(FACTS.badBody, 400, 'The body must be a JSON object');
  return value;
}

/** The body's fields, none of which may be unknown. */
export function onlyKnown(body: Fields, names: readonly string[], where: string): Fields {
  const unknown = Object.keys(body).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw refuseMoqui(FACTS.unknownField, 400, `${unknown.join(', ')} is no documented field of ${where}`);
  return body;
}

/** A filled text of a body, or 400 naming the field as Moqui does. */
export function required(body: Fields, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number') return String(value);
  throw refuseMoqui(FACTS.missingKey, 400, `Required field ${name} is missing`);
}

export const param = (c: Context, name: string): string => c.req.param(name) ?? '';
