import type { Context } from 'hono';
import { FACTS } from './facts.ts';
import { invalid } from './refusals.ts';

/** The JSON body, or a refusal. */
export async function readJson(c: Context): Promise<unknown> {
  const text = await c.req.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid(FACTS.envelope, text === '' ? 'Request body is empty.' : 'Request body is not valid JSON.');
  }
}

export type Fields = Record<string, unknown>;

export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalid(FACTS.envelope, `${what} must be a JSON object.`);
}

/** An object, also when it comes as an array of one, as the vendor's own client sends it. */
export async function readOne(c: Context, what: string): Promise<Fields> {
  const body = await readJson(c);
  if (!Array.isArray(body)) return fieldsOf(body, what);
  if (body.length !== 1) throw invalid(FACTS.oneOrder, `${what} must be one JSON object; ${body.length} were sent.`);
  return fieldsOf(body[0], what);
}

/** Refuses fields that no fact lists. */
export function refuseUnknown(fields: Fields, known: readonly string[], where = ''): void {
  const unknown = Object.keys(fields).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw invalid(FACTS.unknownField, `Unknown field(s): ${unknown.map((name) => where + name).join(', ')}`);
}

export const isBlank = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && value.trim() === '') ||
  (Array.isArray(value) && value.length === 0);

/** Text, or a number as text; blank is null. */
export function text(value: unknown, name: string): string | null {
  if (isBlank(value)) return null;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value;
  throw invalid(FACTS.value, `${name} must be text.`);
}

/** A number, also as text ("10.0000"); blank is null. */
export function numeric(value: unknown, name: string): number | null {
  if (isBlank(value)) return null;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim())) return Number(value);
  throw invalid(FACTS.value, `${name} must be a number.`);
}

/** `extra_fields`: names with values. */
export function extras(value: unknown, name: string): Record<string, string> {
  if (isBlank(value)) return {};
  return Object.fromEntries(Object.entries(fieldsOf(value, name)).map(([key, one]) => [key, text(one, `${name}.${key}`) ?? '']));
}
