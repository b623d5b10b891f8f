import type { Context } from 'hono';
import { z } from 'zod';
import { amountOf } from './amounts.ts';
import { FACTS } from './facts.ts';
import { refuseMessage, refuseModel } from './refusals.ts';
import { fromLocal } from './world.ts';

/** An amount of at most four places, as ten-thousandths. */
export const amount = z.number().transform((value, context) => {
  const units = amountOf(value);
  if (units !== undefined) return units;
  context.addIssue({ code: 'custom', message: 'is not an amount of at most four decimal places' });
  return z.NEVER;
});

/** Local date and time without a zone. Source: orderwise.md §5 "JSON dates carry no zone". */
export const moment = z
  .string()
  .refine((text) => fromLocal(text) !== undefined, 'is not a date YYYY-MM-DDTHH:mm:ss without a zone');

export const text = (longest: number) => z.string().max(longest);
export const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? null);

/** The JSON body, or 400. */
export async function readJson(c: Context): Promise<unknown> {
  const body = await c.req.text();
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw refuseMessage(FACTS.badRequest, 400, body === '' ? 'The body is empty.' : 'The body is not valid JSON.');
  }
}

/** The body in its documented shape; else 400 with a sentence for every field that is wrong, unknown ones named. */
export function parse<Shape>(schema: z.ZodType<Shape>, body: unknown, fact: string, what: string): Shape {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const { problems, unknown } = problemsOf(result.error);
  throw refuseModel(unknown ? FACTS.unknownField : fact, what, problems);
}

/** A sentence for every issue, and whether a field was among them that nobody documented. */
export function problemsOf(error: z.ZodError): { problems: string[]; unknown: boolean } {
  const problems = error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => `${[...issue.path, key].join('.')} is not a documented field.`);
    return [`${issue.path.join('.') || 'The body'}: ${issue.message}.`];
  });
  return { problems, unknown: error.issues.some((issue) => issue.code === 'unrecognized_keys') };
}
