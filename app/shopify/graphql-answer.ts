import { z } from 'zod';
import type { ThrottleStatus } from './budget/lease.ts';

/** One entry of `errors`, as far as Shopify has shown them. */
export interface GraphQLFault {
  message: string;
  code: string;
  path: (string | number)[];
  requiredAccess: string | undefined;
}

export interface QueryCost {
  requested: number;
  actual: number;
  throttle: ThrottleStatus | undefined;
}

const fault = z.object({
  message: z.string().catch(''),
  path: z.array(z.union([z.string(), z.number()])).catch([]),
  extensions: z.object({ code: z.string().optional(), requiredAccess: z.string().optional() }).loose().catch({}).optional(),
});

const cost = z.object({
  cost: z.object({
    requestedQueryCost: z.number(),
    // null when the query was refused for want of points
    actualQueryCost: z.number().nullish(),
    throttleStatus: z
      .object({ maximumAvailable: z.number(), currentlyAvailable: z.number(), restoreRate: z.number() })
      .optional(),
  }),
});

/** Shopify's `errors`: usually a list, a plain string on some refusals (`{"errors":"Not Found"}`). */
export function faultsOf(errors: unknown): GraphQLFault[] {
  if (errors === undefined || errors === null) return [];
  if (!Array.isArray(errors))
    return [
      { message: typeof errors === 'string' ? errors : JSON.stringify(errors), code: '', path: [], requiredAccess: undefined },
    ];
  return errors.map((entry) => {
    const { message, path, extensions } = fault.parse(entry);
    return { message, path, code: extensions?.code ?? '', requiredAccess: extensions?.requiredAccess };
  });
}

export function costOf(extensions: unknown): QueryCost | undefined {
  const parsed = cost.safeParse(extensions);
  if (!parsed.success) return undefined;
  const { requestedQueryCost, actualQueryCost, throttleStatus } = parsed.data.cost;
  return { requested: requestedQueryCost, actual: actualQueryCost ?? requestedQueryCost, throttle: throttleStatus };
}
