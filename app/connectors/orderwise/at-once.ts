/** Does the work for each item, so many at once as one instance bears; the results keep the items' order. */
export async function atOnce<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  async function worker(): Promise<void> {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as Item);
  }
  await Promise.all(Array.from({ length: Math.min(2, items.length) }, worker));
  return results;
}
