import type { Context } from 'hono';
import type { z } from 'zod';
import { BadRequest, jsonBody } from '../../kit/http.ts';

/** Reads a body by its schema; what is wrong is told by name. */
export async function parsed<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const result = schema.safeParse(await jsonBody(c));
  if (!result.success)
    throw new BadRequest(result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; '));
  return result.data;
}
