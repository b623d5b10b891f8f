import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import { CrossdockError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { refusalStatus, type RefusalCode } from '../refusals.ts';
import type { ErrorBody } from './api-app.ts';

type Body = z.infer<typeof ErrorBody>;

export function failWith(
  context: Context,
  status: 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503,
  error: Body['error'],
) {
  return context.json({ error } satisfies Body, status);
}

/** A request that the schema refuses, as sentences about single fields. */
export function answerInvalid(
  result: { success: boolean; error?: { issues: { path: PropertyKey[]; message: string }[] } },
  context: Context,
): Response | undefined {
  if (result.success) return undefined;
  const issues = (result.error?.issues ?? []).map(({ path, message }) => ({ field: path.map(String).join('.'), message }));
  const first = issues[0];
  const message = first ? `${first.field ? `"${first.field}": ` : ''}${first.message}` : 'The request has a wrong shape.';
  return failWith(context, 422, { code: 'invalid', message, ...(first?.field ? { field: first.field } : {}), issues });
}

/** Whatever was thrown, as an answer for people; our own faults carry a reference under which the log has them. */
export function answerError(thrown: Error, context: Context): Response {
  if (thrown instanceof CrossdockError && thrown.kind === 'rejected') {
    const status = refusalStatus[thrown.code as RefusalCode] ?? 422;
    const field = String(thrown.params['field'] ?? '');
    return failWith(context, status, { code: thrown.code, message: thrown.message, ...(field ? { field } : {}) });
  }
  if (thrown instanceof HTTPException) {
    const status = thrown.status === 413 ? 413 : 400;
    return failWith(context, status, {
      code: status === 413 ? 'too-large' : 'not-json',
      message: thrown.message || 'The body is not valid JSON.',
    });
  }
  const reference = randomUUID();
  logger.error({ error: thrown, reference, path: context.req.path }, 'A Stockroom API call failed');
  return failWith(context, 500, {
    code: 'unexpected',
    message: `Something went wrong on our side. Try again; if it stays, tell support the reference ${reference}.`,
  });
}
