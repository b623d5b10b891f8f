import { setTimeout as sleep } from 'node:timers/promises';
import { getDirectiveValues, getNamedType, GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { adminSchema } from '../core/admin-schema.ts';
import type { Args, Registry } from '../core/registry.ts';
import { Refused, type UserError } from '../core/user-error.ts';
import type { Change, RequestContext } from '../core/world.ts';
import { beginIdempotent, type Reservation } from '../access/idempotency.ts';

export type Payload = Record<string, unknown>;

/**
 * Defines a mutation. `work` runs in one transaction and answers with its payload (objects as references, so that it can be
 * replayed); throwing `Refused` undoes everything and answers with user errors. The directive @idempotent, a latency and the
 * faults `refuse` and `stale` are taken care of here.
 */
export function defineMutation(
  registry: Registry,
  name: string,
  args: readonly string[],
  work: (change: Change, args: Args, ctx: RequestContext) => Payload,
): void {
  registry.type<unknown>('Mutation', {
    [name]: {
      args,
      resolve: async (_source, given, ctx, info) => {
        const errorField = adminSchema().errorFields.get(getNamedType(info.returnType).name)?.field ?? 'userErrors';
        const key = idempotencyKey(info);
        if (key === undefined && adminSchema().idempotent.has(name)) {
          throw new GraphQLError('The @idempotent directive is required for this mutation but was not provided.', {
            extensions: { code: 'BAD_REQUEST' },
          });
        }
        if (ctx.fault?.kind === 'refuse')
          return refused(errorField, [
            { field: null, message: ctx.fault.mode ?? 'The sandbox refuses this because a fault says so.', code: null },
          ]);
        let reservation: Reservation | undefined;
        if (key !== undefined) {
          const begun = beginIdempotent(ctx.world, ctx.shop, key, name, given);
          if ('replay' in begun) return begun.replay;
          if ('error' in begun) return refused(errorField, [begun.error]);
          reservation = begun;
        }
        try {
          if (!ctx.bulk) await sleep(ctx.world.random.between(...ctx.world.timings.mutation));
          const payload = answer(ctx, given, errorField, work);
          reservation?.keep(payload);
          ctx.world.wake();
          return payload;
        } catch (error) {
          reservation?.forget();
          throw error;
        }
      },
    },
  });
}

function answer(
  ctx: RequestContext,
  args: Args,
  errorField: string,
  work: (change: Change, args: Args, ctx: RequestContext) => Payload,
): Payload {
  try {
    return { [errorField]: [], ...ctx.world.change(ctx.shop, (change) => work(change, args, ctx)) };
  } catch (error) {
    if (error instanceof Refused) return refused(errorField, error.errors);
    throw error;
  }
}

/** A payload that has nothing but its errors. */
export const refused = (errorField: string, errors: UserError[]): Payload => ({
  __refused: true,
  [errorField]: errors.map((error) => ({ ...error, code: error.code ?? null, elementIndex: null })),
});

function idempotencyKey(info: GraphQLResolveInfo): string | undefined {
  const directive = info.schema.getDirective('idempotent');
  const node = info.fieldNodes[0];
  if (!directive || !node) return undefined;
  return getDirectiveValues(directive, node, info.variableValues)?.key as string | undefined;
}
