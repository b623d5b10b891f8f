import { setTimeout as sleep } from 'node:timers/promises';
import type { CallInfo } from './failures.ts';

/** Until an operation has been seen: a mutation's base price with its payload, and the order read's limit. */
const FIRST_MUTATION = 15;
const FIRST_QUERY = 60;
/** The first call of its kind may itself have to wait for points, or for an answer that never comes. */
const LONGEST_WAIT_MS = 2_000;

const seen = new Map<string, number>();
/** First calls of their kind that are under way, by kind. */
const firsts = new Map<string, Promise<void>>();

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

/**
 * The first call of its kind goes alone, and the others wait to hear its price: taken for the guess above, some large ones together would ask for more
 * than there is. Answers what to call once the answer is here.
 */
export async function awaitPrice(call: CallInfo, variables: unknown): Promise<() => void> {
  const key = keyOf(call, variables);
  if (seen.has(key)) return () => undefined;
  const first = firsts.get(key);
  if (first) {
    await Promise.race([first, sleep(LONGEST_WAIT_MS, undefined, { ref: false })]);
    return () => undefined;
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  firsts.set(key, promise);
  return () => {
    firsts.delete(key);
    resolve();
  };
}

export function rememberCost(call: CallInfo, variables: unknown, requested: number): void {
  // page sizes come from code, so that there are few kinds; the limit is for what nobody foresaw
  if (seen.size > 2000) seen.clear();
  seen.set(keyOf(call, variables), requested);
}
