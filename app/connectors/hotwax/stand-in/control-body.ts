import type { Context } from 'hono';
import type { z } from 'zod';
import { BadRequest, jsonBody } from '../../../../sandbox/kit/http.ts';

/** A control call's body in its shape, or 400 naming what doesn't fit. */
export async function controlBody<Shape>(c: Context, schema: z.ZodType<Shape>): Promise<Shape> {
  const result = schema.safeParse(await jsonBody(c));
  if (result.success) return result.data;
  throw new BadRequest(result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; '));
}
