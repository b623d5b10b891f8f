import type { Context } from 'hono';
import { z } from 'zod';
import { FACTS } from './facts.ts';
import { refuseColumns, type ColumnErrors } from './refusals.ts';

/** A whole number; text of digits is cast, as form-minded clients send it. */
export const integer = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
/** Text that is not blank. */
export const filled = z.string().refine((text) => text.trim() !== '');
/** PULPO's free JSON object: the spec says string, clients send objects. */
export const attributes = z.union([z.record(z.string(), z.unknown()), z.string()]);
/** `YYYY-MM-DD HH:MM:SS` */
export const dateTime = z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
export const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? null);

/** The JSON body, or 400. */
export async function readJson(c: Context): Promise<unknown> {
  const text = await c.req.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refuseColumns(FACTS.columnErrors, { body: text === '' ? "can't be blank" : 'is not valid JSON' }, 400);
  }
}

/**
 * The body in its documented shape; else 422 naming every column that is wrong. A field that no fact documents is refused by name.
 * `requiredFact` is cited when a column is blank, `status` is 400 where the spec declares that.
 */
export function parse<Shape>(
  schema: z.ZodType<Shape>,
  body: unknown,
  { requiredFact = FACTS.columnErrors as string, status = 422 } = {},
): Shape {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const columns: ColumnErrors = {};
  let fact: string = FACTS.columnErrors;
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) columns[[...issue.path, key].join('.')] = 'is not a documented field';
      fact = FACTS.unknownField;
      continue;
    }
    const column = issue.path.length > 0 ? issue.path.join('.') : 'body';
    const blank = isBlank(valueAt(body, issue.path));
    columns[column] = blank ? "can't be blank" : 'is invalid';
    if (blank && fact !== FACTS.unknownField) fact = requiredFact;
  }
  throw refuseColumns(fact, columns, status);
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body;
  for (const key of path)
    value = typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  return value;
}

const isBlank = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && value.trim() === '') ||
  (Array.isArray(value) && value.length === 0);

/** An array body, or 400. */
export async function readList(c: Context): Promise<unknown[]> {
  const body = await readJson(c);
  if (!Array.isArray(body)) throw refuseColumns(FACTS.columnErrors, { body: 'must be an array' }, 400);
  return body as unknown[];
}
