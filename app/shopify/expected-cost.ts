import type { CallInfo } from './failures.ts';

/** Until an operation has been seen: a mutation's base price with its payload, and the order read's limit. */
const FIRST_MUTATION = 15;
const FIRST_QUERY = 60;

const seen = new Map<string, number>();

/** Page sizes change a query's price, ids and searches don't. */
function keyOf({ operation }: CallInfo, variables: unknown): string {
  const sizes = Object.entries((variables ?? {}) as Record<string, unknown>)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]) => `${name}=${String(value)}`);
  return [operation, ...sizes.sort()].join(' ');
}

/** The points an operation will be charged at first: what Shopify asked for the last one like it. */
export function expectedCost(call: CallInfo, variables: unknown): number {
  return seen.get(keyOf(call, variables)) ?? (call.mutation ? FIRST_MUTATION : FIRST_QUERY);
}

export function rememberCost(call: CallInfo, variables: unknown, requested: number): void {
  // page sizes come from code, so that there are few kinds; the limit is for what nobody foresaw
  if (seen.size > 2000) seen.clear();
  seen.set(keyOf(call, variables), requested);
}
