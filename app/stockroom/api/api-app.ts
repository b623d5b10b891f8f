import { z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Actor, Room } from '../room.ts';
import type { TokenHolder } from '../tokens.ts';

export interface ApiEnv {
  /** `callerAddress`: as the web process determines it; null where that can't be said. */
  Variables: { holder: TokenHolder; callerAddress: string | null };
}

export type StockroomApi = OpenAPIHono<ApiEnv>;

/** The Stockroom that the caller's token opens. */
export function roomOf(context: Context<ApiEnv>): Room {
  const { shopId, connectionId } = context.get('holder');
  return { shopId, connectionId };
}

/** Who the histories name: the token. */
export function actorOf(context: Context<ApiEnv>): Actor {
  return { kind: 'api', name: context.get('holder').name };
}

export const ErrorBody = z
  .object({
    error: z.object({
      code: z.string().openapi({ description: 'Stable; what a script should look at.', example: 'stockroom-order-unknown' }),
      message: z
        .string()
        .openapi({ description: 'What happened, to which record, and what to do.', example: 'Stockroom has no order "#1001".' }),
      field: z.string().optional(),
      issues: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    }),
  })
  .openapi('Error');

const failure = (description: string) => ({ description, content: { 'application/json': { schema: ErrorBody } } });

/** What every call may be answered with instead. */
export const failures = {
  400: failure('The body is not JSON, or the address holds NUL.'),
  401: failure('The token is missing, unknown or revoked.'),
  403: failure('The connection is deactivated in Crossdock.'),
  404: failure('There is no such record.'),
  409: failure('The record is not in a state in which this is possible.'),
  413: failure('The body is larger than 5 MB.'),
  422: failure('A value can not be right, or a name in the request is unknown.'),
  429: failure('Too many requests with this token, or with wrong ones; wait as long as Retry-After says.'),
} as const;

export const ok = <S extends z.ZodType>(schema: S, description = 'Done.') => ({
  description,
  content: { 'application/json': { schema } },
});
export const body = <S extends z.ZodType>(schema: S) => ({ required: true, content: { 'application/json': { schema } } });
export const secured = { security: [{ token: [] }] };

/** Query of lists that are read on from where the last page ended. */
export const cursorQuery = {
  after: z.string().optional().openapi({ description: 'The `next` of the page before; absent = from the beginning.' }),
  limit: z.coerce.number().int().min(1).max(250).default(50),
};
export const next = z
  .string()
  .nullable()
  .openapi({ description: 'Give it as `after` for the next page; null = nothing more now.' });
