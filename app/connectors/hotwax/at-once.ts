import { accountCalls } from './assumptions.ts';

/** Does the work for each item, as many at once as the account allows; the results keep the items' order. */
export async function atOnce<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  async function worker(): Promise<void> {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as Item);
  }
  await Promise.all(Array.from({ length: Math.min(accountCalls.concurrency, items.length) }, worker));
  return results;
}

/** Pieces of at most `size`, in order. */
export function inPieces<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
